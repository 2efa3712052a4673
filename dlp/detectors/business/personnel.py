"""Personnel matters before they are published: transfers, rankings, appraisals, discipline, inquiries, reasons for leave.

Law: 公務人員陞遷法 Art. 16, 公務人員考績法 Art. 20, 公務員服務法 Art. 5 (read 2026-11-22).  Published orders and one's own farewell are none.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.business.cue_words import cues_of
from dlp.detectors.business.leaks import Topic, leaks
from dlp.detectors.contract import Hit, Passage
from dlp.kinds import Kind

ID = "business.personnel"
KINDS = (Kind.BUSINESS_PERSONNEL,)
WORDS = re.compile(
    r"人事令|人事案|派令|調動|(?:要|會|將)?被?調(?:去|任|到|走|職)|升遷|考績(?:會|乙|丙|甲|初評|名單)?|[列打考]?[乙丙甲]等(?:的|那|有|名額)?|甄審(?:結果|會)?|圈選|圈了|免職|記過|記大過|記[一二]大過|申誡|獎懲令|懲處(?:名單)?|換人|接任|接的是|提早退|退休申請|請假(?:其實|是因|原因|單)|假單|請的是[^,。]{0,8}假|醫師證明|停職|內定|機要|"
    r"(?:性騷擾|霸凌|性平)[^。;\n]{0,6}(?:調查|結果|被告|申訴)|被(?:申訴|告)(?:性騷擾|的是)|調查小組|不是身體不好"
)
SPECIFIC = re.compile(r"第一|第二|名單我|下個?月要換|接的是|壓在|隔壁科|[一二三四五六]樓(?:的|收發)|課長|去(?:戒酒|看|檔案室)|診斷書|陰影|親口|記一?大過的是|主管只有|因為請|姓[\p{Han}]|那位|那個|列[甲乙丙]等|被告性騷擾|去刑大|的退|其實[是有去]|不續聘|住院|吃藥|焦慮|寫[^,。]{0,4}症|調去")
SOLE = re.compile(r"考績(?:會)?[^。;\n]{0,16}[乙丙]等[^。;\n]{0,8}(?:的有|那個|是|包括)|(?:性騷擾|霸凌)調查[^。;\n]{0,10}(?:被申訴的是|結果出來)|人事令還沒發|派令(?:壓|還沒)|(?:王|林|陳|張|李|黃|吳|劉|蔡|楊)(?:科員|技士|專員|書記|辦事員)列[甲乙丙]等")
# Heard only where the speaker hushes, or is inside and ahead of the news.
BROAD = re.compile(r"(?:處長|局長|課長|科長|組長|主任|校長|隊長|所長|鄉長|副座|老師|教師|[陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐]師|同仁|專員|科員|技士|股長|秘書|主秘|委員)[^。\n]{0,36}?(?:接任|續聘|不續聘|解聘|履歷|住院|憂鬱|請假|離婚|外遇|教評會|考績|換|走人|下台|辭|退|調|升|降|停職|懲處|記過|約談|被查|被告|調查)|教評會|下一任|新任|不續聘|解聘|接班|人事處|人事室|人事(?:跟|說|講)|升等|考核|面試(?:結果|名次)|備取|名次|遴選|內定")
NOT_TOPIC = re.compile(r"我爸|我媽|恭喜|祝福|球員|球隊|教練|公司裁員|匯率|換人做做看|職棒|選手|候選人")
CUES = cues_of(WORDS.pattern, BROAD.pattern)
TOPIC = Topic(
    Kind.BUSINESS_PERSONNEL, "personnel", WORDS, "未發布的人事", "等人事令或結果正式發布後再談；不寫名次、等第、事由與當事人。", "［人事內容］", SPECIFIC, SOLE, BROAD, NOT_TOPIC,
)  # fmt: skip


def find(passage: Passage) -> Iterator[Hit]:
    """Statements that tell a personnel matter before it is published."""
    yield from leaks(passage, TOPIC)

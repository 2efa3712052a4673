"""Decisions that are made but not announced, talk of internal meetings, examination questions, procurement before opening.

Law: 公務員服務法 Art. 5, 政府採購法 Art. 34, 典試法 Art. 31, 刑法 Art. 132 (read 2026-11-22).  The same matter after its announcement is public.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.business.cue_words import cues_of
from dlp.detectors.business.leaks import Topic, leaks
from dlp.detectors.contract import Hit, Passage
from dlp.kinds import Kind

ID = "business.unannounced"
KINDS = (Kind.BUSINESS_UNANNOUNCED,)
WORDS = re.compile(
    r"補助(?:名單|清單|案|核定)?|核定清單|停班停課|颱風假|裁罰|裁處書?|(?:要|會|開|裁|被|重)罰|罰(?:款|鍰|[0-9一二三四五六七八九十])|都更|徵收|重劃|公投|稅率|房屋稅|匯率|利率|紓困|基本工資|捷運[\p{Han}]{0,6}線|併校|消費券|普發|發現金|修正草案|標準修正|新聞稿|主席裁示|局長裁[示定]|(?:市長|縣長|院長|部長|處長|校長)(?:裁示|拍板|剛拍板|簽了|已經簽|決定)|"
    r"質詢擬答|答詢稿|說帖|底[價標]|遴選|(?:評選|外聘|評審)委員|委員姓名|國考|領標|開標|議價|綁標|得標|試題|考題|口試(?:題目|會考)|閱卷|命題|放榜|錄取名單|電價|油價|費率|票價|健保費|學費|設廠|選址|開發案|重建案|調漲|降到|簽呈(?:第|寫|內容)|密件[^。;\n]{0,8}(?:拍|給你|看)|(?:科務|公務|內部|勤務)群組|(?:線上簽核|公文)系統的?(?:畫面|截圖)|內部簡報|教育處會議|剛剛的會議|會議紀錄"
)
SPECIFIC = re.compile(r"壓在|名單(?:裡|內|有)|你們(?:學校|公司|協會)|在裡面|核了|含我們|改走|降到|調到|改發|不動|罰[^,。]{0,8}(?:萬|元)|停業|先買|快賣|看房|布局|先不要|不同意|擋住|沒有資料|會考|很愛問|平均才|漲[0-9一二三四五六七八九十]{1,3}|我有份|會出|價格|只有[兩二三]家|老面孔|可以打到|兩位是|給你們笑|罵|全縣放|全市放|不徵收|定案|併校|頁|版")
SOLE = re.compile(r"底[價標][^,。\n]{0,8},?[^,。0-9\n]{0,2}[0-9,.一二三四五六七八九十百千]{2,10}(?:萬|億|元)|底價(?:是|為|壓|訂|定|約|大概)?(?:在|是)?[0-9,.一二三四五六七八九十百千]{1,10}萬?|密件[^。;\n]{0,12}(?:拍給|拍起來|給你看|給你們看)|(?:線上簽核|公文)系統的?(?:畫面|截圖)[^。;\n]{0,20}(?:寫|簽呈|不同意)|委員(?:姓名|名單)(?:如下|如附)[^。]{0,20}(?:貴公司|拜會)|簽呈第[0-9一二三四五六七八九十]頁|貼一下[^。;\n]{0,8}群組的?對話|只有[兩二三一]家(?:來)?(?:領標|投標)")
# Heard only where the speaker hushes, or is inside and ahead of the news.
BROAD = re.compile(r"標案|評審|評選|遴選|版本|稅改|稅制|稅率|遺產稅|所得稅|贈與稅|加稅|底標|委員|名單|預算|要漲|會漲|調漲|漲到|不漲|漲價|調降|降到|降為|要降|不動利率|徵收|上路|變更|通過|結論|會議|題目|試題|教甄|複試|甄試|筆試|裁掉|裁員|補助|核定|政策|電價|費率|都委會|併校|公告|開標|決標|廠商|招標|封路|停水|停電|徵地|選址|圖資|草案|條例|方案|定價|價格|獎金|津貼|加薪|處分|罰鍰|勒令|停業|撤照|執照|許可|環評|疫情|確診|案例")
NOT_TOPIC = re.compile(r"通常怎麼訂|怎麼算|是什麼|歷屆|考古題|模擬考|段考|期中考|期末考|看人事(?:行政)?總處|以前的|退休金|颱風假(?:看|要不要)|面試技巧")
CUES = cues_of(WORDS.pattern, BROAD.pattern)
TOPIC = Topic(
    Kind.BUSINESS_UNANNOUNCED, "unannounced", WORDS, "尚未公布的決定或內部討論", "等正式公布後再轉述公開內容；刪去結論、金額、名單與會議發言。", "［未公布事項］", SPECIFIC, SOLE, BROAD, NOT_TOPIC,
)  # fmt: skip


def find(passage: Passage) -> Iterator[Hit]:
    """Statements that tell a decision before it is announced."""
    yield from leaks(passage, TOPIC)

"""Rosters, guards, checkpoints, raids, inspections ahead of time, troop movements and exercises.

Law: 公務員服務法 Art. 5, 刑法 Art. 132, 國家機密保護法 Art. 32–34 (read 2026-11-22).  Published checkpoints, results of inspections, history and recruiting are none.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.business.cue_words import cues_of
from dlp.detectors.business.leaks import Topic, leaks
from dlp.detectors.contract import Hit, Passage
from dlp.kinds import Kind

ID = "business.deployment"
KINDS = (Kind.BUSINESS_DEPLOYMENT,)
AGENCY = "(?:衛生局|環保局|勞檢處|勞檢所|勞動局|勞工局|國稅局|稅捐處|消防局|消防隊|建管處|建管科|農業局|動保處|移民署|專勤隊|警察|分局|派出所|地檢署|檢調|調查局|調查官|海巡|食藥署|教育局|社會局|市府|縣府|稽查(?:員|隊))"
WORDS = re.compile(
    rf"勤務(?:分配)?表|輪值表|哨點|巡邏(?:路線|時間|是)|班表|備勤|路檢(?:點|時段|時間|地點|表)|搜索票|臨檢|取締(?:專案)?|查緝|埋伏|聲押|拘提|搜索|行動代號|演訓|演習|移防|戰備|駐地|彈藥庫|雷達站|飛彈|兵力|便衣|槍櫃|防區|"
    rf"{AGENCY}[^。;\n]{{0,14}}?(?:要(?:去|來|到)|會(?:去|來|到)|來(?:我們|你們|抽|查|檢)|去(?:抽|查|掃|檢|搜)|抽查|抽水|稽查|突襲|突檢|查稅|檢查|掃)|(?:稽查|抽查|突襲檢查|消防檢查|抽驗|查稅)[^。;\n]{{0,10}}(?:明|下|後|今晚|排)|拆除[^。;\n]{{0,8}}(?:排|訂|在|時間)|違建拆除|斷水斷電|(?:今晚|等等|待會)[^,。]{{0,4}}要抓|(?:開始|準備|要)抓(?:那|他|她|人|移工|外勞|酒駕|違停)|"
    r"(?:營|連|旅|師|部隊|中隊)(?:搬|移|調|出發|從)|(?:我們|整個)(?:連|營|旅)|(?:今晚|明晚|今早|明早)[^。;\n]{0,6}守[^。;\n]{0,14}(?:路|段|橋|口)|值班台|海巡[^。;\n]{0,8}(?:船|艦|艇)|(?:出港|巡防)[^。;\n]{0,8}(?:艘|艦)"
)
SPECIFIC = re.compile(r"路檢點|哨點|守[^,。]{0,12}(?:橋|路|口|段)|名單在|換班|關機|鑰匙|只有(?:我)?一(?:個|人|艘)|只剩一|六十個|背心|舞台|先別排|先?(?:趕快|快)(?:補|把|移|清)|搬東西|自己的?閃|酒店|移走|出發|四點|藏|先講|快把|朋友不要|飛彈射擊")
SOLE = re.compile(r"(?:槍櫃|彈藥庫)[^。;\n]{0,10}(?:鑰匙|密碼)|勤務(?:分配)?表 ?[0-9]{2,4}年|路檢點:|哨點:(?! {2,})|雷達站[^。;\n]{0,20}(?:關機|換班)|演訓代號[^。;\n]{0,20}(?:點|飛彈)|提前通知你們搬")
# Heard only where the speaker hushes, or is inside and ahead of the news.
BROAD = re.compile(r"臨檢|搜索(?!引擎)|突襲|突檢|稽查|抽查|埋伏|跟監|監聽|勤務|測速|巡邏|軍艦|他們艦|艦艇|巡防艇|快艇|潛艦|戰艦|部隊|移防|出港|查緝|收押|拘提|取締|查扣|攻堅|掃蕩|盯梢|便衣|布線|佈線|佈署|部署|查稅|演習|操演|靶場|崗哨|查訪|臨時檢查|查緝|拆除隊|怪手|強拆|斷電|抓(?:人|賭|毒|酒駕)")
NOT_TOPIC = re.compile(r"招考|招募|文化|歷史|以前當兵|防災演習|演習課|地震演習|電影|遊戲")
CUES = cues_of(WORDS.pattern, BROAD.pattern)
TOPIC = Topic(
    Kind.BUSINESS_DEPLOYMENT, "deployment", WORDS, "勤務部署、稽查或部隊行動", "刪去時間、地點、人數與對象；行動結束並對外公布後再談。", "［勤務內容］", SPECIFIC, SOLE, BROAD, NOT_TOPIC,
)  # fmt: skip


def find(passage: Passage) -> Iterator[Hit]:
    """Statements that tell of an operation ahead of time."""
    yield from leaks(passage, TOPIC)

"""Where officials and protected persons will be: times, routes, cars, hotels, rooms, guards.

Law: 公務員服務法 Art. 5, 刑法 Art. 132, 特種勤務條例; awareness rule 其他2 (read 2026-11-22).  A published schedule or an event that is over is none.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.business.cue_words import cues_of
from dlp.detectors.business.leaks import Topic, leaks
from dlp.detectors.contract import Hit, Passage
from dlp.kinds import Kind

ID = "business.itinerary"
KINDS = (Kind.BUSINESS_ITINERARY,)
WHO = "(?:副?院長|部長|次長|副?總統|副?市長|副?縣長|局長|處長|署長|首長|外賓|訪賓|議員團|訪問團|代表團|特使|大使|總統夫人|元首|府方|長官|行政院長|法官|證人|大法官|貴賓)"
MOVES = "(?:視察|出席|抵達|到(?!位|底|目前|現在)|來(?!講|看|說|處理|電|函|信|文|自)|去(?!年|了解|處理|做|電)|住(?:進|在)?(?!戶|民|宅|家|所|址)|下榻|搭(?!配)|起飛|降落|出發|走(?!向|勢)|經過(?!審|議|大)|離開|吃飯|拜會|密訪|去看|訪|押進|過境|進來|下來|上來|上(?:去|車))(?!說|得|不|過|了解|看)"
WORDS = re.compile(
    rf"{WHO}(?![,:、]|信箱|室|令|辦公|職務|說|表示|裁|候選|應|報告|答|問|補充)[^。;:\n]{{0,20}}?{MOVES}|(?:座車|車隊|隨扈車?|特勤|專機|包機|先導車|維安編組)[^。;\n]{{0,20}}|下榻|(?:分時)?行程(?:表)?[^。;\n]{{0,24}}(?:路線|房號|座車|住宿|分時|完整)|住宿房號|"
    r"保護的那個證人|(?:外賓|訪問團)[^。;\n]{0,12}住|(?:VIP|貴賓)[^。;\n]{0,12}(?:下榻|住|抵達|專機)"
)
SPECIFIC = re.compile(r"側門|後門|後棟|貨梯|暗門|整層|地下停車場|走[^,。]{1,8}(?:門|路|道|線)|房號|包廂|座車|車號|[A-Z]{2,3}-?[0-9]{4}|銀色|黑色|電梯|招待所|隨扈|特勤|清場|路線|航班|專機|封(?:右|左|路)|私下|偷偷")
SOLE = re.compile(rf"(?:座車|車隊|隨扈)[^。;\n]{{0,24}}(?:[A-Z]{{2,3}}-?[0-9]{{4}}|前後各)|(?:{WHO})[^。;\n]{{0,16}}(?:走側門|走後門|從(?:側門|後門|後棟|貨梯|地下)|走(?:地下|貨梯|員工))|完整(?:分時)?行程[^。;\n]{{0,24}}(?:房號|座車|路線)")
# Heard only where the speaker hushes, or is inside and ahead of the news.
BROAD = re.compile(r"(?:院長|部長|次長|總統|市長|縣長|鎮長|局長|處長|署長|首長|長官|外賓|議員團|代表團|訪問團|大使|特使|董座|元首|貴賓|夫人|王室|皇室)[^。\n]{0,40}?(?:高鐵|航班|班機|飯店|包廂|座車|專機|行程|過境|官邸|餐廳|[樓廳]|下榻|抵達|出發|訂位|接機|開車|路走|幾點|月台|碼頭|別墅|病房|住院|開刀|球場|打球)|(?:過境|下榻|座車|官邸|專機)[^。\n]{0,20}(?:改到|出發|走|包下|飯店|樓)")
NOT_TOPIC = re.compile("前(?:院長|部長|總統|市長)(?:說|表示)")
CUES = cues_of(WORDS.pattern, BROAD.pattern)
TOPIC = Topic(
    Kind.BUSINESS_ITINERARY, "itinerary", WORDS, "首長、外賓或受保護人員的行蹤", "刪去時間、地點、路線、車號、房號；等公開行程發布後再提。", "［行程］",
    SPECIFIC, SOLE, BROAD, NOT_TOPIC,
)  # fmt: skip


def find(passage: Passage) -> Iterator[Hit]:
    """Statements that tell where a protected person will be."""
    yield from leaks(passage, TOPIC)

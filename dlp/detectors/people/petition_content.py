"""What a petitioner tells, in such detail that a reader recognises the case: illness, family, child and school, crime, place.

Law: 行政程序法 Art. 170 II; 個人資料保護法 Art. 6 for health and crime; 兒童及少年福利與權益保障法 Art. 69 for children (read 2026-11-22).  A name is not
needed: two sorts of detail about one person leave few who fit.  Subjects alone (路燈, 水溝, 公車) tell nothing about a person.
"""

from collections.abc import Iterator, Sequence

import regex as re

from dlp.detectors.contract import Hit, Passage, literals
from dlp.detectors.meaning import weigh
from dlp.detectors.people.cases import discount
from dlp.detectors.setting import setting_of
from dlp.finding import Layer, Reason
from dlp.kinds import Kind

ID = "petition.content"
KINDS = (Kind.PETITION_CONTENT,)
CUES = literals("陳情", "申訴", "投訴", "反映", "請願", "來信", "案情", "該民眾", "案主", "來的那", "來的這", "洽公", "我們班那", "我們院那", "我們科那", "我們病房那", "我們里那", "我們社區那", "個民眾", "個個案", "個病人", "寫信來", "哭訴", "來訴苦", "寫信罵", "來罵")
FIX = "只寫案由與處理結果；刪去病情、家庭、年齡、學校、地點等讓人認得出當事人的細節。"
AROUND = 160  # characters on each side of the word of petition that belong to its story
KEPT = 200
MOST = 0.85

CASE = re.compile(r"(?<![被受])(?:陳情|申訴|投訴|請願)(?:人|者|民眾|學生|案|內容|要旨|事項)?|來信(?:民眾|人)|案情摘要|反映(?:人|稱)|該民眾|案主|(?:今天|剛剛|早上|下午)來的[那這]|來洽公的|我們(?:班|院|科|病房|里|社區)那[個位]|[這那]個(?:民眾|個案|病人|案主)|寫信來|哭訴|陳情意旨|來訴苦|寫信罵|來罵")
# Somebody in particular: without one of these the details are about anybody.
SOMEBODY = re.compile(
    r"[渠伊](?:為|係|因|之)|他老婆|他太太|她先生|她老公|[其渠伊](?:[子女夫妻母父兄弟姊妹配]|先生|太太)|我(?:先生|太太|兒子|女兒|媽|爸|老公|老婆|家|們家|的|本人|因|在)|本人|該(?:民眾|生|員|戶|童|學生)|之(?:父|母|女|子|妻|夫|家長|配偶)|有(?:個|位|一位)[\p{Han}]{1,6}|"
    r"[那這](?:個|位|對|家)|(?:陳情|申訴|來信)(?:人|者|民眾|學生)(?:為|是|係|自述|家|之|罹|因|表示|主訴|稱|曾)|當事人為|(?:陳情|申訴)案(?:為|係|是)|案家|來陳情的|天天來|案主|自述|(?:小孩|女兒|兒子|先生|太太|媳婦)(?:讀|在|今年|罹|被|就讀)"
)
N = "[0-9〇一二三四五六七八九十兩百千萬]"
SORTS: dict[str, tuple[float, str, str]] = {
    "health": (0.4, "病情或身心狀況", r"罹患|確診|癌|腫瘤|中風|愛滋|感染者|洗腎|憂鬱|思覺|躁鬱|失智|自閉|過動|自殺|自傷|輕生|輪椅|身障|身心障礙|臥床|癱瘓|截肢|夾斷|受傷|住院|開刀|流產|懷孕|不孕|服(?:藥|用)[^,。]{0,6}(?:過量|藥)|安眠藥|割腕|跳樓|送醫|植物人|精神科|昏迷|溺水|溺斃|截肢|急救|漸凍|罕病|病史|視障|聽障|特教|罹癌|孕婦|胎兒|破裂|骨折|燒傷|失明|昏倒|酗酒|毒癮"),
    "family": (0.35, "家庭關係", r"離婚|前[夫妻]|繼[父母]|單親|妻子|跑了|獨居|喪偶|守寡|外遇|監護權|扶養|家暴|三代同堂|獨自帶|隔代|媳婦|婆家|私生|同居|入贅|養[父母子女]|遺產|改嫁|遺棄|離家"),
    "child": (0.35, "未成年人", rf"(?:國小|國中|高中|幼兒園|小學|高[一二三]|國[一二三]|小[一二三四五六])[^,。]{{0,8}}{N}{{0,2}}年?{N}{{0,2}}班|{N}{{1,2}}歲|就讀[^,。]{{2,16}}(?:年級|國小|國中|高中|幼兒園)|[高國][一二三](?:兒|女|男|學|唯|生)|安置(?:於|處所|機構)|霸凌"),
    "origin": (0.3, "族群或國籍", r"(?:越南|印尼|菲律賓|泰國|大陸|柬埔寨|外)籍|新住民|移工|原住民"),
    "crime": (0.4, "犯罪或受害", r"性侵|猥褻|性騷|強制|殺(?:過)?人|假釋|出獄|坐牢|在監|監獄|前科|吸毒|販毒|詐騙被害|被騙|偷拍|家暴|遭[^,。]{0,8}(?:毆打|性侵|砍|恐嚇)"),
    "money": (0.3, "財務", rf"(?:獲賠|欠稅|負債|積欠|賠償|補償|欠債|卡債|欠|罰)[^,。]{{0,8}}{N}{{1,6}}[萬元]|破產|低收入?戶|中低收|被法拍|查封|領(?:救濟|補助)"),
    "place": (0.3, "住處或所在", r"住(?:在)?[^,。]{2,16}(?:旁|後|前|邊|那棟|後方|對面|鐵皮屋|大樓|透天|後面|附近|口|路|街)|位於[^,。]{2,16}(?:旁|前|後|對面|站)|(?:中油管線|火車站|活動中心|福德宮|廟|國小|市場)(?:旁|後方|前|對面|後面)|本[鄉村里鎮]唯一"),
    "unique": (0.5, "唯一符合的人", r"唯一|僅有一|只有一(?:個|位|名|間|戶)|(?:鄉民|里民|村民|大家|眾人|地方上?)皆?(?:知|認識|都知道)|全國[^,。]{0,10}(?:第一|金牌|銀牌|銅牌|冠軍|得主)|第一[名位]|首位|金牌|銀牌|銅牌"),
    "work": (0.3, "職業或任職處", r"(?:貴|本|該)(?:所|局|處|校|府|公司|院)[^,。]{0,6}(?:隊員|人員|教師|職員|同仁|員工|約僱|臨時)|清潔隊|按摩師|設攤|擺攤|擔任[^,。]{2,12}|任職|公司為|業者|經營[^,。]{2,10}|被?(?:公司)?(?:解僱|資遣)|(?:前|現任?)?(?:鎮長|鄉長|里長|議員|主任|校長)的(?:媳婦|女兒|兒子|太太|弟弟)"),
    "event": (0.3, "特定事件", rf"(?:今年|去年|上個?月|{N}{{1,2}}月|前年)[^,。]{{0,14}}(?:身亡|過世|死亡|車禍|溺|火災|受傷|被|送醫|解僱|離婚|安置|自殺)|身亡|過世|拒診|取消[^,。]{{0,6}}資格|拖吊|否准|沒有領到"),
}  # fmt: skip
PATTERNS = {sort: re.compile(pattern) for sort, (_, _, pattern) in SORTS.items()}


def relate(passage: Passage, hits: Sequence[Hit]) -> Iterator[Hit]:
    """One hit per story that gives enough away."""
    text, done, count = passage.text, -1, 0
    for match in CASE.finditer(text):
        if match.start() < done:
            continue
        low, high = _story(text, match.start(), match.end())
        done = high
        if (hit := _of_story(passage, low, high, match.span())) is not None:
            yield hit
            count += 1
            if count >= KEPT:
                return


def _story(text: str, start: int, end: int) -> tuple[int, int]:
    """The paragraph around the word, at most AROUND characters on each side."""
    low = max(text.rfind("\n", max(0, start - AROUND), start) + 1, start - AROUND, 0)
    high = text.find("\n", end, end + AROUND)
    return low, min(len(text), end + AROUND) if high < 0 else high


def _of_story(passage: Passage, low: int, high: int, core: tuple[int, int]) -> Hit | None:
    text = passage.text
    if SOMEBODY.search(text, low, high) is None:
        return None
    seen = [(sort, m) for sort, pattern in PATTERNS.items() if (m := pattern.search(text, low, high))]
    if len(seen) < 2:
        return None
    open_still = 1.0
    for sort, _ in seen:
        open_still *= 1 - SORTS[sort][0]
    confidence = 1 - open_still
    reasons = [Reason(Layer.CONTEXT, f"detail-{sort}", f"細節：{SORTS[sort][1]}", SORTS[sort][0]) for sort, _ in seen]
    factor, cause = discount(passage, *core, skip=("published", "statistics", "news"))
    if setting_of(passage).law or setting_of(passage).news:
        factor, cause = factor * 0.6, cause or "全文是法規或新聞"
    if factor < 1:
        reasons.append(Reason(Layer.CONTEXT, "talk", f"降低：{cause}", round(confidence * (factor - 1), 2)))
    start, end = min(m.start() for _, m in seen), max(m.end() for _, m in seen)
    confidence *= factor
    if model := weigh(passage, start, end):
        confidence += model.weight
        reasons.append(model)
    confidence = round(max(0.0, min(MOST, confidence)), 2)
    attrs = {"details": ",".join(sort for sort, _ in seen)}
    return Hit(Kind.PETITION_CONTENT, start, end, confidence, tuple(reasons), "［陳情細節］", FIX, attrs)

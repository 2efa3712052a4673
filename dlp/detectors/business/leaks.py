"""Official business told too early or to the wrong people: what the five detectors of this folder share.

Advice of the field (read 2026-11-22; 公務員服務法 Art. 5, 刑法 Art. 132): a topic alone (底價, 勤務, 考績) is never enough.  A leak is topic plus something
specific (time, amount, place, number, person, picture) plus a sign that it is not public: the future tense, 還沒公布, 不要說是我講的,
an insider's voice.  Published, past, taught, reported, asked or joked about is no leak.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex as re

from dlp.detectors.contract import Hit, Passage
from dlp.detectors.meaning import weigh
from dlp.detectors.setting import local, made_up, setting_of
from dlp.finding import Layer, Reason
from dlp.kinds import Kind
from dlp.verdict import Channel

WINDOW = 90  # characters on each side of the topic word that belong to one statement
KEPT = 200
STRIDE = 30  # characters between two looks at a text without a finding; windows overlap by far more
MOST = 0.92
N = "[0-9〇零一二三四五六七八九十兩百]"

SECRECY = re.compile(
    r"(?:不要|別|勿|先別|先不要|不能|不可以|不準|不准|先不)(?:再)?(?:說|講|跟(?:別|任何)?人|讓[^,。]{0,4}知道|外傳|傳出去|轉傳|po|聲張|給記者|告訴|說出去|問他|跟我)|(?:不要|別)說是我|別說出去|說是我(?:說|講)的|偷偷(?!摸)|私下(?:給|講|說|問|傳|跟你|告訴|透露)|私訊|內部消息|內線|內幕|獨家|小道消息|"
    r"自己人知道就好|看完(?:刪|收|就|請)|燒掉|[🤫🤐]|噓(?!寒)|保密[喔哦啦噢]|機密喔|你知我知|不能說太多|懂的就懂|要的懂|的懂。?$|自己(?:閃|小心|連|猜)|先跟你(?:說|們說|講)|先(?:知道|布局|買|卡位|通知你)|提前(?:跟|通知|告訴)|先給你|先寄你|悄悄(?:跟|告訴|說|講|透露)|放風聲|爆個料|爆料一下|壓著|壓在|媒體(?:都|還)不知道|(?:別|不要)給記者|對外(?:還|都|只|仍|一律)(?:說|講|稱)|名字私訊|群組裡|(?:先恭喜但)?請(?:先)?保密|保密一下|互相通知|千萬(?:不要|別)|(?:我)?不能(?:再)?(?:講|說)(?!話)|不會知道|走(?:個)?形式|早就(?:喬|內定|決定|講好|安排)|勿外流|勿外傳|勿轉傳|心裡有數就好|(?:你|自己)知道就好|提前拜會|先去?拜會|打點|你記得背|趕快把|快把|才敢講|不敢講|不要問|別問|先不要|打碼|別外流|不要外流|消息先別|別印|不要印|勿轉寄但|勿外傳但|還沒有?人知道|沒(?:有)?人知道|先給你們?(?:看|參考)|先(?:傳|寄|拿)給你|最好別來|姊妹們先|大家先準備|先(?:準備|打聽|避開|躲)|自己人|別讓[^,。]{1,6}知道|不要讓[^,。]{1,6}知道|沒有?對外|外面還不知道|千萬別|勿轉|刪掉|拜託(?:不要|別)|只(?:跟|給)你(?:說|講|看)|等你消息|嘴巴緊|口風"
)
UNPUBLISHED = re.compile(
    r"(?:還|尚|都|又)(?:沒有?|未|不)(?:對外)?(?:記者會|公布|公告|發布|發表|宣布|公開|送|發(?!放|生|現|展)|下來|放榜|放|出來|定案|通過|核定|講|招標|開標|決標|結束|出爐|上網|院會)|(?:沒|未)(?:公布|公告|發布|宣布|公開(?!露|場|亮|發)|發(?!放|生|現|展|給))|榜還沒|文還(?:沒|在)|公文還在|新聞稿(?:還|沒|明天|下)|(?:公告|公布|記者會|派令|人事令|處分書|裁處書|新聞稿|公文)(?:要|得|會)?(?:等|到)?(?:下|明|後|月底|年底|禮拜|週|星期|十)"
    r"|(?:喬|內定|談|講|敲)好了|才會說|(?:才|再|準備|即將|將)(?:要)?(?:會)?(?:公布|公告|發布|宣布|發(?:新聞稿|派令|布)?|送達|公開說明|開記者會|開)|(?:公布|公告|發布|宣布|放榜|開標|送達|核定|決標|發文|會議|開會)(?:之)?前|未定案|內定(?!院長|人選|的宣戰|人,)|拍板|剛(?:從會議室|開完會|出來|定案|裁示|拍板)|定案|圈選?了|簽了|核定中|不會發布|還在(?:改|研議|跑|會簽|簽)|院會通過|對外(?:仍|還是|一律|都)(?:稱|說|宣稱)|(?<=[(（])不公開[)）]|(?:表決|投票|開)完|(?:資料|稿子|公文|海報|名單)都?(?:印|排|寫|擬|打)好了|才(?:會)?(?:到|蓋章|核定|布達|見報|上網|公開|開記者會|開標)|等[^,。]{0,6}(?:令下來|批下來|核下來|簽下來|下來)|都?(?:拿到|核下來|批下來|敲定|談好|喬好|講好)了|已經被(?:我們)?(?:打掉|刷掉|內定|排除)|要(?:裁掉|裁撤|砍掉|併校|收回|撤換)|先(?:不要|別)找|(?:公文|文|令|函)(?:還|尚)?(?:沒|未)(?:出去|到|寄|下來)|[長委](?:批|簽|核|點頭)了|(?:剛|才)(?:批|簽|核)(?:下來|完|了)|(?:稿|案子)(?:還)?在(?:長官|首長|局長|主委|市長)(?:那|桌)|抽屜"
)
INSIDER = re.compile(
    r"我們[\p{Han}]{0,3}(?:小隊|分隊|勤務|專案|股|派出所|辦公室)|我有份|我看到(?:公文|名單|簽|資料)|聽(?:人事|會計|秘書|總務|資訊)[^,。]{0,2}(?:說|講)|(?:資訊室|人事室|會計室|總務處|政風室|秘書室)(?:說|講)|我幫[^,。]{1,5}(?:打|寫|擬|訂|排)|我[阿]?[姨舅嬸叔姑伯]在|我問到了?|我剛在[^,。]{1,8}(?:看|聽)到|勤教|我(?:也)?有(?:參與|出題)|剛剛?看到(?:簽|公文|名單)|(?:那邊|剛)(?:剛)?通知|叫我們(?:不|別)|我[爸媽哥姊姐弟]在|隔壁[股科課]|你(?:們家|們公司)|我們處|我們(?:局|科|課|所|處|室|隊|中隊|分局|單位|機關|長官|主任|科長|課長|組|連|旅|營|大隊|老闆|部裡|署裡|處長|局長|負責|先撤)(?!應|也|的同仁|一直)|敝單位|我(?:負責|被排|值班|值勤|在(?:裡面|處裡|機場|部裡|櫃台|局裡)|手上(?:這|有)|有看到|打好|寫好|訂的|接的|經手|幫他(?:訂|排)|上班|辦的|排到)|我(?:弟|哥|姊|姐|妹|學姊|學長|表哥|老闆|同學|朋友|爸|媽|老公|老婆)[^,。]{0,4}(?:在|說|講|當)|"
    r"(?<![跟向對請問])(?:學長|學姊|長官|主任|科長|局長|處長)(?:說|講|教|叫|親口|罵)|值班|備勤|值勤|上班時|剛開完會|剛(?:收到|拿到)|同梯|的人講的|朋友講的|聽我[\p{Han}]{1,2}講|內部(?:簡報|會議|群組)|(?:科務|公務|局內|勤務|內部)群組|兄弟們|我(?:週|星期)[一二三四五六日]|副座|開完就傳給我|我(?:看|聽)到了?$|名單我看到|寄你看|(?:局|隊|所|處|院|府|部|會|課|科|公所)裡的?(?:人|朋友|學|同|無線|車|系統|說|講)|是我(?:學長|學姊|學弟|學妹|指導教授|同學|表哥|叔叔|舅舅|朋友|老闆|長官)|我(?:哥|弟|姊|姐|爸|叔|舅|老公|老婆|男友|女友)(?:他們|那邊|的單位|那艘|那連)|(?:學妹|學弟|同事|助理|司機|人事|會計|秘書|總機|工讀生|警衛)(?:跟我|偷偷|私下)?(?:說|講)|的人(?:說|講|跟我)|我(?:去)?當(?:委員|評審|評委)|我剛(?:訂|排|印|打|送|收|開|從)|我(?:來|去)?(?:開車|接機|接送|安排|負責)|我們(?:公所|市府|縣府|鄉公所|署|院|校|分隊|派出所|課長|科長|組長|抓|要去)|題目我|我知道(?:題目|名單|答案)|(?:朋友|姊妹)偷偷|我在[^,。]{1,10}(?:上班|值班|當差)|我[^,。]{0,4}印的|我看到第|經手"
)
FUTURE = re.compile(
    rf"明(?:天|早|晚|日|晨)|後天|大後天|今(?:晚|夜)|等(?:等|一下|下)|待會|馬上|即將|(?:下|這)(?:個)?(?:週|周|禮拜|星期|個?月|季|次)|月底|年底|禮拜[一二三四五六日天]|(?:週|星期)[一二三四五六日](?!至|到)|(?:會|要|將)(?:在|於|到|去|來|調|換|降|宣布|公布|開)|正在|現在|準備|排在|{N}{{1,2}}月{N}{{1,3}}[日號](?:[早晚上下凌])|[今明]年"
)
TIME = re.compile(rf"{N}{{1,3}}[點時](?:{N}{{1,3}}分?|半|整)?|[0-9]{{1,2}}:[0-9]{{2}}|[0-9]{{1,2}}-[0-9]{{1,2}}時|[上下]午|凌晨|清晨|晚上|中午|早上|傍晚|(?:明|今|後)(?:早|晚|天|日)|(?:下|這)?(?:個)?(?:週|星期|禮拜)[一二三四五六日天]|{N}{{1,2}}月{N}{{1,3}}[日號]|月底|整點|下(?:週|周|個?月|禮拜)|十點")
AMOUNT = re.compile(rf"(?:{N}|[,.]){{1,10}}(?:\.[0-9]+)?(?:萬|億|元|千|%|折|分)|(?:第)?{N}{{1,3}}(?:家|組|位|個人?|名|艘|輛|枚|樓|頁|題|版|台|支|號|包廂|桌|梯|輪)|[0-9]{{3,}}")
PLACE = re.compile(r"(?:飯店|酒店|旅館|機場|車站|高鐵|餐廳|招待所|側門|後門|正門|電梯|地下停車場|停車場|包廂|路口|[\p{Han}]{2,3}[路街](?!口碑)|[一二三四五]段|橋(?:頭|下|南端|北端)?|巷口|夜市|工業區|官邸|服務處|工地|營區|舞台|捷運|出口|林森|國道|外海|港|東岸|恆春|基地|松山|桃園|台中|高雄|法院|門口|機房|櫃|抽屜|金庫|鏡頭)")
PICTURE = re.compile(r"附圖|如圖|圖[一二三123]|照片|截圖|擷圖|翻拍|拍給(?:你|大家)|貼(?:一張|一下|給你)|限時動態|直播|打卡|po(?:出|上)|附上|附件|轉貼|傳給你")
PERSON = re.compile(r"[陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐周葉蘇莊江呂何蕭羅高潘簡朱鍾溫](?:姓|先生|小姐|股長|課長|科長|科員|技士|專員|主任|副|局長|處長)|老[陳林黃張李王吳劉蔡楊]|小[陳林黃張李王吳劉蔡楊]|那(?:個|位)|隔壁科|[一二三四五六]樓的|學妹|課長|接的是|三樓")

PAST = re.compile(r"昨(?:天|日|晚)|前天|上(?:週|周|個?月|禮拜|次)|去年|已(?:經|於|由|公布|公告|發布|刊登|結束|返)|業(?:經|已)|(?:日前|過去|以前|當年|曾經)|公布(?:上|第|了)|[^還沒未]公布於|結束後|返隊|圓滿|落幕|順利完成|考後|賽後|後公布")
PUBLIC = re.compile(
    r"(?:已|業)(?:於|經|由)?[^。;\n]{0,14}(?<!未)(?:決標|發包|簽約|動工|開工|完工|完成發包)|決標金額|"
    r"(?<!還沒|尚未|不會|才會|才|再|未|下個月|前)(?:公告|公布|發布|刊登|登載|公開說明)(?:於|在|如下|:|今|上|第|裁|名單|酒駕|五種|修補|已|期|當日|過|的)|(?<!還沒發|還沒有|沒發|才發|明天發)新聞稿(?!還|沒|明|下|在改|再)|正式(?:公告|函文|公布|宣布)|記者會(?:宣布|上宣布|說明|表示)|(?:官|府)網|網站|粉專|臉書|連結|懶人包|詳見|聯合報|中央社|自由時報|中國時報|新聞(?:都|有|報|:|說)|媒體(?:報導|採訪|朋友)|歡迎|呼籲|提醒(?:同仁|大家|民眾|各)|敬請|公聽會|說明會(?:將|於|訂)|廣告|電影|影集|小說|遊戲"
)
QUIZ = re.compile(r"何者|下列|[(][AaBbCc1-4甲乙丙][)][^\n]{2,40}[(][BbCcDd2-5乙丙丁][)]|標準答案|是非題|選擇題")
PLAIN = re.compile(r"規定|辦法第|應(?:依|於|先|以|留存|經|每|隨)|須經|不得|得以|指引|原則上|考績法|施行細則|申請單|作業規定|空白格式|填寫|請勿|宣導|講習|訓練|範例|案例|基本觀念|手冊")


@dataclass(frozen=True, slots=True)
class Topic:
    """One family of official business.  ``words`` is its vocabulary, ``specific`` names further details that count as specific."""

    kind: Kind
    name: str
    words: "re.Pattern[str]"
    label: str
    fix: str
    masked: str
    specific: "re.Pattern[str] | None" = None
    sole: "re.Pattern[str] | None" = None  # so concrete that no sign of secrecy is needed
    broad: "re.Pattern[str] | None" = None  # wider vocabulary, heard only where the speaker hushes, or is inside and ahead
    not_topic: "re.Pattern[str] | None" = None  # readings of the words that are something else


SIGNS: tuple[tuple[str, "re.Pattern[str]", float, str], ...] = (
    ("secrecy", SECRECY, 0.35, "要人保密或私下說"), ("unpublished", UNPUBLISHED, 0.4, "還沒公布"), ("insider", INSIDER, 0.3, "說話的人是內部人員"), ("future", FUTURE, 0.25, "講的是還沒發生的事"),
)  # fmt: skip
DETAILS: tuple[tuple[str, "re.Pattern[str]", float, str], ...] = (
    ("time", TIME, 0.2, "時間"), ("amount", AMOUNT, 0.2, "數字"), ("place", PLACE, 0.15, "地點"), ("picture", PICTURE, 0.2, "圖片或附件"), ("person", PERSON, 0.15, "特定的人"),
)  # fmt: skip


def leaks(passage: Passage, topic: Topic) -> Iterator[Hit]:
    """Statements about ``topic`` that are specific and not public."""
    done, count, restarted = -1, 0, False
    judged: set[str] = set()
    hushed = passage.once("leaks.hushed", lambda: HUSH.search(passage.text) is not None)
    for match in _topic_words(topic, passage.text, hushed=hushed):
        if match.re is topic.broad and not restarted:
            restarted, done = True, -1
        if match.start() < done or count >= KEPT:
            continue
        low, high = statement(passage.text, match.start(), match.end())
        said = passage.text[low:high]
        if said in judged:
            continue
        judged.add(said)
        if topic.not_topic is not None and topic.not_topic.search(passage.text, max(low, match.start() - 12), min(high, match.end() + 12)):
            continue
        hit = _judge(passage, topic, low, high, match.span(), broad=match.re is topic.broad)
        if hit is not None:
            done = high
            count += 1
            yield hit
        else:
            done = match.start() + STRIDE


def _topic_words(topic: Topic, text: str, *, hushed: bool) -> "Iterator[re.Match[str]]":
    """Words of the topic, the narrow ones before the broad ones."""
    yield from topic.words.finditer(text)
    if topic.broad is not None and hushed:
        yield from topic.broad.finditer(text)


_SPEAKER = re.compile(r"(?<![^\n])[^\n:]{2,16}(?:答|問)?:[ ]{0,2}\n")


def transcript(passage: Passage) -> bool:
    """Whether the text is a verbatim record: lines that name the speaker alone."""
    return passage.once("leaks.transcript", lambda: sum(1 for _ in _SPEAKER.finditer(passage.text, 0, 20_000)) >= 2)


def statement(text: str, start: int, end: int) -> tuple[int, int]:
    """The line or sentences around ``[start, end)`` that make one statement, at most WINDOW characters on each side."""
    low = max(text.rfind("\n", max(0, start - WINDOW), start) + 1, start - WINDOW, 0)
    high = text.find("\n", end, end + WINDOW)
    return low, min(len(text), end + WINDOW) if high < 0 else high


def _judge(
    passage: Passage, topic: Topic, low: int, high: int, span: tuple[int, int], *, broad: bool
) -> Hit | None:
    said = passage.text[low:high]
    signs = [(code, weight, text) for code, pattern, weight, text in SIGNS if pattern.search(said)]
    details = [(code, weight, text) for code, pattern, weight, text in DETAILS if pattern.search(said)]
    if topic.specific is not None and topic.specific.search(said):
        details.append(("specific", 0.3, "具體內容"))
    sole = topic.sole is not None and topic.sole.search(said) is not None
    codes = {code for code, *_ in signs}
    if not sole and not (signs and details) and len(codes - {"future"}) < 2:
        return None
    short = len(passage.text) <= SHORT_TEXT and details
    inside = codes & {"unpublished", "insider"}
    if broad and not sole and not ("secrecy" in codes or (inside and (len(codes) >= 2 or short))):
        return None
    if broad and len(passage.text) > LONG_TEXT and not ("secrecy" in codes and codes & {"unpublished", "insider"}):
        return None
    confidence = 0.62 if sole else 0.1
    reasons = [Reason(Layer.FORM, f"topic-{topic.name}", f"主題：{topic.label}", confidence)]
    if sole:
        reasons.append(Reason(Layer.CONTEXT, "concrete", "內容具體到不必再有其他跡象", 0.0))
    for code, weight, text in (*signs, *details):
        confidence = 1 - (1 - confidence) * (1 - weight)
        reasons.append(Reason(Layer.CONTEXT, f"sign-{code}" if code in SIGN_CODES else f"detail-{code}", text, weight))
    factor, cause = _talk(passage, said, span, signs, sole=sole)
    if passage.context.channel is not Channel.POST and not sole:
        factor *= 0.92
    if factor < 1:
        reasons.append(Reason(Layer.CONTEXT, "talk", f"降低：{cause or '不是貼文'}", round(confidence * (factor - 1), 2)))
    confidence *= factor
    if model := weigh(passage, *span):
        confidence += model.weight
        reasons.append(model)
    confidence = round(max(0.0, min(MOST, confidence)), 2)
    start = low + len(said) - len(said.lstrip())
    return Hit(topic.kind, start, max(start + 1, low + len(said.rstrip())), confidence, tuple(reasons), topic.masked, topic.fix)


FORMAL = re.compile(r"本(?:府|局|署|部|會|院|所|席|人)|貴(?:席|會|府|局)|敬答覆|提案人|案由|議員[\p{Han}]{0,3}(?:問|答|:)|辦法:|第[一二三四五六七八九十0-9]{1,3}[條項點款]|[一二三四五六七八九十]、|民國")
YEAR = re.compile("(1[0-9]{3}|20[0-9]{2})年")
SHORT_TEXT = 200  # characters of a post or a line of chat
FUTURE_TEXT = 300  # in a longer text 「下週」 alone is a plan like any other
LONG_TEXT = 500  # characters; posts and notes are shorter


def _before_this_year(passage: Passage, said: str) -> bool:
    return any(int(m[1]) < passage.context.today.year for m in YEAR.finditer(said))


HUSH = re.compile(f"{SECRECY.pattern}|{UNPUBLISHED.pattern}|{INSIDER.pattern}")
SIGN_CODES = {code for code, *_ in SIGNS}


def _talk(
    passage: Passage, said: str, span: tuple[int, int], signs: Sequence[tuple[str, float, str]], *, sole: bool
) -> tuple[float, str]:
    """Factor for what is published, past, taught, asked or reported."""
    near, whole = local(passage, *span), setting_of(passage)
    codes = {code for code, *_ in signs}
    factor, cause = 1.0, ""
    hushed = bool(codes & {"secrecy", "unpublished"})
    for holds, value, text in (
        (PUBLIC.search(said) is not None, 0.75 if hushed else 0.45, "已公開或是公告、新聞"),
        (PAST.search(said) is not None and not sole and not codes & {"secrecy", "unpublished", "insider", "future"}, 0.5, "講的是過去的事"),
        (_before_this_year(passage, said) and not sole and not hushed, 0.5, "講的是往年的事"),
        (codes == {"future"} and len(passage.text) > FUTURE_TEXT, 0.5, "長文中的一般敘述"),
        (PLAIN.search(said) is not None, 0.85 if hushed else 0.5, "是規定或宣導"),
        (near.law or whole.law, 0.5, "是法規"), (near.news or whole.news, 0.6, "是新聞"), ((whole.teaching or near.teaching) and "secrecy" not in codes, 0.6, "是宣導或講習"),
        (FORMAL.search(said) is not None and "secrecy" not in codes, 0.6, "是公文或議事紀錄的語氣"),
        (transcript(passage), 0.45, "是逐字紀錄"), (whole.job_advert, 0.3, "是徵才"), (whole.fiction or made_up(passage, *span), 0.4, "是故事"), (QUIZ.search(said) is not None, 0.4, "是試題"), (near.question and not hushed, 0.5, "是問句"), (near.hypothetical or near.conditional, 0.7, "是假設"),
        (whole.blank_form, 0.3, "是空白表單"), (whole.published and not hushed, 0.7, "已公開"), (whole.procedure and not hushed, 0.7, "是程序說明"), (whole.official_letter and not hushed, 0.6, "是公文"),
    ):  # fmt: skip
        if holds:
            factor *= value
            cause = cause or text
    return factor, cause

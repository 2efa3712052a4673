"""Closed meetings: secret sessions, numbered copies, papers to be returned, deliberations told outside.

Minutes and agendas of collegial bodies are published as a rule (政府資訊公開法 Art. 7 I 10), so 會議紀錄 alone is nothing, and 請勿拍照 hangs in every theatre.
Asked for are several signs of one paper (秘密會議, 編號第003號／共25份, 會後收回, what members said), or somebody who tells what was said or
voted in a body whose deliberations are secret, or in a session that he himself calls closed or unannounced.
Sources: 國家機密保護法施行細則 Art. 27; 行政院會議議事規則 Art. 11–12; 公務人員考績法 Art. 20; 陞遷法 Art. 16; read 2026-11-22.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.contract import Hit, Passage, pattern
from dlp.detectors.official.signs import FRAMES, NAMES, Paper, Sign, discount, lowered, papers
from dlp.detectors.official.variants import words
from dlp.detectors.setting import NEAR, local
from dlp.document import Place
from dlp.finding import MEDIUM_FROM
from dlp.kinds import Kind

ID = "official.meetings"
KINDS = (Kind.MEETING_CLOSED,)
CUES = (
    *words(
        "秘密會議", "不公開", "非公開會議", "閉門", "機密會議", "機密議案", "密)會議", "密會議", "會後收回", "會後繳回", "會後回收", "會後交回", "會後銷毀", "用畢收回", "用畢繳回", "議畢收回", "閱畢收回", "閱畢繳回", "於會後", "散會後", "編號分發", "領用簽",
        "攜出", "帶離", "保密切結", "保密同意", "談論", "對外公開", "對外說", "對外一律", "發布新聞", "個別意見", "評選會", "評審會", "考績會", "甄審會", "教評會", "性平會", "懲戒會", "審議會", "申評會", "人評會", "遴選", "都委會", "環評", "考核會",
        "內部會議", "局務會議", "主管會議", "科務會議", "首長會議", "專案會議", "專案小組", "協調會", "會前會", "會報", "考核", "懲戒", "僅供與會", "表決", "投票", "裁示", "會議上", "會議裡", "會中", "開完會", "開會", "會議紀錄", "會議資料", "的會", "委員發言", "秘密方式",
    ),
    *pattern(r"編號[ \t:]{0,4}(?:第 {0,2})?[0-9]{1,4}"), *pattern(r"No\. ?[0-9]{2,4}"), *pattern(r"共[ \t]{0,2}[0-9]{1,4}[ \t]{0,2}份"),
)  # fmt: skip

OPEN, CLOSE = r"[\[【〔(「『]", r"[\]】〕)」』]"
BODY = r"(?:考績|甄審|教評|性平|性騷擾?申訴|懲戒|懲處|審議|申評|人評|評選|評審|遴選|都委|都計|環評|考核|校評|獎懲|調查|倫理)(?:委員)?(?:會議?|小組)"
HOUSE = r"(?:內部|局務|主管|科務|處務|首長|府內|幕僚|閉門|不公開|秘密|機密|會前|專案|應變)(?:小組|協調|工作)?(?:會議?|會報)"
WHO = r"(?:主席|召集人|局長|副局長|處長|科長|課長|長官|老闆|市長|縣長|部長|次長|秘書長|院長|署長|校長|主任|法制|主計|[\p{Han}]{1,3}(?:委員|局長|處長|科長|老師|教授|議員)|委員|調查小組|大家)"
SAID = r"(?:裁示|說|講|嫌|罵|反對|贊成|不?同意|主張|堅持|要求|拍板|擋|傾向|認為|建議|決定|投|打|圈|表決|定調|點名|放話|質疑|坦承)"
SHUT = r"(?:秘密|(?:絕對|極)?機密|不公開|非公開|閉門)"
PAPER_NOUN = r"(?:資料|文件|本件|本份|簡報|議程|紀錄|議案|名冊|名單|冊|附件|密件|卷宗)"


def _label(passage: Passage, match: "re.Match[str]") -> bool:
    """A short line of its own, a bracket, or a title; not a word in a sentence."""
    low, high = passage.line(match.start())
    return high - low <= 46 and not re.search(r"[。;]|應|得以|須|如有|審查|審議[^會]|行之|依|規則|辦法|規定|何謂|可否", passage.text[low:high])


def _of_papers(passage: Passage, match: "re.Match[str]") -> bool:
    """It is papers that are to be returned or numbered, not umbrellas or badges."""
    low, high = passage.sentence(match.start())
    clause = re.split(r"[,;、:]", passage.text[low : match.start()])[-1].strip()
    if re.search(r"識別證|名牌|雨傘|鑰匙|制服|票|卡|器材|餐|證|球|抽獎|獎|禮|車|輔具|設備|麥克風|耳機|問卷", clause):
        return False
    return bool(re.search(PAPER_NOUN, passage.text[low : match.end()]) or len(clause) <= 4 or re.search("會議|編號|本", passage.text[max(0, match.start() - 60) : high + 20]))


NOT_NEWS = re.compile("(?:不|沒|未|再|才|先)發(?:布)?新聞")  # said of what is held back


def _told(passage: Passage, match: "re.Match[str]") -> bool:
    near = local(passage, *match.span())
    said = NOT_NEWS.sub("", passage.text[slice(*passage.sentence(match.start()))])
    news = near.news and NEAR["news"].search(said) is not None
    return not (news or near.question or near.job_advert or near.fiction or near.law or near.conditional or near.hypothetical)


SIGNS: tuple[Sign, ...] = (
    Sign("closed", "closed-title", "標題寫明秘密、不公開或閉門會議", 0.56, re.compile(rf"(?m)^[^\n。]{{0,24}}(?:{SHUT}(?:審議|審查|討論|專案|部分)?(?:會議|議案|會)(?:紀錄|資料|議程|簡報)?|(?:會議|審議|評選)[^\n。]{{0,8}}{OPEN}[ \t]{{0,2}}(?:{SHUT}|密)[ \t]{{0,2}}{CLOSE}|{OPEN}[ \t]{{0,2}}{SHUT}(?:會議)?[ \t]{{0,2}}{CLOSE}[^\n。]{{0,12}}會議)(?=[^\n。]{{0,22}}$)"), laid=True, check=_label),
    Sign("closed", "closed", "說明是秘密、不公開或閉門的會議", 0.34, re.compile(rf"{SHUT}(?:方式)?(?:舉行|召開)?的?(?:審議|審查|討論|專案|協商)?(?:會議|議案|會(?!員|計))|以秘密(?:會議)?方式(?:舉行|召開)|(?:會議|本(?:次)?紀錄|本資料)(?:內容|過程|紀錄)?(?:一律)?不(?:對外)?公開")),
    Sign("numbered", "numbered", "逐份編號", 0.42, re.compile(r"(?:^|(?<=[\n(\[【,。; \t]))(?:本份為?|本件)?(?:編號[ \t]{0,3}:?|第)[ \t]{0,3}(?:第[ \t]{0,2})?[0-9]{1,4}[ \t]{0,2}[號份]?[ \t]{0,3}[/,、(]?[ \t]{0,2}共[ \t]{0,2}[0-9]{1,4}[ \t]{0,2}份|(?m:^[ \t>]{0,60}(?:No\. ?|編號[: ]{0,2}第?)[ \t]{0,3}0[0-9]{1,3}[號份]?[ \t]{0,4}$)|編號第 ?[0-9]{1,3} ?號|第 ?[0-9]{1,3} ?號[ /,]{1,3}共 ?[0-9]{1,3} ?份"), laid=True, check=_of_papers),
    Sign("numbered", "numbered-copies", "資料逐份編號發放", 0.36, re.compile(r"編號(?:分發|發放|發送|領取)"), check=_of_papers),
    Sign("return", "return", "會後收回", 0.44, re.compile(rf"(?:會後|用畢|議畢|閱畢|散會後|會議(?:結束|終了)後?)(?:請|即|務必|一律|當場|全數|由[\p{{Han}}]{{2,6}}|須|應|要|得)?(?:收回|繳回|交回|交還|回收|銷毀|歸還)(?=$|[\s,。;、!)\]】:]|給|主辦|承辦)|{PAPER_NOUN}[^\n。;]{{0,10}}請?(?:務必|要)?(?:於)?會後要?(?:繳回|收回|交還)"), check=_of_papers),
    Sign("rules", "no-carry", "禁止攜出、拍照或錄音", 0.22, re.compile(r"(?:請勿|不得|禁止|嚴禁|勿)(?:將[^\n。]{0,8})?(?:攜出|帶離|拍照|錄音|錄影|攝影|翻拍|抄錄|影印)(?:[、及或,/]?(?:拍照|錄音|錄影|攝影|翻拍|抄錄|影印|複製)){0,4}|(?:請)?關閉手機")),
    Sign("rules", "receipt", "領用要簽名", 0.28, re.compile(r"(?:資料|文件|議程)[^\n。]{0,4}(?:領用|簽收)(?:簽名|登記)?[表冊]?|領用人?簽名")),
    Sign("silence", "silence", "要求與會的人保密", 0.34, re.compile(r"(?:與會|出席|列席|出列席)(?:人員|委員)?(?:應|請|須)?[^\n。]{0,16}(?:保密|不得對外|不得談論|切結|對外不得)|會議(?:內容|過程|決議|結論)?[^\n。]{0,10}(?:不得對外|不對外公開|請勿外傳|保密|不得公開|絕不外洩|不得外洩)|未經(?:[\p{Han}]{0,4}同意|許可)(?:前)?不得(?:對外)?發布(?:新聞)?|(?:委員)?個別意見[^\n。]{0,8}(?:保密|嚴守秘密|不得)|保密(?:切結|同意)書?|出列席人員對外不得談論|僅供與會(?:人員|者|委員)?")),
    Sign("minutes", "minutes", "會議資料或紀錄的欄位", 0.2, re.compile(r"(?m)^[ \t>]{0,8}(?:會議名稱|會議時間|開會時間|時間|地點|主席|主持人|出席(?:人員|委員|者)?|列席(?:人員|者)?|紀錄|記錄|討論事項|報告事項|案由|決議|臨時動議|主席裁示|開會事由)[ \t]{0,4}[:]"), laid=True),
    Sign("voices", "voices", "記下各委員的發言或投票", 0.42, re.compile(r"(?m)^[ \t>]{0,8}(?:[甲乙丙丁戊A-E]|[\p{Han}○]{1,3})委員(?:意見|發言)?[ \t]{0,3}:[^\n]{2,60}|委員(?:個別)?(?:發言|意見)(?:摘要|紀錄)|(?:表決|投票)(?:結果|過程)?[^。;\n]{0,8}[0-9一二三四五六七八九十]{1,3} ?票?(?:比|對|:)[ ]?[0-9一二三四五六七八九十]{1,3}"), laid=True),
    Sign("told", "told-body", "說出審議時誰說了什麼或怎麼投票", 0.46, re.compile(rf"{BODY}[^。;\n]{{0,26}}?(?:{WHO}[^。;\n]{{0,10}}?{SAID}|[0-9一二三四五六七八九十]{{1,3}} ?(?:票)?(?:比|對|:)[ ]?[0-9一二三四五六七八九十]{{1,3}}|[一二三四五六七八九兩0-9]{{1,2}}(?:個|位|票)[^。;\n]{{0,8}}(?:投|贊成|反對|同意|不同意))|(?:在|剛從|參加|列席)[^。;\n]{{0,6}}{BODY}[^。\n]{{0,20}}{SAID}"), laid=True, check=_told),
    Sign("told", "told-house", "說出內部會議上長官或委員的話", 0.46, re.compile(rf"(?:剛剛|剛才|剛開完|剛從|剛結束|今天|昨天|上午|下午|早上|今早|這次|上次|那場|上週|前天|方才|稍早)[^。;\n]{{0,14}}?(?:{HOUSE}|開會|會議|的會|開完會|那個會)(?:上|中|裡|時|裡面|的時候|出來)?[^。;\n]{{0,24}}?{WHO}[^。;\n]{{0,8}}?{SAID}|{HOUSE}(?:上|中|裡|時|裡面|的時候|剛)[^。;\n]{{0,20}}?{WHO}[^。;\n]{{0,8}}?{SAID}"), laid=True, check=_told),
    Sign("hush", "hush", "說的人要對方別說或表明還沒公開", 0.4, re.compile(r"(?:不要|先別|別|先不要|不能|不可以|不准|勿)(?:再|先)?(?:跟[^,。]{1,6})?(?:說|講|外傳|外流|傳|公開|轉|告訴|po)|對外(?:就|先|一律|都|說法)?(?:說|講|稱|還)|(?:還|尚)(?:沒|未|不能|不)(?:有)?(?:公布|公開|發布|對外|說|宣布|公告|發)|私下|偷偷|自己人|內部知道|你知道就好|看完(?:就|請)?刪|會後本來要收回|別說是我"), laid=True),
    Sign("body", "body", "審議過程依法保密的委員會", 0.2, re.compile(BODY)),
    Sign("handed", "handed", "把會議資料或紀錄交出去", 0.24, re.compile(r"(?:附上|檢附|附件是|拍給|傳給|寄給|貼(?:給|上|一下)|截圖|翻拍|流出|給你看)[^。\n]{0,24}(?:會議|紀錄|議程|會議資料|簡報)|(?<=(?:會議|紀錄|會議資料)[^。\n]{0,22})(?:附上|給你|傳你|拍給|截圖|如附|翻拍|拍照)")),
)  # fmt: skip
HARD = ("closed", "numbered", "return", "silence", "voices", "minutes")
CORE = ("closed", "numbered", "return", "told", "silence", "voices")
PARTNERS: dict[str, tuple[str, ...]] = {  # what must stand beside the anchor; others only strengthen
    "told": ("hush", "closed", "return"), "voices": ("closed", "return", "numbered", "silence", "hush"), "silence": ("closed", "return", "numbered", "voices", "minutes"),
}  # fmt: skip
OUTCOME = re.compile(
    r"已(?:公告|公布|上網|刊登|發布|公開)|會議紀錄(?:已|可(?:於|至)|公開|公告|刊登|全文|下載)|直播|旁聽|新聞稿|歡迎|議事錄|公報|決議公布|(?<!不)公開會議|公聽會|說明會|里民大會|質詢|聯合聲明|記者會"
)
FIX = "不公開會議的內容與資料不對外提供；需要對外說明時，簽陳首長核可後以新聞稿發布結論。"
MASK = "［會議內容］"


def find(passage: Passage) -> Iterator[Hit]:
    """Papers of closed meetings and talk out of them, one hit a paper."""
    if passage.view == "joined":
        return
    for paper in papers(passage, SIGNS, core=CORE, reach=REACH):
        hit = _judge(passage, paper)
        if hit is not None:
            yield hit


REACH = 900  # characters


def _judge(passage: Passage, paper: Paper) -> Hit | None:
    best, anchor = paper.best, paper.anchor
    framed = passage.part.place in FRAMES | NAMES | {Place.SUBJECT} and anchor.sign.family in ("closed", "return", "numbered")
    wanted = PARTNERS.get(anchor.sign.family)
    if not framed and (len(best) < 2 or (wanted and not any(f in best for f in wanted))):
        return None
    confidence = min(0.94, paper.confidence if not framed else max(paper.confidence, 0.6))
    # A sign that its sentence has weakened (rules, lessons) is no sign of a paper in hand.
    hard = sum(f in best and (best[f].sign.laid or best[f].weight >= best[f].sign.weight * 0.7) for f in HARD)
    hard += "rules" in best and bool(best.keys() & {"closed", "return", "numbered"})
    if hard < 2 and not framed and not best.keys() & {"hush", "handed"}:
        confidence = min(confidence, MEDIUM_FROM - 0.05)
    factor, cause = discount(passage, letter=hard >= 3)
    around = passage.text[max(0, anchor.start - 300) : anchor.end + 300]
    if OUTCOME.search(around) and hard < 3:
        factor, cause = factor * (0.8 if "hush" in best else 0.5), cause or "會議或結論已公開"
    reasons, confidence = lowered(paper.reasons, confidence, factor, cause)
    if confidence < 0.2:
        return None
    start, end = anchor.start, anchor.end
    text = passage.text[start:end]
    start += len(text) - len(text.lstrip())
    form = "told" if anchor.sign.family == "told" else "paper"
    return Hit(Kind.MEETING_CLOSED, start, max(start + 1, end), confidence, reasons, MASK, FIX, {"form": form, "families": ",".join(best)})


def mask(value: str) -> str:
    """The whole statement is replaced."""
    return MASK

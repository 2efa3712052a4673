"""限閱 and its kin: marks that limit reading without being a secrecy grade.

內部使用, 僅供內部參考, 請勿外流, 不得轉傳, 機敏, 不公開, TLP:AMBER … count where they stand as a label (alone on a line, in brackets, in a page
frame, subject or file name, or said to the reader about the very paper), not where a text talks about such labels.
Sources: 政府資訊公開法 Art. 18 I 3; awareness rule 文書機密維護 7; 資安情資 traffic-light protocol 2.0; read 2026-11-22.
"""

from collections.abc import Iterator
from dataclasses import replace

import regex as re

from dlp.detectors.contract import Hit, Passage, pattern
from dlp.detectors.official import handed_back, meetings, told
from dlp.detectors.official.at_hand import exercise, story
from dlp.detectors.official.signs import teaches
from dlp.detectors.official.variants import compile_wide, words
from dlp.detectors.setting import local, sentence_range, setting_of
from dlp.document import Place
from dlp.finding import MEDIUM_FROM, Layer, Reason
from dlp.kinds import Kind

ID = "official.restricted"
KINDS = (Kind.RESTRICTED_MARK,)
CUES = (
    *words("限閱", "內部", "對內使用", "外流", "外傳", "轉傳", "轉寄", "轉載", "轉發", "翻拍", "散布", "散佈", "流出", "外洩", "僅限", "只限", "僅供", "機敏", "敏感", "資料等級", "資訊等級", "敏感文件", "不公開", "閱後", "看完", "親啟", "彌封", "攜出"),
    *words("商業機密", "公務機密", "TLP", "internal", "distribut", "official use only", "restricted", "別分享", "不要分享", "勿分享", "不要公開", "勿公開", "不要提供", "勿提供"),
    *pattern(r"限[ \t]{1,6}閱"),
    *pattern(r"限[ \t]{0,4}\r?\n[ \t>]{0,30}閱"),
    *pattern(r"[會用議閱][後畢后][^\n]{0,10}[收繳缴交回銷销歸归]"),
    *pattern(r"[限供][^\n]{1,12}[閱阅知參参使][覽览讀读悉考用閱阅]"),
)  # fmt: skip

SPACE = "[ \t]"
LABEL = (
    r"(?:限 {0,6}閱|(?:僅|只|限|專)?(?:供|限)?(?:機關|本府|本局|本處|本所|單位|科室)?內部(?:使用|參考|參閱|傳閱|文件|資料|討論(?:用|稿)?|留存|用)(?:文件|資料)?|"
    r"機敏(?:資料|資訊|文件)?|敏感(?:資料|文件)|本件(?:部分)?不公開|(?:對外)?不公開|暫不公開|親啟|彌封|商業機密|公務機密|"
    r"INTERNAL(?: USE)?(?: ONLY)?|FOR INTERNAL USE ONLY|FOR OFFICIAL USE ONLY|RESTRICTED|DO NOT DISTRIBUTE|NOT FOR DISTRIBUTION|TLP ?: ?AMBER(?:\+STRICT)?|TLP ?: ?RED)"
)
PLEA = r"(?:請|敬請|懇請|拜託|先|千萬|麻煩)?(?:勿|不要|先不要|先別|不得|不可|別|禁止|嚴禁|切勿)(?:任意|自行|隨意|再|先)?(?:對外)?(?:外流|外傳|外洩|轉傳|轉寄|轉載|轉發|流出|散布|散佈|翻拍|公開|提供|分享)(?:給?(?:他人|外人|第三人|外部))?"
OPEN, CLOSE = r"[\[【〔(「『<《]", r"[\]】〕)」』>》]"
ALONE = compile_wide(
    rf"(?mi)^[ \t>※*★◎●■▲#>\-]{{0,12}}(?:{OPEN}{SPACE}{{0,3}})?(?P<mark>{LABEL}(?:[,、 ]{{0,2}}{PLEA})?|{PLEA})(?:{SPACE}{{0,3}}{CLOSE})?[ \t※*★!。.]{{0,12}}$"
)
BRACKET = compile_wide(
    rf"(?i)[\[【〔(]{SPACE}{{0,3}}(?P<mark>{LABEL}(?:[,、;: ]{{0,2}}{PLEA})?|(?:內部資料|本資料|本件|本文件)?[,、 ]{{0,2}}{PLEA}){SPACE}{{0,3}}[\]】〕)]"
)
FIELD = compile_wide(
    rf"(?mi)(?:閱讀限制|公開屬性|資[料訊]分級|(?:文件|資料|資訊|保密)等級|機密等級|敏感等級|分級|密等)[ \t]{{0,4}}[:|\t][ \t]{{0,6}}(?P<mark>{LABEL})"
)
TICKED = compile_wide(
    r"(?mi)(?:閱讀限制|公開屬性|資[料訊]分級|(?:文件|資料|資訊|保密|機密|敏感)等級|分級|密等)[ \t]{0,4}[:|\t][^\n]{0,60}?(?:[■☑☒✓✔▣●√]|\[[ ]?[vVxX✓][ ]?\])[ \t]{0,3}(?P<mark>限[ ]?閱|內部(?:使用|參考|文件)?|機敏|敏感)"
)
UPRIGHT = compile_wide(r"(?m)^[ \t>]{0,30}(?P<mark>限[ \t]{0,4}\n[ \t>]{0,30}閱)[ \t]{0,4}$")
FOR_SOME = compile_wide(
    rf"(?m)^[^\n。]{{0,4}}(?P<mark>(?:本(?:資料|文件|件|簡報|檔案|名冊|名單|報告|手冊))(?:僅|只)(?:供|限)[^。;\n]{{2,16}}(?:使用|參考|閱覽|傳閱|知悉)[,、 ]{{0,2}}{PLEA})"
)
IN_FRAME = compile_wide(rf"(?i)(?:^|(?<=[^\p{{Han}}A-Za-z]))(?P<mark>{LABEL}(?:[,、 ]{{0,2}}{PLEA})?|{PLEA})(?=$|[^\p{{Han}}A-Za-z])")
IN_NAME = compile_wide(
    r"(?i)(?:^|[_\-. \[【〔()])(?P<mark>限閱|內部(?:使用|參考|文件|資料|討論)?|機敏|勿外流|勿外傳|不公開|internal)(?=[_\-. \]】〕)]|[0-9]{2}|v[0-9]|$)"
)
# Said of the paper in hand: 本簡報僅供內部參考, 這份先不要外傳, 以上內容請勿轉傳
OF_THIS = compile_wide(
    rf"(?:本|這份|這個|此份|以上|以下|附件|上述|檔案|資料|內容|名單|簡報|會議資料|對話|截圖|訊息|文件|影片|照片)[^。;!?\n「」]{{0,14}}?(?P<mark>(?:僅|只|限)供?(?:[^。;!?\n,]{{0,6}})?內部[^。;!?\n,]{{0,4}}(?:使用|參考|參閱|討論|傳閱)|{PLEA}|看完(?:請|就|記得)?(?:刪除|刪掉|刪|收回)|閱後(?:即|請)?(?:焚|銷毀|刪除))"
)
TALK = compile_wide(
    r"(?:標示|註明|加註|加蓋|註記|標註|列為|核定為|屬於|所謂|字樣|標明|分為|如|等|何謂|稱為|標有|印有)[^。;\n]{0,8}[「『\"]?$|[「『]$"
)
TALK_AFTER = compile_wide(r"^[」』\"]?(?:假|不實|未經|沒有根據|謠言|錯誤|來路|可疑|字樣|等字|標示|章|文件應|資料應|之?資料|者|是指|係指|的意思|規定|原則)")
RULE = compile_wide(
    r"(?:應|得|須|保留|徵求|規定|依|同仁|各單位|人員|員工|違者|不得將|請勿將|禁止將|勿將|機關|民眾|任何人|個人資料|個資|公務|帳號|密碼)"
)
# What somebody tells of as standing on a paper; 限閱 also before the paper (剛拿到限閱的清冊初稿).
TOLD_WORD = compile_wide(
    r"(?P<mark>限[ ]?閱|(?:僅|只)限[^」』\"。,\n]{1,8}(?:閱覽|閱讀|參閱|知悉|使用)|(?:僅|只)?(?:供|限)?內部(?:使用|參考|參閱|文件)|(?:請勿|不得|勿)(?:外流|外傳|轉傳|攜出|影印)|[會用]後?畢?(?:收回|繳回|交回)|機敏)"
)
ASKED = compile_wide(r"差在哪|差別|什麼(?:不同|意思)|是什麼|怎麼(?:分|標)|何謂")
NOT_OF_PAPER = re.compile(r"不公開")  # (不公開) behind a meal or a meeting says nothing of a paper
PUBLIC = compile_wide(r"(?:會議|程序|審理|偵查|投票|甄選|審查|表決|開庭|法庭|審判|行準備|偵訊)[^。\n]{0,6}$")
PLEAS = compile_wide(PLEA)
MINUTES = compile_wide(r"會議|會議?紀錄|委員會|小組|主席|審議|評議")
OF_LABEL = compile_wide(r"資料|附件|[圖表]|議程|簡報|名冊|清冊|計畫|報告")
OF_PAPER = compile_wide(r"(?:資料|文件|簡報|紀錄|名冊|名單|清冊|附件|報告|計畫|[圖表稿案書])[ ]?$")
FRAMES = frozenset({Place.HEADER, Place.FOOTER, Place.WATERMARK, Place.TEXT_BOX})
NEAR_CHARS = 200
GLOSSARY = 5  # words in brackets in one line are headwords
FRAME_LINE_CHARS = 60  # longer lines of a page frame are text
FIX = "確認可以對外時，請先取得同意並移除標示；不能對外時，不要送出。"


def find(passage: Passage) -> Iterator[Hit]:
    """Labels of limited reading."""
    made_up = passage.part.place not in FRAMES and (story(passage) or exercise(passage))
    for hit in _find(passage):
        yield replace(hit, confidence=min(hit.confidence, 0.4)) if made_up else hit
    if passage.view == "joined" or passage.part.place in (Place.FILE_NAME, Place.SHEET_NAME):
        return
    for said in told.tell(passage, TOLD_WORD, group="mark"):
        yield _made(passage, said.start, said.end, said.weight, said.code, said.words)
    for label in handed_back.labels(passage):
        line = passage.text[slice(*passage.line(label.start))]
        if MINUTES.search(line) and not OF_LABEL.search(line) and _closed(passage):
            continue  # the closed meeting is the finding
        yield _made(passage, label.start, label.end, 0.4 if teaches(passage) else label.weight, "handed-back", label.words)


def _closed(passage: Passage) -> bool:
    return passage.once("official.closed", lambda: any(h.confidence >= MEDIUM_FROM for h in meetings.find(passage)))


def _find(passage: Passage) -> Iterator[Hit]:
    text, place, setting = passage.text, passage.part.place, setting_of(passage)
    talks = teaches(passage) or setting.law
    if place in (Place.FILE_NAME, Place.SHEET_NAME):
        yield from (_hit(passage, m, 0.75, "file-name", "檔名或工作表名稱上的標示") for m in IN_NAME.finditer(text))
        return
    for match in FIELD.finditer(text):
        yield _hit(passage, match, 0.4 if talks else 0.82, "field", "分級欄位填了限制閱讀")
    for match in TICKED.finditer(text):
        yield _hit(passage, match, 0.82, "field", "分級欄位勾選了限制閱讀")
    for match in UPRIGHT.finditer(text):
        yield _hit(passage, match, 0.4 if talks else 0.8, "upright", "直書的限閱標示")
    for match in FOR_SOME.finditer(text):
        yield _hit(passage, match, 0.4 if talks else 0.72, "of-this", "註明只給特定的人使用，不得外流")
    if place in FRAMES:
        yield from (
            _hit(passage, m, 0.82, "page-frame", "頁首、頁尾或浮水印標示限制閱讀")
            for m in IN_FRAME.finditer(text)
            if len(text[slice(*passage.line(m.start()))]) <= FRAME_LINE_CHARS and not _talked_about(text, m)
        )
    for match in ALONE.finditer(text):
        framed = place in FRAMES or match.start() < 200 or match.end() > len(text) - 120
        yield _hit(
            passage,
            match,
            0.35 if talks and place not in FRAMES else 0.85 if framed else 0.7,
            "own-line",
            "單獨成行的限制閱讀標示",
        )
    for match in BRACKET.finditer(text):
        if not _talked_about(text, match):
            head = (
                match.start() < 60 or place in FRAMES or text[max(0, match.start() - 1) : match.start()] in ("", "\n")
            )
            weight = 0.78 if head else 0.45 if NOT_OF_PAPER.search(match["mark"]) and not OF_PAPER.search(text[: match.start()][-12:]) else 0.6
            line = text[max(0, match.start() - NEAR_CHARS) : match.start()].rpartition("\n")[2] + text[match.start() : match.end() + NEAR_CHARS].partition("\n")[0]
            asked = ASKED.search(text[slice(*sentence_range(passage, *match.span()))]) is not None or line.count("【") >= GLOSSARY
            yield _hit(passage, match, 0.35 if talks or asked else weight, "bracket", "以括弧標示限制閱讀")
    for match in OF_THIS.finditer(text):
        near = local(passage, match.start("mark"), match.end("mark"))
        sentence = text[slice(*passage.sentence(match.start("mark")))]
        if (
            near.law
            or near.conditional
            or near.quoted
            or near.question
            or RULE.search(PLEAS.sub("", sentence))
            or _talked_about(text, match)
        ):
            continue
        yield _hit(
            passage, match, 0.4 if talks or setting.news else 0.68, "of-this", "對手上這份資料說不要外傳或僅供內部"
        )


def mask(value: str) -> str:
    """Marks are shown as they are (P01)."""
    return value


def _talked_about(text: str, match: "re.Match[str]") -> bool:
    before, after = (
        text[max(0, match.start("mark") - 14) : match.start("mark")],
        text[match.end("mark") : match.end("mark") + 8],
    )
    return bool(TALK.search(before) or TALK_AFTER.match(after) or PUBLIC.search(before))


def _hit(passage: Passage, match: "re.Match[str]", confidence: float, code: str, words: str) -> Hit:
    return _made(passage, match.start("mark"), match.end("mark"), confidence, code, words)


def _made(passage: Passage, start: int, end: int, confidence: float, code: str, words: str) -> Hit:
    reason = Reason(Layer.FORM, code, words, confidence)
    return Hit(
        Kind.RESTRICTED_MARK, start, end, confidence, (reason,), passage.text[start:end], FIX, {"state": "in-force"}
    )

"""Labels of papers that are to come back: 會後繳回, 編號第07號共12份, 限與會者閱覽, 不得攜出.

They stand on numbered papers of closed meetings and on drawings lent to contractors, as a line or in brackets, and limit reading like 限閱.
One of them in a sentence is housekeeping (會議資料請於會後繳回, 識別證用畢收回); asked for are two of them in one label, or one in brackets behind the
name of the paper.  Sources: 國家機密保護法施行細則 Art. 27; 行政院會議議事規則 Art. 11–12; read 2026-11-22.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import regex as re

from dlp.detectors.contract import Passage
from dlp.detectors.official.at_hand import exercise, story
from dlp.detectors.official.grades import TOKEN
from dlp.detectors.official.variants import compile_wide
from dlp.detectors.setting import local

LABEL_CHARS = 64
WHEN = r"(?:會後|用畢|議畢|閱畢|閱後|散會後|看完|會議結束後?|使用後|施工後|下班前?|報告後)"
BACK = compile_wide(rf"{WHEN}[,]?(?:敬?請|務必|一律|即|當場|全數|須|由[\p{{Han}}]{{2,6}}){{0,2}}(?P<verb>收回|繳回|交回|交還|繳還|回收|歸還|銷毀|碎掉)(?=$|[\s,。;、!)\]】〕:」/]|給|主辦|承辦|本[局府處部所院])")
# 編號17/20 is a copy of so many; a bare number of a page or item is not.
NUMBERED = compile_wide(r"編號[ :為]{0,3}(?:第 ?)?[0-9]{1,3}(?: ?[號份])?|第 ?[0-9]{1,3} ?[號份][,/、 ]{0,3}共 ?[0-9]{1,3} ?份|(?<![A-Za-z])No\. ?[0-9]{2,3}(?![0-9])|(?<![0-9/])[0-9]{1,3} ?/ ?[0-9]{1,3}(?![0-9/])|共 ?[0-9]{1,3} ?份")
WHO = r"(?:與會|出席|列席|出列席|承辦|主管|委員|專案|小組|評[選審]|本[案組科處局室部府院會]|業務|相關|指定|收件|核定|組員|幕僚|一級主管|決策)"
LIMITED = compile_wide(rf"(?:僅|只|專)?[限供]{WHO}[^\n。,;「」()]{{0,8}}?(?:閱覽|閱讀|參閱|傳閱|審閱|查閱|知悉|參考|使用)")
NO_TAKE = compile_wide(r"(?:不得|請勿|禁止|嚴禁|勿|不可)(?:任意|擅自)?(?:攜出|帶離|帶走|影印|翻印|複印|複製|拍照|攝影|抄錄|錄音|翻拍|留存|外流|外傳|轉傳|流出)")
KEPT = compile_wide(r"(?:不得|請勿|禁止|嚴禁|勿|不可)(?:任意|擅自)?(?:攜出|帶離|影印|翻印|複製|外流|外傳)")
SIGNS = (BACK, NUMBERED, LIMITED, NO_TAKE)

PAPER = compile_wide(r"(?:資料|文件|簡報|議程|紀錄|名冊|名單|清冊|附件|[0-9一二三]{1,2}[份張冊]|[圖表冊卷案稿書本]|計畫|報告|參考|手冊|版)[ ]?$")
BEFORE_PAPER = compile_wide(r"[ ]?[\p{Han}0-9]{1,10}?(?:[圖表冊卷案稿]|名單|計畫|報告|資料|簡報|紀錄|腳本|部署)(?=$|[\s:,。(])")
NO_PAPER = re.compile(r"識別證|名牌|雨傘|鑰匙|制服|背心|[票卡]|器材|餐|球|獎|車|輔具|設備|麥克風|耳機|問卷|考卷|證件|臨時證|通行證|量尺|工具|禮服|杯|毛毯|點數|袋子|投影機|錄音機|相機|對講機|筆電|平板|手機|耳麥|雷射筆|桌椅|帳篷|安全帽|儀器|隨身碟|遙控器|[館書庫]")
NOT_NOW = compile_wide(r"不必|無須|無需|不用|免(?:收|繳|交)|應[收繳交]|得[收繳]|規則|辦法|要點|規定|原則|準則|宣導|範例|公開教材|如有|倘|是否|可否|嗎|\?|字樣|標示方式|何謂|註銷|塗銷")
BRACKET = re.compile(rf"[(【〔\[](?P<label>[^()【】〔〕\[\]\n]{{3,{LABEL_CHARS}}})[)】〕\]]")
LINE = re.compile(rf"(?m)^[ \t>※*★◎●■▲#\-]{{0,12}}(?P<label>[^\n]{{4,{LABEL_CHARS}}})$")


@dataclass(frozen=True, slots=True)
class Label:
    """Half-open range of the words that limit, how sure (0..1), the zh-TW reason."""

    start: int
    end: int
    weight: float
    words: str


def labels(passage: Passage) -> Iterator[Label]:
    """Labels of papers to be handed back or read by few."""
    if story(passage) or exercise(passage):
        return
    done = 0
    for match in BRACKET.finditer(passage.text):
        made = _judge(passage, match, bracket=True)
        if made:
            done = match.end()
            yield made
    for match in LINE.finditer(passage.text):
        if match.end() > done and "(" not in match["label"] and "【" not in match["label"]:
            made = _judge(passage, match, bracket=False)
            if made:
                yield made


def _judge(passage: Passage, match: "re.Match[str]", *, bracket: bool) -> Label | None:
    said, at = match["label"], match.start("label")
    line = passage.text[slice(*passage.line(at))]
    if NOT_NOW.search(said) or NO_PAPER.search(passage.text[max(0, match.start() - 10) : match.start()] + said) or (not bracket and re.search("[。;]", said)) or TOKEN.search(line[:LABEL_CHARS]):
        return None  # where a grade stands beside it, the grade says it all
    whole = passage.text[max(match.start() - 24, passage.text.rfind("\n", 0, at) + 1) : match.start()] + said
    found = [m for m in (p.search(whole) for p in SIGNS) if m is not None]
    back, limited = BACK.search(said), LIMITED.search(said)
    kept = KEPT.search(said) if NUMBERED.search(said) and not NO_PAPER.search(whole) else None
    chief = back or limited or kept
    if chief is None:
        return None
    behind_paper = bracket and (
        PAPER.search(passage.text[max(0, match.start() - 12) : match.start()]) is not None
        or BEFORE_PAPER.match(passage.text, match.end(), match.end() + 16) is not None
    )
    if len(found) >= 2:
        weight = 0.74
    elif bracket and back and (behind_paper or PAPER.search(said[: back.start()].rstrip(",、請 "))):
        weight = 0.62
    elif limited and (len(said) - len(limited[0]) <= 4 or said.startswith("本")):
        weight = 0.7
    else:
        return None
    near = local(passage, at, match.end("label"))
    if near.law or near.example or near.question:
        weight = 0.4
    return Label(at + chief.start(), at + chief.end(), weight, "要求收回、編號或限定閱覽的資料標示")

"""Marks in names of files, of the file itself or in a listing, tree, README, table or list of attachments.

``密_訪談紀錄.odt``, ``【極機密】外賓行程.pdf``, ``火力分配_機密_第2份.dwg``: the grade stands between the joints of a name.  密碼, 親密, 機密維護宣導 do not,
and a name that says 範例, 空白, 已解密 is no secret paper.
"""

from collections.abc import Iterator
from itertools import islice

import regex as re

from dlp.detectors.contract import Passage
from dlp.detectors.official.seen import MARKS_KEPT

IN_NAME = re.compile(
    r"(?:^|(?<=[_\-. \[【〔({~+]))(?P<grade>絕對機密|極機密|機密|密件|密)(?:(?=[_\-. \[\]】〔〕(){}~+,]|[0-9]{3}|$)|(?=(?:簡報|文件|資料|名單|報告|函稿?|簽|公文|名冊|計畫|會議紀錄)[^\p{Han}]))"
)
NAME_TALKS = re.compile(
    r"宣導|維護|辦法|要點|規定|教[材學案]|講義|[範示]例|範本|樣[張本稿]|管理|處理|須知|手冊|法規|銷毀|保護法|講習|課程|申請表|空白|練習|示[範意]|模擬|測試|假資料|(?<!未)已解密|解密(?:公開|檔案|版)|註銷|[(_ ]原密|公開版|[○〇]{2}|X{2,}|文號\.|YYYY|考題|題庫|測驗"
)
HOW_TO_NAME = re.compile(r"檔名(?:請|應|要|須|一律|格式|用|為)|命名|(?:例|如|格式)(?:如|:)|舉例|範例|釣魚|社交工程|惡意|請勿點|勿開啟|詐騙")

ENDING = re.compile(r"\.(?:pdf|od[tsp]|docx?|xlsx?|pptx?|csv|txt|rtf|di|sw|dwg|dxf|shp|kmz|zip|7z|rar|jpe?g|png|tiff?|heic|mp[34]|m4a|wav|mov|eml|msg|vsdx?|mdb|accdb|sql|bak)(?![A-Za-z0-9])", re.IGNORECASE)
LONGEST = 100  # characters of a name
# What cannot stand in a name; a blank can, so only its last run is read, with brackets that hold one.
EDGE = re.compile(r"[\n\t|\"<>/\\:;「」『』、│├└]|, |  ")


def in_name(name: str) -> Iterator["re.Match[str]"]:
    """Grades of a file's name."""
    yield from IN_NAME.finditer(name)


def talks(name: str) -> bool:
    """Whether the name is that of a lesson, a rule, a specimen or a released paper."""
    return NAME_TALKS.search(name) is not None


def in_text(passage: Passage) -> Iterator[tuple[int, str]]:
    """Offset and text of every file name with a grade in a running text."""
    text = passage.text
    for match in islice(ENDING.finditer(text), MARKS_KEPT * 4):
        low = max(0, match.start() - LONGEST)
        head = text[low : match.start()]
        edges = [e.end() for e in EDGE.finditer(head)]
        start = edges[-1] if edges else 0
        start += _last_run(head[start:])
        if "密" in head[start:]:
            yield low + start, text[low + start : match.end()]


def _last_run(head: str) -> int:
    """Where the name begins in ``head``: behind its last blank outside brackets."""
    depth = 0
    for i in range(len(head) - 1, -1, -1):
        if head[i] in ")】〕]":
            depth += 1
        elif head[i] in "(【〔[":
            depth -= 1
        elif head[i] == " " and depth <= 0:
            return i + 1
    return 0


def told_how(text: str, at: int) -> bool:
    """Whether the line of the name at ``at`` says how to name files."""
    low = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return HOW_TO_NAME.search(text, max(low, at - 60), min(end, at + LONGEST)) is not None

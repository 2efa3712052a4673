"""Two yardsticks for the evaluation: keyword lists as a commercial suite would ship them, and Microsoft Presidio."""

from collections.abc import Callable

import regex as re

# One list a topic, as products ship them for Taiwan: a word or a shape of number is enough for an alarm.
KEYWORDS = (
    "絕對機密", "極機密", "機密", "密件", "限閱", "內部使用", "不得外流", "請勿外流", "保密", "檢舉人", "檢舉", "陳情人", "陳情", "申訴人", "通報人",
    "身分證", "身份證", "護照號碼", "健保卡", "出生年月日", "戶籍地址", "聯絡電話", "手機號碼", "銀行帳號", "信用卡", "病歷", "診斷", "前科", "底價",
    "評選委員", "營業秘密", "草案", "擬辦", "簽呈", "未定案", "秘密會議", "閉門會議", "人事異動", "行程", "勤務", "密碼", "帳號",
)  # fmt: skip
NUMBERS = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Z][1289A-D][0-9]{8}|09[0-9]{2}-?[0-9]{3}-?[0-9]{3}|[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{4})(?![0-9])"
)


def keyword_baseline() -> Callable[[str], bool]:
    """True where a keyword or the shape of a number stands in the text."""
    return lambda text: NUMBERS.search(text) is not None or any(k in text for k in KEYWORDS)


def presidio_baseline() -> Callable[[str], bool] | None:
    """True where Presidio (blank zh pipeline, pattern recognizers of the same identifiers) finds anything; None where not installed."""
    from benchmarks import peers

    analyzer = peers.presidio()
    if analyzer is None:
        return None
    return lambda text: bool(analyzer.analyze(text=text, language="zh"))

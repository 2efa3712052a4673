"""Hostile texts: about one megabyte each, made to cost a pattern more than linear time.

    python -m benchmarks.hostile            every detector on every text, then the whole check, in CPU seconds

Each text is named after what it repeats.  A detector that needs more than a second for one of them is a fault, and a whole check
that needs more than two (threats L18).
"""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from types import ModuleType

from dlp.detectors.contract import Context, Detector, Passage
from dlp.detectors.road import LONGEST_REGION_BYTES
from dlp.document import Document
from dlp.text.folding import fold
from dlp.verdict import Channel

BYTES = 1_000_000
LIMIT_SECONDS, LIMIT_WHOLE = 1.0, 2.0


def repeat(unit: str, size: int = BYTES) -> str:
    """``unit`` as often as fits into ``size`` bytes of UTF-8."""
    return unit * (size // len(unit.encode()))


TEXTS: dict[str, Callable[[int], str]] = {
    "digits": lambda n: repeat("1", n),
    "mobile prefixes": lambda n: repeat("09", n),
    "digits and spaces": lambda n: repeat("1 ", n),
    "digits and hyphens": lambda n: repeat("1-", n),
    "digits and dots": lambda n: repeat("1.", n),
    "digits and colons": lambda n: repeat("1:", n),
    "digits and mixed separators": lambda n: repeat("1 -.", n),
    "groups": lambda n: repeat("0912-", n),
    "letters and digits": lambda n: repeat("A1", n),
    "misread letters": lambda n: repeat("O0l1", n),
    "spaces": lambda n: repeat(" ", n),
    "line ends": lambda n: repeat("\n", n),
    "Chinese numerals": lambda n: repeat("一二三四五六七八九〇", n),
    "years": lambda n: repeat("年", n),
    "dates cut short": lambda n: repeat("民國75年3月", n),
    "labels": lambda n: repeat("身分證字號：", n),
    "labels of accounts": lambda n: repeat("帳號：123-", n),
    "bank names": lambda n: repeat("玉山銀行", n),
    "LINE labels": lambda n: repeat("LINE ID：", n),
    "brackets": lambda n: repeat("(", n),
    "bars": lambda n: repeat("|", n),
    "commas": lambda n: repeat(",", n),
    "tabs": lambda n: repeat("\t", n),
    "header rows": lambda n: repeat("姓名,電話,身分證字號,地址\n", n),
    "one endless row": lambda n: "姓名,電話,身分證字號\n" + repeat("12345678,", n),
    "open quotes in a row": lambda n: '姓名,電話\n"' + repeat("1234567,", n),
    "at signs": lambda n: repeat("a@", n),
    "dotted words": lambda n: repeat("a.", n),
    "an address without end": lambda n: "a@" + repeat("a.", n),
    "masks": lambda n: repeat("*", n),
    "masked numbers": lambda n: repeat("A1234*****、", n),
    "web addresses": lambda n: repeat("http://", n),
    "one web address": lambda n: "http://" + repeat("12345678/", n),
    "document numbers": lambda n: repeat("字第0912345678號", n),
    "letterheads": lambda n: repeat("電話：\n傳真：\n", n),
    "fillers": lambda n: repeat("A<<<", n),
}


def cost(detector: Detector | ModuleType, text: str) -> float:
    """CPU seconds of one detector on one text full of cues: cut as the road cuts it, the joined view left aside."""
    document = Document.from_text(text)
    context = Context(document, Channel.POST, date(2026, 11, 22))
    step = len(text) // (len(text.encode()) // LONGEST_REGION_BYTES + 1) + 1
    taken = 0.0
    for start in range(0, len(text), step):
        folded = fold(text[start : start + step], base=start)
        passage = Passage(document.parts[0], folded.text, folded, "plain", context)
        began = time.process_time()
        for _ in detector.find(passage):
            pass
        taken += time.process_time() - began
    return taken


def measure(size: int = BYTES) -> Iterator[tuple[str, str, float]]:
    """(text, detector, CPU seconds) of every detector of the catalog on every text."""
    from dlp.detectors.catalog import DETECTORS

    for name, make in TEXTS.items():
        text = make(size)
        for detector in DETECTORS:
            yield name, detector.ID, cost(detector, text)


def measure_whole(size: int = BYTES) -> Iterator[tuple[str, float]]:
    """(text, CPU seconds) of the whole check with the decision, without the language model."""
    from dlp import Scanner

    scanner = Scanner(model=False)
    scanner.check("1")  # loads what is loaded once
    for name, make in TEXTS.items():
        text = make(size)
        began = time.process_time()
        scanner.check(text, "share")
        yield name, time.process_time() - began


def main() -> int:
    worst: dict[str, tuple[float, str]] = {}
    for name, detector, seconds in measure():
        worst[detector] = max(worst.get(detector, (0.0, "")), (seconds, name))
    for detector, (seconds, name) in sorted(worst.items(), key=lambda w: -w[1][0]):
        print(f"{seconds:7.3f} s  {detector:34} {name}")
    whole = sorted(measure_whole(), key=lambda w: -w[1])
    for name, seconds in whole[:5]:
        print(f"{seconds:7.3f} s  whole check                        {name}")
    return int(any(seconds > LIMIT_SECONDS for seconds, _ in worst.values()) or whole[0][1] > LIMIT_WHOLE)


if __name__ == "__main__":
    sys.exit(main())

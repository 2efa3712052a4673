"""Writes dlp/readers/data/character_ranks.txt: Chinese characters by how often they occur, Traditional and Simplified.

The encoding detector weighs a decoding by how common its characters are.  Frequencies are those of the words in jieba's
dict.txt (MIT); the Traditional line is the same dictionary turned by OpenCC s2tw (Apache-2.0).  Run after either changes.
"""

from collections import Counter
from pathlib import Path

import jieba
import opencc

KEPT = 3_500
TARGET = Path(__file__).parent.parent / "dlp" / "readers" / "data" / "character_ranks.txt"
PUNCTUATION = "，。、：；「」（）！？《》〈〉『』—…　"


def main() -> None:
    convert = opencc.OpenCC("s2tw").convert
    simplified: Counter[str] = Counter()
    traditional: Counter[str] = Counter()
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.split(" ")
        for source, counts in ((word, simplified), (convert(word), traditional)):
            for character in source:
                if "\u4e00" <= character <= "\u9fff":
                    counts[character] += int(count) * len(word)
    lines = ("".join(c for c, _ in counts.most_common(KEPT)) for counts in (traditional, simplified))
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text("\n".join(PUNCTUATION + line for line in lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

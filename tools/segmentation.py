"""How well the segmenter cuts official sentences: words right, against plain jieba and against single characters.

    python -m tools.segmentation [FILE]

Reads sentences cut by hand, words apart by spaces; prints precision, recall and F1 over words (both ends right).
"""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from dlp.language import segmenter

GOLD = Path(__file__).parent.parent / "models" / "corpus" / "segmentation.txt"


def gold(path: Path) -> list[list[str]]:
    """The sentences of a file, each as its words; comments and empty lines left out."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line.strip() and not line.startswith("#")]


def spans(words: Iterable[str]) -> set[tuple[int, int]]:
    """Where each word stands, in characters."""
    out, at = set(), 0
    for word in words:
        out.add((at, at + len(word)))
        at += len(word)
    return out


def score(sentences: list[list[str]], cut: Callable[[str], Iterable[str]]) -> tuple[float, float, float]:
    """Precision, recall, F1 of ``cut`` over the words of all sentences."""
    right = found = wanted = 0
    for words in sentences:
        ours, theirs = spans(cut("".join(words))), spans(words)
        right, found, wanted = right + len(ours & theirs), found + len(ours), wanted + len(theirs)
    precision, recall = right / found, right / wanted
    return precision, recall, 2 * precision * recall / (precision + recall)


def main(argv: list[str]) -> int:
    import jieba

    jieba.setLogLevel(60)
    sentences = gold(Path(argv[0]) if argv else GOLD)
    print(f"{len(sentences)} sentences, {sum(map(len, sentences))} words")
    for name, cut in (("segmenter", segmenter.words), ("plain jieba", jieba.lcut), ("characters", list)):
        precision, recall, f1 = score(sentences, cut)
        print(f"{name:12} P {precision:.3f} R {recall:.3f} F1 {f1:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

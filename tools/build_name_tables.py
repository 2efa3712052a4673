"""Build the name tables of ``dlp/detectors/personal/data`` from the fact sheets and jieba's dictionary.

    python -m tools.build_name_tables FACTS_FOLDER

``surnames.tsv``     surname, bearers, kind: Ministry of the Interior, 全國姓名統計分析 112 年版 (2023-06-30)
``given.tsv``        character, natural log of its share as first, second and only character of a given name, and in running text: the Ministry's
                     most frequent names, widened by the person names in jieba's dictionary (MIT licence)
``words.tsv``        everyday words of two or three characters, Simplified, by the decimal logarithm of their frequency in
                     jieba's dictionary, so that a name is not seen where a word stands
``known_names.txt``  full names of the dictionary that are no Taiwanese everyday names: historical and public persons
``typical_given.txt``  the most frequent given names of the Ministry's lists
``confusables.txt``  words of office texts that begin with a surname
``districts.tsv``    city, district, post code: Chunghwa Post, 368 districts
"""

import csv
import math
import sys
from collections import Counter
from pathlib import Path

import jieba

from dlp.text.folding import fold, simplify_table

DATA = Path(__file__).resolve().parent.parent / "dlp" / "detectors" / "personal" / "data"
MINISTRY_WEIGHT = 1.0
DICTIONARY_WEIGHT = 0.6  # its names are older and from elsewhere
NEWER_SHARE = 0.0012  # of each character that is frequent among children and missing in the all-age lists
NEWER = "妤彤晴睿宸宥恩語芯苡玥禹羽蓁霏菲筑妍詠沛昀澤翊叡祐丞鈞凱瑞勳霈瑄萱汝沁岑璇璟葳甯婕亭芷若恆儒倫誠佑佩甄筠薇潔穎韻嵐庭羿豪茹璿"
COMMON = (
    "美淑秀麗玉玲惠志華雅珠俊珍文明宏怡素娟英蘭雄雲琴建鳳婷慧貞家豪月芬卿宇冠碧翰柏廷金梅宗傑香銘君秋宜承正霞佳賢靜蓮雯國龍翔哲成榮霖進娥"
    "欣忠寶偉蓁瑋芳春良興蓉世昌義強敏子恩萍枝雪心鈺詩涵彬輝彥德信財鴻祥凱武嘉章軒仁威維欽博男"
)
NEVER_GIVEN = set(
    "於後裡麼們嗎與個為從這還沒過間請說該總樣"
)  # Traditional function words that share a Simplified form with name characters
MIN_WORD_FREQUENCY = 20
SIMPLIFY = simplify_table()


def simplify(text: str) -> str:
    return text.translate(SIMPLIFY)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def dictionary() -> list[tuple[str, int, str]]:
    path = Path(jieba.__file__).parent / "dict.txt"
    parts = (line.split(" ") for line in path.read_text(encoding="utf-8").splitlines())
    return [(p[0], int(p[1]), p[2] if len(p) > 2 else "") for p in parts]


def surnames(facts: Path) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    for row in rows(facts / "surnames.csv"):
        name = fold(row["surname"].strip()).text
        bearers = int(row["population"]) + found.get(name, (0, ""))[0]
        found[name] = (bearers, row["kind"])
    return found


def given_counts(facts: Path) -> tuple[Counter[str], Counter[str], Counter[str]]:
    first, second, single = Counter[str](), Counter[str](), Counter[str]()
    names = [(r["given_name"], int(r["population"])) for r in rows(facts / "given-names.csv")]
    names += [(r["full_name"][1:], int(r["population"])) for r in rows(facts / "common-full-names.csv")]
    for name, bearers in names:
        name = fold(name).text
        if len(name) == 2:
            first[name[0]] += bearers
            second[name[1]] += bearers
    total = sum(first.values())
    for i, char in enumerate(COMMON):  # the sheet's list is in order of weight
        share = 0.004 * (1 - i / len(COMMON)) + 0.0006
        first[char] += int(total * share)
        second[char] += int(total * share)
    for char in dict.fromkeys(NEWER):
        first[char] += int(total * NEWER_SHARE)
        second[char] += int(total * NEWER_SHARE)
    for char in first | second:
        single[char] = (first[char] + second[char]) // 2
    return first, second, single


def ordinary_shares() -> dict[str, float]:
    """Simplified character → its share in running text."""
    counts = Counter[str]()
    for word, frequency, tag in dictionary():
        if tag != "nr":
            for char in word:
                counts[char] += frequency
    total = sum(counts.values())
    return {char: n / total for char, n in counts.items()}


def write_given(facts: Path, known: dict[str, tuple[int, str]]) -> None:
    ministry = given_counts(facts)
    simple_surnames = {simplify(s) for s, (n, _) in known.items() if n >= 2000}
    from_dictionary = (Counter[str](), Counter[str](), Counter[str]())
    for word, frequency, tag in dictionary():
        if tag == "nr" and 2 <= len(word) <= 3 and word[0] in simple_surnames:
            weight = 1 + int(math.log10(frequency + 1))
            if len(word) == 3:
                from_dictionary[0][word[1]] += weight
                from_dictionary[1][word[2]] += weight
            else:
                from_dictionary[2][word[1]] += weight
    traditional: dict[str, set[str]] = {}
    for code, simple in SIMPLIFY.items():
        traditional.setdefault(simple, set()).add(chr(code))
    chars = set().union(*ministry)
    for counter in from_dictionary:
        for simple in counter:
            chars |= {simple, *traditional.get(simple, ())}
    chars = {fold(c).text for c in chars if len(fold(c).text) == 1} - NEVER_GIVEN
    totals = [sum(c.values()) for c in ministry], [sum(c.values()) for c in from_dictionary]
    lines = []
    ordinary = ordinary_shares()
    for char in sorted(chars | {s for s in known if len(s) == 1}):
        shares = [
            (
                MINISTRY_WEIGHT * ministry[p][char] / totals[0][p]
                + DICTIONARY_WEIGHT * from_dictionary[p][simplify(char)] / totals[1][p]
            )
            / (MINISTRY_WEIGHT + DICTIONARY_WEIGHT)
            for p in range(3)
        ]
        shares.append(max(ordinary.get(simplify(char), 0), 1e-7))
        lines.append("\t".join((char, *(f"{math.log(s):.2f}" if s > 0 else "" for s in shares))))
    write("given.tsv", lines)


def write_words(facts: Path) -> None:
    by_size: dict[int, list[str]] = {}
    seen = set()
    for word, frequency, tag in dictionary():
        han = all("\u4e00" <= c <= "\u9fff" for c in word)
        if han and 2 <= len(word) <= 3 and frequency >= MIN_WORD_FREQUENCY and not tag.startswith("nr"):
            seen.add(word)
            by_size.setdefault(min(5, int(math.log10(frequency) * 2) // 2), []).append(word)
    extra = {simplify(r["word"]) for r in rows(facts / "name-confusables.csv")} - seen
    by_size.setdefault(2, []).extend(sorted(w for w in extra if 2 <= len(w) <= 3))
    write("words.tsv", [f"{size}\t{' '.join(sorted(words))}" for size, words in sorted(by_size.items())])


def write_known(known: dict[str, tuple[int, str]], facts: Path) -> None:
    everyday = {simplify(r["full_name"]) for r in rows(facts / "common-full-names.csv")}
    simple_surnames = {simplify(s) for s in known}
    names = sorted(
        word for word, frequency, tag in dictionary()
        if tag == "nr" and len(word) == 3 and frequency >= 30 and word[0] in simple_surnames and word not in everyday
    )  # fmt: skip
    write("known_names.txt", [" ".join(names)])


def write(name: str, lines: list[str]) -> None:
    (DATA / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(name, (DATA / name).stat().st_size)


def main(argv: list[str]) -> int:
    facts = Path(argv[0])
    known = surnames(facts)
    write("surnames.tsv", [f"{s}\t{n}\t{kind}" for s, (n, kind) in sorted(known.items(), key=lambda i: -i[1][0])])
    write_given(facts, known)
    write_words(facts)
    write_known(known, facts)
    typical = {fold(r["given_name"]).text for r in rows(facts / "given-names.csv")}
    typical |= {fold(r["full_name"][1:]).text for r in rows(facts / "common-full-names.csv")}
    write("typical_given.txt", [" ".join(sorted(typical))])
    write("confusables.txt", [" ".join(fold(r["word"]).text for r in rows(facts / "name-confusables.csv"))])
    write("districts.tsv", [f"{r['city']}\t{r['district']}\t{r['postal3']}" for r in rows(facts / "districts.csv")])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Features of each character for the person recognizer: characters, classes, jieba words, surname and given-name statistics."""

from functools import cache

from dlp.language import segmenter
from dlp.resources import package_data

TITLES = frozenset(
    [
        "先生",
        "小姐",
        "女士",
        "太太",
        "夫人",
        "君",
        "老師",
        "教授",
        "醫師",
        "律師",
        "法官",
        "檢察官",
        "警員",
        "議員",
        "委員",
        "代表",
        "里長",
        "村長",
        "鄰長",
        "主委",
        "理事長",
        "董事長",
        "負責人",
        "店長",
        "科長",
        "課長",
        "股長",
        "組長",
        "處長",
        "局長",
        "主任",
        "秘書",
        "專員",
        "科員",
        "課員",
        "辦事員",
        "書記",
        "技士",
        "技佐",
        "技正",
        "視察",
        "校長",
        "站長",
        "隊長",
        "分局長",
        "總統",
        "院長",
        "部長",
        "市長",
        "縣長",
        "鄉長",
        "鎮長",
        "區長",
        "次長",
        "司長",
        "署長",
        "同學",
        "阿姨",
        "伯伯",
        "媽媽",
        "爸爸",
        "師傅",
        "經理",
        "總經理",
        "教練",
        "導演",
        "博士",
        "將軍",
        "國王",
        "皇帝",
        "公主",
        "主席",
        "首相",
        "總理",
    ]
)
LABELS = frozenset(
    [
        "姓名",
        "陳情人",
        "檢舉人",
        "申訴人",
        "被檢舉人",
        "申請人",
        "聯絡人",
        "承辦人",
        "當事人",
        "被害人",
        "證人",
        "家長",
        "學生",
        "病患",
        "個案",
        "案主",
        "代理人",
        "負責人",
        "出席",
        "列席",
        "主席",
        "紀錄",
        "受文者",
        "收件人",
        "民眾",
        "里民",
        "住戶",
        "員工",
        "由",
        "與",
        "和",
        "對",
        "為",
        "是",
        "叫",
        "名叫",
        "名為",
    ]
)
TRANSLITERATION = frozenset(
    "阿巴貝比伯博布卡柯克科庫拉萊蘭雷里利列林隆路盧魯羅洛馬瑪曼麥米莫穆納內尼諾努歐帕佩皮普薩塞森沙舍史斯斯蘇索塔泰特圖托瓦威維韋沃西希謝辛亞雅伊尤約扎詹茲朱爾德格根哈海漢赫亨霍胡吉傑金基加蓋戈古貢迪蒂丁多杜頓恩法菲費弗福夫芬艾安昂奧切奇喬查察蓬彭坦堤提圭奎瑞溫翁"
)


@cache
def name_lists() -> tuple[frozenset[str], frozenset[str], dict[str, int]]:
    """Single surnames, compound surnames, and a frequency class of each character in given names."""
    singles, compounds, given = [], [], {}
    for line in package_data("language", "data", "names.tsv").decode("utf-8").splitlines():
        kind, value, rank = line.split("\t")
        if kind == "surname":
            singles.append(value)
        elif kind == "compound":
            compounds.append(value)
        else:
            given[value] = int(rank)
    return frozenset(singles), frozenset(compounds), given


def _kind(char: str) -> str:
    if "\u3400" <= char <= "\u9fff":
        return "H"
    if char.isdigit():
        return "D"
    if char.isascii() and char.isalpha():
        return "U" if char.isupper() else "L"
    if char in "·‧・":
        return "M"
    if char in "○〇ＯX*＊●":
        return "O"
    return "S" if char.isspace() else "P"


def characters(text: str) -> list[list[str]]:
    """One list of features for every character of folded ``text``."""
    singles, compounds, given = name_lists()
    size = len(text)
    place, tags, before, after, lengths = [""] * size, [""] * size, [""] * size, [""] * size, [0] * size
    words, at, previous = segmenter.tagged(text), 0, ""
    for number, (word, tag) in enumerate(words):
        following = words[number + 1][0] if number + 1 < len(words) else "$"
        for i in range(len(word)):
            place[at + i] = "S" if len(word) == 1 else "B" if i == 0 else "E" if i == len(word) - 1 else "M"
            tags[at + i], before[at + i], after[at + i], lengths[at + i] = tag, previous, following, min(len(word), 5)
        at, previous = at + len(word), word
    kinds = [_kind(c) for c in text]
    surname = ["1" if c in singles else "2" if text[i : i + 2] in compounds else "0" for i, c in enumerate(text)]
    names = [str(given.get(c, 0)) for c in text]
    foreign = ["1" if c in TRANSLITERATION else "0" for c in text]
    padded = "^^^" + text + "$$$"
    out = []
    for i in range(size):
        p = i + 3
        here = [
            f"c={text[i]}", f"c-1={padded[p - 1]}", f"c+1={padded[p + 1]}", f"c-2={padded[p - 2]}", f"c+2={padded[p + 2]}", f"c-3={padded[p - 3]}", f"c+3={padded[p + 3]}",
            f"b-={padded[p - 1]}{text[i]}", f"b+={text[i]}{padded[p + 1]}", f"b-2={padded[p - 2]}{padded[p - 1]}", f"b+2={padded[p + 1]}{padded[p + 2]}",
            f"k={kinds[i]}", f"w={place[i]}{tags[i]}", f"wl={place[i]}{lengths[i]}", f"t={tags[i]}", f"wb={before[i]}", f"wa={after[i]}",
            f"s={surname[i]}{names[i]}{foreign[i]}",
        ]  # fmt: skip
        window = range(max(0, i - 2), min(size, i + 3))
        here.append("S=" + "".join(surname[j] for j in window))
        here.append("G=" + "".join(names[j] for j in window))
        here.append("F=" + "".join(foreign[j] for j in range(max(0, i - 3), min(size, i + 4))))
        here.append("K=" + "".join(kinds[j] for j in window))
        here.append("T=" + place[i] + (tags[i - 1] if i else "^") + tags[i] + (tags[i + 1] if i + 1 < size else "$"))
        if after[i] in TITLES:
            here.append("title-after")
        if text[i + 1 : i + 3] in TITLES or text[i + 2 : i + 4] in TITLES or text[i + 3 : i + 5] in TITLES:
            here.append("title-near")
        if before[i] in LABELS:
            here.append("label-before")
        if surname[i] != "0" and i + 2 < size and names[i + 1] != "0" and names[i + 2] != "0":
            here.append("full-shape")
        out.append(here)
    return out

"""Inputs of the benchmarks: made by rule from fixed seeds, so that every run measures the same bytes."""

import random

CLEAN_SENTENCES = (
    "今天天氣晴朗，公園裡的櫻花開得很美，許多家庭帶著孩子前來賞花。", "圖書館本月推出夏季閱讀活動，歡迎大小朋友一同參加。",
    "河濱步道整修完成後，沿線新增了三座涼亭與兩處飲水設施。", "農會在廣場舉辦蔬果市集，現場還有料理示範與試吃。",
    "美術館的新展以光影為主題，展期到秋天結束。", "因應連續假期，客運業者將視乘客多寡加開班次。",
    "社區大學下學期的課程已經排定，木工班與烘焙班最受歡迎。", "這條古道全長約四公里，沿途林木茂密，適合親子健行。",
    "自來水管線汰換工程分三期施工，預計年底前全部完成。", "運動中心的游泳池換水期間暫停開放，敬請見諒。",
    "夜間的街燈改用省電燈泡後，整條街明亮許多。", "茶園主人說，今年雨水充足，春茶的香氣特別好。",
)  # fmt: skip

POST = (
    "轉達一下，今天下午來櫃台的那位是葉俊宏先生，他留的手機是0928-471-356，身分證字號B220417363，"
    "說要問老屋補助的進度。承辦同仁說資料還缺一份，請他下週補件。"
)  # fmt: skip


def clean(megabytes: float, *, seed: int = 1) -> str:
    """Chinese prose without any cue, ``megabytes`` × 10^6 bytes of UTF-8, lines of a few sentences."""
    dice, lines, size = random.Random(seed), [], 0
    while size < megabytes * 1_000_000:
        line = "".join(dice.choice(CLEAN_SENTENCES) for _ in range(dice.randint(1, 5)))
        lines.append(line)
        size += len(line.encode()) + 1
    return "\n".join(lines)


def post(kilobytes: float = 2.0) -> str:
    """A post with three findings (name, mobile, national ID) in otherwise clean prose."""
    rest = clean(kilobytes / 1000)[: int(kilobytes * 1000 / 3) - len(POST)]
    return f"{rest[: len(rest) // 2]}\n{POST}\n{rest[len(rest) // 2 :]}"


def dense(megabytes: float, *, seed: int = 2) -> str:
    """Records, one a line, each with several identifiers: the worst honest case."""
    dice, lines, size = random.Random(seed), [], 0
    while size < megabytes * 1_000_000:
        number = f"09{dice.randint(10000000, 88999999)}"
        line = f"{len(lines)},陳{dice.choice('志家淑雅怡')}{dice.choice('明豪芬婷君')},{number},臺中市北屯區崇德路{dice.randint(1, 900)}號{dice.randint(1, 20)}樓,{dice.randint(40, 99)}/{dice.randint(1, 12):02}/{dice.randint(1, 28):02},已受理"
        lines.append(line)
        size += len(line.encode()) + 1
    return "\n".join(lines)

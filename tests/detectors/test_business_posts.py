"""Official business in posts: topic, detail and a sign that it is not public; and the same words after publication."""

import re
from time import perf_counter

import pytest

from dlp.detectors.business import cue_words, deployment, itinerary, personnel, system, unannounced
from dlp.finding import MEDIUM_FROM
from tests.detectors.pairs import Pair, confidence, findings, found, pairs, passage

POSTS = [*pairs("business/posts"), *pairs("business/registers")]
HELD_OUT = pairs("business/posts_held_out")
DETECTORS = (itinerary, deployment, unannounced, personnel, system)


@pytest.mark.parametrize("pair", POSTS, ids=lambda p: p.leak[:18])
def test_leak_is_found(pair: Pair, request: pytest.FixtureRequest) -> None:
    if pair.gap:
        request.applymarker(pytest.mark.xfail(reason=pair.gap, strict=True))
    assert found(pair.leak, pair.channel, kind=pair.kind)


@pytest.mark.parametrize("pair", POSTS, ids=lambda p: p.harmless[:18])
def test_harmless_twin_is_quiet(pair: Pair) -> None:
    assert not found(pair.harmless, pair.channel)


def test_pairs_never_tuned_on_keep_their_score() -> None:
    hit = sum(found(p.leak, p.channel, kind=p.kind) for p in HELD_OUT)
    false = sum(found(p.harmless, p.channel) for p in HELD_OUT)
    assert hit / len(HELD_OUT) >= 0.85
    assert false / len(HELD_OUT) <= 0.06


# One fact changed turns the leak into something anybody may say.
CHANGED = (
    ("補助名單還沒公布，但你們學校在裡面，先不要講。", "補助名單已於昨日公布，你們學校在裡面。", "announced"),
    ("取締專案明早六點開始，路檢點在中正橋頭，朋友小心。", "取締專案昨天結束，成果已公布於警察局網站。", "over"),
    ("部長座車是黑色ABC-1235，前後各一台隨扈車，十點出發。", "部長昨天搭高鐵南下，車上民眾合照已放上粉專。", "published"),
    ("人事令還沒發，接的是政風處那位，先別說。", "人事令已於11月15日發布，歡迎新任局長。", "order published"),
    ("內網測試機密碼還是admin/Test1234，要用的自己連。", "宣導：內網主機請勿使用預設密碼。", "advice"),
)


@pytest.mark.parametrize(("leak", "harmless", "why"), CHANGED, ids=[w for *_, w in CHANGED])
def test_one_fact_changed(leak: str, harmless: str, why: str) -> None:
    assert found(leak)
    assert not found(harmless)


@pytest.mark.parametrize(
    "text",
    [
        "【有獎徵答】下列哪一句不能貼？(A)明天九點副市長從後門離開 (B)機房密碼1234 (C)今天天氣真好",
        "【創作】密室逃脫第三關：機房密碼是8814，守衛凌晨三點換班。",
    ],
)
def test_a_quiz_and_a_game_disclose_nothing(text: str) -> None:
    assert not found(text)


@pytest.mark.parametrize("text", ["底價通常怎麼訂？", "考績就是那樣啦。", "今天值班好無聊。", "我朋友說公務員很輕鬆。", "檢舉達人的新聞好誇張。", "明天要開會，早點睡。"])
def test_a_topic_alone_is_never_enough(text: str) -> None:
    assert not found(text)


def test_a_post_is_judged_more_strictly_than_a_mail() -> None:
    text = "部長明天八點搭高鐵到台中，下來我負責接。"
    assert confidence(text, "post") > confidence(text, "mail")


def test_reasons_name_topic_and_signs() -> None:
    best = findings("補助名單還沒公布，但你們學校在裡面，先不要講。")[0]
    codes = {r.code for r in best.reasons}
    assert {"topic-unannounced", "sign-unpublished", "sign-secrecy"} <= codes
    assert best.confidence >= MEDIUM_FROM


def test_cues_are_taken_from_the_pattern() -> None:
    cues = {c.text for c in cue_words.cues_of(r"(?:營|連)(?:搬|移)|底[價標]|考績(?:會)?[^。]{0,9}(?:乙|丙)等")}
    assert cues == {"營搬", "營移", "連搬", "連移", "底價", "底標", "考績"}


def test_a_pattern_without_any_word_is_refused() -> None:
    with pytest.raises(ValueError, match="literal of two"):
        cue_words.cues_of("稅|底價")


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda d: d.ID)
def test_every_leak_holds_a_cue_of_its_detector(detector: object) -> None:
    cues = re.compile("|".join(re.escape(c.text) for c in detector.CUES), re.IGNORECASE)  # type: ignore[attr-defined]
    for pair in (*POSTS, *HELD_OUT):
        if list(detector.find(passage(pair.leak, pair.channel))):  # type: ignore[attr-defined]
            assert cues.search(pair.leak)


HOSTILE = ("密碼1" * 20_000, "部長明天到" * 13_000, "底價" * 30_000, "考績乙等的有" * 10_000, "今晚要守" * 16_000)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda t: t[:6])
def test_hostile_text_costs_little(text: str) -> None:
    for detector in DETECTORS:
        began = perf_counter()
        list(detector.find(passage(text)))
        assert perf_counter() - began < 1

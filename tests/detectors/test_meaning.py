"""What the network may and may not do: move a confidence by a bounded step, ask a person, and read nothing but running text."""

from datetime import date

import pytest

from dlp import Scanner
from dlp.detectors import road
from dlp.detectors.contract import Context
from dlp.detectors.meaning import MOST, READ_WHOLE, reading, weigh
from dlp.detectors.people import disclosure
from dlp.detectors.personal.names import persons
from dlp.document import Document, Part, Place
from dlp.finding import Finding, Layer, Level
from dlp.kinds import Kind
from dlp.language.network import PIECE
from dlp.language.reading import Named, Piece, Reading
from dlp.verdict import Action, Channel

SENTENCE = "三樓那位住戶昨天又打電話來說了，名字我不方便講。"


class Says:
    """A model that always says the same, of one piece, looking at its end."""

    def __init__(self, leak: float, kind: Kind = Kind.INFORMANT_CLUE) -> None:
        self.leak, self.kind = leak, kind
        self.read_texts: list[str] = []

    def read(self, text: str) -> Reading:
        self.read_texts.append(text)
        looked = tuple([0.0] * (len(text) - 1) + [1.0])
        return Reading.of([Piece(0, len(text), self.leak, {}, {str(self.kind): 0.9}, looked)], ())


def findings(text: str, model: object, *, place: Place = Place.BODY) -> list[Finding]:
    document = Document("", (Part("body", place, text),))
    return road.find(Context(document, Channel.POST, date(2026, 11, 22), None, model))[0]


def passage(text: str, model: object) -> road.Passage:
    document = Document("", (Part("body", Place.BODY, text),))
    context = Context(document, Channel.POST, date(2026, 11, 22), None, model)
    return next(road.passages(document.parts[0], context, road.shipped_sieve()))


@pytest.mark.parametrize(("leak", "weight"), [(1.0, MOST), (0.0, -MOST), (0.5, None), (0.6, None), (0.9, 0.8 * MOST)])
def test_a_confidence_moves_by_a_bounded_step(leak: float, weight: float | None) -> None:
    reason = weigh(passage(SENTENCE, Says(leak)), 0, 4)
    assert (reason.weight if reason else None) == (pytest.approx(weight, abs=0.001) if weight is not None else None)


def test_without_a_model_nothing_is_said() -> None:
    assert weigh(passage(SENTENCE, None), 0, 4) is None
    assert reading(passage(SENTENCE, None)).pieces == ()


def test_it_finds_what_no_rule_does_and_only_asks() -> None:
    (found,) = (
        f
        for f in findings("貨的比例我抄給你，第三頁，別寄公司信箱。" + SENTENCE, Says(0.97, Kind.SECRET_TRADE))
        if f.detector == disclosure.ID
    )
    assert found.level is Level.MEDIUM
    assert dict(found.attrs) == {"evidence": "meaning"}
    assert {r.layer for r in found.reasons} == {Layer.MEANING}


def piece(**chances: float) -> Piece:
    return Piece(0, 40, 0.9, {}, {name.replace("__", "."): value for name, value in chances.items()})


@pytest.mark.parametrize(
    ("kinds", "spoken", "named", "why"),
    [
        ({"informant__clue": 0.2, "secret__trade": 0.1}, (), ["informant.clue"], "the likeliest, however unsure"),
        ({"informant__clue": 0.6, "petition__content": 0.4}, (), ["informant.clue", "petition.content"], "every likely one"),
        ({"informant__clue": 0.4, "secret__trade": 0.3}, (Kind.MEETING_CLOSED,), [], "a rule says more exactly what is wrong"),
        ({"third_party__rights": 0.7}, (Kind.PERSONAL_FINANCE,), ["third_party.rights"], "what the rules left out and is likelier than not"),
        ({"secret__trade": 0.9}, (Kind.SECRET_TRADE,), [], "said already"),
        ({"informant__identity": 0.9}, (Kind.INFORMANT_CLUE,), [], "who complained is one question, and a rule has answered it"),
        ({"secret__trade": 0.2}, (Kind.PERSONAL_MOBILE,), ["secret.trade"], "a number explains nothing"),
    ],
)
def test_which_kinds_are_named(kinds: dict[str, float], spoken: tuple[Kind, ...], named: list[str], why: str) -> None:
    assert [str(k) for k in disclosure.likely(piece(**kinds), frozenset(spoken))] == named, why


def test_it_points_at_the_sentence_it_looked_at() -> None:
    text = "今天天氣很好。中午吃了便當。" + SENTENCE
    (found,) = (f for f in findings(text, Says(0.9)) if f.detector == disclosure.ID)
    assert text[found.start : found.end] == SENTENCE


@pytest.mark.parametrize(
    "place", [Place.MAIL_HEADER, Place.HEADER, Place.FILE_NAME, Place.PROPERTY, Place.LINK, Place.RAW, Place.SUBJECT]
)
def test_it_reads_running_text_only(place: Place) -> None:
    model = Says(0.99)
    assert [f for f in findings(SENTENCE + "檢舉人 電話", model, place=place) if f.detector == disclosure.ID] == []
    assert model.read_texts == []


@pytest.mark.parametrize("text", ["密", "王小明 0912-345-678", "檢送計畫"])
def test_of_a_scrap_it_says_nothing(text: str) -> None:
    assert [f for f in findings(text, Says(0.99)) if f.detector == disclosure.ID] == []


def test_talk_takes_nothing_from_a_value_but_from_a_soft_fact() -> None:
    text = "參加者信箱：lin.yating@gmail.com、chou88@gmail.com。"
    alone = {f.start: f.confidence for f in findings(text, None) if f.kind is Kind.PERSONAL_EMAIL}
    with_talk = {f.start: f.confidence for f in findings(text, Says(0.01)) if f.kind is Kind.PERSONAL_EMAIL}
    assert with_talk == alone != {}
    told = "陳美鳳確診肺結核，住在仁愛路三段五號。"
    before = max(f.confidence for f in findings(told, None) if f.kind is Kind.PERSONAL_HEALTH)
    after = max(f.confidence for f in findings(told, Says(0.01)) if f.kind is Kind.PERSONAL_HEALTH)
    assert before - MOST - 0.01 <= after < before


def test_an_identity_number_is_what_it_is() -> None:
    text = "身分證字號 A123456789 ，請查收附件並回覆承辦單位。"
    for model in (None, Says(0.01), Says(0.99)):
        confidences = [f.confidence for f in findings(text, model) if f.kind is Kind.PERSONAL_NATIONAL_ID]
        assert confidences == [f.confidence for f in findings(text, None) if f.kind is Kind.PERSONAL_NATIONAL_ID]


def test_of_a_long_text_only_the_places_rich_in_cues_are_read() -> None:
    model = Says(0.5)
    filler = "今天的公園裡有許多人散步，孩子們在草地上奔跑，老人在樹下下棋。\n" * 400
    text = filler + "檢舉人陳美鳳住仁愛路三段五號，電話0912-345-678，身分證字號A123456789，罹患肺結核。\n" + filler
    assert findings(text, model)
    assert any("檢舉人陳美鳳" in read for read in model.read_texts)
    assert sum(map(len, model.read_texts)) <= READ_WHOLE * PIECE < len(text)


def test_what_it_alone_sees_warns_and_does_not_stop() -> None:
    scanner = Scanner(model=False, today=date(2026, 11, 22))
    scanner.language = Says(0.99, Kind.SECRET_PROCUREMENT)
    for channel in ("mail", "post"):
        verdict = scanner.check("數字我用紙條寫給你了，老地方見，看完記得丟掉，住三樓的那位也不要講。", channel)
        assert [r.id for r in verdict.rules if r.action > Action.LOG] == ["MNG-01"]
        assert verdict.action is Action.WARN


def test_both_views_share_one_reading_each_in_its_own_offsets() -> None:
    text = "電話 0 9 1 2 3 4 5 6 7 8 ，檢舉人卓家豪住在三樓，請保密。"
    start = text.index("卓家豪")

    class Names(Says):
        def read(self, text: str) -> Reading:
            self.read_texts.append(text)
            return Reading.of([Piece(0, len(text), 0.9)], [Named(start, start + 3, "informant", 0.9)])

    model = Names(0.9)
    document = Document("", (Part("body", Place.BODY, text),))
    context = Context(document, Channel.POST, date(2026, 11, 22), None, model)
    plain, joined = road.passages(document.parts[0], context, road.shipped_sieve())
    assert len(joined.text) < len(plain.text)
    for view in (plain, joined):
        (named,) = reading(view).persons
        assert view.text[named.start : named.end] == "卓家豪"
        assert reading(view).pieces[0].end == len(view.text)
    assert len(model.read_texts) == 1


@pytest.mark.parametrize(
    ("channel", "text", "read"),
    [
        (Channel.SHARE, "許多新人選在櫻花樹下結婚，公園裡的櫻花開得很美。", False),
        (Channel.SHARE, "檢舉人結婚那天的電話是0912-345-678。", True),
        (Channel.MAIL, "許多新人選在櫻花樹下結婚，公園裡的櫻花開得很美。", True),
    ],
)
def test_on_a_share_one_everyday_word_does_not_wake_it(channel: Channel, text: str, read: bool) -> None:
    model = Says(0.5)
    document = Document("", (Part("body", Place.BODY, text),))
    road.find(Context(document, channel, date(2026, 11, 22), None, model))
    assert bool(model.read_texts) is read


def test_a_bare_name_that_the_network_does_not_take_for_one_loses_and_one_it_sees_gains() -> None:
    text = "昨天陳志明來過。電話0912-345-678"
    start = text.index("陳志明")

    class Names(Says):
        def __init__(self, *persons: Named) -> None:
            super().__init__(0.5)
            self.persons = persons

        def read(self, text: str) -> Reading:
            return Reading.of([Piece(0, len(text), 0.5)], self.persons)

    def confidence(model: object) -> float:
        return next(p.confidence for p in persons(passage(text, model)) if p.start == start)

    alone = confidence(None)
    assert confidence(Names()) < alone < confidence(Names(Named(start, start + 3, "other", 0.95)))

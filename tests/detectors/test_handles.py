"""Who is meant, with or without a name: definite expressions lead to one person, indefinite ones to nobody."""

from datetime import date

import pytest

from dlp.detectors.contract import Context, Passage
from dlp.detectors.personal.handles import Handle, handles
from dlp.document import Document
from dlp.text.folding import fold
from dlp.verdict import Channel


def found(text: str) -> list[Handle]:
    document, folded = Document.from_text(text), fold(text)
    passage = Passage(document.parts[0], folded.text, folded, "plain", Context(document, Channel.POST, date(2026, 11, 22)))
    return list(handles(passage))


LEADS = [
    ("四樓之二那位太太最近常哭", "floor", "floor and a word for a person"),
    ("全村唯一的牙醫診所院長也去了", "unique", "the only one"),
    ("鎮長家的大兒子上個月回來", "kin-of-office", "kin of somebody everybody knows"),
    ("對面賣蚵仔麵線的老闆又沒開門", "trade", "trade"),
    ("巷口機車行的老闆娘說的", "shop", "keeper of a shop"),
    ("我們新來的課長不吃牛", "our-office", "holder of a post in a known office"),
    ("卸任的里長現在住安養院", "former", "former holder of a post"),
    ("坐門口那個戴助聽器的司機", "pointed", "pointed at, with a description"),
    ("資工系三年級那個轉學生", "pupil", "class and pupil"),
    ("樓上小琳又沒去上班", "placed", "pet name with a place"),
    ("會計室的芳芳請長假", "placed", "doubled pet name with an office"),
]


@pytest.mark.parametrize(("text", "sort", "why"), LEADS, ids=[c[2] for c in LEADS])
def test_leads_to_one_person(text: str, sort: str, why: str) -> None:
    assert any(h.sort == sort and h.weight >= 0.5 for h in found(text)), [(h.sort, h.weight) for h in found(text)]


NOBODY = [
    ("有些住戶半夜不睡", "some residents"),
    ("任何一個老師都知道", "any teacher"),
    ("三樓會議室請脫鞋", "a room"),
    ("民眾若有疑問請洽服務台", "the public"),
    ("又是一位阿伯跌倒", "a word for old men, no pet name"),
    ("如果那個司機酒駕", "supposed"),
]


@pytest.mark.parametrize(("text", "why"), NOBODY, ids=[c[1] for c in NOBODY])
def test_leads_to_nobody(text: str, why: str) -> None:
    assert [h.sort for h in found(text) if h.weight >= 0.5] == []


def test_a_name_weighs_more_than_a_description() -> None:
    weights = {h.sort: h.weight for h in found("三樓那位太太就是林淑芬")}
    assert weights["named"] > weights["floor"]


def test_a_wholly_masked_name_weighs_less_than_a_surname_with_title() -> None:
    masked = max(h.weight for h in found("當事人陳○○"))
    titled = max(h.weight for h in found("三樓陳太太"))
    assert masked < 0.5 < titled

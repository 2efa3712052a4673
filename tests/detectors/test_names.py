"""Names: exact spans, forms, roles, public and sample names; words, places and procedure that look like names."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from dlp.detectors.contract import Context, Passage
from dlp.detectors.personal.name_tables import tables
from dlp.detectors.personal.names import find, persons
from dlp.detectors.personal.person import Person
from dlp.document import Document
from dlp.finding import Level
from dlp.kinds import Kind
from dlp.masking import mask_text
from dlp.text.folding import fold
from dlp.verdict import Channel

from .numbers import findings

SURE = 0.5


def passage(text: str) -> Passage:
    folded, document = fold(text), Document.from_text(text)
    return Passage(document.parts[0], folded.text, folded, "plain", Context(document, Channel.POST, date(2026, 11, 22)))


def named(text: str) -> list[tuple[str, Person]]:
    """(original text of the span, person) of everybody in ``text`` that is likely a person."""
    place = passage(text)
    return [
        (text[slice(*place.folded.to_original(p.start, p.end))], p) for p in persons(place) if p.confidence >= SURE
    ]


NAMES = [
    ("陳情人林美玉女士反映水溝阻塞", "林美玉", "full", "petitioner", "title after"),
    ("本案係由隔壁住戶邱志明檢舉", "邱志明", "full", "informant", "the verb gives the role"),
    ("檢舉人：吳淑華，電話另附", "吳淑華", "full", "informant", "label and colon"),
    ("檢舉人係該公司會計許雅婷", "許雅婷", "full", "informant", "role stated earlier in the clause"),
    ("通報人為○○醫院護理師王怡如", "王怡如", "full", "reporter", "workplace between"),
    ("被檢舉人黃國書於期限內陳述意見", "黃國書", "full", "reported", "longest role word wins"),
    ("姓名：吳雅婷　性別：女", "吳雅婷", "full", "unknown", "form field"),
    ("姓　　名：王 建 宏", "王 建 宏", "full", "unknown", "spaced form field"),
    ("陳情人歐陽文雄來函", "歐陽文雄", "full", "petitioner", "compound surname"),
    ("申請人張簡秀英君", "張簡秀英", "full", "applicant", "double surname"),
    ("陳林美玉女士到場說明", "陳林美玉", "full", "unknown", "husband's surname"),
    ("陳情人阮氏香反映仲介超收費用", "阮氏香", "full", "petitioner", "Vietnamese form"),
    ("陳情人粘秀蘭來電", "粘秀蘭", "full", "petitioner", "rare surname"),
    ("證人何俊到庭", "何俊", "full", "witness", "two characters"),
    ("陳情人瓦旦‧吉洛反映坍方", "瓦旦‧吉洛", "indigenous", "petitioner", "official dot"),
    ("陳情人瓦旦・吉洛反映坍方", "瓦旦・吉洛", "indigenous", "petitioner", "katakana dot"),
    ("申請人巴奈·馬躍", "巴奈·馬躍", "indigenous", "applicant", "middle dot"),
    ("檢舉人：NGUYEN THI HUONG", "NGUYEN THI HUONG", "latin", "informant", "passport order"),
    ("陳情人 Chen Yi-chun 來信", "Chen Yi-chun", "latin", "petitioner", "romanised"),
    ("陈情人张建宏来电", "张建宏", "full", "petitioner", "Simplified"),
    ("民眾楊先生來電", "楊先生", "title", "petitioner", "surname and courtesy"),
    ("檢舉人周○玲表示", "周○玲", "masked", "informant", "middle masked"),
    ("王姓民眾到場", "王姓民眾", "masked", "unknown", "surname and 姓"),
    ("檢舉的人暱稱叫「阿德師」", "阿德師", "nickname", "unknown", "nickname"),
    ("個案陳志豪今日出院", "陳志豪", "full", "patient", "case"),
    ("學生林子晴曠課三日", "林子晴", "full", "student", "pupil"),
]


@pytest.mark.parametrize(("text", "name", "form", "role", "why"), NAMES, ids=[n[4] for n in NAMES])
def test_a_person_is_found_with_exact_span_form_and_role(text: str, name: str, form: str, role: str, why: str) -> None:
    found = dict(named(text))
    assert name in found, list(found)
    assert (found[name].form, found[name].role) == (form, role)


PUBLIC = [
    ("局長王建民表示將加強稽查", "王建民", "head of an office"),
    ("議員林美燕質詢市政", "林美燕", "elected"),
    ("承辦人：陳怡君　電話：02-27208889", "陳怡君", "letterhead"),
    ("提案人：蔡淑惠　連署人：洪玉鳳、郭信良", "郭信良", "the role word holds for the whole list"),
    ("林議員全忠：請問局長", "林議員全忠", "surname, office, given name"),
]


@pytest.mark.parametrize(("text", "name", "why"), PUBLIC, ids=[n[2] for n in PUBLIC])
def test_names_in_office_are_public(text: str, name: str, why: str) -> None:
    found = dict(named(text))
    assert found[name].public


def test_an_official_who_informs_is_no_longer_public() -> None:
    (_, person), *_ = named("檢舉人為本署採購科科長陳文彬")
    assert (person.role, person.public) == ("informant", False)


def test_every_name_of_a_list_is_found() -> None:
    assert [n for n, _ in named("出席：王大偉、林美玉、陳志豪、粘秀蘭")] == ["王大偉", "林美玉", "陳志豪", "粘秀蘭"]


def test_names_in_a_column_are_found_by_its_header() -> None:
    text = "編號\t姓名\t備註\n1\t林美惠\t已到\n2\t尤信\t未到\n3\t張志明\t已到"
    assert [n for n, _ in named(text)] == ["林美惠", "尤信", "張志明"]


def test_the_same_name_has_the_same_key() -> None:
    people = [p for n, p in named("檢舉人邱志明來電。後來邱志明又補件。") if n == "邱志明"]
    assert len(people) == 2
    assert people[0].key == people[1].key


NOBODY = [
    ("檢舉人應填寫檢舉書並檢附具體事證", "duty"),
    ("檢舉人得以代號為之", "permission"),
    ("如有檢舉人要求保密，承辦人請以密件辦理", "hypothesis"),
    ("陳情人得委任代理人提出陳情", "permission"),
    ("陳情人對回復內容不服者，可向上級機關反映", "procedure"),
    ("被檢舉人得於文到10日內陳述意見", "procedure"),
    ("申請人方便時請攜帶證件", "adverb"),
    ("陳情人自小客車遭拖吊", "object"),
    ("向林務局申請許可證明", "agency"),
    ("高雄市政府陳情案件統計表", "place"),
    ("林口長庚醫院設有任何人均可使用之停車場", "hospital"),
    ("由周全盤檢討，何時可回復應予敘明", "function words"),
    ("金額新臺幣五千元，解除列管", "amount"),
    ("中山路與羅斯福路口黃線停車", "roads"),
    ("周氏蝦捲、鄭記、林記與老王牛肉麵", "shops"),
    ("施用毒品者應接受勒戒", "law"),
    ("地方主任、有關處長均應出席", "offices without a person"),
    ("民眾殷殷期盼早日完工", "doubled word"),
    ("以智慧創新研發，同學：以智慧取勝", "function word as surname"),
    ("病童罹患裘馨氏肌肉萎縮症", "a disease called after a physician"),
]


@pytest.mark.parametrize(("text", "why"), NOBODY, ids=[n[1] for n in NOBODY])
def test_nobody_is_named(text: str, why: str) -> None:
    assert [(n, p.form, p.confidence) for n, p in named(text)] == []


FRAMES = ["{}", "本案{}相關事項，請查照。", "請依{}辦理", "檢舉人{}", "陳情人：{}", "本府{0}、{0}及其他", "申請人{}應於期限內提出", "該局{}表示"]


@pytest.mark.parametrize("frame", FRAMES)
def test_no_look_alike_word_is_a_person(frame: str) -> None:
    wrong = [w for w in tables().confusables if any(n.startswith(w[:2]) for n, p in named(frame.format(w)) if p.form == "full")]
    assert wrong == []


def test_sample_names_are_marked_and_weigh_less() -> None:
    (_, person), *_ = named("姓名：王小明")
    assert person.sample
    assert all(f.level is Level.LOW for f in findings("請填姓名：王小明", Kind.PERSONAL_NAME))


WEIGHT = [
    ("王建宏先生今天來過", Level.LOW, "a name alone"),
    ("聯絡人：王建宏", Level.LOW, "a contact"),
    ("檢舉人王建宏，請保密", Level.MEDIUM, "a protected role"),
    ("王建宏 A123456789", Level.HIGH, "an identifier beside it"),
]


@pytest.mark.parametrize(("text", "level", "why"), WEIGHT, ids=[w[2] for w in WEIGHT])
def test_a_name_weighs_by_what_it_shows(text: str, level: Level, why: str) -> None:
    assert [f.level for f in findings(text, Kind.PERSONAL_NAME) if f.text == "王建宏"] == [level]


MASKS = [("王建宏", "王○宏"), ("何俊", "何○"), ("歐陽文雄", "歐陽○○"), ("陳林美玉", "陳林○○"), ("瓦旦‧吉洛", "瓦○‧○○"), ("楊先生", "楊○○")]


@pytest.mark.parametrize(("name", "masked"), MASKS)
def test_masks_follow_official_practice_and_hold(name: str, masked: str) -> None:
    text = f"檢舉人：{name}，手機0912-666-888"
    once = mask_text(text, findings(text, Kind.PERSONAL_NAME), "body")
    assert once == text.replace(name, masked)
    assert findings(once, Kind.PERSONAL_NAME) == []


def test_reasons_never_quote_the_name() -> None:
    for hit in find(passage("檢舉人王建宏，電話0912-666-888")):
        assert all("王建宏" not in r.text and "建宏" not in r.text for r in hit.reasons)


@pytest.mark.corpus
def test_lexical_layer_scores(corpus: Path) -> None:
    """Exact spans on the test part of Universal NER Chinese-GSD, most of whose names are foreign; the model adds to it."""
    right = seen = gold = 0
    for line in (corpus / "labelled" / "uner_zh_gsd_test.jsonl").read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        place = passage(item["text"])
        want = {(a, b) for a, b, label in item["spans"] if label == "PER"}
        got = {
            place.folded.to_original(p.start, p.end)
            for p in persons(place) if p.confidence >= SURE and p.form not in ("masked", "title")
        }  # fmt: skip
        right, seen, gold = right + len(want & got), seen + len(got), gold + len(want)
    assert right / seen >= 0.65
    assert right / gold >= 0.24


@pytest.mark.corpus
def test_the_whole_look_alike_list(corpus: Path) -> None:
    listed = corpus.parent / "facts" / "name-confusables.csv"
    with listed.open(encoding="utf-8", newline="") as file:
        words = [row["word"] for row in csv.DictReader(file)]
    assert {w for w in words if any(p.form == "full" for _, p in named(f"本案{w}一節"))} == set()

"""Who petitioned and what about: names, contacts and tell-tale details, against the procedure of petitions."""

import json
from pathlib import Path
from time import perf_counter

import pytest

from dlp.detectors.people import petition_content, petition_identity
from dlp.finding import MEDIUM_FROM
from dlp.kinds import Kind
from tests.detectors.pairs import findings, found, passage

IDENTITY = (
    ("陳情人林美玉女士（電話0912-345-678）反映水溝阻塞。", "林美玉", "name behind the word"),
    ("本案陳情人為王志豪，住臺中市北屯區崇德路二段456號7樓。", "王志豪", "copula"),
    ("民眾粘秀蘭來電陳情長照服務中斷。", "粘秀蘭", "subject of the call, rare surname"),
    ("陳情人瓦旦‧吉洛反映部落道路坍方。", "瓦旦‧吉洛", "indigenous name"),
    ("陳林美玉女士（新竹市東區光復路二段101號）陳情噪音。", "陳林美玉", "husband's surname first"),
    ("來信人 高家豪 手機0988-000-123", "高家豪", "web form as text"),
    ("這封信是里長太太謝美惠寫的，講她們家門口的人行道。", "謝美惠", "who wrote the letter"),
    ("姓名：吳雅婷　電話：0922-333-444　地址：高雄市三民區九如一路88號　陳情內容：隔壁餐廳油煙。", "吳雅婷", "filled form on one line"),
    ("姓名：吳雅婷\n電話：0922-333-444\n主旨：隔壁餐廳油煙", "吳雅婷", "filled form, a field a line"),
    ("編號\t陳情人\t電話\n1\t石秀玉\t0928-333-555\n", "石秀玉", "row of a sheet"),
)


@pytest.mark.parametrize(("text", "name", "why"), IDENTITY, ids=[w for *_, w in IDENTITY])
def test_petitioner_is_found(text: str, name: str, why: str) -> None:
    named = [f for f in findings(text) if f.kind is Kind.PETITION_IDENTITY and f.text == name]
    assert named
    assert named[0].confidence >= MEDIUM_FROM


TALK = (
    ("陳情人得委任代理人提出陳情。", "right"),
    ("陳情人高度關切本案進度。", "高 is no surname here"),
    ("陳情人曾於上月來電反映。", "曾 is no surname here"),
    ("陳情人陳述意見後離席。", "陳述"),
    ("陳情人方面並無異議。", "方面"),
    ("陳○○君陳情一案，業已函復在案。", "masked through"),
    ("陳情人反映中山路100號前水溝阻塞。", "the address is the matter's"),
    ("民眾可撥打1999專線或(02)2720-8889反映意見。", "a hotline"),
    ("市長蔣大中接見陳情人，承諾三個月內改善。", "the mayor in office"),
    ("姓名：\n電話：\n主旨：\n內容：", "blank form"),
    ("承辦人：王大同 電話：02-27208889\n主旨：檢送陳情案件統計表1份，請查照。", "letterhead"),
    ("編號\t陳情人\t電話\n1\t（遮蔽）\t（遮蔽）\n", "hidden row"),
)


HEADS = (
    ("寄件者：都市發展科 施玟瑜\n收件者：建築師公會\n主旨：公有停車場設計競圖說明會\n\n您好，會議改到二樓。", False, "a clerk writes to the outside"),
    ("寄件者：村幹事 施玟瑜\n收件者：環保局\n主旨：FW: 異味陳情\n\n昨天又去看了一次，味道還在。", False, "a clerk writes about a petition"),
    ("-----原始郵件-----\n寄件者：施玟瑜 <wenyu.shih@example.net>\n主旨：貴館櫃檯服務\n\n我上週去借書被罵。\n-----\n陳經理，請查是哪一位。", True, "a letter from outside handed on"),
)


@pytest.mark.parametrize(("text", "leaks", "why"), HEADS, ids=[w for *_, w in HEADS])
def test_the_sender_in_a_mail_head_is_no_petitioner_unless_the_letter_is_handed_on(text: str, leaks: bool, why: str) -> None:
    assert found(text, "mail", kind="petition.identity") is leaks


def test_the_reply_to_the_person_is_no_leak_in_mail_but_is_one_on_a_share() -> None:
    text = "施玟瑜女士您好：您於區長信箱反映家門口（和平路12號）路燈不亮一事，回復如下"
    assert not found(text, "mail", kind="petition.identity")
    assert found(text, "share", kind="petition.identity")


def test_a_masked_name_needs_more_than_a_relative() -> None:
    assert not found("來信的是施○瑜女士，電話0961-***-***，講她兒子在學校的事。", "mail", kind="petition.identity")
    assert found("來信的是施○瑜女士，住三樓，電話0961-204-377。", "mail", kind="petition.identity")


@pytest.mark.parametrize(("text", "why"), TALK, ids=[w for _, w in TALK])
def test_talk_of_petitions_is_quiet(text: str, why: str) -> None:
    assert not found(text, kind="petition.identity")


CONTENT = (
    ("陳情人稱其女就讀和平國小四年二班，遭同學霸凌致罹患憂鬱症。", {"child", "health"}, "child and illness"),
    ("該陳情案為丈夫中風臥床、女兒離婚之低收入戶，住福德宮後方鐵皮屋。", {"health", "family", "money", "place"}, "a household"),
    ("今天來的那對夫妻，先生有精神科病史，住文山區興隆路，大家小心。", {"health", "place"}, "gossip about a client"),
    ("申訴學生為本校唯一的輪椅生，投訴無障礙廁所被當倉庫。", {"unique", "health"}, "the only one"),
)


@pytest.mark.parametrize(("text", "sorts", "why"), CONTENT, ids=[w for *_, w in CONTENT])
def test_details_that_give_the_case_away(text: str, sorts: set[str], why: str) -> None:
    best = next(f for f in findings(text) if f.kind is Kind.PETITION_CONTENT)
    assert best.confidence >= MEDIUM_FROM
    assert sorts <= set(best.attrs["details"].split(","))


@pytest.mark.parametrize(
    "text",
    ["民眾陳情路燈故障，已派工修復。", "陳情人反映公園夜間燈光過亮。", "低收入戶及身心障礙者陳情案件應優先處理。", "陳情內容涉及家暴、性侵者，應移社會局處理。"],
)
def test_the_subject_alone_tells_nothing_about_a_person(text: str) -> None:
    assert not found(text, kind="petition.content")


@pytest.mark.corpus
@pytest.mark.timeout(300)
def test_public_texts_stay_quiet(corpus: Path) -> None:
    """Of the texts that name secrecy, informants and petitioners outright, and of every tenth other, at most 0.3 %."""
    rows = (corpus / "negatives" / "hard_ids.tsv").read_text(encoding="utf-8").splitlines()[1:]
    core = {cells[0] for row in rows if (cells := row.split("\t"))[2] == "1"}
    items = [json.loads(line) for path in sorted((corpus / "negatives").glob("*.jsonl")) for line in path.read_text(encoding="utf-8").split("\n") if line]
    hard = [i["text"] for i in items if i["id"] in core]
    other = [i["text"] for i in items if i["id"] not in core][::10]
    for texts in (hard, other):
        loud = sum(found(t) for t in texts)
        assert loud / len(texts) <= 0.003


HOSTILE = ("姓名:王 電話:09 " * 5_000, "陳情人反映路燈不亮。" * 6_000, "今天來吵" * 16_000, "陳情人" * 20_000, "我先生罹癌陳情" * 9_000)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda t: t[:8])
def test_hostile_text_costs_little(text: str) -> None:
    began = perf_counter()
    hostile = passage(text)
    for detector in (petition_identity, petition_content):
        list(detector.relate(hostile, ()))
    assert perf_counter() - began < 1.5

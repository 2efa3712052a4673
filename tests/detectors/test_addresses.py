"""Home addresses: the grammar's spans, and what around an address makes it somebody's home or an office."""

import json
from pathlib import Path

import pytest

from dlp.detectors.personal.address_grammar import addresses
from dlp.finding import Level
from dlp.kinds import Kind
from dlp.text.folding import fold

from .numbers import check_harmless, check_leak

KIND = Kind.PERSONAL_ADDRESS
HIGH, MEDIUM = Level.HIGH, Level.MEDIUM

SPANS = [
    ("住臺中市北屯區崇德路二段456號7樓。", "臺中市北屯區崇德路二段456號7樓", "floor"),
    ("台北市忠孝東路四段二百一十六巷三弄六之一號五樓之二", "台北市忠孝東路四段二百一十六巷三弄六之一號五樓之二", "Chinese numerals, no district"),
    ("台北縣永和市福和路１２３號２Ｆ－１", "台北縣永和市福和路１２３號２Ｆ－１", "old names, full width"),
    ("宜蘭縣羅東鎮公正路199巷5弄18號12樓A室", "宜蘭縣羅東鎮公正路199巷5弄18號12樓A室", "room"),
    ("(330)桃園市桃園區縣府路1號", "(330)桃園市桃園區縣府路1號", "post code"),
    ("100206 臺北市中正區重慶南路1段122號", "100206 臺北市中正區重慶南路1段122號", "3+3 post code"),
    ("苗栗縣竹南鎮營盤里18鄰建興街55號", "苗栗縣竹南鎮營盤里18鄰建興街55號", "village and neighbourhood"),
    ("屏東縣內埔鄉豐田村新東勢15之3號", "屏東縣內埔鄉豐田村新東勢15之3號", "settlement"),
    ("溪底村3鄰15-2號", "溪底村3鄰15-2號", "rural without district"),
    ("關廟區下湖12號", "關廟區下湖12號", "settlement without village"),
    ("竹縣竹北市光明六路10號", "竹縣竹北市光明六路10號", "short county"),
    ("我家在中正路一百二十三號五樓", "中正路一百二十三號五樓", "street alone, leading words cut"),
    ("高雄市那瑪夏區達卡努瓦里12鄰150號", "高雄市那瑪夏區達卡努瓦里12鄰150號", "long names"),
    ("嘉義縣民雄鄉北斗村民雄工業區中正路38號", "嘉義縣民雄鄉北斗村民雄工業區中正路38號", "industrial park"),
    ("臺北郵政12-34號信箱", "臺北郵政12-34號信箱", "post box"),
]


@pytest.mark.parametrize(("text", "span", "why"), SPANS, ids=[s[2] for s in SPANS])
def test_the_grammar_finds_the_exact_span(text: str, span: str, why: str) -> None:
    folded = fold(text)
    found = [text[slice(*folded.to_original(a.start, a.end))] for a in addresses(folded.text)]
    assert span in found


NONE = [
    ("忠孝東路四段昨日發生車禍", "road"),
    ("第12條之3及府民字第1150099999號函", "article and document number"),
    ("第一段、三號及二樓會議室", "prose"),
    ("中山路○○號", "masked number"),
    ("3號候選人與12號選手", "numbers of persons"),
    ("臺中市北屯區", "district alone"),
]


@pytest.mark.parametrize(("text", "why"), NONE, ids=[n[1] for n in NONE])
def test_no_address(text: str, why: str) -> None:
    assert list(addresses(fold(text).text)) == []


HOMES = [
    ("本案陳情人為王志豪，住臺中市北屯區崇德路二段456號7樓，請逕復。", "臺中市北屯區崇德路二段456號7樓", HIGH, "petitioner"),
    ("副本：陳情人蔡宗翰君（新北市板橋區文化路一段12號3樓）", "新北市板橋區文化路一段12號3樓", HIGH, "copy list names the petitioner"),
    ("檢舉人居所：臺南市安平區健康路三段10號", "臺南市安平區健康路三段10號", MEDIUM, "informant without a name"),
    ("姓名：吳雅婷　地址：高雄市三民區九如一路88號", "高雄市三民區九如一路88號", MEDIUM, "form"),
    ("她家在民生東路五段69巷2弄8號4樓，記得按電鈴", "民生東路五段69巷2弄8號4樓", MEDIUM, "chat"),
    ("阿嬤住關廟區下湖12號", "關廟區下湖12號", MEDIUM, "rural"),
    ("陳美玉\tA223456781\t台北市大安區和平東路二段18號6樓", "台北市大安區和平東路二段18號6樓", MEDIUM, "row"),
    ("戶籍地：彰化縣員林市中山路一段100號", "彰化縣員林市中山路一段100號", MEDIUM, "household register"),
    ("五樓之二住戶陳情頂樓加蓋，門牌為中和區景平路100巷8號。", "中和區景平路100巷8號", MEDIUM, "unit and house"),
    ("陳情人周美玲住大湖村15號之2，電話不公開", "大湖村15號之2", MEDIUM, "village and number, no street"),
    ("反映人林淑芬（龍泉里7鄰18號）要求回電", "龍泉里7鄰18號", MEDIUM, "neighbourhood and number"),
    ("經查為C棟9樓之3張文傑陳情", "C棟9樓之3", MEDIUM, "building and floor before the name"),
    ("住戶王志豪（四樓之二）上週檢舉漏水", "四樓之二", MEDIUM, "floor in brackets"),
    ("會計林美惠，住埔里鎮中正路菜市場後面那間鐵皮屋", "埔里鎮中正路菜市場後面那間", MEDIUM, "road and landmark"),
    ("庇護所就在北屯區昌平路那棟教會樓上，不要告訴別人", "北屯區昌平路那棟教會", MEDIUM, "shelter"),
    ("張宗憲 0922-333-444 臺中市西屯區福星路427號9樓", "臺中市西屯區福星路427號9樓", MEDIUM, "behind a name and a mobile"),
    ("姓名|住所|備註\n吳志豪|大寮區鳳林三路二巷|假釋", "大寮區鳳林三路二巷", MEDIUM, "column of a table"),
]


@pytest.mark.parametrize(("text", "value", "level", "why"), HOMES, ids=[h[3] for h in HOMES])
def test_a_home_is_found(text: str, value: str, level: Level, why: str) -> None:
    check_leak(KIND, text, value, level)


OFFICES = [
    ("機關地址：100206 臺北市中正區重慶南路1段122號\n承辦人：陳怡君\n電話：02-2311-1234", "letterhead"),
    ("會議地點：臺北市信義區市府路1號2樓會議室", "meeting place"),
    ("本局派員至臺中市西區民權路99號（○○餐廳）稽查", "shop under inspection"),
    ("請將意見寄至臺北市中正區中山南路1號，本部收", "where to write"),
    ("建築物：民宅公寓　位於苗栗縣竹南鎮營盤里18鄰建興街55號　轄管：竹南分局", "register of shelters"),
    ("報名請洽臺北市政府（臺北市信義區市府路1號）", "agency in brackets"),
    ("正本：高雄市政府（802高雄市苓雅區四維三路2號）", "copy list of agencies"),
    ("一、新設新竹分公司：經理人為李育泰；所在地為新竹市東區光復路二段295號15樓之5", "branch of a company"),
    ("有關中山路100號前路面坍塌案", "place of a complaint"),
    ("活動地點：社區活動中心A棟3樓，講師林美惠", "building of a course"),
    ("王志豪老師辦公室在C棟5樓之1", "office of a teacher"),
    ("週遭住戶陳情安平路路面破損", "road of a complaint"),
    ("大湖村12號橋預計年底完工", "bridge"),
    ("以下為練習題資料，請照樣填寫：戶籍 新竹縣竹東鎮中興路三段218號", "exercise"),
    ("林大同社福基金會位於大里中興路二段那棟會館", "foundation"),
]


@pytest.mark.parametrize(("text", "why"), OFFICES, ids=[o[1] for o in OFFICES])
def test_an_office_or_place_is_no_home(text: str, why: str) -> None:
    check_harmless(KIND, text)


@pytest.mark.corpus
def test_grammar_on_the_shelter_register(corpus: Path) -> None:
    """2,500 real addresses; those described by what stands opposite have no number and cannot be found."""
    right = found = gold = 0
    for line in (corpus / "labelled" / "shelter_addresses.jsonl").read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        folded = fold(item["text"])
        want = {(a, b) for a, b, label in item["spans"] if label == "ADDRESS"}
        got = {folded.to_original(a.start, a.end) for a in addresses(folded.text)}
        right, found, gold = right + len(want & got), found + len(got), gold + len(want)
    assert right / gold >= 0.95
    assert right / found >= 0.96

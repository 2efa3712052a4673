"""What tells readers who is meant, with or without a name: 陳美玉, 三樓王太太, 巷口開麵店的阿財, 全鄉唯一的牙醫, 里長家的小女兒.

A fact about "somebody" hurts nobody; a fact about the one person to whom a floor, a shop, an office or a class leads is as bad as
one with a name (個人資料保護法施行細則 §3: 以間接方式識別).  Only definite expressions count: 「有位住戶」 leads to nobody, 「六樓那位住戶」 does.

Sources: 施行細則 §3; 食品檢舉辦法 §9 (any information from which the identity may be told); read 2026-11-22.  Weights are judgements,
measured against the labelled texts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import regex as re

from dlp.detectors.contract import Passage
from dlp.detectors.personal.names import persons
from dlp.detectors.personal.person import Person

NUM = "[0-9一二三四五六七八九十]{1,3}"
KIN = "女兒|兒子|太太|老婆|老公|先生|媽媽|爸爸|母親|父親|千金|公子|媳婦|女婿|岳父|岳母|小舅子|小姨子|老太爺|老夫人|夫人|孫子|孫女|弟弟|妹妹|哥哥|姊姊|姐姐|阿公|阿嬤|婆婆|公公|看護|外勞|小孩|孩子|老大|老二|雙胞胎"
ELDERS = "先生|太太|小姐|女士|阿姨|阿伯|阿嬤|阿公|伯伯|老太太|老先生|歐巴桑|婦人|大哥|大姊|大嬸|媽媽|爸爸|男生|女生|男的|女的|男人|女人|妹妹|弟弟|老人家|夫妻|母子|母女|父子"
LODGERS = "看護|移工|外勞|房客|租客|房東|屋主|住戶|住民|新娘|單親爸爸|單親媽媽|一家|那家|那戶"
TRADES = "老闆娘|老闆|頭家娘|頭家|店長|師傅|小開|院長|司機|攤主|園長|會計|店員|主廚|業者"
POSTS = (
    "校長|院長|委員|主委|科長|課長|組長|股長|主任|局長|處長|隊長|所長|館長|次長|部長|署長|老闆|教授|導師|老師|助教|議員|立委|代表|總幹事|參事|司機|工友|教練|里長|村長|鄰長|里長伯|村長伯|主管|法警|書記官|法官|檢察官|"
    "秘書|會計|出納|護理師|護士|醫師|藥師|社工|警衛|保全|助理|工讀生|聯絡人|廚工|校護|手語翻譯員?|隊員|技士|課員|總務|名嘴|主播|網紅|歌手|選手|體育老師|大家長|長官|鄉長|鎮長|縣長|市長|議長|會長|理事長|董事長|總經理|副司長|司長|專員|獸醫|牙醫|郵差|保母|村幹事|里幹事|廟公|神父|牧師|警員|消防員"
)
PUPILS = "同學|學生|轉學生|男生|女生|孩子|小孩|小朋友|女同學|男同學|班長|雙胞胎|新生|老大"
WHO = f"{ELDERS}|{LODGERS}|{TRADES}|{POSTS}|{PUPILS}|{KIN}"
OFFICE_OWNERS = "里長|村長|鄰長|校長|議長|議員|立委|委員|市長|縣長|鄉長|鎮長|區長|部長|局長|處長|主委|會長|理事長|老闆|總經理|董事長|院長|主任|代表|牧師|廟公|館長"
SHOPS = "早餐店|麵店|豆花店|雜貨店|機車行|加油站|檳榔攤|診所|藥局|補習班|洗車場|滷味攤|小吃店|便當店|飲料店|理髮店|美髮店|五金行|水電行|鐵工廠|安親班|幼兒園|超商|雞排攤|鹽酥雞|餐廳|花店|書局|寵物店|健身房|眼鏡行|牙醫診所|自助餐|海產店|民宿|果園|瓦斯行|文具店|洗衣店|銀樓|彩券行|照相館|粿仔店|麵包店|烘焙坊|修車廠|工廠|攤子|夜市|菜市場|市場"
GOODS = "麵線|米粉|奶茶|衣服|鞋|藥|店|攤|行|館|廠|餅|麵|粥|飯|粿|糕|湯|花|菜|肉|魚|雞|鴨|鵝|滷味|檳榔|豆漿|豆花|便當|牛奶|魷魚|冰|茶|飲料|水果|甘蔗|金紙|瓦斯|羊奶|報紙|彩券|計程車|娃娃車|校車|垃圾車|遊覽車|卡車|貨車|公車|吊車|班"
DEFINITE = "那一?[個位家戶間對位名]|這一?[個位家戶間對名]"
SETTING = "我們|咱們|我|你們|他們|隔壁|對面|樓上|樓下|後棟|前棟|後面|巷口|巷尾|轉角|村口|市場口|廟口|對門|斜對面|同棟|同班|班上|鎮上|村裡|鄉裡|社區|局裡|隊上|校內|院內|庄頭"
INDEFINITE = re.compile(r"(?:有些|某些?|任何|每一?|各|這類|那種|一般|所有|許多|很多|多數|部分|其他|如果|若|假設|例如)[^,。;]{0,4}$")
OF_OFFICE = re.compile("會議室|辦公室(?!的)|服務台|櫃台|窗口|禮堂|教室(?!的)")

# sort → (weight, pattern); the weight says how likely readers know who is meant.
SORTS: tuple[tuple[str, float, "re.Pattern[str]"], ...] = (
    ("unique", 0.64, re.compile(rf"(?:唯一|獨一|(?:只有|就|僅有?|才)一[個位家對名戶]|就(?:這|那)[一]?[個位家戶])(?:的|那[個位])?[^,。;!?\n]{{0,14}}?(?:{WHO}|[男女]|高[一二三]生|博士|同事|人(?!口|數))")),
    ("kin-of-office", 0.64, re.compile(rf"(?:{OFFICE_OWNERS})(?:他?家|的|他)?(?:裡|那[個位])?[^,。;!?\n]{{0,8}}?(?:{KIN})(?!節|會|教室)")),
    ("floor", 0.64, re.compile(rf"(?:{NUM}樓(?:之{NUM})?|[A-Z][ ]?棟[ ]?(?:{NUM}[ ]?樓)?(?:[ ]?之[ ]?{NUM})?|(?<![0-9])[0-9]{{1,4}}號(?:{NUM}樓)?(?:之{NUM})?|[0-9]{{1,3}}[床房])(?:{DEFINITE}|的|住的|住民|是)?[^,。;!?\n]{{0,5}}?(?:{ELDERS}|{LODGERS}|{PUPILS})")),
    ("neighbour", 0.52, re.compile(rf"(?:{SETTING})(?:[^,。;!?\n]{{0,8}}?(?:{DEFINITE}|的)|家)[^,。;!?\n]{{0,8}}?(?:{WHO})")),
    ("trade", 0.64, re.compile(rf"(?:開|賣|送|擺|經營|教|騎)(?!會|始|放|心|發)[^,。;!?\n的]{{0,7}}(?:{GOODS})的(?:{DEFINITE})?(?:[^,。;!?\n]{{0,6}}?(?:{TRADES}|{ELDERS})|(?=[,。;!?\n]|[^,。;!?\n]{{0,8}}(?:{DEFINITE}|阿|姓)))?")),
    ("shop", 0.64, re.compile(rf"(?:{SHOPS})(?:的|那[個位]|,)?[^,。;!?\n]{{0,3}}?(?:{TRADES}|{ELDERS}|唯一的)")),
    ("our-office", 0.52, re.compile(rf"(?:我們|咱們|你們|他們|本)(?:那[個位]|這[個位]|家|新來的|的|[^,。;!?\n]{{1,5}}?)?(?:新任|前任|前)?(?:{POSTS})(?!室|會議|群|們|都|應|須|得|可)")),
    ("former", 0.52, re.compile(r"(?:前任|卸任的?|退休的?|原任|前)(?:村長伯?|里長伯?|校長|鄉長|鎮長|縣長|市長|議員|主任|老師|局長|主委|理事長|警員|課員|會計|信用部主任)(?!室|會)")),
    ("pointed", 0.5, re.compile(rf"(?:那[個位]|這[個位])(?:(?=[^,。;!?\n]{{0,12}}?[的著歲])[^,。;!?\n]{{3,18}}?|[^,。;!?\n]{{0,4}}?)(?:{WHO})(?!們|證|會|室)")),
    ("pupil", 0.52, re.compile(rf"(?:[一二三四五六七八九1-9]年[一二三四五六七八九十0-9甲乙丙丁忠孝仁愛信義和平]{{1,2}}班?|[一二三四五六高國][一二三]?[忠孝仁愛信義和平甲乙丙丁](?:班)?|\p{{Han}}{{2,6}}系(?:[一二三四大碩博0-9]{{1,3}}(?:年級)?)?)(?:[A-Z]?[0-9]{{4,10}})?(?:{DEFINITE}|的)[^,。;!?\n]{{0,10}}?(?:{PUPILS}|[男女]生|主唱|學弟|學妹|學長|學姊|博[一二三四]|碩[一二三])")),
    ("looks", 0.5, re.compile(rf"(?:綁|戴|穿|留|坐|騎|養)(?!著?陸)[^,。;!?\n]{{2,14}}?(?:的)?(?:{DEFINITE})(?:[^,。;!?\n]{{0,5}}?(?:{WHO}))?")),
    ("place-house", 0.5, re.compile(r"(?:[路街巷村里樓旁口]|社區|隔壁|對面)[^,。;!?\n]{0,10}?那[一]?[戶家棟間](?:人家)?(?!店|公司|餐廳|醫院|學校|銀行)")),
)  # fmt: skip
# A pet name is nobody for outsiders; with a floor, a class, a shop before it, it is one person: 樓下小芸, 班上那個翰翰, 總務科彤姐.
PET_NAME = re.compile(
    rf"(?:{SETTING}|{NUM}樓|{SHOPS}|{DEFINITE}|[科室課班股]|對面)[^,。;!?\n]{{0,5}}?(?:的|那[個位])?(?P<pet>[阿小][^\s,。;!?伯姨嬤公婆媽爸母叔孩姐時學朋吃心組隊編型夜](?:[姨伯嬸叔哥姐姊])?|(?P<twin>\p{{Han}})(?P=twin)|(?![表堂大二三老小姊哥姐])\p{{Han}}[姐姊哥嬸])(?=[又是在跟得被已的今昨上離請沒吃欠有去說最懷因剛,]|$)"
)
PET_WEIGHT = 0.62
CALLED_PLACE = re.compile(rf"(?:{SETTING}|{NUM}樓(?:之{NUM})?|[A-Z]棟|[0-9]{{1,4}}號|{SHOPS}|[路街巷村里班系科室組隊棟]|那[個位]|{TRADES}|工友|同事)[^,。;!?\n]{{0,6}}$")
GENERIC_CALLS = frozenset(["阿伯", "阿姨", "阿嬤", "阿公", "阿婆", "阿媽", "阿爸", "阿母", "阿叔", "阿祖", "小孩", "小姐", "小弟", "小妹", "小姑", "小叔", "小姨", "小嬸", "老師", "老闆", "老公", "老婆", "老伯", "老人", "老翁", "老婦", "老爸", "老媽", "老哥", "老弟", "老姊", "老大", "老二", "老么"])
WHOLLY_HIDDEN = re.compile(r"^\p{Han}{1,2}[○〇◯●□△╳×*_]{1,3}$")
NAMED, CALLED, PLACED, MASKED, HIDDEN_ALL, CODED, DOUBTFUL = 0.9, 0.52, 0.66, 0.56, 0.42, 0.38, 0.5
MOST_HANDLES = 2_000  # of one passage
TEXT = {
    "named": "同一句有姓名", "called": "同一句有部分遮蔽或只有稱呼的人", "placed": "同一句有稱呼加上地點或單位的人", "coded": "以代號稱呼的當事人", "hidden": "同一句有遮蔽的姓名", "doubtful": "同一句疑似有人名",
    "described": "同一句的描述足以知道是誰",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Handle:
    """``[start, end)`` leads to one person; ``weight`` (0..1) how surely.  ``sort`` is a key of TEXT or of SORTS."""

    start: int
    end: int
    sort: str
    weight: float
    person: Person | None = None
    key: str = field(default="", repr=False)

    @property
    def text(self) -> str:
        return TEXT.get(self.sort, TEXT["described"])

    @property
    def code(self) -> str:
        return CODES.get(self.sort, "described-person")


CODES = {"named": "named-person", "called": "partly-named", "placed": "placed-person", "coded": "coded-person", "hidden": "masked-person", "doubtful": "perhaps-person"}


def handles(passage: Passage) -> tuple[Handle, ...]:
    """Every handle of the passage in order of place; overlapping ones are all kept.  Computed once."""
    return passage.once("handles", lambda: tuple(sorted([*_from_persons(passage), *_described(passage.text)], key=lambda h: (h.start, h.end))))


def _from_persons(passage: Passage) -> Iterator[Handle]:
    for person in persons(passage):
        sort, weight = _of_person(passage, person)
        yield Handle(person.start, person.end, sort, weight, person, person.key)


def _of_person(passage: Passage, person: Person) -> tuple[str, float]:
    if person.form == "masked" and not person.surname:
        return "coded", CODED
    word = passage.text[person.start : person.end]
    if person.form == "nickname" and word in GENERIC_CALLS:
        return "coded", CODED
    if person.form in ("title", "nickname"):
        if CALLED_PLACE.search(passage.before(person.start, 14)) is not None:
            return "placed", PLACED if person.form == "title" else PLACED - 0.04
        return "called", MASKED if person.form == "title" else CALLED
    if person.form == "masked":
        return ("hidden", HIDDEN_ALL) if WHOLLY_HIDDEN.search(word) else ("called", MASKED)
    return ("doubtful", DOUBTFUL) if person.confidence < 0.5 else ("named", NAMED)


def _described(text: str) -> Iterator[Handle]:
    count = 0
    for match in PET_NAME.finditer(text):
        count += 1
        if count > MOST_HANDLES:
            return
        yield Handle(match.start("pet"), match.end("pet"), "placed", PET_WEIGHT)
    for sort, weight, pattern in SORTS:
        for match in pattern.finditer(text):
            low = max(0, match.start() - 8)
            if INDEFINITE.search(text, low, match.start()) or OF_OFFICE.search(text, match.start(), match.end()):
                continue
            count += 1
            if count > MOST_HANDLES:
                return
            yield Handle(match.start(), match.end(), sort, weight)


__all__ = ["Handle", "handles"]

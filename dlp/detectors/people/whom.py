"""Who stands in a slot: a name, a masked name, surname with title, a nickname, or a way to reach a person.

The slot (behind 檢舉人, before 去檢舉的) is strong evidence of its own, so a name needs less here than in running text; what
must be excluded are words that start with a surname (陳述, 高度, 方式).  Names the personal detectors know are joined in.
Surnames: frequency list of the Ministry of the Interior, 2023 edition; the first 200 and the compound ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import regex as re

from dlp.detectors.contract import Hit, Passage
from dlp.detectors.personal.han_names import HanNames, Spans, surname_size
from dlp.detectors.personal.name_tables import BMP, is_sample, tables

SURNAMES = (
    "陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐周葉蘇莊江呂何蕭羅高潘簡朱鍾游彭詹施胡沈余盧梁趙顏柯翁魏孫戴范方宋鄧杜侯傅曹薛阮丁卓馬溫董藍古石紀唐蔣姚連歐馮程湯田康姜白汪尤"
    "鄒黎巫鐘涂龔嚴韓袁金童陸柳夏邵錢伍倪駱譚于甘熊任秦章毛官顧史萬俞粘雷饒凌武孔尹崔辛辜陶段易龍韋池葛褚孟麥殷莫文賀賈管關包向丘梅華裴利全樊房佘花安左魯塗穆鮑蒲郝谷成邢"
    "練閻鄔陽盛常符耿解繆申聶祝岳曲籃齊應舒單喬畢鄞翟牛龎覃季項卜喻商買滕焦車雲艾虞苗戚巴牟樂司臧幸費屈樓衛尚靳桂祁沙欒宮路龐刁瞿柴松查霍閔竇甯"
)
COMPOUND = ("歐陽", "司馬", "上官", "諸葛", "范姜", "張簡", "張廖", "陳林", "司徒", "皇甫", "夏侯", "公孫", "令狐", "端木", "尉遲")
# Words that begin with a surname; the first two characters decide.
NO_NAME = re.compile(
    "陳[情述報核閱列舊設年訴稱明請腔]|林[業務地相立蔭木道區口園邊內肯下]|黃[金昏色線豆牛曆土泉燈單]|張[貼數力開揚望掛]|李[子樹]|王[國牌室朝田功]|許[可多久願諾]|鄭重|謝[謝函意絕罪幕卡]|"
    "洪[水峰流災亮]|曾[經任於在有因祖孫向就多以檢陳被提表反二三]|賴[以帳皮床]|徐[徐行緩]|周[邊全知遭圍刊轉詳年界一二三四五六日末]|葉[片菜子黃克]|蘇[打醒澳聯花格]|莊[嚴重園家]|江[河山湖面蘇西子]|"
    "何[檢時人處種以況者日故必厝謂為]|蕭[條瑟]|羅[列盤馬東致斯]|高[雄度等級中鐵速齡低架風考層額檢壓溫達居樓興職工]|簡[稱章任易訊報便單化介政體述]|朱[紅砂印]|鍾[愛情]|游[泳擊離移說]|施[行政工用以作打捨放測壓]|胡[亂椒說同]|"
    "沈[重澱默船]|余等|梁柱|顏[色料面]|孫[女子輩]|戴[口奧上著]|方[便式案向法面可得能塊位格圓才始會]|宋[體朝]|杜[絕鵑撰拜]|丁[類等種]|卓[越著見]|馬[上路達祖拉來]|溫[度室暖泉和馨水]|董事|藍[色圖綠]|古[蹟代老物典]|石[油化材頭]|紀[錄念律要]|"
    "唐突|連[絡續署帶同日線結鎖任假]|程[序式度]|湯匙|田[地野間徑]|康[復健樂]|白[天色米紙日]|尤其|嚴[重格正禁守密]|韓國|金[額融錢屬管會門山]|童[年軍]|陸[續軍地域方]|夏[天季日]|錢[財款]|于是|甘[願蔗]|任[何務職意命期教內一用]|秦朝|章[程則戳節]|"
    "毛[利病]|官[方員網]|顧[問客慮及]|史[料實]|萬[一元人分]|雷[達同射]|凌[晨駕]|武[器警]|孔[洞子]|辛[苦勞]|陶[瓷器]|段[落號時]|易[於言]|龍[頭眼]|池[塘]|孟買|麥[克當]|莫[名及]|文[件書化字號到具教中物山]|賀[卡喜]|管[理制道線轄機]|關[於係心切閉鍵審得事單應不懷注說]|"
    "包[括含裝商]|向(?!\\p{Han}{1,2}(?:先生|小姐|女士|君))|丘陵|梅雨|華[人語僑]|利[用益害息]|全[年部國體市縣力面家村里校數案程]|房[屋東客地租]|花[費蓮園]|安[全置無排裝心養寧檢]|左[右側邊]|魯莽|蒲公|谷底|成[立為本果員年功長案]|練習|陽[台光性]|盛[大行]|"
    "常[見常務用設態有客]|符[合號]|解[釋決除密散]|申[請訴報辦告覆]|祝[福]|曲線|齊全|應[該予於為依注加以保向載檢填備]|舒適|單[位一純獨親據張]|畢[業竟]|牛[肉奶]|季[度報節]|項[目次規之前各第所情]|商[家店品業標量]|買[賣受]|車[輛號主站牌禍]|雲[林端]|樂[意於]|司[機法]|"
    "幸[福運]|費[用率改]|樓[上下層梯]|衛[生福]|尚[未有無須待]|沙[石坑]|宮廟|路[口段燈邊面人過]|松[山樹]|查[核證詢察明報處獲閱]|倪匡|伍拾|管委"
)  # fmt: skip
# Such words that real names begin with as well (王國, 李子, 陳明): no name of two characters, and a longer one needs a clean end.
MAY_BE_NAME = re.compile("林[立木]|黃[金昏]|張[力開揚]|李子|王[國朝]|陳明|鄭重|周[全年]|康[健樂]|高[興明]|孫子|鍾[愛情]|游[泳]|莊嚴|葉子|金[門山]|文[化中]|龍[頭]|馬[祖克]|白[天]|全[國]|曾[有祖]|成[功立]|安[心]|連[成]|何[時]|石[頭]|童[年]|雷[達]|武[器]|尚[有]|常[用]|江[河山]|羅[馬]|胡[同]|田[間]|史[料]|夏[天]|甘[願]|利[用]|宮廟|松[山樹]")  # fmt: skip
# Characters that no given name begins with.
NOT_GIVEN = re.compile("[本今總局署處案件檢舉無項款規第每各很更最還沒給跟讓把對查經般類級種度]|全?年[度底]|路總")
TITLE_NEXT = re.compile("先生|小姐|女士|太太|君(?![子主])|老師|同學")
CLEAN_END = re.compile(r"$|[\s,。:;!?、()「」/\[\]]|先生|小姐|女士|太太|君|老師")
HAN_GIVEN = r"(?![舉案件署款很更最還沒給跟讓把])(?![的了是在與和及或等之其將被於為以不已未曾請可會要就也都而但該此每某並且者並係即則乃遭向經])\p{Han}"
MASK = "[○〇◯OoXx*●□△╳×某]"
TITLE = (
    "先生|小姐|女士|太太|夫人|君|員|同學|老師|教授|醫師|律師|技士|技佐|技正|科員|課員|辦事員|書記|護理師|護理長|主任|組長|課長|科長|股長|專員|秘書|校長|里長|鄰長|村長|警員|巡佐|偵查佐|"
    "工程師|經理|副理|店長|阿姨|阿伯|伯伯|媽媽|爸爸|嫂|師傅|民眾|住戶|婦人|男子|女子|太|男|女|嫌|家長|導師|助教|會計|司機|主委|老闆|經紀|社工師?"
)
# What may stand right behind a full name; verbs here end names that run into the sentence.
TAIL = (
    r"(?=$|[\s,。:;!?、()「」『』/\|\[\]…~+=0-9A-Za-z\-]|" + TITLE + "|等|所|之|的|於|向|以|為|係|即|是|在|就|與|及|和|因|表示|反映|反應|陳情|陳述|主訴|檢舉|申訴|投訴|告發|舉發|通報|報案|來電|來信|來函|致電|具名|具狀|"
    "提出|提供|欠|住|指|稱|說|去|打|寫|寄|投|跑|跟|並|自|本人|居|現|曾|有|已|要求|請求|質疑|認為|主張|委託|自述|帳戶|銀行|身|年|電|手機|依|再次|持|駕|騎|未|不|被|遭|告|講|爆|傳|密|舉|揭|署|昨|今|前天|上週|上個月|上禮拜|明天|當|隨|將|才|又|還|竟|啊|啦|喔|嘛|吧|君)"
)  # fmt: skip
SINGLE = f"[{SURNAMES}]"
SURNAME = "(?:" + "|".join(COMPOUND) + f"|{SINGLE})"
SURNAME_TITLE = re.compile(f"{SURNAME}(?:{TITLE})")
FULL = re.compile(
    rf"(?P<sur>{SURNAME})(?P<given>{HAN_GIVEN}{HAN_GIVEN}?(?:{HAN_GIVEN}(?<=(?:{'|'.join(COMPOUND)})...|{SINGLE}{SINGLE}..))?){TAIL}"
)
MASKED = re.compile(rf"(?P<sur>{SURNAME})(?:{MASK}{{1,2}}(?:(?![之的於在說是等與和因遭向及並稱來])\p{{Han}})?|\p{{Han}}{MASK}{{1,2}})(?![0-9A-Za-z○〇])")
TITLED = re.compile(rf"(?P<sur>{SURNAME})(?:{HAN_GIVEN}{{1,2}})?(?P<title>{TITLE})(?!會|們|科|處|局|室|性|生|工會|公會|節)|(?P<sur2>{SINGLE})姓(?P<who>{TITLE}|\p{{Han}}{{2,3}})|姓(?P<sur3>{SURNAME})(?![名氏])|老(?P<sur4>{SINGLE})(?=[,。的啦嘛\s]|去|打|寫|講|告)|小(?P<sur5>{SINGLE})(?=[,。的啦嘛\s]|去|打|寫|講|告|請)")
NICK = re.compile(r"阿(?![姨伯公嬤婆兄姊弟爸媽里根富莫拉斯])\p{Han}(?:[師哥姊姐伯叔姨嫂董仔])?(?=$|[,。「」()\s的啦嘛打去寫講告就是])|(?<=[是叫為由人就])小(?![組孩時姐弟心學吃朋說偷編妹鎮區型麥貓狗傢])\p{Han}(?=$|[,。\s的啦嘛)])|(?:叫做?|暱稱|綽號|帳號|ID|名為|人稱|化名|網名|署名)[:為是叫「]{0,3}「(?P<nick>[^「」\n]{1,10})」|(?P<child>\p{Han}{2})(?:媽媽|爸爸|媽咪|把拔|阿嬤|阿公)")  # fmt: skip
INDIGENOUS = re.compile(r"\p{Han}{1,5}[·‧・]\p{Han}{1,5}?(?:[·‧・]\p{Han}{1,5}?)?" + TAIL)
LATIN = re.compile(r"[A-Z][A-Za-z]{2,14}(?:[ ,]{1,2}[A-Z][A-Za-z'\-]{1,14}){1,3}(?![A-Za-z0-9@.])|(?<![A-Za-z])[A-Z][a-z]{4,12}(?=\(居留|\(護照|君|先生|小姐|女士)")  # fmt: skip

# Names that stand for anybody: samples of forms and teaching material.
SAMPLE_NAME = re.compile(rf"{SINGLE}(?:[小大曉][明華美英強同]|○{{2}}|大同|某|小姐姐)|張三|李四|王五|趙六|某[甲乙丙]|{SINGLE}某|甲[君男女]|乙[君男女]|{SINGLE}(?:甲|乙|丙)")


@dataclass(frozen=True, slots=True)
class Named:
    """A person in a slot.  ``form``: full, masked, titled, surname, nickname, indigenous, latin; ``weight`` 0..1."""

    start: int
    end: int
    form: str
    weight: float
    sample: bool = False
    score: float = 0.0  # log-odds of the name statistics, full names only


FORM_WEIGHT = {"full": 0.85, "indigenous": 0.85, "latin": 0.8, "masked": 0.5, "titled": 0.6, "surname": 0.5, "nickname": 0.5}
FORM_LABEL = {
    "full": "姓名", "indigenous": "原住民族姓名", "latin": "外文姓名", "masked": "遮蔽不全的姓名", "titled": "姓氏加稱謂", "surname": "姓氏", "nickname": "綽號或暱稱",
}  # fmt: skip


def named_in(text: str, start: int, end: int) -> Iterator[Named]:
    """Persons named in ``text[start:end]``, which must be a slot that a person fills."""
    low, high = max(0, start - ODDS_MARGIN), min(len(text), end + ODDS_MARGIN)
    for named in _in_slot(text[low:high], start - low, end - low):
        yield replace(named, start=named.start + low, end=named.end + low)


def named_at(text: str, at: int, end: int) -> Named | None:
    """The person whose name starts exactly at ``at``."""
    return next((n for n in named_in(text, at, end) if n.start == at), None)


@lru_cache(8192)
def _in_slot(text: str, start: int, end: int) -> tuple[Named, ...]:
    """The same slot is asked for by several detectors and stands many times in a table, so it is judged once."""
    taken, kept = start, []
    for named in sorted(_candidates(text, start, end), key=lambda n: (n.start, -n.weight, -n.end)):
        if named.start >= taken:
            taken = named.end
            kept.append(named)
    return tuple(kept)


def _candidates(text: str, start: int, end: int) -> Iterator[Named]:
    for pattern, form in ((FULL, "full"), (MASKED, "masked"), (TITLED, "titled"), (INDIGENOUS, "indigenous"), (LATIN, "latin")):
        for match in pattern.finditer(text, start, min(end + 2, len(text)), overlapped=form == "full"):
            if match.end() > end or not _may_start(text, match.start(), start, form):
                continue
            if form in ("full", "titled") and _is_word(text, match.start(), match.end()):
                continue
            if form != "full":
                yield _named(match, form)
            elif SURNAME_TITLE.fullmatch(match[0]) is None and (named := _full(text, match.start(), match.end())) is not None:
                yield named
    for match in NICK.finditer(text, start, end):
        if match["child"] and NO_CHILD.match(match["child"]):
            continue
        yield Named(match.start(), match.end(), "nickname", FORM_WEIGHT["nickname"])


NO_CHILD = re.compile(".的|[我你他她].|.[個位的家]|來了|[學同]生|有.|.[校班]")


def _is_word(text: str, start: int, end: int) -> bool:
    """Whether what looks like a name is a word that begins with a surname."""
    if NOT_GIVEN.match(text, start + 1):
        return True
    if NO_NAME.match(text, start) is None:
        return False
    return not (end - start >= 3 and MAY_BE_NAME.match(text, start) and CLEAN_END.match(text, end))


def _may_start(text: str, at: int, slot: int, form: str) -> bool:
    """Whether a name can begin at ``at``: at the slot's start, behind no Han character, or behind a word that takes a name."""
    if at == slot or form in ("indigenous", "latin"):
        return True
    before = text[at - 1]
    return not ("\u3400" <= before <= "\u9fff") or BEFORE_NAME.search(text[max(slot, at - 4) : at]) is not None


# Words behind which a name may begin although a Han character stands before it.
BEFORE_NAME = re.compile(
    "(?:[人者眾戶員師生為係叫名叔爸媽友士佐妻夫兄弟姊姐妹嬤公婆孫嫂伯姨]|[室屋雇地店車案業房戶園船]主|主[委任]|里長|村長|鄰長|校長|店長|[課科股組隊班處所局廠]長|護理長|會長|就是|不是|還是|才是|即是|應是|又是|都是|是|本[名姓]|[由據經](?:查)?|同事|[里村居選鄉市縣農漁移]民|收到|接到|接獲|來自|轉來|"
    "[移勞職校里員志女]工|社工|工讀生|房[東客]|顧客|鄰居|司機|警衛|[書祕秘]記|秘書|會計|助理|經理|管理|總務|住家|商家|店家|[兒養長次獨]子|[兒養長次獨]女|女兒|媳婦|女婿|同伴|股東|代表|警[員察]|幹事|議員|那個|這個|那位|這位|位|叫做|"
    "[的就找稱]|攤販|老闆娘?|董事|理事|監事|用戶|證人[甲乙丙A-Z]?|小姐|太太|先生|女士|同學|老師|家長|醫師|部主任|室主任|品保|業務|採購|出納|導師)$"
)


LEAST_SCORE = -3.5  # in a slot that a person fills even an unlikely name is one; below this it is a word
LIKELY_SCORE = -1.0


ODDS_MARGIN = 4  # characters on each side that the statistics look at
UNLISTED_DOUBLE = -1.5
CHEAP_LEAST = -3.5  # sum of character statistics below which no word statistics are asked


@lru_cache(16_384)
def _odds(around: str, start: int, size: int) -> float:
    """Log-odds that ``around[start:start + size]`` is a name; far below zero where no surname begins it."""
    surname = surname_size(around, start, size)
    if not surname and size == 4 and around[start] in SURNAMES and around[start + 1] in SURNAMES:
        return UNLISTED_DOUBLE  # 冠夫姓 that the statistics do not know
    if not surname:
        return -99.0
    table = tables()
    codes = [min(ord(c), BMP - 1) for c in around[start : start + size]]
    if surname == 1:
        given = table.only[codes[1]] if size == 2 else table.first[codes[1]] + table.second[codes[2]]
        if max(-3.0, min(4.0, table.surname[codes[0]])) + given < CHEAP_LEAST:
            return -99.0
    return float(HanNames(around).score(Spans.of([(start, size, surname)]))[0])


def _full(text: str, start: int, end: int) -> Named | None:
    """A full name as the statistics see it, a sample name as such, or None for a word."""
    sample = SAMPLE_NAME.fullmatch(text, start, end) is not None or is_sample(text[start:end])
    low = max(0, start - ODDS_MARGIN)
    score = _odds(text[low : end + ODDS_MARGIN], start - low, end - start)
    if TITLE_NEXT.match(text, end):
        score += 2
    if score < LEAST_SCORE and not sample:
        return None
    weight = FORM_WEIGHT["full"] if score >= LIKELY_SCORE else 0.7
    return Named(start, end, "full", weight, sample, score)


def _named(match: "re.Match[str]", form: str) -> Named:
    if form == "titled" and not match["sur"]:
        form = "surname"
    return Named(match.start(), match.end(), form, FORM_WEIGHT[form], SAMPLE_NAME.match(match[0]) is not None)


MOBILE = r"(?<![0-9A-Za-z])09[0-9]{2}[- ]?[0-9*]{3}[- ]?[0-9]{3}(?![0-9])"
LANDLINE = r"(?<![0-9A-Za-z])\(?0[2-8][0-9]{0,2}\)?[- ]?[0-9]{3,4}[- ]?[0-9]{3,4}(?![0-9])(?:(?:轉|分機|#)[0-9]{1,5})?"
NATIONAL = r"(?<![0-9A-Za-z])[A-Z][1289A-D][0-9]{8}(?![0-9])"
EMAIL = r"[A-Za-z0-9._%+\-]{2,40}@[A-Za-z0-9\-]{1,40}(?:\.[A-Za-z0-9\-]{1,20}){1,4}"
ADDRESS = r"(?:[路街道巷弄里村鄰]|[一二三四五六七八九十0-9]段)[^,。;\n]{0,16}?[0-9○]{1,4}(?:[之\-][0-9]{1,3})?(?:巷[0-9]{1,4})?(?:弄[0-9]{1,3})?號(?:[0-9一二三四五六七八九十]{1,3}樓)?"
PLATE = r"(?<![0-9A-Za-z])(?:[A-Z]{2,3}-?[0-9]{4}|[0-9]{4}-?[A-Z]{2})(?![0-9A-Za-z])"
ACCOUNT = r"(?<![0-9A-Za-z])[0-9]{3}-?[0-9]{9,14}(?![0-9])"
REACH = re.compile(
    "|".join(
        f"(?P<{name}>{pattern})"
        for name, pattern in (
            ("mobile", MOBILE), ("account", ACCOUNT), ("national", NATIONAL), ("email", EMAIL), ("address", ADDRESS), ("plate", PLATE), ("landline", LANDLINE),
        )
    )
)  # fmt: skip
REACH_LABEL = {
    "mobile": "行動電話", "landline": "市內電話", "national": "證號", "email": "電子郵件", "address": "住址", "plate": "車牌", "account": "帳號", "other": "個人資料",
}  # fmt: skip
OFFICE_MAIL = re.compile(r"(?:service|info|ethics|mail|public|report|contact|webmaster|admin|1999|complain)[^@]{0,12}@|example\.gov\.tw$", re.IGNORECASE)
SAMPLE_NUMBER = re.compile(r"0900[- ]?000[- ]?000|0912[- ]?345[- ]?678|A123456789|09(?:xx|XX)")


@dataclass(frozen=True, slots=True)
class Reach:
    """A way to reach a person: telephone, mail, number, address, plate or account."""

    start: int
    end: int
    sort: str

    @property
    def label(self) -> str:
        return REACH_LABEL.get(self.sort, REACH_LABEL["other"])


HIT_SORTS = {
    "personal.mobile": "mobile", "personal.landline": "landline", "personal.national_id": "national", "personal.resident_certificate": "national",
    "personal.email": "email", "personal.address": "address", "personal.plate": "plate", "personal.bank_account": "account", "personal.passport": "national",
    "personal.line_id": "other", "personal.student_id": "other", "personal.birth_date": "other", "personal.ip_address": "other", "personal.medical_record": "other",
}  # fmt: skip
SURE_ENOUGH = 0.3  # a hit of a personal detector below this is no way to reach anybody


def reach_in(text: str, start: int, end: int, hits: Sequence[Hit] = ()) -> list[Reach]:
    """Ways to reach a person in ``text[start:end]``: own shapes, and hits of the personal detectors."""
    found = [
        Reach(m.start(), m.end(), m.lastgroup or "other")
        for m in REACH.finditer(text, start, end)
        if not (m.lastgroup == "email" and OFFICE_MAIL.search(m[0]))
    ]
    for hit in hits:
        sort = HIT_SORTS.get(hit.kind)
        known = any(r.start < hit.end and hit.start < r.end for r in found)
        if sort and not known and start <= hit.start < end and hit.confidence >= SURE_ENOUGH:
            found.append(Reach(hit.start, hit.end, sort))
    return sorted(found, key=lambda r: r.start)


def mask_name(text: str) -> str:
    """First character kept, the rest hidden; what cannot be told apart is hidden whole."""
    return text[0] + "○" * min(max(len(text) - 1, 1), 3) if text else "○"


__all__ = ["FORM_LABEL", "Named", "Passage", "Reach", "mask_name", "named_at", "named_in", "reach_in"]

"""Finances of a person (財務情況): tax, debts, income, property, enforcement, and social-welfare status.

Source: 個人資料保護法 §2, 稅捐稽徵法 §33, 銀行法 §48, 社會救助法, read 2026-11-22.
"""

from collections.abc import Iterator, Sequence

import regex as re

from dlp.detectors.contract import Hit, Passage, literals
from dlp.detectors.personal.linking import PLAIN, STRONG, WEAK, Fact, Topic, column_facts, link
from dlp.kinds import Kind

ID = "personal.finance"
KINDS = (Kind.PERSONAL_FINANCE,)
CUES = literals(
    "低收", "福利身分", "身分別", "餘額", "欠稅", "欠款", "欠繳", "積欠", "負債", "債務", "卡債", "薪資", "月薪", "年薪", "薪水", "年收", "所得", "存款", "扣押", "強制執行", "法拍", "查封", "破產", "信用不良", "聯徵", "貸款", "房貸", "跳票", "週轉", "低收入戶", "中低收入", "社會救助", "急難救助", "補助金", "津貼", "清寒", "財產", "名下", "股票", "餘額", "本俸", "俸額", "年終獎金", "退休金", "信貸", "欠租", "倒會", "賭債", "更生方案", "清算", "逾期未繳", "滯納", "漏稅", "罰鍰未繳", "持股", "保單", "資產", "獎金", "工資", "時薪", "欠", "特殊境遇", "紓困", "薪俸", "實領",
)  # fmt: skip

TOPIC = Topic(
    Kind.PERSONAL_FINANCE, "財務狀況", "（已遮蔽）", "刪除金額、債務、所得與福利身分。",
    re.compile("(?:(?:月|年|實領|應領|實發|應發)?薪(?:資|水|額|俸)?(?:總額|金額)?|年?所得(?:總額|額)?|存款(?:餘額)?|餘額|欠稅(?:金額|額)?|欠款(?:金額)?|負債|財產(?:總額)?|貸款(?:金額|餘額)?|福利身分|身分別|補助(?:金額|資格)|低收(?:入戶)?(?:款別|類別)?|本俸|實領(?:金額)?|應補稅額|滯納金)"),
)  # fmt: skip

_PATTERNS: tuple[tuple["re.Pattern[str]", float, str], ...] = (
    (re.compile(r"(?:欠稅|欠繳|積欠|欠款|欠(?:了|下|錢|債)?|負債|債務|卡債|信貸|貸款|房貸|逾期未繳|滯納金?|賭債)[^,。;\n]{0,18}?(?:新臺幣|新台幣|NT\$?|\$)?[ ]?[0-9一二三四五六七八九十百千][0-9,.一二三四五六七八九十百千]{0,12}[ ]?(?:萬|億|千|百)?(?:餘|多)?(?:元|塊|萬|億)"), STRONG, "debt"),
    (re.compile(r"(?:月薪|年薪|薪資|薪水|薪俸|實領|年收(?:入)?|月收入?|年所得|所得(?:總額)?|時薪|工資|本俸|年終獎金|退休金|存款|帳戶(?:內|餘額)?|餘額|名下[^,。;\n]{0,10}|財產|資產|持股|股票|保單)(?:總額|共計|共|約|為|是|有|僅|只有|高達|達|剩|領|尚有|餘額|價值|市值|合計|:|[ ]){0,3}(?:新臺幣|新台幣|NT\$?|\$)?[ ]?[0-9一二三四五六七八九十百千][0-9,.一二三四五六七八九十百千]{0,12}[ ]?(?:萬|億|千|百)?(?:餘|多)?(?:元|塊|萬|億|股|張)"), STRONG, "income"),
    (re.compile(r"(?:為|是|係|屬|列冊|具|符合|核列|領有|取得|已列|申請(?!條件|對象|資格)|取消)[^,。;\n]{0,6}(?:低收入戶|中低收入戶?|低收(?=[,。;\n]|$)|特殊境遇家庭|社會救助|急難救助|清寒(?:證明|戶)|列冊(?:需關懷|獨居))(?:第[一二三0-3]款|[一二三]款|身分|資格|證明)?(?!之|者|也|及|條例|法|辦法|要點|標準|審查作業|之申請)"), STRONG, "welfare"),
    (re.compile(r"(?:遭|被|已|經|聲請|受)[^,。;\n]{0,8}(?:強制執行|法拍|查封|扣押(?:薪資|存款|帳戶|財產)|扣薪|宣告破產|裁定(?:更生|清算)|列為拒往|移送行政執行|凍結帳戶)|(?:薪資|薪水|薪俸|存款|帳戶|房子|房屋|財產|土地)(?:遭|被)[^,。;\n]{0,6}(?:扣押|查封|法拍|凍結|執行)|(?:信用不良|信用破產|債信不良|聯徵(?:紀錄|註記)|跳票|週轉不靈|倒會|破產|欠一屁股債|被銀行催收|協商債務|債務協商|領(?:取)?(?:低收|中低收)[^,。;\n]{0,4}(?:補助|津貼))"), PLAIN, "enforcement"),
    (re.compile(r"(?:欠稅|欠款|負債|卡債|漏稅|欠租|積欠[^,。;\n]{1,10}|財務(?:困難|狀況不佳|吃緊)|經濟(?:困難|狀況不佳|拮据)|低收入戶|中低收入戶)(?!專線|問題|案件|者(?:應|得|之)|大戶名單公告|比例|補助|學生(?:人數|補助)|之認定|等(?:弱勢|民眾)|及|、|人口|戶數|家庭(?:補助|子女))"), WEAK, "mention"),
)  # fmt: skip


def relate(passage: Passage, hits: Sequence[Hit]) -> Iterator[Hit]:
    yield from link(passage, hits, facts(passage), TOPIC)


def facts(passage: Passage) -> Iterator[Fact]:
    """What is said about anybody's money."""
    for pattern, strength, topic in _PATTERNS:
        for match in pattern.finditer(passage.text):
            yield Fact(match.start(), match.end(), strength, topic)
    assert TOPIC.columns is not None
    yield from column_facts(passage, TOPIC.columns)

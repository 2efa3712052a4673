"""Release that would harm a third party: where a protected person is, files of somebody who did not agree, papers that say so themselves.

Sources: 行政程序法 Art. 46 II 4; 政府資訊公開法 Art. 18 I 2, 6; 家庭暴力防治法 Art. 12, 50-1; 證人保護法 Art. 11; 兒少權法 Art. 69; 檔案法 Art. 18; read 2026-11-22.
A refusal, a redacted copy or a copy given with consent names the same things and is the lawful way.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.business.disclosed import HANDED, UNTOLD_SIGNS, Matter, disclosed, spoken_about
from dlp.detectors.contract import Hit, Passage
from dlp.detectors.official.signs import Sign
from dlp.detectors.official.variants import compile_wide, words
from dlp.finding import Layer, Reason
from dlp.kinds import Kind

ID = "business.third_party"
KINDS = (Kind.THIRD_PARTY_RIGHTS,)
CUES = words(
    "庇護", "安置", "保護令", "第三人", "證人", "緊急短期", "寄養", "中途之家", "安全屋", "被害", "受害", "前夫", "前妻", "加害", "跟蹤", "他人權", "躲在", "逃到", "搬去", "借住", "打聽", "申請人", "對造", "所有權人", "沒有同意", "沒同意", "不同意", "未同意", "未經", "要求保密", "未公開發表",
)  # fmt: skip

SIGNS_WHERE: tuple[Sign, ...] = (
    Sign("where", "shelter", "說出庇護或安置處所的位置", 0.4, re.compile(r"(?:庇護(?:所|中心|家園)|安置(?:機構|處所|家園|中心)|緊急短期安置|中途之家|寄養家庭|安全屋|受保護處所)[^。;\n]{0,16}(?:在|位於|地址|住址|[::]|搬到|設在)[^。;\n]{0,8}[\p{Han}0-9]{2,24}(?:路|街|巷|號|樓|里|村|區|鄉|鎮|旁|對面|附近|後面|棟)"), laid=True),
    Sign("where", "whereabouts", "說出當事人現在在哪裡", 0.36, re.compile(r"(?:現在|目前|暫時|已經?)?(?:躲|藏|借住|寄住|暫住|安置|逃|跑|搬)(?:在|於|到|去)[^。;,\n]{2,24}|(?:轉(?:學)?到|轉到|搬到|住在|送到)[^。;,\n]{2,12}(?:國小|國中|高中|幼兒園|家園|娘家|姊?姊|表姊|阿姨|租屋|社區|路|街|巷|號|樓|鄉|里)[^。;,\n]{0,6}|上[\p{Han}]{2,6}(?:國小|國中|幼兒園)"), laid=True),
    Sign("danger", "danger", "有人在找他或會加害他", 0.4, re.compile(r"家暴|保護令|遠離令|跟蹤|加害(?:人|者)|前夫|前男友|相對人|威脅|報復|放話|仇家|債主|堵(?:他|她)|打聽|一直在(?:問|找)|還在找|找到(?:她|他)|性侵|受虐|兒虐|被害(?:人|少女|少年)|證人"), laid=True),
    Sign("who", "protected", "受保護的人", 0.2, re.compile(r"庇護|安置|證人|被害|她跟小孩|那個太太|聲請保護令|案主|個案|受害")),
    *UNTOLD_SIGNS,
)  # fmt: skip
WHERE = Matter(
    Kind.THIRD_PARTY_RIGHTS, SIGNS_WHERE, ("where",), ("danger",), frozenset({"danger"}), "［受保護者的處所］", "刪去處所、學校、交通等足以找到當事人的資訊，只說「已妥適安置」。",
    re.compile(r"新聞|報導|公布|網站|宣導|統計|人次|小說|電影|劇中|收容所|動物|認養|113|警方表示|撥打"),
)  # fmt: skip
SIGNS_FILE: tuple[Sign, ...] = (
    Sign("refuse", "no-consent", "本人沒有同意或要求保密", 0.36, re.compile(r"(?:沒|沒有|還沒|尚未|並未|未|不)(?:有)?(?:簽)?同意(?:提供|公開|揭露|引用|書)?|未經(?:其|本人|當事人|作者|對方)?(?:書面)?同意|要求(?:我們)?保密|不願(?:意)?公開|拒絕(?:提供|公開)|不希望(?:被|別人)"), laid=True),
    Sign("record", "record", "別人的紀錄、契約或著作", 0.3, re.compile(r"診斷(?:證明)?書|病歷|財產(?:清單|資料)|契約|合約|測量成果|戶籍謄本|存款明細|帳戶明細|卷宗|訴願卷|偵查卷|鑑定報告|論文|著作|手稿|設計圖|申請書|切結書|筆錄|學籍|成績單|薪資(?:單|明細)|所得資料")),
    Sign("owner", "owner", "屬於第三人", 0.24, re.compile(r"另一(?:位|個)(?:申請人|當事人|住戶)|對造|(?:鄰地)?所有權人|第三人|他人|作者|同案|相對人|鄰居|別人|其他(?:住戶|申請人|人)|他的|她的|對方")),
    Sign("given", "handed", "交給別人", 0.34, re.compile(HANDED.pattern + r"|(?<=(?:先|一併|還是|把)[^。,\n]{0,24})(?:寄|附|給|傳|印)(?:給|上|您|你)|影本如附|如附"), laid=True),
)  # fmt: skip
FILE = Matter(
    Kind.THIRD_PARTY_RIGHTS, SIGNS_FILE, ("refuse",), ("record", "given"), frozenset({"given"}), "［第三人資料］", "先徵詢第三人意見；未同意者遮蔽或抽離後再提供（行政程序法第46條第3項）。",
    re.compile(r"否准|駁回|不予提供|礙難提供|業(?:已|經)遮蔽|已遮蔽|書面同意,|抽離|遮隱|部分提供|歉難"),
)  # fmt: skip
MARK = compile_wide(
    r"(?P<mark>(?:本件|本資料|本文件|內容|公開|提供|揭露)[^。;\n]{0,16}(?:有|恐|將|足以)(?:嚴重)?(?:侵害|危害|損害)[^。;\n]{0,8}(?:第三人|他人|當事人|證人)(?:之)?(?:權利|權益|生命|身體|安全|利益)[^。;\n]{0,8}(?:請勿|不得|不予|勿)[^。;\n]{0,12})"
)


def find(passage: Passage) -> Iterator[Hit]:
    """Where a protected person is, files of others without consent, and papers that say that release harms somebody."""
    yield from disclosed(passage, WHERE)
    yield from disclosed(passage, FILE)
    for match in MARK.finditer(passage.text):
        factor, cause = spoken_about(passage, *match.span("mark"), hushed=passage.line(match.start())[1] - match.start() < 46)
        if factor >= 0.75:
            reason = Reason(Layer.FORM, "mark", "文件自己說公開會侵害第三人" + (f"（{cause}）" if cause else ""), 0.64)
            yield Hit(Kind.THIRD_PARTY_RIGHTS, match.start("mark"), match.end("mark"), round(0.64 * min(factor + 0.1, 1.0), 2), (reason,), FILE.masked, FILE.fix, {"topic": "mark"})


def mask(value: str) -> str:
    """The whole statement is replaced."""
    return WHERE.masked

"""The words of secrecy grades, and the names of the field that holds them.

Grades: 國家機密保護法 Art. 4 (絕對機密, 極機密, 機密) and 文書處理手冊 (密 for ordinary official secrets, written 密件 as well).  Field names: today's
密等及解密條件或保密期限, the older 密等及解密條件, 密等, 機密等級, the forces' 保密區分, and what offices' own systems use; read 2026-11-22.
All patterns are for folded text and allow blanks between characters (機　　密).
"""

import regex as re

from dlp.kinds import Kind

GAP = "[ \t]{0,12}"
SMALL = "[ \t]{0,4}"


def apart(word: str, gap: str = GAP) -> str:
    """Pattern for ``word`` with blanks allowed between its characters."""
    return gap.join(word)


GRADE = "(?:" + "|".join(apart(g) for g in ("絕對機密", "最高機密", "極機密", "機密", "絕密", "密件", "密")) + ")"
ORDER = ("密", "機密", "極機密", "絕對機密")
KIND_OF = {
    "絕對機密": Kind.CLASSIFIED_TOP_SECRET, "極機密": Kind.CLASSIFIED_SECRET, "機密": Kind.CLASSIFIED_CONFIDENTIAL, "密": Kind.CLASSIFIED_OFFICIAL,
}  # fmt: skip
REGIME_OF = {"絕對機密": "國家機密", "極機密": "國家機密", "機密": "國家機密", "密": "一般公務機密"}
LIMIT_YEARS = {"絕對機密": 30, "極機密": 20, "機密": 10}  # 國家機密保護法 Art. 11 II
OTHER_WORDS = {"密件": "密", "絕密": "絕對機密", "最高機密": "絕對機密"}
ENGLISH = {"TOP SECRET": "絕對機密", "SECRET": "極機密", "CONFIDENTIAL": "機密", "RESTRICTED": "密"}

# What makes the characters of a grade part of another word.
NO_WORD_AFTER = r"(?![封切碼集度語談閱友令室訪謀林麻紋布道實告技閉鑰探])"
TOKEN = re.compile(
    rf"(?<![\p{{Han}}A-Za-z0-9])(?P<grade>{GRADE})(?P<noun>[ \t]{{0,2}}(?:文件|資料|文書|檔案|公文|級))?(?!(?!專人|親啟|雙掛號)[\p{{Han}}A-Za-z])"
)
LABEL = (
    rf"(?:{apart('密等', SMALL)}(?:{SMALL}級)?(?:[及/、]解密條件(?:或保密期限)?|[及/、]保密期限)?|{apart('機密等級', SMALL)}|{apart('機密屬性', SMALL)}|{apart('機密區分', SMALL)}|"
    rf"{apart('保密區分', SMALL)}|{apart('保密等級', SMALL)}|密{SMALL}[級別]|(?:文件|資料|公文|檔案|本文|本件|保密|安全|卷宗|核定)等級|(?:文件|保密|機密)屬性|(?<![\p{{Han}}])等級|(?i:(?:security )?classification))"
)
FIELD = re.compile(
    rf"(?<![\p{{Han}}A-Za-z])(?:文件|資料|資訊|公文|檔案|案件|本件|原)?{LABEL}{SMALL}\"?(?:[:=|\t│┃]|\((?=[ ]?{GRADE}[ ]?\))|[ ](?=[ ]?{GRADE}(?:[/|;(]|[ ]{{2}}|$|\n))|(?=[ \t]{{0,4}}[□☐■☑☒✓✔▣]))[ \t│┃|]{{0,12}}\"?(?P<value>[^\n]{{0,160}})(?P<next>\n[ \t|]{{0,12}}(?P<below>[^\n]{{0,160}}))?"
)
FIELD_NAME = re.compile(rf"(?:文件|資料|資訊|公文|檔案)?{LABEL}")
TERM_FIELDS = frozenset({"解密條件或保密期限", "解密條件", "保密期限", "解密日期"})
ENGLISH_VALUE = re.compile(r"[ \t(\[]{0,4}(?P<grade>TOP SECRET|SECRET|CONFIDENTIAL|RESTRICTED)(?![A-Za-z])", re.IGNORECASE)

# Layout of an official paper, for "does this look like one".
PAPER_PARTS = re.compile(
    r"(?m)^[ \t|>]{0,12}(?:檔 {0,8}號|保存年限|發文日期|發文字號|受文者|速 {0,4}別|主 {0,4}旨|說 {0,4}明|正 {0,4}本|副 {0,4}本|附 {0,4}件|開會事由|開會時間|出席(?:者|人員)?|簽 {0,8}於|擬 {0,4}辦|收文(?:字號|日期)|來文字號|案 {0,4}[由名])[ \t]{0,4}[:|\t]?"
)


def grade_of(text: str) -> str:
    """The grade that ``text`` (a match of GRADE or English) stands for."""
    bare: str = re.sub(r"[\s>]", "", text)
    if bare.isascii():
        return ENGLISH[re.sub(r"\s+", " ", text.strip()).upper()]
    return OTHER_WORDS.get(bare, bare)


def highest(grades: list[str]) -> str:
    """The highest of ``grades``: it counts where several stand together (國家機密保護法 Art. 17)."""
    return max(grades, key=ORDER.index)

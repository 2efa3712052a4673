"""Microsoft Presidio as the yardstick: a blank zh pipeline with the same kinds of pattern recognizers."""

from typing import Any

# One pattern recognizer for each kind of identifier or mark that our own catalog looks for, with its context words.
PATTERNS = {
    "TW_NATIONAL_ID": (r"(?<![A-Za-z0-9])[A-Za-z][12]\d{8}(?![A-Za-z0-9])", ["身分證", "身份證", "統一編號"]),
    "TW_RESIDENT": (r"(?<![A-Za-z0-9])[A-Za-z][A-Da-d89]\d{8}(?![A-Za-z0-9])", ["居留證", "統一證號"]),
    "PASSPORT": (r"(?<!\d)3\d{8}(?!\d)", ["護照"]),
    "NHI_CARD": (r"(?<!\d)\d{4} ?\d{4} ?\d{4}(?!\d)", ["健保卡"]),
    "TW_MOBILE": (r"(?<!\d)09\d{2}[- ]?\d{3}[- ]?\d{3}(?!\d)", ["手機", "電話", "行動"]),
    "TW_LANDLINE": (r"(?<!\d)\(?0[2-8]\d{0,2}\)?[- ]?\d{3,4}[- ]?\d{4}(?!\d)", ["電話", "傳真"]),
    "ADDRESS": (
        r"[\u4e00-\u9fff]{1,6}(?:路|街|大道)(?:[一二三四五六七八九十\d]{1,3}段)?(?:\d{1,4}巷)?(?:\d{1,4}弄)?\d{1,4}號(?:\d{1,3}樓)?",
        ["住址", "地址", "戶籍"],
    ),
    "BIRTH_DATE": (r"(?:民國)?\d{2,4}[年./-]\d{1,2}[月./-]\d{1,2}日?", ["出生", "生日"]),
    "BANK_ACCOUNT": (r"(?<!\d)\d{3}[- ]?\d{10,14}(?!\d)", ["帳號", "帳戶", "匯款"]),
    "CARD": (r"(?<!\d)(?:\d[ -]?){13,19}(?!\d)", ["信用卡", "卡號"]),
    "PLATE": (r"(?<![A-Za-z0-9])(?:[A-Z]{2,3}-\d{3,4}|\d{3,4}-[A-Z]{2,3})(?![A-Za-z0-9])", ["車牌", "車號"]),
    "EMAIL": (r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", ["信箱", "郵件"]),
    "LINE_ID": (r"(?i)line ?(?:id)?[:：] ?[a-z0-9._-]{4,20}", ["賴"]),
    "MEDICAL_RECORD": (r"病歷號碼?[:：]? ?\d{6,10}", ["病歷"]),
    "STUDENT_ID": (r"學號[:：]? ?[A-Z]?\d{7,9}", ["學號"]),
    "IP": (r"(?<!\d)(?:\d{1,3}\.){3}\d{1,3}(?!\d)", ["IP"]),
    "MARK": (r"密等[^:：\n]{0,20}[:：]\s*(?:絕對機密|極機密|機密|密)", ["密等"]),
    "RESTRICTED": (r"限閱|內部使用|請勿外流", []),
    "NAME_BY_TITLE": (r"[\u4e00-\u9fff]{2,3}(?:先生|小姐|女士|君)", ["姓名"]),
    "INFORMANT": (r"(?:檢舉人|陳情人|申訴人)[:：]?[\u4e00-\u9fff]{2,4}", ["檢舉", "陳情"]),
    "DRAFT": (r"擬辦|陳核|未核定|草稿", []),
}


def presidio() -> Any:
    """An AnalyzerEngine for zh with PATTERNS, or None where presidio-analyzer is not installed."""
    try:
        from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
        from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
    except ImportError:
        return None
    import spacy

    class Blank(NlpEngine):  # type: ignore[misc]
        """A blank zh pipeline with the character tokenizer: Presidio's lightest set-up."""

        def __init__(self) -> None:
            self.nlp = spacy.blank("zh")
            self.nlp.max_length = 10**9

        def load(self) -> None: ...
        def is_loaded(self) -> bool:
            return True

        def process_text(self, text: str, language: str) -> Any:
            doc = self.nlp(text)
            return NlpArtifacts(
                entities=[],
                tokens=doc,
                tokens_indices=[t.idx for t in doc],
                lemmas=[t.text for t in doc],
                nlp_engine=self,
                language=language,
            )

        def process_batch(self, texts: Any, language: str, **_: Any) -> Any:
            return ((t, self.process_text(t, language)) for t in texts)

        def is_stopword(self, word: str, language: str) -> bool:
            return False

        def is_punct(self, word: str, language: str) -> bool:
            return False

        def get_supported_entities(self) -> list[str]:
            return []

        def get_supported_languages(self) -> list[str]:
            return ["zh"]

    registry = RecognizerRegistry(supported_languages=["zh"])
    for name, (pattern, context) in PATTERNS.items():
        registry.add_recognizer(
            PatternRecognizer(
                supported_entity=name, patterns=[Pattern(name, pattern, 0.5)], context=context, supported_language="zh"
            )
        )
    return AnalyzerEngine(registry=registry, nlp_engine=Blank(), supported_languages=["zh"])

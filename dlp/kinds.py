"""The closed list of what the scanner can find, each with its Chinese label and legal basis.

The legal basis is data (``dlp/data/legal_basis.json``): statute, article and gist, with the date it was last checked.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from dlp.resources import package_data


class Kind(StrEnum):
    """One kind of finding.  The value is the public name used in policies and JSON."""

    CLASSIFIED_TOP_SECRET = "classified.top_secret"
    CLASSIFIED_SECRET = "classified.secret"
    CLASSIFIED_CONFIDENTIAL = "classified.confidential"
    CLASSIFIED_OFFICIAL = "classified.official"
    CLASSIFIED_DECLASSIFICATION = "classified.declassification"
    RESTRICTED_MARK = "restricted.mark"
    PETITION_IDENTITY = "petition.identity"
    PETITION_CONTENT = "petition.content"
    INFORMANT_IDENTITY = "informant.identity"
    INFORMANT_CLUE = "informant.clue"
    PERSONAL_NAME = "personal.name"
    PERSONAL_NATIONAL_ID = "personal.national_id"
    PERSONAL_RESIDENT_CERTIFICATE = "personal.resident_certificate"
    PERSONAL_PASSPORT = "personal.passport"
    PERSONAL_NHI_CARD = "personal.nhi_card"
    PERSONAL_MOBILE = "personal.mobile"
    PERSONAL_LANDLINE = "personal.landline"
    PERSONAL_ADDRESS = "personal.address"
    PERSONAL_BIRTH_DATE = "personal.birth_date"
    PERSONAL_BANK_ACCOUNT = "personal.bank_account"
    PERSONAL_CREDIT_CARD = "personal.credit_card"
    PERSONAL_PLATE = "personal.plate"
    PERSONAL_EMAIL = "personal.email"
    PERSONAL_LINE_ID = "personal.line_id"
    PERSONAL_MEDICAL_RECORD = "personal.medical_record"
    PERSONAL_STUDENT_ID = "personal.student_id"
    PERSONAL_IP_ADDRESS = "personal.ip_address"
    PERSONAL_HEALTH = "personal.health"
    PERSONAL_GENETIC = "personal.genetic"
    PERSONAL_SEX_LIFE = "personal.sex_life"
    PERSONAL_HEALTH_CHECK = "personal.health_check"
    PERSONAL_CRIMINAL_RECORD = "personal.criminal_record"
    PERSONAL_FAMILY = "personal.family"
    PERSONAL_FINANCE = "personal.finance"
    DRAFT_UNDECIDED = "draft.undecided"
    MEETING_CLOSED = "meeting.closed"
    SECRET_TRADE = "secret.trade"
    SECRET_OCCUPATIONAL = "secret.occupational"
    SECRET_PROCUREMENT = "secret.procurement"
    BUSINESS_ITINERARY = "business.itinerary"
    BUSINESS_DEPLOYMENT = "business.deployment"
    BUSINESS_UNANNOUNCED = "business.unannounced"
    BUSINESS_PERSONNEL = "business.personnel"
    BUSINESS_SYSTEM = "business.system"
    THIRD_PARTY_RIGHTS = "third_party.rights"

    @property
    def label(self) -> str:
        """Chinese label, for people."""
        return LABELS[self]

    @property
    def law(self) -> tuple[str, ...]:
        """Statutes and articles behind this kind, most specific first, for example ``個人資料保護法第2條第1款``."""
        return tuple(basis.citation for basis in legal_basis().get(self, ()))


LABELS: dict[Kind, str] = {
    Kind.CLASSIFIED_TOP_SECRET: "絕對機密標示",
    Kind.CLASSIFIED_SECRET: "極機密標示",
    Kind.CLASSIFIED_CONFIDENTIAL: "機密標示",
    Kind.CLASSIFIED_OFFICIAL: "密件標示（一般公務機密）",
    Kind.CLASSIFIED_DECLASSIFICATION: "解密條件或保密期限有問題",
    Kind.RESTRICTED_MARK: "限閱及同類標示",
    Kind.PETITION_IDENTITY: "陳情人身分",
    Kind.PETITION_CONTENT: "可辨認的陳情內容",
    Kind.INFORMANT_IDENTITY: "檢舉人身分",
    Kind.INFORMANT_CLUE: "可推知檢舉人是誰的線索",
    Kind.PERSONAL_NAME: "姓名",
    Kind.PERSONAL_NATIONAL_ID: "國民身分證統一編號",
    Kind.PERSONAL_RESIDENT_CERTIFICATE: "外來人口統一證號",
    Kind.PERSONAL_PASSPORT: "護照號碼",
    Kind.PERSONAL_NHI_CARD: "健保卡號",
    Kind.PERSONAL_MOBILE: "行動電話",
    Kind.PERSONAL_LANDLINE: "市內電話",
    Kind.PERSONAL_ADDRESS: "住址",
    Kind.PERSONAL_BIRTH_DATE: "出生年月日",
    Kind.PERSONAL_BANK_ACCOUNT: "金融帳號",
    Kind.PERSONAL_CREDIT_CARD: "信用卡號",
    Kind.PERSONAL_PLATE: "車牌號碼",
    Kind.PERSONAL_EMAIL: "電子郵件地址",
    Kind.PERSONAL_LINE_ID: "LINE 或社群帳號",
    Kind.PERSONAL_MEDICAL_RECORD: "病歷號碼",
    Kind.PERSONAL_STUDENT_ID: "學號",
    Kind.PERSONAL_IP_ADDRESS: "IP 位址",
    Kind.PERSONAL_HEALTH: "病歷、醫療資料",
    Kind.PERSONAL_GENETIC: "基因資料",
    Kind.PERSONAL_SEX_LIFE: "性生活資料",
    Kind.PERSONAL_HEALTH_CHECK: "健康檢查資料",
    Kind.PERSONAL_CRIMINAL_RECORD: "犯罪前科資料",
    Kind.PERSONAL_FAMILY: "婚姻、家庭資料",
    Kind.PERSONAL_FINANCE: "財務情況",
    Kind.DRAFT_UNDECIDED: "決定前的擬稿或準備文件",
    Kind.MEETING_CLOSED: "不公開會議的內容或資料",
    Kind.SECRET_TRADE: "營業秘密",
    Kind.SECRET_OCCUPATIONAL: "職業秘密",
    Kind.SECRET_PROCUREMENT: "採購應保密資訊",
    Kind.BUSINESS_ITINERARY: "首長或受保護人員行程",
    Kind.BUSINESS_DEPLOYMENT: "勤務部署、稽查行動",
    Kind.BUSINESS_UNANNOUNCED: "尚未公布的決定",
    Kind.BUSINESS_PERSONNEL: "未發布的人事資訊",
    Kind.BUSINESS_SYSTEM: "系統、網路與安全設施細節",
    Kind.THIRD_PARTY_RIGHTS: "公開恐侵害第三人權利",
}


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """One statute behind a kind.  ``gist`` is a sentence in Chinese; ``seed`` the awareness-page rule it serves."""

    id: str
    law: str
    article: str
    gist: str
    seed: str
    url: str

    @property
    def citation(self) -> str:
        return f"{self.law}{self.article}"


@cache
def legal_basis() -> dict[Kind, tuple[LegalBasis, ...]]:
    """Kind → statutes, read once from the shipped data."""
    data = json.loads(package_data("data", "legal_basis.json"))
    entries = {
        e["id"]: LegalBasis(e["id"], e["law"], e["article"], e["gist"], e["seed"], e["url"]) for e in data["entries"]
    }
    return {Kind(kind): tuple(entries[i] for i in ids) for kind, ids in data["kinds"].items()}

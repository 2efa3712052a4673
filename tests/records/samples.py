"""Verdicts for the tests of the records, made by hand: synthetic persons, no scanner needed."""

from dlp.document import Document, Envelope, NotRead, NotReadReason, Part, Place
from dlp.finding import Finding, Layer, Reason
from dlp.kinds import Kind
from dlp.verdict import Action, Channel, Coverage, RuleHit, Verdict

NAME = "章魚燒甲"
PHONE = "0900-111-222"
TEXT = f"本案檢舉人{NAME}（電話{PHONE}）指稱承辦單位疏失，隔壁茉莉巷的住戶都知道。"
NEIGHBOUR = "茉莉巷"  # not found by any detector, and still must not lie about in clear
ENVELOPE = Envelope(sender="lin@example.gov.tw", recipients=("outsider@example.com", "b@example.org"), unit="政風室")
NAME_MASK, PHONE_MASK = "章○○○", "0900-***-222"


def finding(kind: Kind, value: str, masked: str, *, confidence: float = 0.9, text: str = TEXT, part: str = "body", **attrs: str) -> Finding:
    start = text.index(value)
    reason = Reason(Layer.FORM, "shape", "形式相符", 0.5)
    return Finding(kind, part, start, start + len(value), value, confidence, (reason,), masked, "改寫", "test", attrs)


def verdict(
    *, action: Action = Action.HOLD, channel: Channel = Channel.MAIL, approver: str = "ethics", within: str = "4h", name: str = "message.eml",
    policy: str = "115-11-20/14", not_read: tuple[NotRead, ...] = (), clean: bool = False, rule: str = "INF-01",
) -> Verdict:  # fmt: skip
    """A held message with an informant and a telephone number; ``clean`` for one without findings."""
    document = Document(name, (Part("body", Place.BODY, TEXT), Part("name", Place.FILE_NAME, name)))
    coverage = Coverage((("body", "內文", len(TEXT)),), not_read)
    if clean:
        return Verdict(name, channel, Action.ALLOW, (), (), coverage, policy, 0.01, document)
    findings = (
        finding(Kind.INFORMANT_IDENTITY, NAME, NAME_MASK, role="informant"),
        finding(Kind.PERSONAL_MOBILE, PHONE, PHONE_MASK, confidence=0.7),
    )
    attrs = tuple((k, v) for k, v in (("approver", approver), ("within", within), ("otherwise", "block")) if v)
    rules = (
        RuleHit(rule, "檢舉人、陳情人身分", action, ("公益揭弊者保護法第15條",), "請改寫為「民眾」。", "民眾", (0,), attrs),
        RuleHit("PII-01", "個人資料", Action.WARN, ("個人資料保護法第6條",), "", "", (1,)),
    )
    return Verdict(name, channel, action, findings, rules, coverage, policy, 0.25, document)


IMAGE = NotRead("attachment[1]", NotReadReason.IMAGE, "1 張")

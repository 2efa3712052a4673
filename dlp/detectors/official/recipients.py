"""Recipients against the paper: a letter says in 受文者, 正本 and 副本 who may have it; the envelope of the mail says who gets it.

Where a found paper names its addressees and the mail goes to somebody who is none of them, the reasons name that recipient (masked).  An
address counts as named when it, its domain (by the table of agencies' domains) or its own words stand in those fields, or when it
belongs to the sender's own office.  Nothing is said where the fields are collective (各機關, 如行文單位, 全體) or missing.
Sources: 文書處理手冊 (2023-06-08) on 受文者, 正本, 副本; agencies' public domains; read 2026-11-22.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from types import MappingProxyType

import regex as re

from dlp.detectors.contract import Context, Hit, Passage
from dlp.detectors.official import drafts, marks, meetings, restricted
from dlp.document import Place
from dlp.finding import Layer, Reason
from dlp.resources import package_data
from dlp.text.folding import fold

ID = "official.recipients"
KINDS = tuple(dict.fromkeys((*marks.KINDS, *restricted.KINDS, *drafts.KINDS, *meetings.KINDS)))
CUES = tuple(dict.fromkeys((*marks.CUES, *restricted.CUES, *drafts.CUES, *meetings.CUES)))
HEAD_CHARS = 20_000  # of each part, in which the addressees are looked for
NAMED = 5  # recipients named in a reason; more are counted
ADDED = 0.02  # confidence; small, because a paper may be sent on lawfully
FIELDS = frozenset({"受文者", "正本", "副本", "抄本", "交換表單"})
LINE = re.compile(r"(?m)^[ \t|]{0,12}(?:受[ ]?文[ ]?者|正[ \t]{0,4}本|副[ \t]{0,4}本|抄[ \t]{0,4}本)[ \t]{0,4}[:|\t][ \t]{0,6}(?P<who>[^\n]{1,400}(?:\n[ \t]{2,}[^\n:]{2,200}){0,6})")
COLLECTIVE = re.compile(r"各|如行文單位|如正副本|如附件|全體|所屬|本[府部局處院署所會](?:內|所屬|各|一級)|詳如|略")
GENERIC_LABELS = frozenset({"gov", "tw", "com", "org", "edu", "net", "www", "mail", "idv", "info", "service"})


def relate(passage: Passage, hits: Sequence[Hit]) -> Iterator[Hit]:
    """The hits of official papers once more, with the recipients who are no addressees named in the reasons."""
    ours = [h for h in hits if h.kind in KINDS]
    if not ours or passage.context.envelope is None:
        return
    outsiders = passage.context.once("official.outsiders", lambda: outside(passage.context))
    if not outsiders:
        return
    named = "、".join(mask(a) for a in outsiders[:NAMED]) + (f" 等 {len(outsiders)} 人" if len(outsiders) > NAMED else "")
    reason = Reason(Layer.CONTEXT, "not-addressed", f"收件人不在受文者、正本或副本之列：{named}", ADDED)
    for hit in ours:
        attrs: Mapping[str, str] = MappingProxyType({**hit.attrs, "outsiders": str(len(outsiders))})
        yield replace(hit, confidence=round(min(0.99, hit.confidence + ADDED), 2), reasons=(*hit.reasons, reason), attrs=attrs)


def outside(context: Context) -> tuple[str, ...]:
    """Recipients who are none of the addressees; empty where the paper does not say who they are."""
    named = addressees(context)
    if context.envelope is None or not named or COLLECTIVE.search(named):
        return ()
    home = _domain(context.envelope.sender or context.envelope.authenticated_user)
    return tuple(a for a in context.envelope.recipients if "@" in a and not _belongs(a.lower(), named, home))


def addressees(context: Context) -> str:
    """What stands in 受文者, 正本 and 副本 of the document, folded; empty where there is no such field."""
    pieces: list[str] = []
    for part in context.document.parts:
        if part.place is Place.FIELD:
            if (part.field or "") in FIELDS:
                pieces.append(fold(part.text[:HEAD_CHARS]).text)
        elif "正" in part.text[:HEAD_CHARS] or "受" in part.text[:HEAD_CHARS]:
            pieces += [m["who"] for m in LINE.finditer(fold(part.text[:HEAD_CHARS]).text)]
    return "\n".join(p.strip().lower() for p in pieces if p.strip())


def _belongs(address: str, named: str, home: str) -> bool:
    domain = _domain(address)
    if address in named or (home and (domain == home or domain.endswith("." + home))):
        return True
    names = [name for suffix, words in _agencies().items() if domain == suffix or domain.endswith("." + suffix) for name in words]
    if any(name in named for name in names):
        return True
    labels = [label for label in domain.split(".") if label not in GENERIC_LABELS and len(label) >= 4]
    return any(label in named for label in labels)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].strip("> ").lower()


@cache
def _agencies() -> dict[str, tuple[str, ...]]:
    data = json.loads(package_data("data", "agency_domains.json"))
    return {suffix: tuple(names) for suffix, names in data["domains"].items()}


def mask(value: str) -> str:
    """First letter and domain stay: ``m***@example.org`` (P01)."""
    local, _, domain = value.strip("<> ").partition("@")
    return f"{local[:1]}***@{domain}"

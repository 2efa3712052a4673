"""How a held message says which incident it belongs to, in a way that only this installation can write.

The gateway adds ``X-DLP-Result: hold; …; id=D-8F3K; seal=…``.  The seal is a keyed digest of the queue id and the incident's
id: a header that somebody else wrote, or that was copied from another message, releases nothing (F12).  ``X-DLP-`` headers
that a message brings along are removed before it goes on.
"""

import hmac
from dataclasses import dataclass

import regex as re

from dlp.records.keys import Keys, keyed

RESULT_HEADER = "X-DLP-Result"
PASS_HEADER = "X-DLP-Pass"
OWN_PREFIX = b"x-dlp-"
SEAL_HEX = 32
RESULT_LINE = re.compile(rb"(?im)^X-DLP-Result:[ \t]{0,4}(?P<action>[a-z]{1,12});[^\r\n]{0,600}; id=(?P<ref>D-[0-9A-Z]{4,8}); seal=(?P<seal>[0-9a-f]{32})\s*$")
MESSAGE_ID_LINE = re.compile(rb"(?im)^Message-ID:[ \t]{0,4}\S")
UNFOLD = re.compile(rb"\r?\n(?=[ \t])")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a held message's header says of itself: the incident, and whether it has a Message-ID."""

    ref: str
    has_message_id: bool


def seal_of(keys: Keys, queue_id: str, ref: str) -> str:
    """The seal that ties incident ``ref`` to ``queue_id``; empty when either is missing."""
    if not queue_id or not ref:
        return ""
    return keyed(keys.session, "held", f"{queue_id}\n{ref}".encode("utf-8", "replace"))[:SEAL_HEX]


def read_mark(keys: Keys, queue_id: str, head: bytes) -> Mark | None:
    """The mark in the header of a held message; None when it has none that is genuine and its own."""
    lines = UNFOLD.sub(b"", head)
    for match in RESULT_LINE.finditer(lines):
        ref = match["ref"].decode()
        if hmac.compare_digest(match["seal"], seal_of(keys, queue_id, ref).encode()):
            return Mark(ref, MESSAGE_ID_LINE.search(lines) is not None)
    return None


def without_own_headers(raw: bytes) -> bytes:
    """A message without the ``X-DLP-`` headers in its head; line ends stay as they are."""
    head, end, body = raw.partition(b"\r\n\r\n")
    if OWN_PREFIX not in head.lower():
        return raw
    kept, dropping = [], False
    for line in head.split(b"\r\n"):
        if not line.startswith((b" ", b"\t")):
            dropping = line[: len(OWN_PREFIX)].lower() == OWN_PREFIX
        if not dropping:
            kept.append(line)
    return b"\r\n".join(kept) + end + body


def pass_in(raw: bytes) -> str:
    """The pass that a message brings along; empty when it has none."""
    return own_header(raw, PASS_HEADER)


def own_header(raw: bytes, name: str) -> str:
    """Value of the first header ``name`` in the head of a message, at most 200 characters; empty when there is none."""
    head = raw.partition(b"\r\n\r\n")[0]
    if OWN_PREFIX not in head.lower():
        return ""
    for line in UNFOLD.sub(b"", head).split(b"\r\n"):
        found, _, value = line.partition(b":")
        if found.strip().lower() == name.lower().encode():
            return str(value.strip().decode("ascii", "replace"))[:200]
    return ""

"""The milter protocol, version 6, as Postfix and Sendmail speak it: packets in, packets out, no I/O.

A packet is a 4-byte big-endian length, a command byte and data.  What must never happen is an answer to a command for which
"no reply" was negotiated: the mail server takes the stale answer as the answer to the *next* command, which once let a
message through while it was still being scanned.  ``Negotiated.answers`` is therefore the only place that decides whether a
command is answered.

Sources: libmilter's mfdef.h and the protocol description by Todd Vierling; observed with Postfix 3.7 (2026-11).
"""

import struct
from dataclasses import dataclass

VERSION = 6
MAX_PACKET_BYTES = 16 * 1024 * 1024  # far above the 64 KB body chunks and any header

# Commands from the mail server
OPTNEG, MACRO, CONNECT, HELO, MAIL, RCPT, DATA, HEADER, EOH, BODY, EOM, ABORT, QUIT, QUIT_NC, UNKNOWN = (
    bytes([c]) for c in b"ODCHMRTLNBEAQKU"
)

# Answers
CONTINUE, ACCEPT, REJECT, TEMPFAIL, REPLY, QUARANTINE, PROGRESS = b"c", b"a", b"r", b"t", b"y", b"q", b"p"
ADD_HEADER, INSERT_HEADER, CHANGE_HEADER = b"h", b"i", b"m"

# Actions asked for
ACTION_ADD_HEADERS, ACTION_CHANGE_HEADERS, ACTION_QUARANTINE = 0x01, 0x10, 0x20
WANTED_ACTIONS = ACTION_ADD_HEADERS | ACTION_CHANGE_HEADERS | ACTION_QUARANTINE

# Protocol steps
NO_CONNECT, NO_HELO, NO_EOH, NO_UNKNOWN, NO_DATA = 0x1, 0x2, 0x40, 0x100, 0x200
NO_REPLY = {
    HEADER: 0x80,
    CONNECT: 0x1000,
    HELO: 0x2000,
    MAIL: 0x4000,
    RCPT: 0x8000,
    DATA: 0x10000,
    UNKNOWN: 0x20000,
    EOH: 0x40000,
    BODY: 0x80000,
}
LEADING_SPACE = 0x100000
# Steps that are not needed, and answers that only cost round trips.  MAIL is answered: it is where a full queue defers.
WANTED_STEPS = (
    NO_CONNECT
    | NO_HELO
    | NO_EOH
    | NO_UNKNOWN
    | NO_DATA
    | NO_REPLY[HEADER]
    | NO_REPLY[RCPT]
    | NO_REPLY[BODY]
    | LEADING_SPACE
)


class ProtocolError(Exception):
    """The peer does not speak the milter protocol, or a packet is out of bounds.  The message carries no content."""


@dataclass(frozen=True, slots=True)
class Negotiated:
    """What both sides agreed on."""

    actions: int
    steps: int

    def answers(self, command: bytes) -> bool:
        """Whether ``command`` gets exactly one answer."""
        if command in (MACRO, ABORT, QUIT, QUIT_NC):
            return False
        return not self.steps & NO_REPLY.get(command, 0)

    @property
    def leading_space(self) -> bool:
        """Header values keep the space after the colon."""
        return bool(self.steps & LEADING_SPACE)


def packet(command: bytes, data: bytes = b"") -> bytes:
    """One packet, ready to send."""
    return struct.pack("!I", len(data) + 1) + command + data


def negotiate(data: bytes) -> tuple[Negotiated, bytes]:
    """The server's option packet → what holds, and our answer.  Raises ProtocolError when quarantine is not offered."""
    if len(data) < 12:
        raise ProtocolError("option packet too short")
    version, actions, steps = struct.unpack("!III", data[:12])
    if version < 2:
        raise ProtocolError("milter protocol version too old")
    ours = Negotiated(actions & WANTED_ACTIONS, steps & WANTED_STEPS)
    if ours.actions != WANTED_ACTIONS:
        raise ProtocolError("the mail server does not allow adding headers, changing headers or quarantine")
    return ours, packet(OPTNEG, struct.pack("!III", min(version, VERSION), ours.actions, ours.steps))


def strings(data: bytes) -> list[bytes]:
    """NUL-terminated strings."""
    return data.rstrip(b"\0").split(b"\0") if data.rstrip(b"\0") else []


def macros(data: bytes) -> tuple[bytes, dict[str, str]]:
    """A macro packet → the command it belongs to, and name → value."""
    words = data[1:].split(b"\0")
    names, values = words[0::2], words[1::2]
    return data[:1], {
        n.decode("ascii", "replace").strip("{}"): v.decode("utf-8", "replace")
        for n, v in zip(names, values, strict=False)
        if n
    }


def header(data: bytes) -> tuple[bytes, bytes]:
    """A header packet → name, value (line ends as LF)."""
    name, _, rest = data.partition(b"\0")
    return name, rest[:-1] if rest.endswith(b"\0") else rest


def add_header(name: str, value: str) -> bytes:
    """The value with its leading space: with LEADING_SPACE agreed, the mail server adds none."""
    return packet(ADD_HEADER, name.encode("ascii") + b"\0 " + value.encode("utf-8") + b"\0")


def change_header(name: str, value: bytes, *, index: int = 1) -> bytes:
    """Replace the ``index``-th header of this name (from 1)."""
    return packet(CHANGE_HEADER, struct.pack("!I", index) + name.encode("ascii") + b"\0 " + value + b"\0")


def delete_header(name: bytes, *, index: int = 1) -> bytes:
    """Remove the ``index``-th header of this name (from 1).  Removing shifts those behind it: begin with the last."""
    return packet(CHANGE_HEADER, struct.pack("!I", index) + name + b"\0\0")


def quarantine(reason: str) -> bytes:
    return packet(QUARANTINE, reason.encode("ascii", "replace") + b"\0")


def reply(lines: list[str], *, code: str, extended: str) -> bytes:
    """A custom SMTP answer of one or more lines.  ``%`` is doubled for Sendmail's formatter; control characters vanish."""
    clean = ["".join(c if c.isprintable() else " " for c in line).replace("%", "%%") for line in lines]
    text = "\r\n".join(f"{code}{'-' if i < len(clean) - 1 else ' '}{extended} {line}" for i, line in enumerate(clean))
    return packet(REPLY, text.encode("utf-8") + b"\0")

"""Incidents for a SIEM: OCSF Data Security Finding (class 2006) as JSON lines, and CEF over syslog.  Masked, never text.

    ocsf(store, incident, kind)      → dict
    cef(store, incident, kind)       → "CEF:0|dlp-zh|dlp|…"
    store.outlets.append(FileOutlet(path))                          OCSF lines, appended
    store.outlets.append(SyslogOutlet(("udp", "127.0.0.1", 514)))   CEF in RFC 5424 frames; also tcp and unix

What leaves: id, state, action, rule ids, kinds, places, counts, confidences, policy version.  Not: sender, recipients, labels,
masks, snippets, notes.  OCSF 1.4 as published at schema.ocsf.io, read 2026-11-25; CEF: ArcSight's implementation standard, rev 25.
"""

import json
import os
import socket
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlp.finding import Level
from dlp.kinds import Kind
from dlp.records.clock import millis
from dlp.records.incident_views import Incident, find, findings_of, rules_of
from dlp.records.states import State
from dlp.verdict import Action

if TYPE_CHECKING:
    from dlp.records.store import Event, Store

OCSF_VERSION = "1.4.0"
CLASS_UID, CATEGORY_UID = 2006, 2
SEVERITY = {Action.ALLOW: 1, Action.LOG: 1, Action.WARN: 2, Action.JUSTIFY: 3, Action.HOLD: 4, Action.BLOCK: 4}  # informational … high
SEVERITY_NAMES = {1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical"}
# OCSF: 1 allowed, 2 blocked, 3 quarantined, 17 logged, 19 alert
DISPOSITION = {Action.ALLOW: 1, Action.LOG: 17, Action.WARN: 19, Action.JUSTIFY: 2, Action.HOLD: 3, Action.BLOCK: 2}
CONFIDENCE = {Level.LOW: 1, Level.MEDIUM: 2, Level.HIGH: 3}
LIFECYCLE = {"share": 1, "mail": 2, "post": 2}  # at rest, in transit
DETECTION_SYSTEM = {"mail": 6, "post": 10, "share": 4}  # secure mail gateway, application-level DLP, data discovery
CONFIDENTIALITY = {  # OCSF: 2 confidential, 3 secret, 4 top secret, 5 private, 6 restricted
    Kind.CLASSIFIED_TOP_SECRET: 4, Kind.CLASSIFIED_SECRET: 3, Kind.CLASSIFIED_CONFIDENTIAL: 2, Kind.CLASSIFIED_OFFICIAL: 2, Kind.RESTRICTED_MARK: 6,
}  # fmt: skip
CEF_SEVERITY = {Action.ALLOW: 1, Action.LOG: 2, Action.WARN: 4, Action.JUSTIFY: 6, Action.HOLD: 8, Action.BLOCK: 9}
NEW, IN_PROGRESS, SUPPRESSED, RESOLVED = 1, 2, 3, 4
SYSLOG_PRIORITY = 13 * 8 + 5  # facility 13 (log audit), notice


def ocsf(store: "Store", incident: Incident, kind: str, *, at: datetime | None = None) -> dict[str, Any]:
    """One event.  ``kind`` as in ``Event.kind``: ``incident.opened`` creates, ``incident.close`` closes, the rest update."""
    findings, rules = findings_of(store, incident), rules_of(store, incident)
    activity = {"incident.opened": 1, "incident.close": 3}.get(kind, 2)
    kinds = Counter(f.kind for f in findings)
    top = max((Level(f.level) for f in findings), key=lambda x: x.rank, default=Level.LOW)
    severity = 5 if incident.state in (State.LEAKED, State.CONTAINED) else SEVERITY[incident.action]
    return {
        "class_uid": CLASS_UID, "class_name": "Data Security Finding", "category_uid": CATEGORY_UID, "category_name": "Findings",
        "activity_id": activity, "activity_name": {1: "Create", 2: "Update", 3: "Close"}[activity],
        "type_uid": CLASS_UID * 100 + activity, "time": millis(at or store.now()), "start_time": millis(incident.opened_at),
        "severity_id": severity, "severity": SEVERITY_NAMES[severity], "status_id": _status(incident.state),
        "confidence_id": CONFIDENCE[top], "disposition_id": DISPOSITION[incident.action],
        "is_alert": activity == 1 and incident.action >= Action.WARN,
        "message": f"{incident.id} {incident.state} {kind.removeprefix('incident.')}",
        "metadata": {
            "version": OCSF_VERSION, "uid": f"{incident.id}:{kind}:{millis(at or store.now())}",
            "product": {"name": "dlp", "vendor_name": "dlp-zh", "lang": "zh-TW"},
        },
        "finding_info": {
            "uid": incident.id, "title": ", ".join(rule for rule, _, _ in rules) or "incomplete", "created_time": millis(incident.opened_at),
            "types": sorted(kinds),
        },
        "data_security": {
            "category_id": _category(kinds), "confidentiality_id": max((CONFIDENTIALITY.get(Kind(k), 0) for k in kinds), default=0),
            "data_lifecycle_state_id": LIFECYCLE[incident.channel], "detection_system_id": DETECTION_SYSTEM[incident.channel],
            "policy": {"name": "dlp policy", "version": incident.policy_version},
        },
        "unmapped": {
            "channel": incident.channel, "state": str(incident.state), "rules": [rule for rule, _, _ in rules], "kinds": dict(sorted(kinds.items())),
            "places": sorted({f.place for f in findings}), "complete": incident.complete, "retries": incident.retries,
        },
    }  # fmt: skip


def _status(state: State) -> int:
    if state is State.FALSE_ALARM:
        return SUPPRESSED
    if state in (State.CLOSED, State.RELEASED, State.RETURNED, State.EXPIRED, State.UPHELD, State.IMPROVED):
        return RESOLVED
    return NEW if state is State.NEW else IN_PROGRESS


def _category(kinds: Counter[str]) -> int:
    """OCSF data category: 1 personal, 2 governmental, 4 business, 99 several."""
    found = {1 if k.startswith(("personal.", "petition.", "informant.", "third_party.")) else 4 if k.startswith("secret.") else 2 for k in kinds}
    return found.pop() if len(found) == 1 else 99 if found else 0


def cef(store: "Store", incident: Incident, kind: str, *, at: datetime | None = None, version: str = "0.1.0") -> str:
    """One event as a CEF line."""
    findings, rules = findings_of(store, incident), rules_of(store, incident)
    first = rules[0] if rules else ("incomplete", "", incident.action)
    head = ["CEF:0", "dlp-zh", "dlp", version, first[0], kind, str(CEF_SEVERITY[incident.action])]
    fields = {
        "rt": str(millis(at or store.now())), "externalId": incident.id, "act": str(incident.action), "cat": incident.channel,
        "outcome": str(incident.state), "cnt": str(len(findings)), "cs1Label": "policy", "cs1": incident.policy_version,
        "cs2Label": "kinds", "cs2": ",".join(sorted({f.kind for f in findings})), "cs3Label": "rules", "cs3": ",".join(r[0] for r in rules),
    }  # fmt: skip
    return "|".join(_head(h) for h in head) + "|" + " ".join(f"{k}={_value(v)}" for k, v in fields.items())


def _head(text: str) -> str:
    return _plain(text).replace("\\", "\\\\").replace("|", "\\|")


def _value(text: str) -> str:
    return _plain(text).replace("\\", "\\\\").replace("=", "\\=")


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


@dataclass(frozen=True, slots=True)
class FileOutlet:
    """OCSF lines appended to a file of mode 0600; whoever ships them may rotate it."""

    path: Path

    def __call__(self, store: "Store", event: "Event") -> None:
        line = json.dumps(ocsf(store, find(store, event.incident), event.kind, at=event.at), ensure_ascii=False) + "\n"
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)


@dataclass(frozen=True, slots=True)
class SyslogOutlet:
    """CEF in RFC 5424 messages.  ``target`` is ("udp" | "tcp", host, port) or ("unix", path).  At most ``timeout`` seconds."""

    target: tuple[str, str, int] | tuple[str, str]
    host: str = "-"
    timeout: float = 2.0

    def __call__(self, store: "Store", event: "Event") -> None:
        text = cef(store, find(store, event.incident), event.kind, at=event.at)
        message = f"<{SYSLOG_PRIORITY}>1 {event.at.isoformat(timespec='milliseconds')} {self.host} dlp {os.getpid()} - - {text}".encode()
        if self.target[0] == "tcp":
            message = f"{len(message)} ".encode() + message  # octet counting, RFC 6587
        with self._connect() as connection:
            connection.sendall(message)

    def _connect(self) -> socket.socket:
        way, host, *port = self.target
        if way == "unix":
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            connection.settimeout(self.timeout)
            connection.connect(host)
            return connection
        if way == "tcp":
            return socket.create_connection((host, int(str(port[0]))), timeout=self.timeout)
        connection = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        connection.settimeout(self.timeout)
        connection.connect((host, int(str(port[0]))))
        return connection



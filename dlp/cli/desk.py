"""What the commands of the desk share: opening the store, who acts, and how an incident is shown."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from dlp.errors import UsageError

if TYPE_CHECKING:
    from dlp.records.incidents import Incident
    from dlp.records.people import Actor
    from dlp.records.store import Store

AS = click.option("--as", "account", metavar="帳號", help="以這個帳號的身分處理（稽核會記下作業系統使用者）")
NOTE = click.option("--note", default="", help="說明或理由（加密保存）")


@contextmanager
def opened(ctx: click.Context) -> "Iterator[Store]":
    """The store of ``--home``."""
    from dlp.records.store import open_store

    with open_store((ctx.find_root().obj or {}).get("home")) as store:
        yield store


def acting(store: "Store", account: str | None) -> "Actor":
    """Who acts: the person at the terminal, or with ``--as`` an account with its roles.

    The account of the same name as the person is taken by itself, so that four-eyes knows its mail addresses.
    """
    from dataclasses import replace

    from dlp.records import accounts
    from dlp.records.errors import NoSuchRecord
    from dlp.records.people import terminal_actor

    person = terminal_actor()
    try:
        found = accounts.find(store, account or person.name)
    except NoSuchRecord:
        if account:
            raise
        return person
    if found.disabled and account:
        raise UsageError("這個帳號已停用。", code="E661")
    own = accounts.actor_of(found, via="cli")
    if not account:
        return replace(person, emails=own.emails, unit=own.unit)
    return own if account == person.name else replace(own, via=f"cli:{person.name}"[:16])


def parse_day(text: str | None) -> date | None:
    """``2026-11-20`` or ``115-11-20`` → a day.  Raises UsageError."""
    if text is None:
        return None
    try:
        year, month, day = (int(word) for word in text.replace("/", "-").split("-"))
        return date(year + 1911 if year < 1000 else year, month, day)
    except ValueError:
        raise UsageError("日期要寫成 2026-11-20 或 115-11-20。", code="E111") from None


def shown_time(when: datetime | None) -> str:
    from dlp.records.clock import TAIPEI

    return when.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M") if when else ""


def line_of(incident: "Incident", now: datetime) -> str:
    """One line of a list."""
    late = click.style(" 逾時", fg="red") if incident.overdue(now) else ""
    due = f"  期限 {shown_time(incident.due_at)}" if incident.due_at else ""
    who = f"  承辦 {incident.assigned_to}" if incident.assigned_to else ""
    return f"{incident.id}  {incident.state.label}{late}  {incident.action.label}  {incident.channel}  {shown_time(incident.opened_at)}{due}{who}"


def as_object(store: "Store", incident: "Incident", *, details: bool = False) -> dict[str, Any]:
    """An incident as JSON data, masked."""
    from dlp.records import incidents

    out: dict[str, Any] = {
        "id": incident.id, "state": str(incident.state), "action": str(incident.action), "channel": incident.channel,
        "opened_at": incident.opened_at.isoformat(), "due_at": incident.due_at.isoformat() if incident.due_at else None,
        "overdue": incident.overdue(store.now()), "label": incident.label, "sender": incident.sender, "unit": incident.unit,
        "recipient_class": incident.recipient_class, "destination": incident.destination, "recipients": incident.recipients,
        "approver": incident.approver, "assigned_to": incident.assigned_to, "decided_by": incident.decided_by, "outcome": incident.outcome,
        "complete": incident.complete, "retries": incident.retries, "policy_version": incident.policy_version,
        "rules": [{"id": r, "name": n, "action": str(a)} for r, n, a in incidents.rules_of(store, incident)],
    }  # fmt: skip
    if details:
        out["findings"] = [
            {"kind": f.kind, "part": f.part, "place": f.place, "page": f.page, "start": f.start, "end": f.end, "level": f.level,
             "confidence": round(f.confidence, 3), "masked": f.masked, "snippet": f.snippet, "rules": list(f.rules)}
            for f in incidents.findings_of(store, incident)
        ]  # fmt: skip
        out["history"] = [
            {"at": h.at.isoformat(), "step": h.step, "before": h.before, "after": h.after, "actor": h.actor, "via": h.via, "note": h.note}
            for h in incidents.history(store, incident)
        ]  # fmt: skip
    return out


def say_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))

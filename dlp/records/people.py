"""Who acts, and what they may do.

Roles: *viewer* sees incidents masked; *handler* works on them; *approver* releases, confirms false alarms; *admin* keeps accounts
and settings but neither releases nor opens originals.  Four eyes: nobody decides about what they sent themselves, in
whatever role, also not as a deputy or at the command line.
"""

import getpass
import os
from dataclasses import dataclass
from enum import StrEnum

from dlp.records.errors import NotAllowed


class Role(StrEnum):
    VIEWER = "viewer"
    HANDLER = "handler"
    APPROVER = "approver"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        return {"viewer": "檢視", "handler": "承辦", "approver": "核准", "admin": "管理"}[self.value]


class Right(StrEnum):
    VIEW = "view"  # incidents, masked
    HANDLE = "handle"  # assign, return, review, close, leak steps
    APPROVE = "approve"  # release, confirm a false alarm
    OPEN = "open"  # the original
    EXPORT = "export"
    ADMINISTER = "administer"  # accounts, calendar, retention
    AUDIT = "audit"  # read and verify the audit log


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset({Right.VIEW}),
    Role.HANDLER: frozenset({Right.VIEW, Right.HANDLE, Right.OPEN, Right.EXPORT}),
    Role.APPROVER: frozenset({Right.VIEW, Right.APPROVE, Right.OPEN, Right.EXPORT, Right.AUDIT}),
    Role.ADMIN: frozenset({Right.VIEW, Right.ADMINISTER, Right.AUDIT}),
}
RIGHT_LABELS = {
    Right.VIEW: "檢視事件", Right.HANDLE: "處理事件", Right.APPROVE: "核准放行", Right.OPEN: "開啟原件", Right.EXPORT: "匯出",
    Right.ADMINISTER: "管理帳號與設定", Right.AUDIT: "查核稽核紀錄",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who does something.  ``via`` is cli, web, proxy, mail or system."""

    name: str
    roles: frozenset[Role] = frozenset()
    emails: tuple[str, ...] = ()
    unit: str = ""
    via: str = "system"

    def may(self, right: Right) -> bool:
        return any(right in RIGHTS[role] for role in self.roles)

    def require(self, right: Right) -> None:
        """Raises NotAllowed (E642) when no role of the actor grants ``right``."""
        if not self.may(right):
            raise NotAllowed(f"這個帳號沒有「{RIGHT_LABELS[right]}」的權限。請洽管理者。")

    def is_person(self, address: str) -> bool:
        """Whether ``address`` (a mail address or an account name) is this actor."""
        wanted = address.strip().strip("<>").casefold()
        if not wanted:
            return False
        if wanted in {self.name.casefold(), *(e.casefold() for e in self.emails)}:
            return True
        # Without known addresses the local part has to do: better one approver too few than self-approval.
        return not self.emails and wanted.partition("@")[0] == self.name.casefold()


SYSTEM = Actor("system", frozenset(), via="system")


def parse_roles(words: str | tuple[str, ...]) -> frozenset[Role]:
    """``viewer,approver`` → roles.  Raises NotAllowed (E648) that names the four."""
    names = [w.strip() for w in (words.split(",") if isinstance(words, str) else words) if w.strip()]
    try:
        return frozenset(Role(name) for name in names)
    except ValueError:
        raise NotAllowed("角色只能是 viewer、handler、approver、admin。", code="E648") from None


def operating_system_user() -> str:
    """Name of the person at the terminal, also behind sudo."""
    try:
        name = os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        name = ""
    return name or f"uid{os.geteuid()}"


def terminal_actor() -> Actor:
    """At the command line the file permissions decide: whoever can read the home has every role, and is named in the audit."""
    return Actor(operating_system_user(), frozenset(Role), via="cli")

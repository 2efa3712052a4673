"""What to do with a file that the policy stops (hold, block): report it, tag it, or move it to quarantine.

Nothing on a share changes unless a person said so on the command line (``apply``), and only files that the policy itself holds
or blocks are touched: a rule on trial (``mode: simulate``, ``remind``) never gets so far.  Without ``apply`` the same steps are
only told.  A tag is the extended attribute ``user.dlp`` with rules and policy version, no found value.
"""

import json
import os
from datetime import date
from typing import TYPE_CHECKING, Any

from dlp.channels.share import moving
from dlp.channels.share.baseline import ANY_RULE, Baseline
from dlp.channels.share.quarantine import MOVES_FROM, Quarantine
from dlp.channels.share.walk import Entry, entry_of
from dlp.verdict import Action

if TYPE_CHECKING:
    from dlp.records.home import Home

TAG = "user.dlp"
WAYS = ("report", "tag", "quarantine")
LABELS = {"tag": "標記", "quarantine": "移至隔離區"}


class Acting:
    """``way`` is one of WAYS; ``handle`` acts on one file and says what was done."""

    def __init__(self, home: "Home", way: str, *, apply: bool) -> None:
        self.way, self.apply, self._home = way, apply, home
        self._quarantine: Quarantine | None = None
        self.done: list[dict[str, Any]] = []

    @property
    def quarantine(self) -> Quarantine:
        if self._quarantine is None:
            self._quarantine = Quarantine(self._home)
            self._quarantine.recover()
        return self._quarantine

    def concerns(self, item: dict[str, Any]) -> bool:
        return self.way != "report" and Action.parse(item["action"]) >= MOVES_FROM and bool(item["findings"])

    def handle(self, folder: bytes, entry: Entry, item: dict[str, Any]) -> dict[str, Any] | None:
        """``{"what", "done"}`` with ``number`` or ``error``; None when this file does not concern us."""
        if not self.concerns(item):
            return None
        outcome: dict[str, Any] = {"what": self.way, "done": False}
        if self.apply:
            try:
                outcome |= self._tag(folder, entry, item) if self.way == "tag" else self._move(folder, entry, item)
                outcome["done"] = True
            except moving.Changed:
                outcome["error"] = "檔案已變動，下次再處理"
            except OSError as err:
                outcome["error"] = f"資料夾不允許（{type(err).__name__}）"
        self.done.append(outcome | {"path": item["path"]})
        return outcome

    def _move(self, folder: bytes, entry: Entry, item: dict[str, Any]) -> dict[str, Any]:
        number, note = self.quarantine.put_away(folder, entry, item)
        book = Baseline(self._home.path / "baseline.db", self._home.keys)
        digest = moving.digest_of(note, key=self._home.keys.digest_key)
        # The note's name repeats the file's, which may hold a name: as long as nobody writes into it, it is no finding.
        book.accept_one(note, digest, [ANY_RULE], name=number, who="system", why="隔離說明", until=date.max, today=date.today())
        book.close()
        return {"number": number}

    def _tag(self, folder: bytes, entry: Entry, item: dict[str, Any]) -> dict[str, Any]:
        path = os.path.join(folder, entry.name)
        found = entry_of(path)
        if found is None or found.mark != entry.mark:
            raise moving.Changed
        rules = [str(r["id"]) for r in item["rules"] if Action.parse(r["action"]) >= MOVES_FROM]
        value = json.dumps({"action": item["action"], "rules": rules, "policy": item.get("policy_version", "")}).encode()
        try:
            if os.getxattr(path, TAG, follow_symlinks=False) == value:
                return {}
        except OSError:
            pass  # none yet
        os.setxattr(path, TAG, value, follow_symlinks=False)
        return {}

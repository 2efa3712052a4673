"""What the gateway does beside judging, in one thread of its own: notices to senders, and what people decided about held mail.

Neither may ever delay or change the answer for a message, so everything here may fail, is logged by code, and is tried again.
"""

import contextlib
import logging
import queue as queues
import smtplib
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dlp.channels.mail.notices import Notice, Submit, compose
from dlp.channels.mail.queue import QueueError
from dlp.channels.mail.queue_access import DirectAccess, may_carry
from dlp.errors import DlpError

log = logging.getLogger("dlp.milter")
EVERY_SECONDS = 5.0
NOTICES_WAITING = 1_000
LATE = timedelta(minutes=2)  # decided this long ago and still not carried out: somebody must look


@dataclass(slots=True)
class Upkeep:
    """``home``: the records, None for the default.  ``submit``: how notices are handed in, None for no notices."""

    home: str | None
    submit: Submit | None
    notice_sender: str
    config: str = ""
    every: float = EVERY_SECONDS
    degraded: str = ""
    lost_notices: int = 0
    _notices: "queues.Queue[dict[str, Any] | None]" = field(default_factory=lambda: queues.Queue(NOTICES_WAITING))
    _thread: threading.Thread | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _store: Any = None
    _carrier: Any = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="mail-upkeep", daemon=True)
        self._thread.start()

    def stop(self, *, seconds: float = 5) -> None:
        """Send the notices that wait, then end."""
        self._stop.set()
        with contextlib.suppress(queues.Full):
            self._notices.put_nowait(None)
        if self._thread is not None:
            self._thread.join(seconds)

    def tell(self, notice: dict[str, Any]) -> None:
        """A notice as ``judge`` made it; sent soon.  Never blocks: beyond NOTICES_WAITING it is counted as lost."""
        if self.submit is None:
            return
        try:
            self._notices.put_nowait(notice)
        except queues.Full:
            self.lost_notices += 1

    def _run(self) -> None:
        due = 0.0
        while True:
            with contextlib.suppress(queues.Empty):
                notice = self._notices.get(timeout=max(0.05, min(self.every, due - time.monotonic())))
                if notice is not None:
                    self._send(notice)
            if self._stop.is_set() and self._notices.empty():
                break
            if time.monotonic() >= due:
                self._carry()
                due = time.monotonic() + self.every
        if self._store is not None:
            self._store.close()

    def _send(self, notice: dict[str, Any]) -> None:
        assert self.submit is not None
        rules = tuple((str(i), str(name), str(tell)) for i, name, tell in notice.get("rules", ()))
        now = datetime.now().strftime("%Y-%m-%d %H:%M")
        shown = Notice(str(notice["event"]), str(notice["ref"]), str(notice["to"]), rules, now, str(notice.get("url", "")), str(notice.get("within", "")))
        try:
            self.submit("", [shown.to], compose(shown, sender=self.notice_sender).as_bytes())
        except (QueueError, OSError, smtplib.SMTPException) as err:
            self.lost_notices += 1
            log.warning("notice not sent: %s (%s)", shown.ref, type(err).__name__)

    def _carry(self) -> None:
        """One pass where this process may; otherwise only expire, and see whether somebody else carries out."""
        try:
            self._open()
            if self._carrier is not None:
                done = self._carrier.run()
                if done.any:
                    log.info("carried out: %d released, %d sent again, %d returned, %d absent", done.released, done.resent, done.returned, done.absent)
                self.degraded = "carry-out" if done.failed else ""
                return
            from dlp.channels.mail.carry import waiting_since
            from dlp.records import incidents

            incidents.expire_due(self._store)
            since = waiting_since(self._store)
            late = since is not None and self._store.now() - since > LATE
            if late and not self.degraded:
                log.error("decided mail is not carried out: start dlp-carry-out.service (dlp integrations systemd milter)")
            self.degraded = "carry-out" if late else ""
        except (DlpError, QueueError, OSError) as err:
            if not self.degraded:
                log.error("upkeep failed: %s", getattr(err, "code", type(err).__name__))
            self.degraded = "upkeep"
        except Exception as err:  # this thread must outlive any surprise; mail itself does not depend on it
            log.error("upkeep failed: %s", type(err).__name__)
            self.degraded = "upkeep"

    def _open(self) -> None:
        if self._store is not None:
            return
        from dlp.channels.mail.carry import Carrier
        from dlp.records import open_home, open_store

        self._store = open_store(open_home(self.home))
        if may_carry():
            self._carrier = Carrier(self._store, DirectAccess(self.config), self.notice_sender, self.submit is not None)

"""Sends many messages through a real Postfix while parts of the gateway are killed, and counts what became of each.

    python -m tests.mail.kills --messages 10000 --kills 20

A sender does what a mail server does: it keeps a message until it is told 2xx or 5xx, and tries again after anything else.
Each message has a number, a Message-ID and a date of its own, so that trying again sends the same bytes.
"""

import argparse
import contextlib
import os
import random
import re
import signal
import smtplib
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from dlp.channels.mail.queue_access import DirectAccess
from tests.mail.gateway import CLEAN, MARKED, ROSTER, Gateway, mail
from tests.mail.postfix import Postfix, free_port, running

BODIES = {"clean": CLEAN, "block": MARKED, "hold": ROSTER}
SENDERS = 6
NUMBER = re.compile(rb"^X-Number: ([0-9]+)", re.MULTILINE)
DECIDED = re.compile(rb"^X-DLP-Result: (allow|log|warn); ", re.MULTILINE)


@dataclass(slots=True)
class Outcome:
    """What became of the messages.  ``answers``: number → final SMTP code; ``kinds``: number → what policy says of it."""

    kinds: dict[int, str]
    answers: dict[int, int] = field(default_factory=dict)
    tried_again: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    delivered: Counter[int] = field(default_factory=Counter)
    unscanned: int = 0
    unchecked: set[int] = field(default_factory=set)  # put on hold because the engine had failed, and rechecked at the end
    held: Counter[int] = field(default_factory=Counter)
    incidents: Counter[str] = field(default_factory=Counter)
    decisions: int = 0
    seconds: float = 0.0

    def table(self) -> str:
        lines = [f"messages {len(self.kinds)}, killed {dict(self.killed)}, tried again {self.tried_again}, {self.seconds:.0f} s"]
        lines.append(f"{'policy says':<12}{'sent':>7}{'250':>7}{'550':>7}{'delivered':>11}{'on hold':>9}{'twice':>7}{'lost':>6}{'wrong':>7}")
        for kind in BODIES:
            numbers = [n for n, k in self.kinds.items() if k == kind]
            codes = Counter(self.answers.get(n) for n in numbers)
            lines.append(
                f"{kind:<12}{len(numbers):>7}{codes[250]:>7}{codes[550]:>7}{sum(n in self.delivered for n in numbers):>11}{sum(n in self.held for n in numbers):>9}"
                f"{sum(self.delivered[n] > 1 or self.held[n] > 1 for n in numbers):>7}{len(self.lost(kind)):>6}{len(self.wrong(kind)):>7}"
            )
        lines.append(f"delivered without a verdict {self.unscanned}; held unchecked and rechecked {len(self.unchecked)}; incidents {dict(self.incidents)}; decisions {self.decisions}")
        return "\n".join(lines)

    def lost(self, kind: str) -> list[int]:
        """Answered 250 and nowhere, or never answered."""
        return [n for n, k in self.kinds.items() if k == kind and self.answers.get(n) != 550 and not self.delivered[n] and not self.held[n]]

    def wrong(self, kind: str) -> list[int]:
        """Not what policy says."""
        wanted = {"clean": (250, 1, 0), "block": (550, 0, 0), "hold": (250, 0, 1)}[kind]
        return [n for n, k in self.kinds.items() if k == kind and (self.answers.get(n), self.delivered[n], self.held[n]) != wanted]


def run(gateway: Gateway, postfix: Postfix, *, messages: int, kills: int, seed: int = 1) -> Outcome:
    """Send, kill, wait until all is quiet, recheck what is held unchecked, count.

    Policy here says: hold when the engine fails.  Such mail has no verdict in its header when it is released by the recheck, but
    one in the journal: ``unscanned`` counts what was delivered with neither.
    """
    chance = random.Random(seed)
    out = Outcome({n: chance.choice(("clean", "clean", "block", "hold")) for n in range(messages)})
    at = sorted(chance.sample(range(messages // 20, messages * 19 // 20), kills))
    began, todo, lock = time.monotonic(), list(range(messages))[::-1], threading.Lock()

    def sender() -> None:
        while True:
            with lock:
                if not todo:
                    return
                number = todo.pop()
            _until_answered(postfix, number, out, lock)

    threads = [threading.Thread(target=sender, daemon=True) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for threshold in at:
        while len(out.answers) < threshold and any(t.is_alive() for t in threads):
            time.sleep(0.005)
        time.sleep(chance.random() * 0.05)  # anywhere within a message
        out.killed[_kill_something(gateway, chance)] += 1
    for thread in threads:
        thread.join(600)
    assert postfix.settled(seconds=120)
    out.seconds = time.monotonic() - began
    access = DirectAccess(str(postfix.config))
    heads = [access.head(one.id) for one in access.held()]
    out.unchecked = {_number(head) for head in heads if b"X-DLP-Result:" not in head}
    done = gateway.command("milter", "recheck-held", "--no-model")
    assert done.returncode == 0, done.stderr
    assert postfix.settled(seconds=120)
    _count(gateway, postfix, out)
    return out


def _message(number: int, kind: str) -> EmailMessage:
    message = mail(f"{BODIES[kind]}\n編號 {number}")
    message["Message-ID"] = f"<{number}@a.example>"
    message["Date"] = "Wed, 25 Nov 2026 10:00:00 +0800"
    message["X-Number"] = str(number)
    return message


def _until_answered(postfix: Postfix, number: int, out: Outcome, lock: threading.Lock) -> None:
    message = _message(number, out.kinds[number])
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            with smtplib.SMTP("127.0.0.1", postfix.port, timeout=60) as client:
                client.send_message(message)
            code = 250
        except smtplib.SMTPResponseException as err:
            code = err.smtp_code
        except (OSError, smtplib.SMTPException):
            code = 0
        with lock:
            if code in (250, 550):
                out.answers[number] = code
                return
            out.tried_again += 1
        time.sleep(0.2)


def _kill_something(gateway: Gateway, chance: random.Random) -> str:
    """SIGKILL for the whole gateway, its main process, the process that forks workers, or one worker."""
    assert gateway.process is not None
    main = gateway.process.pid
    nurseries = _children(main)
    workers = [w for n in nurseries for w in _children(n)]
    what = chance.choice(("all", "main", "nursery", "worker"))
    if what in ("all", "main"):
        gateway.kill() if what == "all" else os.kill(main, signal.SIGKILL)
        gateway.process.wait(20)
        time.sleep(chance.random())
        gateway.start()
        return what
    target = (nurseries if what == "nursery" else workers) or nurseries
    with contextlib.suppress(ProcessLookupError, IndexError):
        os.kill(chance.choice(target), signal.SIGKILL)
    return what


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _number(raw: bytes) -> int:
    found = NUMBER.search(raw)
    assert found is not None
    return int(found[1])


def _count(gateway: Gateway, postfix: Postfix, out: Outcome) -> None:
    from dlp.records import incidents, open_store
    from dlp.records.journal import entries

    for _, recipients, raw in postfix.sink.messages:
        if recipients != ["x@b.example"]:
            continue
        number = _number(raw)
        out.delivered[number] += 1
        out.unscanned += not DECIDED.search(raw) and number not in out.unchecked
    access = DirectAccess(str(postfix.config))
    for one in access.held():
        if one.recipients == ("x@b.example",):
            out.held[_number(access.head(one.id))] += 1
    with open_store(gateway.home) as store:
        out.incidents.update(str(i.action) for i in incidents.listing(store, limit=100_000))
        out.decisions = sum(1 for e in entries(store) if e.recipient_domains == ("@b.example",))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--messages", type=int, default=300)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kills.") as folder:
        base = Path(folder)
        base.chmod(0o755)
        (base / "pf").mkdir()
        gateway = Gateway(free_port(), base / "home", base / "pf" / "etc", ("--notify-by", "none"))
        with running(base / "pf", milter=f"inet:127.0.0.1:{gateway.port}") as postfix:
            gateway.start()
            try:
                print(run(gateway, postfix, messages=given.messages, kills=given.kills, seed=given.seed).table())
            finally:
                with contextlib.suppress(ProcessLookupError):
                    gateway.kill()


if __name__ == "__main__":
    main()

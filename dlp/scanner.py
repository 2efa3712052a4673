"""The one road: bytes → document → findings → decision → verdict.

``Scanner`` is built once (it compiles the sieve and loads the policies) and may be used from several threads.  Nothing it
reads leaves the process; the date and the policies are arguments, so that a check can be replayed.
"""

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from dlp.detectors import road
from dlp.detectors.contract import Context
from dlp.document import Document, Envelope, NotRead, NotReadReason, Part, Place
from dlp.errors import UsageError
from dlp.finding import Finding
from dlp.verdict import Channel, Coverage, Verdict

if TYPE_CHECKING:
    from dlp.policy.policyset import PolicySet
    from dlp.readers.isolation import ReaderPool

IN_PROCESS_BYTES = 512 * 1024 * 1024  # plain text larger than this is refused; scans of shares stream it


class Scanner:
    """Checks texts, bytes and files.

    ``policies``  YAML files or folders; None for the shipped ones.  Raises PolicyError with every fault.
    ``model``     folder of a language model, None for the shipped one where present, False for none.
    ``today``     reference date of declassification and expiry; None for the day of each check.
    ``isolate``   read everything but plain text in a supervised worker process.
    """

    def __init__(
        self, *, policies: "Sequence[str | Path] | PolicySet | None" = None, model: str | Path | bool | None = None,
        today: date | None = None, isolate: bool = False, ocr: bool = False,
    ) -> None:  # fmt: skip
        self._today = today
        self._isolate = isolate
        self._ocr = ocr
        self.policy = _policy(policies)
        self.language = _language(model)
        self._sieve = road.shipped_sieve()
        self._pool: ReaderPool | None = None
        self._pool_process = 0

    def check(self, text: str, channel: str = "post", *, name: str = "", envelope: Envelope | None = None) -> Verdict:
        """Verdict on a text.  ``channel`` is ``mail``, ``post`` or ``share``; raises UsageError for any other."""
        parts = [Part("body", Place.BODY, text)]
        if name:
            parts.append(Part("name", Place.FILE_NAME, name))
        not_read = () if text else (NotRead("body", NotReadReason.EMPTY),)
        return self.check_document(Document(name, tuple(parts), not_read), channel, envelope=envelope)

    def check_bytes(
        self, data: bytes, name: str = "", channel: str = "post", *, envelope: Envelope | None = None
    ) -> Verdict:
        """Verdict on the bytes of a file; the type is judged by content, ``name`` is checked as text too."""
        return self.check_document(self.read(data, name), channel, envelope=envelope)

    def check_file(self, path: str | Path, channel: str = "share", *, envelope: Envelope | None = None) -> Verdict:
        """Verdict on a file.  Raises UsageError when it cannot be opened."""
        path = Path(path)
        try:
            data = path.read_bytes()
        except IsADirectoryError:
            raise UsageError("這是資料夾，不是檔案。要檢查整個資料夾請用 dlp scan。", code="E101") from None
        except FileNotFoundError:
            raise UsageError("找不到檔案。請確認路徑與檔名。", code="E102") from None
        except PermissionError:
            raise UsageError("沒有讀取這個檔案的權限。", code="E103") from None
        except OSError as err:
            raise UsageError(f"檔案打不開（{type(err).__name__}）。", code="E104") from None
        return self.check_bytes(data, path.name, channel, envelope=envelope)

    def read(self, data: bytes, name: str = "") -> Document:
        """Bytes → document, in a worker process when ``isolate`` is set and the bytes are no plain text."""
        from dlp import readers

        if self._isolate and readers.needs_worker(data, name=name):
            return self._readers().read(data, name=name)
        return readers.read_bytes(data, name=name, ocr=self._ocr)

    def _readers(self) -> "ReaderPool":
        """The worker pool, started with the first file that needs it; each process after a fork has its own."""
        if self._pool is None or self._pool_process != os.getpid():
            from dlp.readers.isolation import ReaderPool

            self._pool = ReaderPool(workers=1, ocr=self._ocr)
            self._pool_process = os.getpid()
        return self._pool

    def find(
        self, document: Document, channel: str = "post", *, envelope: Envelope | None = None
    ) -> tuple[Finding, ...]:
        """Findings alone, without a decision."""
        return tuple(self._find(document, parse_channel(channel), envelope)[0])

    def check_document(self, document: Document, channel: str = "post", *, envelope: Envelope | None = None) -> Verdict:
        """Verdict on a document that was read already."""
        from dlp.policy import decide

        began = perf_counter()
        policy = self.policy  # once: a reload during the check must not mix two versions
        way = parse_channel(channel)
        found, failed = self._find(document, way, envelope)
        read = tuple((p.path, p.label, len(p.text)) for p in document.parts)
        coverage = Coverage(read, (*document.not_read, *failed))
        decision = decide(found, coverage, way, envelope=envelope, policy=policy, document=document, today=self.today())
        return Verdict(
            name=document.name, channel=way, action=decision.action, findings=tuple(found), rules=decision.rules, coverage=coverage,
            policy_version=policy.version, seconds=perf_counter() - began, document=document,
        )  # fmt: skip

    def today(self) -> date:
        return self._today or date.today()

    def _find(
        self, document: Document, channel: Channel, envelope: Envelope | None
    ) -> tuple[list[Finding], list[NotRead]]:
        context = Context(document, channel, self.today(), envelope, self.language)
        return road.find(context, sieve=self._sieve)


def parse_channel(word: str) -> Channel:
    """The channel named ``word``; raises UsageError that names the three."""
    try:
        return Channel(word)
    except ValueError:
        raise UsageError("通路只能是 mail（郵件）、post（貼文）或 share（共用資料夾）。", code="E110") from None


def _policy(policies: "Sequence[str | Path] | PolicySet | None") -> "PolicySet":
    from dlp import policy

    if policies is None:
        return policy.load_shipped()
    if isinstance(policies, (list, tuple)):
        return policy.load_policies([Path(p) for p in policies])
    if isinstance(policies, (str, Path)):
        return policy.load_policies([Path(policies)])
    return policies  # type: ignore[return-value]


def _language(model: str | Path | bool | None) -> object | None:
    if model is False:
        return None
    from dlp import language

    loaded: object | None = language.load(None if model in (None, True) else Path(str(model)))
    return loaded

"""What can go wrong with the records, each with a stable code.  No message carries a value found in a text.

The doors catch ``StoreUnavailable`` (with all its subclasses) and answer with their failure action: mail defers (4xx),
the web page answers 503, a share scan notes the gap.  Nothing is let out on a record that was not written.
"""

from dlp.errors import DlpError, ExitCode, NotReady


class StoreUnavailable(NotReady):
    """The records cannot be written or read now.  ``transient`` says whether trying again later can help.

    E600 busy · E601 disk full · E602 read-only · E603 damaged · E604 database server not reached · E605 schema newer than
    the program · E606 other I/O error · E610 audit log not writable · E611 audit log: disk full · E612 audit log not
    synced, restart.
    """

    code = "E600"

    def __init__(self, message: str, *, code: str | None = None, transient: bool = True) -> None:
        super().__init__(message, code=code)
        self.transient = transient


class HomeRefused(NotReady):
    """The data folder or a file in it has looser modes or another owner than allowed (P04): E620, E621."""

    code = "E620"


class KeyRefused(NotReady):
    """A key file is missing (E630), malformed (E631) or belongs to another store (E632): F46."""

    code = "E630"


class RecordsError(DlpError):
    """A request about a record that cannot be granted as asked."""

    code = "E640"
    exit_code = ExitCode.USAGE


class NoSuchRecord(RecordsError):
    """No incident, account or entry of that name (E640)."""


class WrongState(RecordsError):
    """The incident is not in a state that allows this step (E641)."""

    code = "E641"


class NotAllowed(RecordsError):
    """The person lacks the right, or four-eyes forbids it (E642)."""

    code = "E642"


class EvidenceDamaged(RecordsError):
    """The stored original does not decrypt: cut, changed, or another key (E643)."""

    code = "E643"

"""What can go wrong with the records, each with a stable code.  No message carries a value found in a text.

The doors catch ``StoreUnavailable`` (with all its subclasses) and answer with their failure action: mail defers (4xx),
the web page answers 503, a share scan notes the gap.  Nothing is let out on a record that was not written.
"""

from dlp.errors import DlpError, ExitCode, NotReady


class StoreUnavailable(NotReady):
    """The records cannot be written or read now.  ``transient`` says whether trying again later can help.

    E410 busy · E411 disk full · E412 read-only · E413 damaged · E414 database server not reached · E415 schema newer than
    the program · E416 other I/O error · E420 audit log not writable · E421 audit log: disk full · E422 evidence not
    writable.
    """

    code = "E410"

    def __init__(self, message: str, *, code: str | None = None, transient: bool = True) -> None:
        super().__init__(message, code=code)
        self.transient = transient


class HomeRefused(NotReady):
    """The data folder or a file in it has looser modes or another owner than allowed (P04): E430, E431."""

    code = "E430"


class KeyRefused(NotReady):
    """A key file is missing (E432), malformed (E433) or belongs to another store (E434): F46."""

    code = "E432"


class RecordsError(DlpError):
    """A request about a record that cannot be granted as asked."""

    code = "E440"
    exit_code = ExitCode.USAGE


class NoSuchRecord(RecordsError):
    """No incident, account or entry of that name (E440)."""


class WrongState(RecordsError):
    """The incident is not in a state that allows this step (E441)."""

    code = "E441"


class NotAllowed(RecordsError):
    """The person lacks the right, or four-eyes forbids it (E442)."""

    code = "E442"


class EvidenceDamaged(RecordsError):
    """The stored original does not decrypt: cut, changed, or another key (E443)."""

    code = "E443"

"""The few errors of the product, each with a stable code that can be searched for.

Every message is zh-TW, says what to do next, and never carries a value found in a text.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every command (design sheet; see README)."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    NOT_READ = 3
    NOT_READY = 4


class DlpError(Exception):
    """Root of all errors that a user may see.  ``code`` is stable, ``message`` is zh-TW with the remedy."""

    code = "E000"
    exit_code = ExitCode.USAGE

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return f"{self.code} {self.message}"


class UsageError(DlpError):
    """Wrong arguments or input that cannot be opened at all."""

    code = "E100"


class PolicyError(DlpError):
    """A policy that does not load.  ``faults`` are ready-to-print lines ``file:line:column …``."""

    code = "P100"

    def __init__(self, message: str, *, faults: tuple[str, ...] = (), code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.faults = faults


class NotReady(DlpError):
    """The engine cannot start: model missing or damaged, store locked."""

    code = "E400"
    exit_code = ExitCode.NOT_READY

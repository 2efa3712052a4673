"""Scanner for outgoing Traditional-Chinese text: findings, verdicts, safe versions.

    from dlp import Scanner
    verdict = Scanner().check("…", channel="post")

Importing ``dlp`` loads no model, no policy and no heavy library.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlp.document import Document, Envelope
    from dlp.finding import Finding
    from dlp.kinds import Kind
    from dlp.scanner import Scanner
    from dlp.verdict import Action, Verdict

__all__ = ["Action", "Document", "Envelope", "Finding", "Kind", "Scanner", "Verdict"]
_HOMES = {
    "Scanner": "scanner",
    "Document": "document",
    "Envelope": "document",
    "Finding": "finding",
    "Kind": "kinds",
    "Action": "verdict",
    "Verdict": "verdict",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'dlp' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"dlp.{_HOMES[name]}"), name)

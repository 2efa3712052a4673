"""Policies: loading (YAML → PolicySet) and deciding (findings → Decision).

Importing this package loads neither YAML nor pydantic; both come with the first policy.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlp.policy.decision import Decision, decide
    from dlp.policy.loading import load_policies, load_shipped
    from dlp.policy.policyset import PolicySet

__all__ = ["Decision", "PolicySet", "decide", "load_policies", "load_shipped"]
_HOMES = {"Decision": "decision", "decide": "decision", "PolicySet": "policyset", "load_policies": "loading", "load_shipped": "loading"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'dlp.policy' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"dlp.policy.{_HOMES[name]}"), name)

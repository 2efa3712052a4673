"""The trained pipeline: who is who, and leak or talk, for passages with cues."""

from pathlib import Path
from typing import Any

from dlp.resources import shipped


def load(folder: Path | None = None) -> Any:
    """The pipeline in ``folder`` (None for the shipped one), or None when no model is shipped.

    Raises NotReady when a model is there but missing parts or damaged.
    """
    folder = folder or shipped("models") / "zh_dlp"
    if not folder.exists():
        return None
    from dlp.language import pipeline

    return pipeline.load(folder)

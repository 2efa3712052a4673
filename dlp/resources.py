"""Where shipped data lies: beside the package in a checkout, inside it when installed from a wheel."""

from functools import cache
from importlib.resources import files
from pathlib import Path

PACKAGE = Path(str(files("dlp")))


def shipped(name: str) -> Path:
    """Folder of shipped data, ``policies`` or ``models``.  The checkout's wins, so that edits are seen at once."""
    beside = PACKAGE.parent / name
    if beside.is_dir() and (PACKAGE.parent / "pyproject.toml").is_file():
        return beside
    return PACKAGE / "_shipped" / name


@cache
def package_data(*path: str) -> bytes:
    """Bytes of a data file inside the package, for example ``package_data("data", "legal_basis.json")``."""
    return PACKAGE.joinpath(*path).read_bytes()

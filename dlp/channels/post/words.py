"""The page's words in other languages: gettext catalogues (GNU gettext 0.21, the PO file format), read as they are.

The Chinese text in the code is the message id.  ``locale/en.po`` translates it; ``locale/zh_TW.po`` is where an office words
something its own way.  An empty or missing translation shows the Chinese.  There is nothing to compile: a catalogue of some
hundred messages is read in milliseconds at the first request.  What policies say (``tell``, laws) stays as the policy says it.
"""

import ast
from collections.abc import Callable
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "locale"
DEFAULT = "zh-Hant-TW"
LANGUAGES = {DEFAULT: "zh_TW", "en": "en"}  # BCP 47 tag → catalogue
Translate = Callable[[str], str]


@cache
def catalogue(tag: str) -> dict[str, str]:
    """Message → translation of a language.  Raises ValueError with the line number for a broken file."""
    path = FOLDER / f"{LANGUAGES[tag]}.po"
    return read_po(path.read_text(encoding="utf-8")) if path.is_file() else {}


def translator(tag: str) -> Translate:
    """The function ``_`` of a language."""
    known = catalogue(tag if tag in LANGUAGES else DEFAULT)
    return lambda message: known.get(message) or message


def choose(wanted: str | None, accept_language: str) -> str:
    """The tag of the page: what was asked for by name, else English only for browsers that want English and no Chinese."""
    if wanted:
        return "en" if wanted.lower().startswith("en") else DEFAULT
    tags = [part.partition(";")[0].strip().lower() for part in accept_language.split(",")[:10]]
    if any(tag.startswith("zh") for tag in tags):
        return DEFAULT
    return "en" if tags and tags[0].startswith("en") else DEFAULT


def read_po(text: str) -> dict[str, str]:
    """Messages of a PO file: ``msgid``, ``msgstr`` and their continued lines; no contexts, no plurals."""
    out: dict[str, str] = {}
    parts: dict[str, str] = {}
    field = ""
    for number, line in enumerate([*text.splitlines(), ""], 1):
        line = line.strip()
        if line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word == "msgid" or not line:
            if parts.get("msgid"):
                out[parts["msgid"]] = parts.get("msgstr", "")
            parts, field = ({} if not line else {"msgid": ""}), ("msgid" if line else "")
        elif word == "msgstr":
            field, parts["msgstr"] = "msgstr", ""
        elif not line.startswith('"'):
            raise ValueError(f"line {number}: not understood")
        if line:
            parts[field] += _unquoted(line if line.startswith('"') else rest.strip(), number)
    return out


def _unquoted(text: str, number: int) -> str:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        value = None
    if not isinstance(value, str):
        raise ValueError(f"line {number}: not a quoted string")
    return value

"""The page's words in other languages: gettext catalogues (GNU gettext 0.21, the PO file format), read as they are.

The Chinese text in the code is the message id.  ``locale/en.po`` translates it; ``locale/zh_TW.po`` is where an office words
something its own way.  An empty or missing translation shows the Chinese.  There is nothing to compile: a catalogue of some
hundred messages is read in milliseconds at the first request.  ``python -m dlp.channels.post.words`` brings both up to date
after a change of the code.  What policies say (``tell``, laws) stays as the policy says it.
"""

import ast
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import regex as re

FOLDER = Path(__file__).parent / "locale"
DEFAULT = "zh-Hant-TW"
LANGUAGES = {DEFAULT: "zh_TW", "en": "en"}  # BCP 47 tag → catalogue
PAGE_TEMPLATES = ("base.html", "docs.html", "error.html", "index.html", "result.html")
PLACES = ("臉書／Threads", "LINE 群組", "官網", "電子郵件", "新聞稿")  # ``asking.PLACE_LABELS`` of the page's choices
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


def messages(*, desk: bool = True) -> list[str]:
    """All messages in the code, in order of appearance: ``_("…")`` in templates, ``T("…")`` in the script, ``say("…")`` here.

    ``desk=False`` leaves out the desk, which speaks Chinese only.
    """
    here = Path(__file__).parent
    found: list[str] = []
    for path in sorted(here.glob("templates/*.html")):
        if desk or path.name in PAGE_TEMPLATES:
            found += re.findall(r'_\("([^"]{1,300})"\)', path.read_text(encoding="utf-8"))
    found += re.findall(r'\bT\("([^"]{1,300})"', (here / "static" / "page.js").read_text(encoding="utf-8"))
    found += re.findall(r'\bsay\("([^"]{1,300})"\)', (here / "wording.py").read_text(encoding="utf-8"))
    return list(dict.fromkeys(found))


def template(tag: str) -> str:
    """A catalogue of all messages with the translations that are there; the rest is empty.  What is no longer used goes."""
    known = catalogue(tag)
    head = f'msgid ""\nmsgstr "Language: {LANGUAGES[tag]}\\nMIME-Version: 1.0\\nContent-Type: text/plain; charset=UTF-8\\n"\n'
    used = dict.fromkeys([*messages(desk=tag == DEFAULT), *PLACES])
    return head + "".join(f"\nmsgid {_quoted(m)}\nmsgstr {_quoted(known.get(m, ''))}\n" for m in used)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":  # python -m dlp.channels.post.words: bring the catalogues up to date with the code
    for language, name in LANGUAGES.items():
        (FOLDER / f"{name}.po").write_text(template(language), encoding="utf-8")

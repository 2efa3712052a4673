"""Check the labelled texts in models/corpus and turn their marks into spans.

    python -m tools.check_corpus [FILE…]

Checks fields, closed lists, marks, pairs (one leak, one harmless, alike but not equal), and near-duplicates between
writers.  ``load`` gives the texts with spans to training and evaluation.
"""

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from dlp.kinds import Kind

FOLDER = Path(__file__).parent.parent / "models" / "corpus"
LEAK_TOPICS = frozenset(
    [
        "petition_case",
        "informant_case",
        "personal_record",
        "special_category",
        "draft",
        "closed_meeting",
        "secret",
        "classified",
        "itinerary",
        "deployment",
        "unannounced",
        "personnel",
        "system",
        "third_party",
    ]
)
HARMLESS_TOPICS = frozenset(
    [
        "awareness",
        "law",
        "procedure",
        "news",
        "fiction",
        "blank_form",
        "job_ad",
        "published_result",
        "statistics",
        "official_letter",
        "masked_version",
        "daily_life",
        "question",
        "public_contact",
        "complaint_without_content",
    ]
)
ROLES = frozenset(
    [
        "informant",
        "reported",
        "petitioner",
        "applicant",
        "victim",
        "witness",
        "handler",
        "official",
        "public",
        "author",
        "patient",
        "student",
        "family",
        "offender",
        "other",
    ]
)
MARK = re.compile(r"⟦([a-z-]+)\|([^⟦⟧|]+)⟧")
SHINGLE = 10
ALIKE_FROM = 0.35  # two texts of a pair share at least this much
DUPLICATE_FROM = 0.85


@dataclass(frozen=True, slots=True)
class Person:
    start: int
    end: int
    role: str
    masked: bool


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text without marks; ``persons`` in code points of ``text``."""

    id: str
    writer: str
    pair: str | None
    channel: str
    register: str
    leak: bool
    topic: str
    kinds: tuple[str, ...]
    text: str
    persons: tuple[Person, ...]
    reason: str


def unmark(marked: str) -> tuple[str, tuple[Person, ...]]:
    """Text with ⟦role|name⟧ marks → plain text and spans."""
    out, persons, at, length = [], [], 0, 0
    for match in MARK.finditer(marked):
        out.append(marked[at : match.start()])
        length += match.start() - at
        role, name = match[1], match[2]
        persons.append(Person(length, length + len(name), role.removeprefix("masked-"), role.startswith("masked-")))
        out.append(name)
        length += len(name)
        at = match.end()
    return "".join((*out, marked[at:])), tuple(persons)


def load(paths: Iterable[Path] | None = None) -> Iterator[Labelled]:
    """All texts, in file order.  Raises ValueError on the first fault; run ``main`` for all of them."""
    for path in paths or sorted(FOLDER.glob("[wxy]*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                item = json.loads(line)
                text, persons = unmark(item["text"])
                yield Labelled(
                    item["id"], path.stem, item.get("pair"), item["channel"], item["register"], item["label"] == "leak", item["topic"],
                    tuple(item.get("kinds", ())), text, persons, item.get("reason", ""),
                )  # fmt: skip


def splits() -> dict[str, str]:
    """Writer → ``train``, ``dev`` or ``test``."""
    data: dict[str, list[str]] = json.loads((FOLDER / "splits.json").read_text(encoding="utf-8"))
    return {writer: split for split, writers in data.items() for writer in writers}


def faults(path: Path) -> Iterator[str]:
    pairs: dict[str, list[dict[str, str]]] = defaultdict(list)
    seen: set[str] = set()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path.name}:{number}"
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except ValueError as err:
            yield f"{where}: not JSON: {err}"
            continue
        yield from (f"{where}: {fault}" for fault in _item_faults(item, path.stem))
        if item.get("id") in seen:
            yield f"{where}: id {item.get('id')} twice"
        seen.add(item.get("id", ""))
        if item.get("pair"):
            pairs[item["pair"]].append(item)
    for name, members in pairs.items():
        labels = sorted(m.get("label", "") for m in members)
        if labels != ["harmless", "leak"]:
            yield f"{path.name}: pair {name} has labels {labels}"
        elif members[0]["text"] == members[1]["text"]:
            yield f"{path.name}: pair {name}: both texts are equal"
        elif SequenceMatcher(None, members[0]["text"], members[1]["text"], autojunk=False).ratio() < ALIKE_FROM:
            yield f"{path.name}: pair {name}: texts differ in more than one fact"


def _item_faults(item: dict[str, object], writer: str) -> Iterator[str]:
    missing = {"id", "channel", "register", "label", "topic", "kinds", "text", "reason"} - set(item)
    if missing:
        yield f"missing {sorted(missing)}"
        return
    if not str(item["id"]).startswith(writer + "-"):
        yield f"id {item['id']} does not start with {writer}-"
    if item["channel"] not in ("mail", "post", "share"):
        yield f"channel {item['channel']}"
    leak = item["label"] == "leak"
    if item["label"] not in ("leak", "harmless"):
        yield f"label {item['label']}"
    if item["topic"] not in (LEAK_TOPICS if leak else HARMLESS_TOPICS):
        yield f"topic {item['topic']} does not fit {item['label']}"
    kinds = item["kinds"] if isinstance(item["kinds"], list) else []
    for kind in kinds:
        if kind not in set(Kind):
            yield f"kind {kind}"
    if leak != bool(kinds):
        yield "a leak names kinds, harmless text none"
    text = str(item["text"])
    if text.count("⟦") != len(MARK.findall(text)) or text.count("⟧") != len(MARK.findall(text)):
        yield "broken mark"
    for role, _ in MARK.findall(text):
        if role.removeprefix("masked-") not in ROLES:
            yield f"role {role}"
    if len(unmark(text)[0].strip()) < 8:
        yield "text too short"


def near_duplicates(texts: list[Labelled]) -> Iterator[str]:
    """Texts of different pairs most of whose shingles stand in one earlier text."""
    home: dict[str, str] = {}
    pair_of = {t.id: t.pair for t in texts}
    for text in texts:
        shingles = {text.text[i : i + SHINGLE] for i in range(max(1, len(text.text) - SHINGLE))}
        owners = Counter(home[s] for s in shingles if s in home)
        for other, count in owners.most_common(1):
            if count / len(shingles) > DUPLICATE_FROM and (text.pair is None or pair_of[other] != text.pair):
                yield f"{text.id} nearly repeats {other}"
        for s in shingles:
            home.setdefault(s, text.id)


def main(argv: list[str]) -> int:
    paths = [Path(a) for a in argv] or sorted(FOLDER.glob("[wxy]*.jsonl"))
    found = [fault for path in paths for fault in faults(path)]
    if not found:
        texts = list(load(paths))
        found = list(near_duplicates(texts))
        pairs = len({t.pair for t in texts if t.pair})
        print(
            f"{len(texts)} texts, {sum(t.leak for t in texts)} leaks, {pairs} pairs, {len({t.register for t in texts})} registers, {sum(len(t.persons) for t in texts)} persons"
        )
        print("topics:", ", ".join(f"{t} {n}" for t, n in Counter(t.topic for t in texts).most_common()))
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

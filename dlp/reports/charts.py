"""Charts as inline SVG: no script, no outside resource, readable in print; each stands beside the table of the same numbers."""

from collections.abc import Sequence
from html import escape

from dlp.reports.cells import shown

WIDTH, BAR, GAP, LABEL, VALUE = 640, 18, 6, 190, 70
LINE_HEIGHT, LEFT, BOTTOM, TOP = 200, 50, 36, 12
MAX_BARS, MAX_LABELS = 20, 12
LABEL_CHARS = 14


def bars(title: str, rows: Sequence[tuple[str, float]]) -> str:
    """Horizontal bars, in the order given; at most ``MAX_BARS``."""
    rows = rows[:MAX_BARS]
    top = max((v for _, v in rows), default=0) or 1
    height, room = len(rows) * (BAR + GAP) + GAP, WIDTH - LABEL - VALUE
    parts = []
    for n, (label, value) in enumerate(rows):
        y, length = GAP + n * (BAR + GAP), max(1.0, value / top * room) if value else 0
        parts.append(
            f'<text x="{LABEL - 8}" y="{y + 14}" text-anchor="end">{_label(label)}</text>'
            f'<rect x="{LABEL}" y="{y}" width="{length:.1f}" height="{BAR}"/>'
            f'<text x="{LABEL + length + 6:.1f}" y="{y + 14}">{shown(value if value % 1 else int(value))}</text>'
        )
    return _svg(title, height, "".join(parts))


def line(title: str, rows: Sequence[tuple[str, float]]) -> str:
    """A line over time with a dot for each value."""
    if not rows:
        return ""
    top = max((v for _, v in rows), default=0) or 1
    step = (WIDTH - LEFT - 20) / max(1, len(rows) - 1)
    points = [(LEFT + n * step, TOP + (1 - value / top) * (LINE_HEIGHT - TOP - BOTTOM)) for n, (_, value) in enumerate(rows)]
    every = -(-len(rows) // MAX_LABELS)
    labels = "".join(
        f'<text x="{points[n][0]:.1f}" y="{LINE_HEIGHT - 12}" text-anchor="middle">{_label(label)}</text>'
        for n, (label, _) in enumerate(rows) if n % every == 0
    )  # fmt: skip
    base = LINE_HEIGHT - BOTTOM
    axis = (
        f'<line x1="{LEFT}" y1="{base}" x2="{WIDTH - 20}" y2="{base}"/><line x1="{LEFT}" y1="{TOP}" x2="{WIDTH - 20}" y2="{TOP}" stroke-dasharray="4 4"/>'
        f'<text x="{LEFT - 6}" y="{TOP + 4}" text-anchor="end">{shown(top if top % 1 else int(top))}</text><text x="{LEFT - 6}" y="{base + 4}" text-anchor="end">0</text>'
    )
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points)
    return _svg(title, LINE_HEIGHT, f'{axis}<polyline points="{path}"/>{dots}{labels}')


def _label(text: str) -> str:
    plain = shown(text)
    return escape(plain if len(plain) <= LABEL_CHARS else plain[: LABEL_CHARS - 1] + "…")


def _svg(title: str, height: int, body: str) -> str:
    return f'<svg role="img" aria-label="{escape(title)}，數字見下表" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">{body}</svg>'

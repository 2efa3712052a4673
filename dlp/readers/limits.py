"""How much one untrusted item may cost.

Figures are the defaults of the product's threat model (codes L02–L17); an operator may set others.  They are checked
while unpacking, on what was really produced: sizes declared in headers are never believed.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dlp.document import NotReadReason

KIB = 1 << 10
MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one top item.  Units are in the names; ``levels`` and ``members`` are counts."""

    item_bytes: int = 200 * MIB  # L02, the item as it comes in
    unpacked_bytes: int = 512 * MIB  # L03, everything that unpacking produced
    ratio: int = 500  # L04, produced bytes per byte of the item …
    ratio_from_bytes: int = 32 * MIB  # … counted once so much is out
    nesting_levels: int = 12  # L05
    container_members: int = 10_000  # L06
    item_members: int = 20_000  # L06
    mime_parts: int = 1_000  # L07
    mime_levels: int = 30  # L07
    mail_header_bytes: int = MIB  # L07
    part_seconds: float = 20.0  # L08, one part without what it contains
    item_seconds: float = 120.0  # L08
    cpu_seconds: int = 60  # L09
    memory_bytes: int = GIB  # L10
    file_bytes: int = 512 * MIB  # L11
    open_files: int = 64  # L12
    text_chars: int = 64 * MIB  # L13
    xml_levels: int = 1_000  # L14
    xml_attribute_bytes: int = MIB  # L14
    xml_entity_bytes: int = MIB  # L14
    pdf_pages: int = 5_000  # L15
    pdf_objects: int = 500_000  # L15
    pdf_levels: int = 100  # L15
    sheet_cells: int = 5_000_000  # L16
    image_pixels: int = 50_000_000  # L17


DEFAULT = Limits()


class LimitReached(Exception):
    """A limit stopped reading.  ``detail`` is zh-TW and carries no content."""

    def __init__(self, reason: NotReadReason, detail: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.detail = detail


class Budget:
    """What one top item has used so far.  Every ``charge_…`` raises LimitReached once its limit is passed."""

    def __init__(
        self, limits: Limits = DEFAULT, *, input_bytes: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.limits = limits
        self.input_bytes = input_bytes
        self.unpacked_bytes = 0
        self.text_chars = 0
        self.members = 0
        self.cells = 0
        self.level = 0
        self._clock = clock
        self._item_start = self._part_start = clock()

    def charge_bytes(self, count: int) -> None:
        """``count`` bytes came out of a decompressor or a container."""
        self.unpacked_bytes += count
        if self.unpacked_bytes > self.limits.unpacked_bytes:
            raise LimitReached(NotReadReason.LIMIT_UNPACKED, f"解壓後超過 {self.limits.unpacked_bytes // MIB} MB")
        if (
            self.unpacked_bytes > self.limits.ratio_from_bytes
            and self.unpacked_bytes > self.limits.ratio * max(self.input_bytes, 1)
        ):
            raise LimitReached(NotReadReason.LIMIT_RATIO, f"壓縮比超過 {self.limits.ratio}:1")

    def room_bytes(self) -> int:
        """How many bytes may still be produced; ask before one call that produces much."""
        return max(self.limits.unpacked_bytes - self.unpacked_bytes, 0)

    def charge_text(self, chars: int) -> None:
        """``chars`` characters of text were extracted."""
        self.text_chars += chars
        if self.text_chars > self.limits.text_chars:
            raise LimitReached(NotReadReason.LIMIT_TEXT, f"文字超過 {self.limits.text_chars:,} 字")

    def charge_member(self) -> None:
        """One more member of any container of the item."""
        self.members += 1
        if self.members > self.limits.item_members:
            raise LimitReached(NotReadReason.LIMIT_MEMBERS, f"內含檔案超過 {self.limits.item_members:,} 個")

    def charge_cells(self, count: int = 1) -> None:
        """``count`` cells that exist in a sheet."""
        self.cells += count
        if self.cells > self.limits.sheet_cells:
            raise LimitReached(NotReadReason.LIMIT_CELLS, f"儲存格超過 {self.limits.sheet_cells:,} 格")

    def check_time(self) -> None:
        """Call now and then in loops whose length the input decides."""
        now = self._clock()
        if now - self._item_start > self.limits.item_seconds:
            raise LimitReached(NotReadReason.TIMEOUT, f"讀取超過 {self.limits.item_seconds:g} 秒")
        if now - self._part_start > self.limits.part_seconds:
            raise LimitReached(NotReadReason.TIMEOUT, f"讀取其中一部分超過 {self.limits.part_seconds:g} 秒")

    def seconds_left(self) -> float:
        """Wall time left for the part in hand, not below 0: the time limit of an outside program."""
        now = self._clock()
        item = self.limits.item_seconds - (now - self._item_start)
        return max(min(item, self.limits.part_seconds - (now - self._part_start)), 0.0)

    def enter(self) -> None:
        """One container deeper.  Pair with ``leave``, also when this raises nothing."""
        if self.level >= self.limits.nesting_levels:
            raise LimitReached(NotReadReason.LIMIT_DEPTH, f"巢狀超過 {self.limits.nesting_levels} 層")
        self.level += 1

    def leave(self) -> None:
        self.level -= 1

    @contextmanager
    def nested(self) -> Iterator[None]:
        """``enter`` and ``leave`` around a child, whose time is not counted against the part that contains it."""
        self.enter()
        outer_start, began = self._part_start, self._clock()
        self._part_start = began
        try:
            yield
        finally:
            self.leave()
            self._part_start = outer_start + (self._clock() - began)

"""7z through py7zr (extra ``7z``), in memory, where the system has no libarchive."""

import io
from importlib.util import find_spec

from dlp.document import NotReadReason
from dlp.readers.context import ReadContext
from dlp.readers.limits import Budget, LimitReached


def available() -> bool:
    """True when py7zr is installed."""
    return find_spec("py7zr") is not None


def read(data: bytes, ctx: ReadContext) -> None:
    """Every member as a child.  Raises what py7zr raises on damaged archives."""
    import py7zr
    from py7zr.io import Py7zIO, WriterFactory

    class Member(Py7zIO):
        """A member's bytes, counted as they come."""

        def __init__(self, budget: Budget) -> None:
            self.buffer = io.BytesIO()
            self.budget = budget

        def write(self, s: bytes | bytearray) -> int:
            self.budget.charge_bytes(len(s))
            self.budget.check_time()
            if self.buffer.tell() + len(s) > self.budget.limits.item_bytes:
                raise LimitReached(NotReadReason.LIMIT_SIZE, "解壓後的單一檔案過大")
            return self.buffer.write(s)

        def read(self, size: int | None = None) -> bytes:
            return self.buffer.read(size)

        def seek(self, offset: int, whence: int = 0) -> int:
            return self.buffer.seek(offset, whence)

        def flush(self) -> None:
            return None

        def size(self) -> int:
            return len(self.buffer.getvalue())

    class Members(WriterFactory):
        def __init__(self, budget: Budget) -> None:
            self.made: list[tuple[str, Member]] = []
            self.budget = budget

        def create(self, filename: str) -> Member:
            self.budget.charge_member()
            member = Member(self.budget)
            self.made.append((filename, member))
            return member

    with py7zr.SevenZipFile(io.BytesIO(data)) as archive:
        names = archive.getnames()
        if len(names) > ctx.budget.limits.container_members:
            raise LimitReached(NotReadReason.LIMIT_MEMBERS, f"成員超過 {ctx.budget.limits.container_members:,} 個")
        if archive.needs_password():
            for name in names:
                ctx.open_child(name=name, label="member").not_read(NotReadReason.ENCRYPTED)
            return
        members = Members(ctx.budget)
        try:
            archive.extractall(factory=members)
        finally:
            for name, member in members.made:
                ctx.child(member.buffer.getvalue(), name=name, label="member")

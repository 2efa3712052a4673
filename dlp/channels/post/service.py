"""What every endpoint works with: the scanner, the threads it runs in, and how a request becomes a draft and a verdict.

A pre-check is private: nothing about it is stored or logged.  Only what a person asks to have approved, or reports as a false
alarm, reaches the store (``asking.py``).
"""

import asyncio
import json
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

import regex
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request

from dlp.channels.post.guard import TooLarge, TooSlow
from dlp.document import Envelope
from dlp.records.errors import StoreUnavailable
from dlp.verdict import Action, Verdict

if TYPE_CHECKING:
    from dlp.channels.post.crew import Crew
    from dlp.records.store import Store

log = logging.getLogger("dlp.serve")
DESTINATIONS = {
    "facebook": "post", "threads": "post", "line-group": "post", "website": "post", "press": "post",
    "mail": "mail", "post": "post", "share": "share",
}  # fmt: skip
TEXT_CHARS = 2_000_000  # one paste; larger texts come as files
FIELD_BYTES = 8_000_000  # a text of that many characters in a form
PROBE = "自我檢查：陳情人葉俊宏，身分證字號B220417363，電話0928-471-356。"
PROBE_SECONDS = 300.0
HALF_CHARACTER = regex.compile(r"[\ud800-\udfff]")
T = TypeVar("T")


class Refused(Exception):
    """A request that a person can mend: ``code`` is stable, ``message`` zh-TW."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to publish: a pasted text, or the bytes and name of a file.  ``fields``: the other form fields."""

    where: str
    text: str | None = field(default=None, repr=False)
    data: bytes | None = field(default=None, repr=False)
    name: str = field(default="", repr=False)
    fields: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def content(self) -> bytes:
        """The bytes as they would be kept as evidence."""
        return self.data if self.data is not None else (self.text or "").encode()

    def word(self, name: str, most: int) -> str:
        """A short field.  Raises Refused when it is no text or too long."""
        value = self.fields.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > most:
            raise Refused(422, "W128", f"欄位 {name} 要是 {most} 字以內的文字。")
        return whole(value).strip()


@dataclass(slots=True)
class Service:
    """The scanner and what the endpoints share.  Checks run in threads so that a large file holds nobody up.

    ``store`` is None where the page runs alone: then nothing can be asked for, and there is no desk.
    """

    scanner: Any
    threads: int = 8
    store: "Store | None" = None
    slip_key: bytes | None = field(default=None, repr=False)
    checks: dict[str, int] = field(default_factory=dict)
    degraded: Callable[[], tuple[str, ...]] = tuple
    crew: "Crew | None" = None
    _counting: threading.Lock = field(default_factory=threading.Lock)
    shipped: Any = None  # the policy as loaded, before the desk's allow list
    _pool: ThreadPoolExecutor | None = None
    _probed: tuple[float, bool] = (-1e9, False)

    async def run(self, work: Callable[..., T], *args: Any) -> T:
        """``work(*args)`` in a thread."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="check")
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: work(*args))

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
        if self.crew is not None:
            self.crew.close()

    def take(self, policy: Any) -> None:
        """A policy that was loaded anew is in force from the next check on."""
        self.shipped = self.scanner.policy = policy
        self._tell()
        self.refresh()

    def refresh(self) -> None:
        """Take over the desk's allow list; called when it changes and by ``dlp serve`` every minute (other hosts change it too)."""
        if self.store is None:
            return
        from dlp.channels.allowed import with_allowed

        self.shipped = self.shipped or self.scanner.policy
        policy = with_allowed(self.shipped, self.store)
        if policy.accepted.entries != self.scanner.policy.accepted.entries:
            self.scanner.policy = policy
            self._tell()

    def _tell(self) -> None:
        if self.crew is not None:
            self.crew.tell(self.scanner.policy)

    def check_elsewhere(self, draft: Draft, **options: Any) -> bytes | None:
        """The answer for a pasted text as JSON from the crew; None when it has to be made here."""
        place(draft.where)
        if self.crew is None or draft.text is None:
            return None
        done = self.crew.run({"text": draft.text, "where": draft.where, **options})
        if done is None:
            return None
        self.count(done[0])
        return done[1]

    def count(self, key: str) -> None:
        """One more check of ``channel:action`` for the metrics."""
        with self._counting:
            self.checks[key] = self.checks.get(key, 0) + 1

    def check(self, draft: Draft, *, envelope: Envelope | None = None) -> Verdict:
        """The verdict on a draft.  ``envelope`` replaces the one that only names the destination."""
        channel, named = place(draft.where)
        if draft.data is not None:
            verdict: Verdict = self.scanner.check_bytes(draft.data, draft.name, channel, envelope=envelope or named)
        else:
            verdict = self.scanner.check(draft.text or "", channel, envelope=envelope or named)
        self.count(f"{verdict.channel}:{verdict.action}")
        return verdict

    def need_store(self) -> "Store":
        """The store.  Raises Refused where the page runs without one."""
        if self.store is None:
            raise Refused(503, "W501", "這台檢查服務沒有開啟申請與事件功能，請洽資訊單位。")
        return self.store

    def healthy(self) -> bool:
        """Whether the probe text is still found; looked at again every five minutes."""
        now = monotonic()
        if now - self._probed[0] > PROBE_SECONDS:
            try:
                found = bool(self.scanner.check(PROBE, "post").action >= Action.WARN)
            except Exception as err:  # whatever is broken, «ok» must not be said
                log.error("probe failed: %s", type(err).__name__)
                found = False
            self._probed = (now, found)
        return self._probed[1]

    def troubles(self) -> list[str]:
        """Why the service is degraded; codes only."""
        out = [*self.degraded(), *(["policy: empty"] if self.scanner.policy.degraded else [])]
        if self.store is not None:
            try:
                with self.store.reading():
                    pass
            except StoreUnavailable:
                out.append("store")
        return out


def place(where: str) -> tuple[str, Envelope | None]:
    """Channel or destination named by a client → channel and envelope.  Raises Refused."""
    if where not in DESTINATIONS:
        raise Refused(
            422, "W110", "channel 只能是 mail、post、share，或 facebook、threads、line-group、website、press。"
        )
    channel = DESTINATIONS[where]
    return channel, Envelope(destination=where) if where != channel else None


def whole(text: str) -> str:
    """``text`` without halves of surrogate pairs (JSON can carry them, UTF-8 cannot); the length stays."""
    fixed: str = HALF_CHARACTER.sub("\ufffd", text)
    return fixed


async def json_object(request: Request) -> dict[str, Any]:
    """The JSON object in the body.  Raises Refused."""
    try:
        value = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise Refused(400, "W120", "內容不是 JSON。") from None
    if not isinstance(value, dict):
        raise Refused(422, "W121", "JSON 最外層要是物件。")
    return value


def text_of(value: dict[str, Any]) -> str:
    """Its field ``text``.  Raises Refused."""
    text = value.get("text")
    if not isinstance(text, str):
        raise Refused(422, "W122", "缺少文字欄位 text。")
    if len(text) > TEXT_CHARS:
        raise Refused(413, "W123", "文字超過 200 萬字，請改用檔案上傳。")
    return whole(text)


async def form_of(request: Request, *, files: int = 0) -> FormData:
    """The form in the body; the caller closes it.  Raises Refused."""
    try:
        return await request.form(max_files=files, max_fields=24, max_part_size=FIELD_BYTES)
    except (ClientDisconnect, TooLarge, TooSlow):
        raise
    except (HTTPException, MultiPartException, ValueError, LookupError):
        # What the parser raises for a broken body, an unknown charset, a missing boundary; the person can only send it again.
        raise Refused(400, "W124", "上傳內容不完整，請重新選擇檔案。") from None


async def draft_of(request: Request) -> Draft:
    """The draft in a JSON body (``text``) or a form (``file``, or ``text``).  Raises Refused."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        value = await json_object(request)
        where = value.get("channel", "post")
        return Draft(where if isinstance(where, str) else "?", text_of(value), fields=value)
    form = await form_of(request, files=2)
    try:
        fields = {k: v for k, v in form.items() if isinstance(v, str)}
        slip = form.get("slip")
        if isinstance(slip, UploadFile):
            fields["slip"] = (await slip.read(100_000)).decode("utf-8", "replace")
        upload, where = form.get("file"), fields.get("channel") or "post"
        if isinstance(upload, UploadFile):
            return Draft(where, None, await upload.read(), whole(upload.filename or "")[:255], fields)
        if "text" in fields:
            return Draft(where, text_of(fields), fields=fields)
        raise Refused(422, "W125", "缺少檔案欄位 file。")
    finally:
        await form.close()  # removes the spooled upload at once (F78)

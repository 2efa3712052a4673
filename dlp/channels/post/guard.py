"""What stands before every request: headers, host list, same-origin changes, size, rate, and a last handler for errors."""

import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (b"x-frame-options", b"DENY"),
)
CHECKS_PER_MINUTE = 30  # W10, of the page; editors ask for every paragraph and have a limit of their own
PARAGRAPHS_PER_MINUTE = 1_200
UPLOAD_BYTES = 50_000_000  # L02
CLIENTS_REMEMBERED = 10_000


@dataclass(slots=True)
class Rates:
    """Requests of each client in the last minute; forgets the client that was silent longest."""

    clock: Callable[[], float] = time.monotonic
    _seen: "OrderedDict[tuple[str, str], deque[float]]" = field(default_factory=OrderedDict)

    def wait(self, client: str, bucket: str, per_minute: int) -> int:
        """0 when the request may pass, else the seconds to wait."""
        now = self.clock()
        times = self._seen.setdefault((client, bucket), deque())
        self._seen.move_to_end((client, bucket))
        if len(self._seen) > CLIENTS_REMEMBERED:
            self._seen.popitem(last=False)
        while times and times[0] <= now - 60:
            times.popleft()
        if len(times) >= per_minute:
            return max(1, int(61 - (now - times[0])))
        times.append(now)
        return 0


@dataclass(slots=True)
class Guard:
    """ASGI middleware.  ``hosts`` are the names we answer to (``*`` for any); ``origins`` may call from elsewhere."""

    app: App
    hosts: frozenset[str]
    origins: frozenset[str] = frozenset()
    secure: bool = False  # behind TLS: HSTS
    upload_bytes: int = UPLOAD_BYTES
    checks_per_minute: int = CHECKS_PER_MINUTE
    trusted_proxies: frozenset[str] = frozenset()
    rates: Rates = field(default_factory=Rates)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        refusal = self._refuse(scope, headers)
        guarded = self._with_headers(send, no_store=not scope["path"].startswith("/static/"))
        if refusal is not None:
            await _plain(guarded, *refusal)
            return
        limited = _Limited(receive, self.upload_bytes)
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await guarded(message)

        try:
            await self.app(scope, limited.receive, watch)
        except TooLarge:
            if not started:
                await _plain(guarded, 413, "檔案或文字超過上限（50 MB）。", ())
        except Exception as err:
            # The last handler (W11): a reference number for the person, the type of the error for the operator, nothing else.
            reference = secrets.token_hex(4)
            import logging

            logging.getLogger("dlp.serve").error(
                "request failed", extra={"reference": reference, "cause": type(err).__name__}
            )
            if not started:
                await _plain(
                    guarded, 500, f"伺服器發生問題，沒有完成檢查。請稍後再試，或把編號 {reference} 告訴資訊單位。", ()
                )

    def client(self, scope: Scope, headers: dict[str, str]) -> str:
        """Address of the client; the forwarded one only when a trusted proxy asks."""
        peer = scope["client"][0] if scope.get("client") else "unix"
        if peer in self.trusted_proxies and "x-forwarded-for" in headers:
            return headers["x-forwarded-for"].rpartition(",")[2].strip()
        return peer

    def _refuse(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str, tuple[tuple[bytes, bytes], ...]] | None:
        host = (
            headers.get("host", "").rpartition(":")[0]
            if headers.get("host", "").count(":") == 1
            else headers.get("host", "")
        )
        if "*" not in self.hosts and host.strip("[]").lower() not in self.hosts:
            return 400, "主機名稱不符。", ()
        if scope["method"] not in ("GET", "HEAD", "OPTIONS") and not self._same_origin(headers):
            return 403, "不接受其他網站送來的要求。", ()
        if int(headers["content-length"]) > self.upload_bytes if headers.get("content-length", "").isdigit() else False:
            return 413, "檔案或文字超過上限（50 MB）。", ()
        if scope["method"] == "POST":
            editor = scope["path"].startswith("/v2/")
            wait = self.rates.wait(
                self.client(scope, headers),
                "v2" if editor else "check",
                PARAGRAPHS_PER_MINUTE if editor else self.checks_per_minute,
            )
            if wait:
                return 429, f"檢查次數太多，請 {wait} 秒後再試。", ((b"retry-after", str(wait).encode()),)
        return None

    def _same_origin(self, headers: dict[str, str]) -> bool:
        """Programs send neither header; browsers send both, and lie in neither (W04)."""
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if origin is not None and origin in self.origins:
            return True
        if site is not None and site not in ("same-origin", "none"):
            return False
        return origin is None or origin.partition("://")[2] == headers.get("host")

    def _with_headers(self, send: Send, *, no_store: bool) -> Send:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = [*HEADERS, (b"cache-control", b"no-store" if no_store else b"max-age=3600")]
                if self.secure:
                    extra.append((b"strict-transport-security", b"max-age=31536000"))
                present = {k.lower() for k, _ in message.get("headers", [])}
                message = {
                    **message,
                    "headers": [*message.get("headers", []), *(h for h in extra if h[0] not in present)],
                }
            await send(message)

        return with_headers


class TooLarge(Exception):
    """The body went over the limit while it was read."""


class _Limited:
    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._left = receive, most

    async def receive(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise TooLarge
        return message


async def _plain(send: Send, status: int, text: str, headers: tuple[tuple[bytes, bytes], ...]) -> None:
    import json

    body = json.dumps({"error": {"code": f"W{status}", "message": text}}, ensure_ascii=False).encode()
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", b"application/json; charset=utf-8"), *headers],
        }
    )
    await send({"type": "http.response.body", "body": body})

"""What stands before every request: headers, host list, same-origin changes, size, rate, and a last handler for errors."""

import asyncio
import json
import logging
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from html import escape
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
# Further POSTs of one client a minute: log-ins, requests and reports, the desk's forms; and its pages.
LOGINS, ASKS, DESK_FORMS, PAGES = 10, 12, 60, 300
CHECKS_AT_ONCE = 5  # W10
SILENCE_SECONDS = 30.0  # W10: a client that sends nothing for so long in the middle of a request is cut off
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
    checks_at_once: int = CHECKS_AT_ONCE
    silence_seconds: float = SILENCE_SECONDS
    trusted_proxies: frozenset[str] = frozenset()
    rates: Rates = field(default_factory=Rates)
    _busy: dict[str, int] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        refusal = self._refuse(scope, headers)
        origin = headers.get("origin", "")
        allowed = origin if origin in self.origins else ""
        guarded = self._with_headers(send, no_store=not scope["path"].startswith("/static/"), origin=allowed)
        html = "text/html" in headers.get("accept", "")
        if refusal is not None:
            await _plain(guarded, *refusal, html=html)
            return
        client = self.client(scope, headers) if scope["method"] == "POST" and not scope["path"].startswith("/v2/") else ""
        if client and self._busy.get(client, 0) >= self.checks_at_once:
            await _plain(guarded, 429, "同時檢查的件數太多，請稍候再試。", ((b"retry-after", b"2"),), html=html)
            return
        if client:
            self._busy[client] = self._busy.get(client, 0) + 1
        try:
            await self._pass_on(scope, receive, guarded, html=html)
        finally:
            if client:
                self._busy[client] -= 1
                if not self._busy[client]:
                    del self._busy[client]

    async def _pass_on(self, scope: Scope, receive: Receive, guarded: Send, *, html: bool) -> None:
        limited = _Limited(receive, self.upload_bytes, self.silence_seconds)
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await guarded(message)

        try:
            await self.app(scope, limited.receive, watch)
        except TooLarge:
            if not started:
                await _plain(guarded, 413, "檔案或文字超過上限（50 MB）。", (), html=html)
        except TooSlow:
            if not started:
                await _plain(guarded, 408, "傳送中斷太久，沒有完成。請重新送出。", ((b"connection", b"close"),), html=html)
        except Exception as err:
            # The last handler (W11): a reference number for the person, the type of the error for the operator, nothing else.
            reference = secrets.token_hex(4)
            logging.getLogger("dlp.serve").error(
                "request failed", extra={"reference": reference, "cause": type(err).__name__}
            )
            if not started:
                await _plain(
                    guarded, 500, f"伺服器發生問題，沒有完成。請稍後再試，或把編號 {reference} 告訴資訊單位。", (), html=html
                )

    def client(self, scope: Scope, headers: dict[str, str]) -> str:
        """Address of the client; the forwarded one only when a trusted proxy asks."""
        peer = scope["client"][0] if scope.get("client") else "unix"
        if peer in self.trusted_proxies and "x-forwarded-for" in headers:
            return headers["x-forwarded-for"].rpartition(",")[2].strip()
        return peer

    def _refuse(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str, tuple[tuple[bytes, bytes], ...]] | None:
        host = headers.get("host", "")
        host = host.rpartition(":")[0] if host.count(":") == 1 or (host.startswith("[") and "]:" in host) else host
        if "*" not in self.hosts and host.strip("[]").lower() not in self.hosts:
            return 400, "主機名稱不符。", ()
        if scope["method"] not in ("GET", "HEAD", "OPTIONS") and not self._same_origin(headers):
            return 403, "不接受其他網站送來的要求。", ()
        length = headers.get("content-length", "")
        if length.isascii() and length.isdecimal() and int(length[:20]) > self.upload_bytes:
            return 413, "檔案或文字超過上限（50 MB）。", ()
        bucket, per_minute = self._bucket(scope["method"], scope["path"])
        wait = self.rates.wait(self.client(scope, headers), bucket, per_minute) if bucket else 0
        if wait:
            return 429, f"要求太頻繁，請 {wait} 秒後再試。", ((b"retry-after", str(wait).encode()),)
        return None

    def _bucket(self, method: str, path: str) -> tuple[str, int]:
        """Which limit applies; an empty name for none."""
        if method != "POST":
            return ("pages", PAGES) if path.startswith(("/desk", "/v1/")) else ("", 0)
        if path.startswith("/v2/"):
            return "v2", PARAGRAPHS_PER_MINUTE
        if path == "/desk/login":
            return "login", LOGINS
        if path.startswith("/desk"):
            return "desk", DESK_FORMS
        if path in ("/v1/requests", "/v1/appeals"):
            return "ask", ASKS
        return "check", self.checks_per_minute

    def _same_origin(self, headers: dict[str, str]) -> bool:
        """Programs send neither header; browsers send ``Sec-Fetch-Site``, older ones ``Origin``, and lie in neither (W04).

        Under ``Referrer-Policy: no-referrer`` a form of our own page arrives with ``Origin: null``.
        """
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if origin is not None and origin in self.origins:
            return True
        if site is not None and site not in ("same-origin", "none"):
            return False
        return origin is None or site == "same-origin" or origin.partition("://")[2] == headers.get("host")

    def _with_headers(self, send: Send, *, no_store: bool, origin: str) -> Send:
        """Adds the headers of every answer; ``origin`` is one that may read it from a page of its own (W13: none by default)."""
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Static files may be kept but are asked for again: an old script with a new page would break it.
                extra = [*HEADERS, (b"cache-control", b"no-store" if no_store else b"no-cache")]
                if self.secure:
                    extra.append((b"strict-transport-security", b"max-age=31536000"))
                if origin:
                    words = (b"POST, GET, HEAD, OPTIONS", b"content-type")
                    extra = [h for h in extra if h[0] != b"cross-origin-resource-policy"]
                    extra += [
                        (b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"origin"), (b"access-control-allow-methods", words[0]),
                        (b"access-control-allow-headers", words[1]), (b"cross-origin-resource-policy", b"cross-origin"),
                    ]  # fmt: skip
                present = {k.lower() for k, _ in message.get("headers", [])}
                message = {
                    **message,
                    "headers": [*message.get("headers", []), *(h for h in extra if h[0] not in present)],
                }
            await send(message)

        return with_headers


class TooLarge(Exception):
    """The body went over the limit while it was read."""


class TooSlow(Exception):
    """Nothing came for too long in the middle of the body."""


class _Limited:
    """Receives with a limit on bytes and on silence; after the body, waiting for the client to hang up has no limit."""

    def __init__(self, receive: Receive, most: int, silence: float) -> None:
        self._receive, self._left, self._silence, self._more = receive, most, silence, True

    async def receive(self) -> Message:
        if not self._more:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), self._silence)
        except TimeoutError:
            raise TooSlow from None
        self._more = bool(message.get("more_body")) and message["type"] == "http.request"
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise TooLarge
        return message


async def _plain(
    send: Send, status: int, text: str, headers: tuple[tuple[bytes, bytes], ...], *, html: bool = False
) -> None:  # fmt: skip
    """An answer of our own, without any detail: JSON for programs, a small page for people."""
    if html:
        page = (
            f'<!doctype html><html lang="zh-Hant-TW"><head><meta charset="utf-8"><title>沒有完成</title><link rel="stylesheet" '
            f'href="/static/page.css"></head><body><main><h1>沒有完成</h1><p class="banner ask" role="alert">{escape(text)}</p></main></body></html>'
        )
        body, kind = page.encode(), b"text/html; charset=utf-8"
    else:
        value = {"error": {"code": f"W{status}", "message": text}}
        body, kind = json.dumps(value, ensure_ascii=False).encode(), b"application/json; charset=utf-8"
    start = {"type": "http.response.start", "status": status, "headers": [(b"content-type", kind), *headers]}
    await send(start)
    await send({"type": "http.response.body", "body": body})

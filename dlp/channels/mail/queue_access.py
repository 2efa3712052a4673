"""Who may touch the mail queue.  Reading and releasing held mail needs root; the records belong to the service account.

``DirectAccess`` does it in this process.  ``split(owner)`` is for a process that root started over a home of another account: it
forks, the parent stays root and does nothing but five queue operations for the child, and the child, with the records and
all decisions, gives root up for good.  So no file of the home ever gets a wrong owner, and no code that reads mail text runs
as root.
"""

import base64
import contextlib
import json
import os
import pwd
import socket
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dlp.channels.mail import queue
from dlp.channels.mail.queue import Held, QueueError

SIZE = struct.Struct("!I")
MAX_REQUEST_BYTES = 80_000_000  # a message of the largest size, in base64


class QueueAccess(Protocol):
    """What may be done with the queue.  Everything raises QueueError when it was not done."""

    def held(self) -> list[Held]: ...
    def head(self, queue_id: str) -> bytes: ...
    def release(self, queue_id: str) -> None: ...
    def delete(self, queue_id: str) -> None: ...
    def submit(self, sender: str, recipients: Sequence[str], message: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class DirectAccess:
    """In this process.  ``config``: Postfix's folder, empty for the system's."""

    config: str = ""

    def held(self) -> list[Held]:
        return queue.held(config=self.config)

    def head(self, queue_id: str) -> bytes:
        return queue.head(queue_id, config=self.config)

    def release(self, queue_id: str) -> None:
        queue.release(queue_id, config=self.config)

    def delete(self, queue_id: str) -> None:
        queue.delete(queue_id, config=self.config)

    def submit(self, sender: str, recipients: Sequence[str], message: bytes) -> None:
        queue.submit(sender, recipients, message, config=self.config)


class RemoteAccess:
    """Asks the privileged parent."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def _ask(self, what: str, **facts: Any) -> Any:
        try:
            _send(self._sock, {"do": what, **facts})
            answer = _receive(self._sock)
        except OSError:
            answer = None
        if answer is None:
            raise QueueError("the queue's helper is gone")
        if "error" in answer:
            raise QueueError(str(answer["error"]))
        return answer.get("value")

    def held(self) -> list[Held]:
        return [Held(i, a, s, tuple(r)) for i, a, s, r in self._ask("held")]

    def head(self, queue_id: str) -> bytes:
        return base64.b64decode(self._ask("head", id=queue_id))

    def release(self, queue_id: str) -> None:
        self._ask("release", id=queue_id)

    def delete(self, queue_id: str) -> None:
        self._ask("delete", id=queue_id)

    def submit(self, sender: str, recipients: Sequence[str], message: bytes) -> None:
        self._ask("submit", sender=sender, to=list(recipients), message=base64.b64encode(message).decode())


def may_carry() -> bool:
    """Whether this process may release and delete held mail."""
    return os.geteuid() == 0 and queue.available()


def split(owner: int, *, config: str = "") -> QueueAccess:
    """Returns in an unprivileged child owned by ``owner``; the parent serves it and ends with its exit status.

    Call before any thread is started.  Raises QueueError when the owner has no account.
    """
    try:
        account = pwd.getpwuid(owner)
    except KeyError:
        raise QueueError("the owner of the home has no account") from None
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child:
        theirs.close()
        _serve(ours, DirectAccess(config))
        _, status = os.waitpid(child, 0)
        sys.stdout.flush()
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    ours.close()
    os.initgroups(account.pw_name, account.pw_gid)
    os.setgid(account.pw_gid)
    os.setuid(owner)
    return RemoteAccess(theirs)


def _serve(sock: socket.socket, access: DirectAccess) -> None:
    """Until the child hangs up.  A request that fails is answered, never raised."""
    with sock, contextlib.suppress(OSError):
        while (request := _receive(sock)) is not None:
            try:
                answer = {"value": _do(access, request)}
            except QueueError as err:
                answer = {"error": str(err)}
            except (KeyError, TypeError, ValueError, AttributeError) as err:
                answer = {"error": f"bad request: {type(err).__name__}"}
            _send(sock, answer)


def _do(access: DirectAccess, request: dict[str, Any]) -> Any:
    match request["do"]:
        case "held":
            return [[one.id, one.arrival, one.sender, list(one.recipients)] for one in access.held()]
        case "head":
            return base64.b64encode(access.head(str(request["id"]))).decode()
        case "release":
            return access.release(str(request["id"]))
        case "delete":
            return access.delete(str(request["id"]))
        case "submit":
            return access.submit(str(request["sender"]), [str(r) for r in request["to"]], base64.b64decode(request["message"]))
    raise QueueError("not allowed")


def _send(sock: socket.socket, value: dict[str, Any]) -> None:
    data = json.dumps(value).encode()
    sock.sendall(SIZE.pack(len(data)) + data)


def _receive(sock: socket.socket) -> dict[str, Any] | None:
    """None at the end of the stream, or when it makes no sense."""
    from dlp.channels.mail.workers import read_exactly

    head = read_exactly(sock, SIZE.size)
    if len(head) < SIZE.size:
        return None
    (size,) = SIZE.unpack(head)
    if size > MAX_REQUEST_BYTES:
        return None
    try:
        value = json.loads(read_exactly(sock, size))
    except ValueError:
        return None
    return value if isinstance(value, dict) else None

"""The reader process: takes a job, reads, and sends each part as soon as it is there.

Started by ``dlp.readers.isolation`` with a socket and an empty environment; it confines itself before the first job.
Writes nothing and says nothing: content must not reach a terminal or a log.
"""

import os
import socket
import sys
import time
from dataclasses import asdict
from typing import Any

from dlp.document import NotRead, NotReadReason, Part
from dlp.readers import protocol
from dlp.readers.confinement import allow_cpu, confine
from dlp.readers.context import Collector
from dlp.readers.limits import Limits
from dlp.readers.road import read_collected

PROGRESS_SECONDS = 1.0  # at most one sign of life in so long


class _Sending(Collector):
    """Parts go to the pool at once and are not kept here."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(on_not_read=self._send_not_read, on_child=self._progress)
        self.connection = connection
        self.last = time.monotonic()

    def add(self, part: Part) -> None:
        utf8 = part.text.encode() if part.utf8 is None else part.utf8
        protocol.send(self.connection, protocol.part_head(part), utf8)
        self.last = time.monotonic()

    def _send_not_read(self, entry: NotRead) -> None:
        protocol.send(self.connection, protocol.not_read_head(entry))

    def _progress(self) -> None:
        if time.monotonic() - self.last > PROGRESS_SECONDS:
            self.last = time.monotonic()
            protocol.send(self.connection, {"kind": "progress"})


def main(descriptor: int) -> None:
    """Serve jobs until the pool hangs up."""
    sys.dont_write_bytecode = True
    connection = socket.socket(fileno=descriptor)
    start, _ = protocol.receive(connection, most_bytes=0)
    limits = Limits(**start["limits"])
    confinement = confine(limits, programs=bool(start["programs"]))
    protocol.send(connection, {"kind": "ready", "confinement": asdict(confinement)})
    while True:
        try:
            job, data = _job(connection, limits)
        except protocol.WorkerGone:
            return
        allow_cpu(limits.cpu_seconds)
        _serve(connection, job, data, limits, ocr=bool(start["programs"]))
        del data


def _job(connection: socket.socket, limits: Limits) -> tuple[dict[str, Any], bytes]:
    """The next job: its description, then its bytes inline or as a descriptor."""
    job, data = protocol.receive(connection, most_bytes=limits.item_bytes)
    if job.get("descriptor"):
        _, descriptors, _, _ = socket.recv_fds(connection, 1, 1)
        if not descriptors:
            raise protocol.WorkerGone
        with os.fdopen(descriptors[0], "rb") as file:
            file.seek(0)
            data = file.read(limits.item_bytes + 1)
    return job, data


def _serve(connection: socket.socket, job: dict[str, Any], data: bytes, limits: Limits, *, ocr: bool) -> None:
    collector = _Sending(connection)
    try:
        document = read_collected(
            data, collector, name=job["name"], limits=limits, ocr=ocr and bool(job["ocr"]), declared=job["declared"]
        )
        media_type = document.media_type
    except MemoryError:
        collector.not_read(NotRead("document", NotReadReason.RESOURCE, "記憶體不足"))
        media_type = "application/octet-stream"
    protocol.send(connection, {"kind": "done", "media_type": media_type, "remarks": [r[:500] for r in collector.remarks]})


if __name__ == "__main__":
    main(int(sys.argv[1]))

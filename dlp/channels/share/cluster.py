"""The same scan on several machines: a team that sends batches to a Dask cluster (extra ``cluster``).

Every machine mounts the share at the same path and has the same version installed.  The model is loaded once in each worker
process.  A batch whose worker is lost is done again by another one, and one that costs several workers (``allowed-failures`` of
the scheduler, 3) comes apart into single files; a file that costs a worker then is reported as not read.  Results are counted once, here, where progress is kept.

Dask runs whatever is sent to it: outside this machine only ``tls://`` with certificates on both sides is accepted.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from dlp.channels.share.crew import Job
from dlp.document import NotReadReason
from dlp.errors import NotReady, UsageError

if TYPE_CHECKING:
    from dlp.policy.policyset import PolicySet

BATCH_FILES = 50
BATCH_BYTES = 8_000_000
AHEAD = 3  # batches in flight for each worker thread
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM files of TLS: authority, own certificate, own key."""

    authority: str
    certificate: str
    key: str


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """How a worker builds its examiner.  ``id`` is new for each run; ``key`` makes digests, travels over TLS only and is not shown."""

    id: str
    policy: "PolicySet"
    model: bool
    ocr: bool
    channel: str
    key: bytes

    def __repr__(self) -> str:
        return f"Recipe({self.id})"


def check_address(address: str) -> None:
    """Raises UsageError for an address that would let anybody run code on the workers."""
    scheme, _, rest = address.partition("://")
    host = rest.rpartition(":")[0]
    if scheme == "tls" and host:
        return
    if scheme == "tcp" and host in LOOPBACK:
        return
    raise UsageError("--cluster 要寫成 tls://主機:8786；沒有 TLS 的 tcp:// 只接受本機。", code="E149")


class Cluster:
    """Team of a Dask cluster.  Raises NotReady when it cannot be reached or a worker has another version."""

    def __init__(self, address: str, recipe: Recipe, *, certificates: Certificates | None = None, patience: float = 30.0) -> None:
        check_address(address)
        try:
            distributed: Any = import_module("distributed")
        except ImportError:
            raise NotReady("缺少叢集元件。請執行：pip install 'dlp-zh[cluster]'", code="E443") from None
        security = None
        if address.startswith("tls://"):
            if certificates is None:
                raise UsageError("tls:// 要指定 --tls-ca、--tls-cert、--tls-key。", code="E149")
            security = distributed.Security(
                tls_ca_file=certificates.authority, tls_client_cert=certificates.certificate, tls_client_key=certificates.key,
                require_encryption=True,
            )  # fmt: skip
        try:
            self._client: Any = distributed.Client(address, security=security, timeout=patience, set_as_default=False)
            self._client.wait_for_workers(1, timeout=patience)
        except (OSError, TimeoutError) as err:
            raise NotReady(f"連不上叢集，或沒有工作節點（{type(err).__name__}）。請確認 scheduler、worker 與憑證。", code="E444") from None
        self._recipe = recipe
        if set(self._client.run(installed_version).values()) != {installed_version()}:
            self.close()
            raise NotReady("叢集的工作節點裝的版本與這台不同。請全部更新到同一版。", code="E445")

    def close(self) -> None:
        self._client.close()

    def run(self, jobs: Iterator[Job]) -> Iterator[tuple[Job, dict[str, Any]]]:
        """Results as they come, in any order; every job exactly once."""
        jobs, waiting = iter(jobs), deque[list[Job]]()
        flying: dict[str, list[Job]] = {}
        pool: Any = import_module("distributed").as_completed(loop=self._client.loop)
        exhausted = False
        while True:
            while len(flying) < self._room():
                batch = waiting.popleft() if waiting else None
                if batch is None and not exhausted:
                    batch = next_batch(jobs)
                    exhausted = not batch
                if not batch:
                    break
                future = self._client.submit(examine_batch, self._recipe, [j.path for j in batch], pure=False)
                flying[future.key] = batch
                pool.add(future)
            if not flying:
                return
            future = next(pool)
            batch = flying.pop(future.key)
            if future.status == "finished":
                yield from zip(batch, future.result(), strict=True)
            elif future.status in ("cancelled", "lost"):
                raise NotReady("與叢集的連線中斷。已完成的部分都留著，下次執行會接續。", code="E446")
            elif len(batch) > 1:
                waiting.extend([job] for job in batch)  # one of them killed its workers: find out which
            else:
                yield batch[0], {"failed": str(NotReadReason.CRASH)}
            future.release()

    def _room(self) -> int:
        return max(2, AHEAD * sum(int(n) for n in self._client.nthreads().values()))


def next_batch(jobs: Iterator[Job]) -> list[Job]:
    """Jobs of about equal work; empty at the end."""
    batch: list[Job] = []
    size = 0
    for job in jobs:
        batch.append(job)
        size += job.size
        if len(batch) >= BATCH_FILES or size >= BATCH_BYTES:
            break
    return batch


_building = threading.Lock()
_examiners: dict[str, Callable[[bytes], dict[str, Any]]] = {}  # of this worker process: one, that of the present run


def examine_batch(recipe: Recipe, paths: Sequence[bytes]) -> list[dict[str, Any]]:
    """Runs in a worker."""
    with _building:
        examine = _examiners.get(recipe.id)
        if examine is None:
            _examiners.clear()
            examine = _examiners[recipe.id] = _build(recipe)
    return [examine(path) for path in paths]


def _build(recipe: Recipe) -> Callable[[bytes], dict[str, Any]]:
    from dlp.channels.share.examining import make_examiner
    from dlp.scanner import Scanner

    scanner = Scanner(policies=recipe.policy, model=None if recipe.model else False, isolate=True, ocr=recipe.ocr)
    return make_examiner(scanner, key=recipe.key, channel=recipe.channel)


def installed_version() -> str:
    """Version and detectors of this installation, to be compared between machines."""
    import hashlib
    from pathlib import Path

    import dlp
    from dlp.channels.share.examining import ENGINE_PARTS
    from dlp.resources import shipped

    package, digest = Path(dlp.__file__).parent, hashlib.blake2b(digest_size=12)
    for part in (*(package / p for p in ENGINE_PARTS), shipped("models"), shipped("policies")):
        files = [part] if part.is_file() else sorted(p for p in part.rglob("*") if p.is_file() and p.suffix not in (".pyc", ".md"))
        for file in files:
            digest.update(str(file.relative_to(part.parent)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()

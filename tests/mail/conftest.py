"""A gateway behind a real Postfix."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mail.gateway import Gateway
from tests.mail.postfix import Postfix, free_port, running


@contextlib.contextmanager
def gateway_behind_postfix(folder: Path, *options: str) -> Iterator[tuple[Gateway, Postfix]]:
    """Both running on loopback until the end of the block; ``options`` go to the gateway."""
    (folder / "pf").mkdir()
    gateway = Gateway(free_port(), folder / "home", folder / "pf" / "etc", options)
    with running(folder / "pf", milter=f"inet:127.0.0.1:{gateway.port}") as postfix:
        gateway.start()
        try:
            yield gateway, postfix
        finally:
            with contextlib.suppress(ProcessLookupError):
                gateway.kill()


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[tuple[Gateway, Postfix]]:
    with gateway_behind_postfix(tmp_path) as both:
        yield both

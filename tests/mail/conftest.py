"""A gateway behind a real Postfix."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mail.gateway import Gateway
from tests.mail.postfix import Postfix, free_port, running


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[tuple[Gateway, Postfix]]:
    (tmp_path / "pf").mkdir()
    gateway = Gateway(free_port(), tmp_path / "home", tmp_path / "pf" / "etc")
    with running(tmp_path / "pf", milter=f"inet:127.0.0.1:{gateway.port}") as postfix:
        gateway.start()
        try:
            yield gateway, postfix
        finally:
            with contextlib.suppress(ProcessLookupError):
                gateway.kill()

"""Requests that schemathesis makes from the OpenAPI description: no server error, and answers as they are described.

The short form runs with the other tests, the long one (10,000 requests) with the marker ``long``.
"""

import os
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from tests.post.conftest import new_store

# Its dependencies warn about themselves when they are imported, which is none of our business.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis (dev) is not installed")
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

from hypothesis import HealthCheck, Phase, given, settings

from dlp.channels.post.app import create_app
from dlp.channels.post.guard import Guard
from dlp.channels.post.openapi import document
from dlp.policy.keys import SLIP_KEY, create_key
from dlp.scanner import Scanner

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
CHECKS = [not_a_server_error, response_schema_conformance, status_code_conformance, content_type_conformance]
SHORT = settings(
    deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck), database=None
)
OPERATIONS = [f"{method.upper()} {path}" for path, methods in document("0")["paths"].items() for method in methods]
MODES = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]  # as described, and against it


@pytest.fixture(scope="module")
def description(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    home = tmp_path_factory.mktemp("fuzz") / "home"
    store = new_store(home)
    app = create_app(Scanner(model=False), store=store, slip_key=create_key(SLIP_KEY, home))
    guard = Guard(app, frozenset({"*"}), checks_at_once=1000)
    guard.rates.clock = iter(range(0, 10**12, 61)).__next__
    yield schemathesis.openapi.from_asgi("/openapi.json", guard)
    store.close()


def run(description: Any, operation: str, most: int, *, fixed: bool = True) -> int:
    """Cases of one operation, in both modes; how many there were."""
    method, path = operation.split()
    done = 0
    for mode in MODES if method == "POST" else MODES[:1]:  # a GET without parameters cannot be asked wrongly
        strategy = description[path][method].as_strategy(generation_mode=mode)

        @settings(SHORT, max_examples=most, derandomize=fixed)
        @given(case=strategy)
        def check(case: Any) -> None:
            nonlocal done
            done += 1
            case.call_and_validate(checks=CHECKS)

        check()
    return done


@pytest.mark.parametrize("operation", OPERATIONS)
def test_short(description: Any, operation: str) -> None:
    assert run(description, operation, 8) > 0


@pytest.mark.long
def test_long(description: Any) -> None:
    """Ten thousand cases over all operations."""
    wanted = int(os.environ.get("DLP_FUZZ_CASES", "10000"))
    done = 0
    while done < wanted:
        done += sum(run(description, operation, 60, fixed=False) for operation in OPERATIONS)
    print(f"{done} cases")

"""``dlp serve`` as it is run: a real process, its members, signals, a policy that changes, the refusal to start unsafely."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.post.conftest import LEAK

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(home: Path, *options: str, members: int = 2) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    command = [sys.executable, "-m", "dlp.cli", "--home", str(home), "serve", "--port", str(port), "--no-model", "--processes", str(members), "--checks-per-minute", "100000", *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield process, port
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def ask(port: int, path: str = "/v1/check", body: Any = None) -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST" if body else "GET", path, json.dumps(body) if body else None, {"content-type": "application/json"})
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer.status, json.loads(data) if "json" in answer.headers.get("content-type", "") else data.decode()


def children(pid: int) -> list[int]:
    return [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_members_check_and_one_may_die(tmp_path: Path) -> None:
    body = {"text": LEAK, "channel": "facebook"}
    with serving(tmp_path / "home") as (process, port):
        members = children(process.pid)
        assert len(members) == 2
        first = ask(port, body=body)[1]
        assert first["action"] == "block"
        for victim in members:
            os.kill(victim, signal.SIGKILL)
            for _ in range(4):
                status, again = ask(port, body=body)
                assert status == 200
                assert {k: v for k, v in again.items() if k != "seconds"} == {k: v for k, v in first.items() if k != "seconds"}
        assert 'dlp_checks_total{channel="post",action="block"} 9' in ask(port, "/metrics")[1]
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def test_members_end_with_the_server_however_it_ends(tmp_path: Path) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        with serving(tmp_path / "home") as (process, _port):
            members = children(process.pid)
            process.send_signal(how)
            process.wait(20)
            until = time.monotonic() + 10
            while any(Path(f"/proc/{m}").exists() and "Z" not in Path(f"/proc/{m}/stat").read_text().split()[2] for m in members):
                assert time.monotonic() < until, how
                time.sleep(0.05)


def test_a_changed_policy_reaches_every_member_and_a_broken_one_none(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    rule = """version: 1
policy: 測試
owner: 政風室
mode: enforce
rules:
  - id: TST-01
    name: 手機
    level: high
    why: [PRV-01]
    find: {any: [personal.mobile]}
    then: {mail: warn, post: ACTION, share: warn}
    tell: 請遮蔽
    tests:
      - {text: "手機0928-471-356", channel: post, expect: ACTION}
"""
    from dlp.policy.loading import examine

    policy.write_text(rule.replace("ACTION", "warn"), encoding="utf-8")
    loaded, faults = examine([policy])
    if loaded is None:
        pytest.fail(f"the example policy is not understood: {[f.text for f in faults]}")
    body = {"text": "手機0928-471-356", "channel": "post"}
    with serving(tmp_path / "home", "--policy", str(policy)) as (_process, port):

        def actions() -> set[str]:
            return {ask(port, body=body)[1]["action"] for _ in range(6)}

        assert actions() == {"warn"}
        policy.write_text(rule.replace("ACTION", "block"), encoding="utf-8")
        until = time.monotonic() + 10
        while actions() != {"block"}:
            assert time.monotonic() < until
            time.sleep(0.1)
        policy.write_text("rules: [", encoding="utf-8")
        while ask(port, "/healthz")[1]["status"] != "degraded":
            assert time.monotonic() < until + 10
            time.sleep(0.1)
        assert ask(port, "/healthz")[1]["reasons"] == ["policy: refused"]
        assert actions() == {"block"}, "the last good one stays"


def test_the_page_alone_makes_no_folder(tmp_path: Path) -> None:
    with serving(tmp_path / "home", "--no-desk", members=1) as (_process, port):
        assert ask(port, body={"text": LEAK})[0] == 200
        assert ask(port, "/desk")[0] == 404
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("options", "word"),
    [(["--host", "0.0.0.0"], "--allow-host"), (["--sign-on-header", "X-Remote-User"], "--trusted-proxy")],
)
def test_it_does_not_start_unsafely(tmp_path: Path, options: list[str], word: str) -> None:
    done = subprocess.run([sys.executable, "-m", "dlp.cli", "--home", str(tmp_path / "home"), "serve", *options], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and word in done.stderr


def test_a_missing_key_over_old_data_stops_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home, members=1):
        pass
    (home / "keys" / "evidence.key").unlink()
    done = subprocess.run([sys.executable, "-m", "dlp.cli", "--home", str(home), "serve", "--port", str(free_port())], capture_output=True, text=True, timeout=60)
    assert done.returncode == 4 and "E630" in done.stderr


def certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for the loopback."""
    import datetime
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "dlp test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return cert, private


def test_over_tls(tmp_path: Path) -> None:
    import ssl
    from http.client import HTTPSConnection

    cert, private = certificate(tmp_path)
    with serving(tmp_path / "home", "--certfile", str(cert), "--keyfile", str(private)) as (_process, port):
        connection = HTTPSConnection("127.0.0.1", port, context=ssl.create_default_context(cafile=str(cert)), timeout=20)
        connection.request("POST", "/v1/check", json.dumps({"text": LEAK}), {"content-type": "application/json"})
        answer = connection.getresponse()
        assert json.loads(answer.read())["action"] in ("hold", "block")
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
        connection.close()

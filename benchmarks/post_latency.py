"""How long a person waits at the check page: ``python -m benchmarks.post_latency``.

A served application (a process of its own, on the loopback) is asked to check pastes of 2,000 characters, each with findings:
one person alone, 20 people who press at the same instant (again and again), and 20 people who paste every few seconds.
With playwright and Chromium there is also the whole way in the browser, from the paste event to the marked result.
Bars: median of one person ≤ 150 ms, 99 % of 20 people ≤ 400 ms, page weight ≤ 150 KB.
"""

import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from benchmarks import texts

PEOPLE, ROUNDS, CHARS = 20, 25, 2_000
ALONE = 150
THINK_SECONDS = 3.0
STATIC = ("/static/page.js", "/static/page.css", "/static/icon.svg", "/static/icons.svg")


def paste(number: int) -> str:
    """2,000 characters with three findings, never the same twice."""
    return (texts.post(CHARS * 3 / 1000) + "另見附件。" * 400)[: CHARS - 6] + f"{number:06d}"


@contextmanager
def server() -> Iterator[int]:
    """``dlp serve`` on a free port with a data folder of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "dlp.cli", "--home", f"{folder}/home", "serve", "--port", str(port), "--checks-per-minute", "1000000000", "--checks-at-once", "1000"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            _wait(port)
            yield port
        finally:
            process.terminate()
            process.wait(20)


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("dlp serve did not start")


def ask(connection: HTTPConnection, number: int) -> float:
    """Milliseconds until the whole answer is there."""
    body = json.dumps({"text": paste(number), "channel": "facebook"}).encode()
    began = time.perf_counter()
    connection.request("POST", "/v1/check?masked=1", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    data = answer.read()
    taken = (time.perf_counter() - began) * 1000
    if answer.status != 200 or not json.loads(data)["items"]:
        raise SystemExit(f"unexpected answer: {answer.status}")
    return taken


def crowd(port: int, *, think: float) -> list[float]:
    """Waiting times of PEOPLE: all at the same instant (``think`` 0), or each at their own pace."""
    together, taken, lock = threading.Barrier(PEOPLE), [], threading.Lock()

    def person(who: int) -> None:
        connection, dice = HTTPConnection("127.0.0.1", port), random.Random(who)
        own = []
        for turn in range(ROUNDS if not think else ROUNDS // 3):
            if think:
                time.sleep(dice.uniform(0.2, 2 * think))
            else:
                together.wait()
            own.append(ask(connection, who * 1000 + turn))
        with lock:
            taken.extend(own)

    threads = [threading.Thread(target=person, args=(n,)) for n in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def in_browser(port: int) -> list[float] | None:
    """Milliseconds from the paste event to the marked result in Chromium; None where there is none."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    if program is None:
        return None
    script = """text => new Promise(done => {
        const field = document.getElementById('text'), marked = document.getElementById('marked'); field.value = text;
        const began = performance.now();
        new MutationObserver((_, watch) => { if (!marked.hidden && marked.textContent.includes(text.slice(-6))) { watch.disconnect(); requestAnimationFrame(() => done(performance.now() - began)); } })
            .observe(marked, { childList: true, attributes: true });
        field.dispatchEvent(new InputEvent('input', { inputType: 'insertFromPaste' })); field.dispatchEvent(new ClipboardEvent('paste'));
    })"""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        taken = [float(page.evaluate(script, paste(number))) for number in range(40)]
        browser.close()
    return taken[5:]


def weight(port: int) -> int:
    """Bytes of the page with everything it loads, uncompressed."""
    total = 0
    for path in ("/", *STATIC):
        connection = HTTPConnection("127.0.0.1", port)
        connection.request("GET", path)
        total += len(connection.getresponse().read())
    return total


def shown(label: str, taken: list[float]) -> None:
    ordered = sorted(taken)
    last = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"{label:<34} median {statistics.median(taken):7.1f} ms   p99 {last:7.1f} ms   n {len(taken)}")


def main() -> None:
    print(f"cores {os.cpu_count()}   load {os.getloadavg()[0]:.2f}   {Path(sys.executable).name} {sys.version.split()[0]}")
    with server() as port:
        connection = HTTPConnection("127.0.0.1", port)
        for number in range(20):
            ask(connection, number)
        shown("one person, warm", [ask(connection, n) for n in range(ALONE)])
        shown(f"{PEOPLE} people at the same instant", crowd(port, think=0))
        shown(f"{PEOPLE} people, a paste every ~{THINK_SECONDS:.0f} s", crowd(port, think=THINK_SECONDS))
        browser = in_browser(port)
        if browser:
            shown("in Chromium, paste to marks", browser)
        else:
            print("in Chromium                        not measured: playwright or Chromium is missing")
        print(f"page weight                        {weight(port) / 1000:.1f} KB uncompressed")


if __name__ == "__main__":
    main()

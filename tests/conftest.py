"""Shared fixtures: one scanner for the whole run, without the language model unless a test asks for it."""

import os
from datetime import date
from pathlib import Path

import pytest

from dlp.scanner import Scanner

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def scanner() -> Scanner:
    """The shipped scanner on a fixed day."""
    return Scanner(today=TODAY)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The public corpus, which lies outside the project; tests that need it are skipped where it is absent."""
    candidates = [Path(os.environ["DLP_CORPUS"])] if "DLP_CORPUS" in os.environ else []
    candidates.append(Path(__file__).resolve().parent.parent.parent / "shared" / "corpus")
    for folder in candidates:
        if (folder / "negatives").is_dir():
            return folder
    pytest.skip("the public corpus is not here (set DLP_CORPUS)")


@pytest.fixture(scope="session")
def awareness_page() -> str:
    """The public awareness page, which lies outside the project."""
    page = Path(__file__).resolve().parent.parent.parent / "shared" / "facts" / "awareness-page.txt"
    if not page.is_file():
        pytest.skip("the awareness page is not here")
    return page.read_text(encoding="utf-8")


"""What all tests share: how hypothesis draws, and the option that renews golden runs."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples every time: a test that fails here fails everywhere. Compiled code makes the
# first example slow, so none has a deadline. `--hypothesis-profile=explore` looks further.
settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=50)
settings.register_profile("explore", deadline=None, max_examples=3000)
settings.load_profile("repeatable")

os.environ["TSUNAGARI_LANG"] = "en"  # whatever the system speaks


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden runs anew instead of comparing with them (tests/sim/test_golden.py)",
    )
    parser.addoption(
        "--update-docs",
        action="store_true",
        help="write docs/mesa.md anew (tests/sim/test_mesa_members.py)",
    )


_ONE_MARKET = """
from tsunagari import Market, Scenario
Market(Scenario.load("three-disciplines").with_values({"market.customers": 50})).run_for(2)
"""


def pytest_xdist_setupnodes() -> None:
    """Compile the engine once, before each worker compiles it by itself at the same time."""
    root = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", _ONE_MARKET], cwd=root, check=True)


@pytest.fixture
def threads_at_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads are used however few the customers, and hand each other as many pieces as ever."""
    monkeypatch.setattr("tsunagari.agents.population.FEW_BLOCKS", 0)
    monkeypatch.setattr("tsunagari.agents.population.MANY_BLOCKS", 0)


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Root may write anywhere; for as long as this lasts it is somebody who may not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A folder in which nobody may write, and a test that is nobody.

    What a test needs to import it must have imported before: nobody may not read root's files.
    """
    if os.name == "nt":
        pytest.skip("folders are closed by other means there")
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        closed = Path(made) / "closed"
        closed.mkdir(mode=0o555)
        with _as_nobody():
            yield closed

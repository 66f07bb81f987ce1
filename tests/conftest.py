"""What all tests share: how hypothesis draws, and the option that renews golden runs."""

from __future__ import annotations

import pytest
from hypothesis import settings

# The same examples every time: a test that fails here fails everywhere. Compiled code makes the
# first example slow, so none has a deadline. `--hypothesis-profile=explore` looks further.
settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=50)
settings.register_profile("explore", deadline=None, max_examples=3000)
settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden runs anew instead of comparing with them (tests/sim/test_golden.py)",
    )


@pytest.fixture
def threads_at_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads are used however few the customers, and hand each other as many pieces as ever."""
    monkeypatch.setattr("agents.population.FEW_BLOCKS", 0)
    monkeypatch.setattr("agents.population.MANY_BLOCKS", 0)

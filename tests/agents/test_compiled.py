"""Compiled code is kept between runs, but never beyond a change of what it was made of."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tsunagari.agents import compiled
from tsunagari.agents.compiled import kernel

RULE = """
from tsunagari.agents.compiled import rule

@rule
def changed(number: float) -> float:
    return {what}
"""
KERNELS = """
import numpy as np
from tsunagari.agents.compiled import kernel
from tsunagari.agents.a_rule import changed

@kernel
def apply(numbers):
    for row in range(len(numbers)):
        numbers[row] = changed(numbers[row])

@kernel
def apply_twice(numbers):
    for row in range(len(numbers)):
        numbers[row] = changed(changed(numbers[row]))
"""
RUN = """
import numpy as np
from tsunagari.agents.a_kernel import apply, apply_twice
one, two = np.ones(1), np.ones(1)
apply(one)
apply_twice(two)
print(one[0], two[0], sum(apply.stats.cache_hits.values()))
"""


class Tree:
    """A source tree of its own with one rule and two kernels in another file."""

    def __init__(self, root):
        self.root = root
        self.cache = root / "cache"
        self.agents = root / "tsunagari" / "agents"
        self.agents.mkdir(parents=True)
        for package in (self.agents, self.agents.parent):
            (package / "__init__.py").touch()  # or an installed package of this name wins
        shutil.copy(Path(compiled.__file__), self.agents / "compiled.py")
        (self.agents / "a_kernel.py").write_text(KERNELS)
        self.write_rule("number + 1.0")

    def write_rule(self, what):
        (self.agents / "a_rule.py").write_text(RULE.format(what=what))

    def run(self):
        """What a fresh process computes: one application, two, and whether it was on disk."""
        done = subprocess.run(
            [sys.executable, "-B", "-c", RUN],
            env={**os.environ, "PYTHONPATH": "", "TSUNAGARI_CACHE_DIR": str(self.cache)},
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        self.notes = done.stderr.splitlines()
        return [float(number) for number in done.stdout.split()]


@pytest.fixture
def tree(tmp_path):
    return Tree(tmp_path)


@pytest.mark.slow
def test_a_changed_rule_is_never_served_stale(tree):
    assert tree.run() == [2.0, 3.0, 0]
    assert tree.run() == [2.0, 3.0, 1]
    kernels = tree.agents / "a_kernel.py"
    before = kernels.stat().st_mtime_ns
    tree.write_rule("number * 5.0")
    assert tree.run() == [5.0, 25.0, 0]
    assert kernels.stat().st_mtime_ns == before
    tree.write_rule("number + 1.0")
    assert tree.run() == [2.0, 3.0, 1]
    assert tree.notes == []


def test_where_nothing_can_be_written_it_works_with_one_note(tree):
    occupied = tree.root / "a file"
    occupied.write_text("in the way")
    tree.cache = occupied / "below"
    assert tree.run() == [2.0, 3.0, 0]
    assert len(tree.notes) == 1
    assert tree.notes[0].startswith(f"note: compiled code cannot be kept in {tree.cache}")
    assert "TSUNAGARI_CACHE_DIR" in tree.notes[0]
    assert occupied.read_text() == "in the way"


@pytest.fixture
def cache_home(tmp_path, monkeypatch):
    monkeypatch.setenv("TSUNAGARI_CACHE_DIR", str(tmp_path))
    return tmp_path


def test_code_of_sources_long_changed_is_dropped(cache_home):
    for age in range(6):
        folder = cache_home / f"{age:016x}"
        folder.mkdir()
        (folder / "code.nbi").write_text("old")
        os.utime(folder, (1e9 - age, 1e9 - age))
    kept = compiled._make_cache_folder()
    assert kept == cache_home / compiled.source_digest()
    left = {folder.name for folder in cache_home.iterdir()}
    assert left == {kept.name, *(f"{age:016x}" for age in range(3))}
    assert compiled._make_cache_folder() == kept
    assert {folder.name for folder in cache_home.iterdir()} == left


def test_nothing_else_in_the_cache_folder_is_touched(cache_home):
    for name in ("documents", "0123", "0123456789abcdeg", "photos.d", "a", "b"):
        (cache_home / name).mkdir()
        os.utime(cache_home / name, (1.0, 1.0))
    (cache_home / "0123456789abcdef").write_text("a file, no folder")
    before = {entry.name for entry in cache_home.iterdir()}
    kept = compiled._make_cache_folder()
    assert {entry.name for entry in cache_home.iterdir()} == before | {kept.name}


def test_the_digest_is_of_every_source(tmp_path, monkeypatch):
    monkeypatch.setattr(compiled, "__file__", str(tmp_path / "agents" / "compiled.py"))
    found = []
    for name in ("agents/one.py", "agents/rules/two.py", "sim/three.py", "sim/network/four.py"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        for text in ("a = 1", "a = 2"):
            file.write_text(text)
            found.append(compiled.source_digest())
    (tmp_path / "sim" / "three.py").rename(tmp_path / "sim" / "renamed.py")
    found.append(compiled.source_digest())
    assert len(set(found)) == 9
    (tmp_path / "sim" / "notes.txt").write_text("no source")
    os.utime(tmp_path / "agents" / "one.py", (1.0, 1.0))
    assert compiled.source_digest() == found[-1]


def test_quotients_are_those_of_numpy_not_errors():
    @kernel
    def quotients(above, below, out):
        for row in range(len(out)):
            out[row] = above[row] / below[row]

    out = np.zeros(3)
    quotients(np.array([1.0, -1.0, 0.0]), np.zeros(3), out)
    np.testing.assert_array_equal(out, [np.inf, -np.inf, np.nan])

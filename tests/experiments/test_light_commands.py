"""What a command does not need, it does not import."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "mesa", "pandas", "numba", "matplotlib", "scipy", "networkx", "pyarrow", "numpy", "rich"
)  # fmt: skip


def imported(code: str, cwd: Path) -> list[str]:
    """The heavy modules that are there after a piece of Python."""
    program = f"""
import sys
try:
    {code}
except SystemExit as end:
    assert end.code == 0, end.code
print(*(name for name in {HEAVY!r} if name in sys.modules), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=cwd, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, timeout=60, check=False, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()[-1].split()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["list"],
        ["schema"],
        ["schema", "--sweep"],
        ["check", "s.yaml"],
        ["check", "--help"],
        ["new", "n.yaml"],
    ],
)
def test_light_commands_import_nothing_heavy(arguments, tmp_path):
    (tmp_path / "s.yaml").write_text("title: x\nevents: [{month: 3, leave: Lean}]\n")
    code = f"sys.argv[1:] = {arguments!r}; from tsunagari.__main__ import main; main()"
    assert imported(code, tmp_path) == []


def test_the_package_itself_is_light(tmp_path):
    names = ["Customer", "Firm", "Market", "Scenario", "__version__"]
    code = f"import tsunagari; assert set({names!r}) <= set(dir(tsunagari))"
    assert imported(code, tmp_path) == []
    assert imported("import tsunagari; tsunagari.Scenario, tsunagari.__version__", tmp_path) == []


def test_a_name_that_is_not_there(tmp_path):
    code = "import tsunagari; assert not hasattr(tsunagari, 'Costumer')"
    assert imported(code, tmp_path) == []


def test_the_test_would_notice(tmp_path):
    assert imported("import numpy", tmp_path) == ["numpy"]

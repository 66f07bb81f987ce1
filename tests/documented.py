"""Runs what a page of the documentation prints, in order, as a reader would.

The figures of lessons are derived again from what their commands left.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import traceback
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LESSONS = ROOT / "docs" / "lessons"
EXCLUDED = {
    "uv run pytest": "these are the tests",
    "uv run --group docs sphinx-build -W --keep-going docs site": "tests do without Sphinx",
}
"""Lines that are printed and not run here, each with the reason."""

_BLOCK = re.compile(r"^(<!-- continues -->\n)?```(\w+)\n(.*?)^```$", re.M | re.S)
_FILE = re.compile(r"# (\S+\.(?:yaml|csv|py))\n")
_INSTALL = "pip install uv && "


def blocks(page: Path) -> list[tuple[bool, str, str]]:
    """Every block of a page: whether it continues the one before, its language, its text."""
    found = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [(bool(continues), language, text) for continues, language, text in found]


def commands(text: str) -> list[str]:
    """The lines of a block of shell, without comments."""
    lines = (re.sub(r"\s+#.*", "", line).strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def arguments(command: str) -> list[str]:
    """What Python is asked for by a line.

    Raises:
        ValueError: It is of no form that is known here.
    """
    words = shlex.split(command.removeprefix(_INSTALL))
    if words[:2] == ["uv", "run"]:
        words = words[2:]
    if words[:1] == ["tsunagari"]:
        return ["-m", *words]
    if words[:2] == ["python", "-m"]:
        return words[1:]
    raise ValueError(f"nobody knows how to run this line: {command}")


def complaints(page: Path, folder: Path) -> list[str]:
    """Run a page in a folder of its own; what failed, with the reason."""
    os.chdir(folder)
    failed: list[str] = []
    names: dict[str, object] = {}
    for continues, language, text in blocks(page):
        file = _FILE.match(text)
        if file is not None:
            Path(file[1]).write_text(text, encoding="utf-8")
        if language == "sh":
            failed += [told for line in commands(text) if (told := _after_command(line))]
        elif language == "python":
            names = names if continues else {"__name__": "documented"}
            failed += [told] if (told := _after_python(text, names)) else []
    if not failed and page.parent == LESSONS:
        failed += _drift(page, folder)
    return failed


def _drift(page: Path, folder: Path) -> list[str]:
    """What a lesson says otherwise than the results of its own commands, left in the folder."""
    from PIL import Image

    from docs.makers.lessons.__main__ import derived
    from docs.makers.lessons.page import FOLDERS, PICTURES, filled
    from docs.makers.lessons.registry import LESSONS as ALL

    lesson = ALL[page.stem]
    found = derived(lesson, folder)
    again = "run python -m docs.makers.lessons"
    failed = [f"it is not so that {statement}" for statement in found.untrue]
    for language, there in FOLDERS.items():
        text = (there / page.name).read_text(encoding="utf-8")
        current = filled(text, lesson, found, language)
        pairs = zip(text.splitlines(), current.splitlines(), strict=True)
        failed += [f"stale, {again}: {new}" for old, new in pairs if old != new]
    with Image.open(PICTURES / f"lesson-{lesson.name}.png") as picture:
        if picture.info["Description"] != found.picture.description:
            failed.append(f"the picture is stale, {again}: {found.picture.description}")
    return failed


def _after_command(line: str) -> str:
    """What went wrong with a line; an empty text if nothing did.

    The very first thing a reader types gets a process of its own. The rest shares this one, as a
    second for imports each would make this the longest of all tests.
    """
    if line in EXCLUDED:
        return ""
    asked = arguments(line)
    if asked[1] == "tsunagari" and not line.startswith(_INSTALL):
        return _after_main(line, asked[2:])
    done = subprocess.run(
        [sys.executable, *asked],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return "" if done.returncode == 0 else f"{line}\nstatus {done.returncode}\n{done.stderr}"


def _after_main(line: str, typed: list[str]) -> str:
    from tsunagari.__main__ import main

    sys.argv = ["tsunagari", *typed]
    told = io.StringIO()
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(told):
            main()
    except SystemExit as ending:
        return "" if ending.code == 0 else f"{line}\nstatus {ending.code}\n{told.getvalue()}"
    except Exception:
        return f"{line}\n{traceback.format_exc()}"


def _after_python(text: str, names: dict[str, object]) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", ".*: run in Python, row by row")  # as the page says
            exec(compile(text, "block", "exec"), names)
    except Exception:
        return f"{text}\n{traceback.format_exc()}"
    return ""

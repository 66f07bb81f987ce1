"""What the examples of a page print, written into the page: ``python -m docs.makers.printed``.

A page shows what the block before it prints between ``<!-- printed -->`` and ``<!-- end -->``, or
the first of its lines between ``<!-- printed: 12 lines -->`` and the end. A line
``<!-- picture: results/mine/differences.png -->`` stands before the picture that it makes. The
command runs the blocks of such pages from the first to the last in an empty folder, as a reader
would, and fills in what comes out. Numbers move with the model: run it anew after such a change.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from docs.makers import ROOT
from tsunagari.sim.problems import Failure

_PIECE = re.compile(
    r"(?P<continues><!-- continues -->\n)?```(?P<language>\w+)\n(?P<text>.*?)^```$"
    r"|<!-- printed(?:: (?P<lines>\d+) lines)? -->\n(?:.*?)<!-- end -->"
    r"|<!-- picture: (?P<made>\S+) -->\n!\[[^\]]*\]\((?P<shown>[^)]+)\)",
    re.M | re.S,
)
_FILE = re.compile(r"# (\S+\.(?:yaml|csv|py))\n")
_WIDTH = "100"


def shows_what_is_printed(text: str) -> bool:
    """Whether a page has places to fill in."""
    return "<!-- printed" in text or "<!-- picture: " in text


def filled(text: str, folder: Path, page_folder: Path) -> str:
    """A page with what its blocks print now; the pictures it shows are made anew.

    Args:
        text: The page.
        folder: An empty folder to run it in.
        page_folder: Where the page lies; its pictures are found from there.

    Raises:
        Failure: A block ended with an error, or did not make the picture.
        ValueError: A block is of no kind that is known here.
    """
    names: dict[str, object] = {}
    printed = ""

    def piece(found: re.Match[str]) -> str:
        nonlocal names, printed
        if found["made"] is not None:
            made = folder / found["made"]
            if not made.is_file():
                raise Failure(f"no block before it has made the picture {found['made']}")
            shutil.copyfile(made, page_folder / found["shown"])
        elif found["language"] is None:
            lines = printed.rstrip("\n").splitlines()
            most = int(found["lines"] or len(lines))
            head = "\n".join(line.rstrip() for line in lines[:most]).rstrip("\n")
            shown = [head] + ["…"] * (len(lines) > most)
            begin = found[0].partition("\n")[0]
            return "\n".join([begin, "", "```", *shown, "```", "", "<!-- end -->"])
        elif found["language"] in ("yaml", "csv", "python") and (
            file := _FILE.match(found["text"])
        ):
            (folder / file[1]).write_text(found["text"], encoding="utf-8")
        elif found["language"] == "sh":
            printed = "".join(_said(line, folder) for line in found["text"].splitlines())
        elif found["language"] == "python":
            names = names if found["continues"] else {}
            printed = _evaluated(found["text"], names, folder)
        return found[0]

    return _PIECE.sub(piece, text)


def main(arguments: Sequence[str]) -> int:
    """Fill in the pages; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m docs.makers.printed",
        description="Run the examples of pages in docs/ that show what they print, and fill it in.",
    )
    parser.add_argument("page", nargs="*", type=Path, help="only these pages")
    pages = parser.parse_args(arguments).page or sorted((ROOT / "docs").glob("*.md"))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        if not shows_what_is_printed(text):
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                text = filled(text, Path(folder), page.resolve().parent)
            except Failure as failure:
                print(f"{page}: {failure}", file=sys.stderr)
                return 1
        page.write_text(text, encoding="utf-8", newline="\n")
        print(f"{page.name}: filled in")
    return 0


def _said(line: str, folder: Path) -> str:
    """What a line of shell writes to stdout."""
    words = shlex.split(line, comments=True)
    if not words:
        return ""
    if words[:2] == ["uv", "run"]:
        words = words[2:]
    if words[0] != "tsunagari":
        raise ValueError(f"only tsunagari is run from pages, not: {line}")
    world = {"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": _WIDTH}
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder, env=os.environ | world, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if done.returncode:
        raise Failure(f"{line}\nended with status {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def _evaluated(text: str, names: dict[str, object], folder: Path) -> str:
    """What a block of Python prints."""
    said = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(said):
        exec(compile(text, "block", "exec"), names)
    return said.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

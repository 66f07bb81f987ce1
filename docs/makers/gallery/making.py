"""Running the commands of the gallery and keeping what they draw, small."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from docs.makers import ROOT
from docs.makers.gallery.exhibit import Exhibit
from docs.makers.gallery.screens import picture_of_app, picture_of_page
from docs.makers.gallery.shrinking import smaller
from tsunagari.sim.problems import Failure


def made(exhibit: Exhibit) -> bytes:
    """The content of an exhibit's file, made by its commands in a folder of their own.

    Raises:
        Failure: A command ended with another status than 0, or did not leave the picture.
    """
    with tempfile.TemporaryDirectory(prefix="tsunagari-gallery-") as name:
        folder = Path(name)
        for file, text in exhibit.texts.items():
            (folder / file).write_text(text, encoding="utf-8")
        if exhibit.command == "app":
            return smaller(picture_of_app(shlex.split(exhibit.commands[0]), folder), exhibit.width)
        for command in exhibit.commands:
            run(shlex.split(command), folder)
        file_made = _found(folder, exhibit.made)
        if file_made.suffix == ".html":
            return smaller(picture_of_page(file_made.as_uri()), exhibit.width)
        content = file_made.read_bytes()
        return content if file_made.suffix == ".gif" else smaller(content, exhibit.width)


def run(words: Sequence[str], folder: Path) -> None:
    """Run ``tsunagari`` with these words in a folder.

    Raises:
        Failure: It ended with another status than 0.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tsunagari", *words, "--quiet"], cwd=folder, env=environment(),
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if done.returncode:
        told = f"tsunagari {' '.join(words)} ended with status {done.returncode}"
        raise Failure(f"{told}: {done.stderr.strip()}")


def environment() -> dict[str, str]:
    """What a command of this project needs to be found from any folder."""
    return os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"}


def _found(folder: Path, name: str) -> Path:
    """The file of this name that the commands left: named, or in the folder of a result."""
    if (folder / name).is_file():
        return folder / name
    files = sorted(folder.rglob(name))
    if len(files) != 1:
        raise Failure(f"{len(files)} files named {name} were left, not one")
    return files[0]

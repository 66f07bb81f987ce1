"""``python -m docs.makers.lessons``: figures, pictures and the page for predictions, made again.

Every command that the pages in ``docs/lessons`` print is run in a folder of its own. What comes out
is written into the text, the Japanese too, and drawn. The exit status is 1 if the text says
something that is not so any more, naming it, or with ``--check`` if a figure is stale.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path

from docs.makers.lessons.lesson import Derived, Lesson
from docs.makers.lessons.page import FOLDERS, PICTURES, PREDICT, commands, filled
from docs.makers.lessons.registry import LESSONS
from tsunagari.sim.problems import Failure


def main(arguments: Sequence[str]) -> int:
    """Make lessons again; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m docs.makers.lessons", description="Make the lessons in docs/ again."
    )
    parser.add_argument("--only", action="append", choices=LESSONS, help="a lesson; repeatable")
    parser.add_argument("--check", action="store_true", help="change nothing; status 1 if stale")
    parser.add_argument("--no-predict", action="store_true", help="leave the page as it is")
    asked = parser.parse_args(arguments)
    stale, untrue = False, False
    for name in asked.only or LESSONS:
        lesson = LESSONS[name]
        pages = {language: folder / f"{name}.md" for language, folder in FOLDERS.items()}
        texts = {language: page.read_text(encoding="utf-8") for language, page in pages.items()}
        with tempfile.TemporaryDirectory(prefix="tsunagari-lesson-") as folder:
            run_commands(texts["en"], Path(folder))
            found = derived(lesson, Path(folder))
        for statement in found.untrue:
            print(f"{name}.md: it is not so any more that {statement}", file=sys.stderr)
            untrue = True
        for language, page in pages.items():
            current = filled(texts[language], lesson, found, language)
            changed = current != texts[language]
            stale |= changed
            if not asked.check:
                page.write_text(current, encoding="utf-8", newline="\n")
            state = ("stale", "current") if asked.check else ("filled in", "as before")
            print(f"{page.relative_to(FOLDERS['en'])}: {state[not changed]}")
        if not asked.check:
            _save(lesson, found)
    if not asked.check and not asked.no_predict and not asked.only:
        from tsunagari.experiments.predict.__main__ import main as predict

        untrue |= predict(["--out", str(PREDICT), "--check", "--lang", "en", "--lang", "ja"]) != 0
    return 1 if untrue or (asked.check and stale) else 0


def run_commands(text: str, folder: Path) -> None:
    """Run what a page prints, in a folder.

    Raises:
        experiments.problems.Failure: A command ended with another status than 0.
    """
    from tsunagari.experiments.cli import main as run

    before = sys.argv
    with chdir(folder), Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        out, sys.stdout = sys.stdout, nowhere
        try:
            for words in commands(text):
                sys.argv = ["tsunagari", *words, "--quiet"]
                status = run()
                if status != 0:
                    raise Failure(f"tsunagari {' '.join(words)} ended with status {status}")
        finally:
            sys.argv, sys.stdout = before, out


def derived(lesson: Lesson, folder: Path) -> Derived:
    """What the results of a lesson come to, after its commands were run in the folder."""
    from tsunagari.experiments.pictures.page import plain_settings

    with plain_settings():
        return lesson.derive(folder / "results")


def _save(lesson: Lesson, found: Derived) -> None:
    from tsunagari.experiments.pictures.page import plain_settings

    with plain_settings():
        _, svg = found.picture.save(PICTURES, f"lesson-{lesson.name}")
    svg.unlink()  # pages show the PNG, as those of the gallery


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

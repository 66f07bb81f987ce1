"""A lesson's pages: the commands they print, and the places that are filled in from their results.

A figure stands between ``<!-- figure: NAME -->`` and ``<!-- end -->``, within a line: a comment at
its start would make HTML of the whole line. The words of the lesson's picture are filled in, too.
The Japanese page prints the commands of the English one and is filled from the same results.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from docs.makers import DOCS
from docs.makers.lessons import telling
from docs.makers.lessons.lesson import Derived, Lesson

FOLDER = DOCS / "lessons"
FOLDERS = {"en": FOLDER, "ja": FOLDER / "ja"}
"""Where the pages lie, by language."""
PREDICT = DOCS / "_static" / "predict.html"
PICTURES = FOLDER.parent / "pictures"

_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)
_FIGURE = re.compile(r"<!-- figure: ([\w-]+) -->(.*?)<!-- end -->", re.S)
_MARKER = re.compile(r"<!-- (?:figure: [^>]*|end) -->")
_PREFIX = ("uv", "run", "tsunagari")


def commands(text: str) -> Iterator[list[str]]:
    """The words after ``tsunagari`` of every command that a page prints.

    Raises:
        ValueError: A line is another command.
    """
    for block in _BLOCK.findall(text):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if words and tuple(words[: len(_PREFIX)]) != _PREFIX:
                raise ValueError(f"a page of a lesson prints commands of tsunagari only: {line}")
            if words:
                yield words[len(_PREFIX) :]


def filled(text: str, lesson: Lesson, found: Derived, language: str = "en") -> str:
    """The page with its figures, and the words of its picture, as they are found now.

    Raises:
        ValueError: A marker is misplaced, there is no figure of a name, or a figure is not used.
    """
    markers = _MARKER.findall(text)
    if [marker == "<!-- end -->" for marker in markers] != [False, True] * (len(markers) // 2):
        raise ValueError(f"{lesson.name}: markers of figures do not come in pairs")
    if re.search(r"^\s*<!-- figure: ", text, re.M):
        raise ValueError(f"{lesson.name}: a figure must not stand at the start of a line")
    names = {name for name, _ in _FIGURE.findall(text)}
    if unknown := names - set(found.figures):
        raise ValueError(f"{lesson.name}: there are no figures {', '.join(sorted(unknown))}")
    in_english = language == "en"
    told = str if in_english else telling.in_japanese
    text = _FIGURE.sub(
        lambda one: f"<!-- figure: {one[1]} -->{told(found.figures[one[1]])}<!-- end -->", text
    )
    described = found.picture.description if in_english else found.picture.japanese
    picture = f"]({'' if in_english else '../'}../pictures/lesson-{lesson.name}.png)"
    before, there, after = text.partition(picture)
    if not there or picture in after:
        raise ValueError(f"{lesson.name}: the page must show its picture once")
    start = before.rindex("![")
    return f"{before[:start]}![{described}{there}{after}"

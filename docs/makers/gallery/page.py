"""The page ``docs/gallery.md``: every picture, what there is to see, and the command."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from docs.makers.gallery.exhibit import Exhibit

_HEAD = """\
# Gallery

Every picture here, and every other one in this manual, is made again by one command. It needs the
development tools, and Chromium for what a browser shows:

    uv run python -m docs.makers.gallery

Under each picture stands what made it. All are of seed 1. A single run shows what can happen;
[compare](compare.md) shows what is to be expected.
"""


def gallery(exhibits: Iterable[Exhibit]) -> str:
    """The text of the page.

    Args:
        exhibits: In order; those of a section follow one another.
    """
    pieces = [_HEAD]
    for section, shown in groupby(exhibits, key=lambda exhibit: exhibit.section):
        pieces.append(f"## {section}\n")
        pieces += (piece for exhibit in shown for piece in _pieces(exhibit))
    return "\n".join(pieces)


def _pieces(exhibit: Exhibit) -> Iterator[str]:
    yield f"### {exhibit.title}\n"
    yield f"{exhibit.sentence}\n"
    yield f"![{exhibit.alternative}](pictures/{exhibit.file})\n"
    for name, text in exhibit.texts.items():
        if not text.startswith(f"# {name}\n"):
            raise ValueError(f"{name} must begin with its name")
        yield f"```yaml\n{text}```\n"
    typed = "\n".join(f"`tsunagari {command}`\\" for command in exhibit.commands)
    yield f"{typed.removesuffix(chr(92))}\n"

"""The page's measured parts, in Markdown, and its list of what misses its band."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from docs.makers import DOCS
from tsunagari.experiments.words.numbers import written

if TYPE_CHECKING:
    from docs.makers.economy.figures import Held, Part
    from tsunagari.experiments.runs.statistics import Interval

PAGE = DOCS / "economy.md"

OUTSIDE = "**outside**"
_LIST = "missed"


def with_part(text: str, name: str, found: Part, replications: int, seed: int) -> str:
    """A page with one measured part, and the list of what is outside its band, written anew.

    Args:
        text: The page.
        name: Of the part.
        found: What was measured.
        replications: In how many at most.
        seed: Of all chance.

    Raises:
        ValueError: The page has no such part.
    """
    told = f"{replications} replications, seed {seed}."
    text = _filled(text, name, [told, "", *_lines(found)])
    missed = [line for line in text.splitlines() if line.endswith(f": {OUTSIDE}")]
    held = sum(line.endswith(": within") for line in text.splitlines()) + len(missed)
    head = f"{len(missed)} of {held} figures are outside their bands{':' if missed else '.'}"
    listed = [line.removesuffix(f": {OUTSIDE}") for line in missed]
    return _filled(text, _LIST, [head, "", *listed])


def _filled(text: str, name: str, lines: Sequence[str]) -> str:
    part = re.compile(rf"(<!-- measured: {name} -->\n).*?(<!-- end -->)", re.S)
    inside = "\n".join(["", *lines, "", ""])
    changed, count = part.subn(lambda match: f"{match[1]}{inside}{match[2]}", text)
    if count != 1:
        raise ValueError(f"the page has {count} parts {name!r}, not 1")
    return changed


def _lines(found: Part) -> Iterator[str]:
    for head, rows in found.tables:
        yield _row(head)
        yield _row(["---"] * len(head))
        for row in rows:
            yield _row([_cell(cell) for cell in row])
        yield ""
    for held in found.held:
        yield held_line(held)


def held_line(held: Held) -> str:
    """A figure, its band, and whether it lies within."""
    verdict = "within" if held.within else OUTSIDE
    band = f"{_number(held.low)} to {_number(held.high)}"
    return f"- {held.what}: {_number(held.found)}, asked {band}: {verdict}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: str | float | Interval) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return _number(cell)
    if cell.low != cell.low:
        return _number(cell.mean)
    return f"{_number(cell.mean)} ({_number(cell.low)} to {_number(cell.high)})"


def _number(x: float) -> str:
    if x != x:
        return "–"
    size = abs(x)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 or x == 0 else 3
    return written(float(x), f".{digits}f")

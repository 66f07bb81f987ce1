"""The part of the sector's page that is measured, in Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from docs.makers import DOCS
from docs.makers.sector import figures
from tsunagari.experiments.words.numbers import written

if TYPE_CHECKING:
    from docs.makers.sector.figures import SectorFigures
    from tsunagari.experiments.runs.statistics import Interval

PAGE = DOCS / "sector.md"

_PART = re.compile(r"(<!-- measured: sector -->\n).*?(<!-- end -->)", re.S)
_PERCENT = "churn retention_12 market_share margin".split()
_ROWS: tuple[tuple[str, str], ...] = (
    ("churn", "Customers lost a month, %"),
    ("retention_12", "Still there after a year, %"),
    ("nps", "Net promoter score"),
    ("rating", "Public rating, stars"),
    ("price", "Price"),
    ("elasticity", "Elasticity of joins by price"),
    ("market_share", "Share of customers at the end, %"),
)


def with_figures(text: str, found: SectorFigures, told: str) -> str:
    """A page with its measured part written anew.

    Args:
        text: The page.
        found: What was measured.
        told: How, in a sentence or two.

    Raises:
        ValueError: The page has no such part.
    """
    part = "\n".join(_lines(found, told))
    changed, count = _PART.subn(lambda match: f"{match[1]}\n{part}\n{match[2]}", text)
    if count != 1:
        raise ValueError(f"the page has {count} parts that are measured, not 1")
    return changed


def _lines(found: SectorFigures, told: str) -> Iterator[str]:
    names = list(found.firms)
    yield from (told, "")
    yield from _head("", names)
    for what, label in _ROWS:
        number = _percent if what in _PERCENT else _plain
        yield _row(label, (number(found.firms[name][what]) for name in names))
    yield from ("", "Where a firm's revenue goes, in per cent; what is left is its profit:", "")
    yield from _head("", names)
    for what in (*figures.COSTS, "margin"):
        label = "**profit**" if what == "margin" else what
        yield _row(label, (_percent(found.firms[name][what]) for name in names))
    stars = ", ".join(f"{n}: {_percent(part)}" for n, part in enumerate(found.stars, start=1))
    yield from ("", f"Reviews by stars, in per cent: {stars}.", "")
    yield f"The dearest firm asks {_percent(found.spread)} % more than the cheapest."
    for by, what in (("profit", "profit"), ("share", "share of customers")):
        yield from ("", *_map(found.leaders[by], what))
    yield ""


def _map(cells: Sequence[Sequence[tuple[str, bool]]], what: str) -> Iterator[str]:
    from tsunagari.experiments.validate.purity import CONNECTIVITIES, ENVIRONMENTS

    count = len(ENVIRONMENTS) * len(CONNECTIVITIES)
    led: dict[str, int] = {}
    for row in cells:
        for name, _ in row:
            led[name] = led.get(name, 0) + 1
    ranked = sorted(led.items(), key=lambda item: -item[1])
    told = ", ".join(f"{name} in {times}" for name, times in ranked)
    yield f"Who leads in {what}, of {count} environments: {told}. Where the lead is certain (paired"
    yield "95 % interval over the next above 0) the name is in bold."
    yield ""
    yield from _head("Customers weigh", [f"connectivity {c:g}" for c in CONNECTIVITIES])
    for environment, row in zip(ENVIRONMENTS, cells, strict=True):
        yield _row(environment, (f"**{name}**" if sure else name for name, sure in row))


def _head(first: str, names: Sequence[str]) -> Iterator[str]:
    yield _row(first, names)
    yield _row("---", ["---"] * len(names))


def _row(first: str, cells: Iterator[str] | Sequence[str]) -> str:
    return f"| {' | '.join([first, *cells])} |"


def _percent(value: Interval) -> str:
    return _interval(value, lambda part: written(100 * part, ".1f"))


def _plain(value: Interval) -> str:
    return _interval(value, lambda part: written(part, ".2f"))


def _interval(value: Interval, shown: Callable[[float], str]) -> str:
    if value.mean != value.mean:
        return "–"
    ends = (value.mean, value.low, value.high)
    mean, low, high = map(shown, ends)
    return f"{mean} ({low} to {high})" if value.low == value.low else mean

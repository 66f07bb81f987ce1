"""What came out of a run, for the terminal and for programs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import NamedTuple

from experiments.condensed import window, windows
from experiments.summary import FirmSummary, Measured, Reservoirs, Summary, summary
from experiments.wording import comings_and_goings, in_words, percent
from experiments.words import Words
from experiments.words.terminal import columns_of, cut_to

__all__ = ["Summary", "as_json", "as_table", "in_words", "summary"]

_WIDTH, _NAME = 100, 25
_ENGLISH = Words("en")
_MEASURES = {
    "final_share": "market_share",
    **{name: name for name in ("retention_12", "churn", "joining", "stickiness_money")},
    **{name: name for name in ("satisfaction", "nps", "profit")},
    "reservoirs": "stickiness",
}
"""What the numbers of a firm are figures of."""


class _Column(NamedTuple):
    """A column of the table: a measure, its heading in two lines, its width and its numbers."""

    name: str
    head: str
    foot: str
    width: int
    mean: Callable[[float], str]
    end: Callable[[float], str]


def as_table(found: Summary) -> str:
    """A table of at most 100 columns: two lines a firm, means above the 10–90 % bands.

    Japanese characters count as two columns, as terminals show them.
    """
    lines = [cut_to(found.title, _WIDTH), _row("", [column.head for column in _COLUMNS])]
    lines.append(_row("Firm", [column.foot for column in _COLUMNS]))
    for firm in found.firms:
        values: list[Measured] = [getattr(firm, column.name) for column in _COLUMNS]
        cells = [
            _without_sign_of_zero(column.mean(value.mean)) if math.isfinite(value.mean) else "–"
            for value, column in zip(values, _COLUMNS, strict=True)
        ]
        lines.append(_row(firm.name, cells))
        bands = [""] * len(cells)
        if found.replications > 1:
            bands = [_band(v, column) for v, column in zip(values, _COLUMNS, strict=True)]
        lines.append(_row("  " + firm.discipline, bands).rstrip())
    if found.replications > 1:
        lines.append(f"Mean of {found.replications} replications; below it the 10–90 % band.")
    if found.firms:
        lines.append(windows(found.months, _ENGLISH))
    lines += [cut_to(sentence, _WIDTH) for sentence in comings_and_goings(found)]
    return "\n".join(lines)


def as_json(found: Summary) -> dict[str, object]:
    """The summary as plain values; a number is its mean and, if replicated, its 10–90 % band."""
    return {
        "title": found.title,
        "months": found.months,
        "replications": found.replications,
        "firms": [_plain(firm) for firm in found.firms],
        "first_year": None if found.first_year is None else _plain(found.first_year),
        "last_year": None if found.last_year is None else _plain(found.last_year),
        "figures": {
            field: window(name, found.months, _ENGLISH) for field, name in _MEASURES.items()
        },
        "words": in_words(found),
    }


def _plain(part: FirmSummary | Reservoirs) -> dict[str, object]:
    plain: dict[str, object] = {}
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, Measured):
            single = len(value.values) == 1
            low, high = (None if single else _finite(value.quantile(q)) for q in (0.1, 0.9))
            plain[field.name] = {"mean": _finite(value.mean), "low": low, "high": high}
        else:
            plain[field.name] = _plain(value) if isinstance(value, Reservoirs) else value
    return plain


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _percent_whole(value: float) -> str:
    return f"{100 * value:.0f}"


def _compact(value: float, digits: int = 1) -> str:
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= 0.9995 * size:
            return f"{value / size:.{digits}f}{letter}"
    return f"{value:.{digits}f}"


def _band(value: Measured, column: _Column) -> str:
    low, high = value.quantile(0.1), value.quantile(0.9)
    if not math.isfinite(low):
        return ""
    return "..".join(_without_sign_of_zero(column.end(end)) for end in (low, high))


def _without_sign_of_zero(text: str) -> str:
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text


def _row(name: str, cells: Sequence[str]) -> str:
    """One line of the table."""
    cut = cut_to(name, _NAME - 1)
    widths = [column.width for column in _COLUMNS]
    tail = "".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
    return cut + " " * (_NAME - columns_of(cut)) + tail


_COLUMNS = (
    _Column("start_share", "share at", "start", 9, percent, _percent_whole),
    _Column("final_share", "share at", "end", 9, percent, _percent_whole),
    _Column("retention_12", "12-month", "retention", 10, percent, _percent_whole),
    _Column("churn", "lost per", "month", 9, percent, lambda value: f"{100 * value:.1f}"),
    _Column("stickiness_money", "sticky,", "of bill", 9, percent, _percent_whole),
    _Column("satisfaction", "satis-", "faction", 11, "{:.2f}".format, "{:.1f}".format),
    _Column("nps", "", "NPS", 8, "{:.0f}".format, "{:.0f}".format),
    _Column("profit", "", "profit", 10, _compact, lambda value: _compact(value, digits=0)),
)

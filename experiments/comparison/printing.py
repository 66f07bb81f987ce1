"""A comparison for the terminal and for programs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from experiments.comparison.findings import MONEY, Finding, Findings, findings
from experiments.comparison.money_words import passing_on
from experiments.comparison.wording import in_words
from experiments.units import unit_of_measure
from experiments.words.terminal import columns_of, cut_to, wrapped

if TYPE_CHECKING:
    from experiments.comparison.changes import Change
    from experiments.comparison.comparison import Comparison
    from experiments.prices import Prices
    from experiments.statistics import Interval

_WIDTH = 100
_NAME = 25
_COLUMNS = (11, 11, 12, 23, 9, 9)
_MOST_CHANGES = 20
_PRICES: dict[Prices, str] = {
    "held": "prices held: costs do not reach them (--prices passed-on lets them)",
    "passed-on": "prices not held: costs are passed on to them (--prices held keeps them out)",
}
_MARK = " *"
_MARK_MEANS = " (*: differs, all main outcomes judged together: Holm, 5 %)"


def as_text(found: Comparison) -> str:
    """What the command prints, at most 100 columns wide: changes, differences, sentences."""
    base, *others = found.alternatives
    blocks = []
    for other, changed, part in zip(others, found.changes, findings(found), strict=True):
        lines = [cut_to(other.label, _WIDTH), cut_to(f"against {base.label}", _WIDTH)]
        lines += [_PRICES[found.prices], ""]
        lines += [*_changes(changed), "", *_table(found, part)]
        blocks.append("\n".join(lines))
    count = f"{found.replications} replications" if found.replications > 1 else "1 replication"
    foot = f"{count} of each scenario with the same customers and luck (seed {found.seed})."
    words = ["\n".join(wrapped(paragraph, _WIDTH)) for paragraph in in_words(found)]
    return "\n\n".join([*blocks, foot, *words])


def as_json(found: Comparison) -> dict[str, Any]:
    """The same as plain values."""
    base, *others = found.alternatives
    return {
        "base": base.label,
        "seed": found.seed,
        "replications": found.replications,
        "months": list(found.at),
        "measure": found.measure,
        "prices": found.prices,
        "unit": unit_of_measure(found.measure),
        "scenarios": [
            {
                "scenario": other.label,
                "changes": [asdict(change) for change in changed],
                "differences": [_plain(row) for row in part.followed],
                "outcomes": {
                    "looked_at": part.looked_at,
                    "differing": [_plain(row) for row in part.differing],
                    "main": len(part.family),
                    "main_differing": [_plain(row) for row in part.certain],
                    "main_outcomes": [
                        {**_plain(row), "verdict": row.verdict, "together": row in part.certain}
                        for row in part.main
                    ],
                },
                "passing_on": [
                    {"firm": row.firm} | _ends(passing_on(row)) for row in part.costs if row.pairs
                ],
            }
            for other, changed, part in zip(others, found.changes, findings(found), strict=True)
        ],
        "precision": None
        if found.decision is None
        else asdict(found.decision) | {"reached": found.decision.reached},
        "words": " ".join(in_words(found)),
    }


def _changes(changed: Sequence[Change]) -> list[str]:
    if not changed:
        return ["No parameter differs."]
    lines = ["What was changed"]
    lines += [cut_to(f"  {change}", _WIDTH) for change in changed[:_MOST_CHANGES]]
    if len(changed) > _MOST_CHANGES:
        lines.append(f"  and {len(changed) - _MOST_CHANGES} more")
    return lines


def _table(found: Comparison, part: Findings) -> list[str]:
    """The measure that is followed, then the main outcomes that differ."""
    unit = unit_of_measure(found.measure)
    head = ("base", "this", "difference", "95 % interval", "pairing", "visible")
    lines = [f"{found.measure}{f' ({unit})' if unit else ''}, month {found.at[-1]}"]
    lines.append(_row("", head))
    lines += [_row(row.firm or "market", _cells(row)) for row in part.followed]
    money = [row for row in part.main if row.measure in MONEY and row.measure != found.measure]
    if money:
        lines += ["", f"Price, cash and profit so far, month {found.at[-1]}{_MARK_MEANS}"]
        lines += [_row(_named(row, part), _cells(row)) for row in money]
    others = [row for row in part.certain if row.measure not in (found.measure, *MONEY)]
    if others:
        lines += ["", f"Other main outcomes that differ, month {found.at[-1]}{_MARK_MEANS}"]
        lines += [_row(_named(row, part), _cells(row)) for row in others]
    return [*lines, *_legend()]


def _named(row: Finding, part: Findings) -> str:
    """Measure and firm, marked where it differs when all are judged together."""
    firm = f" {row.firm}" if row.firm else ""
    mark = _MARK if row in part.certain else ""
    name = cut_to(f"{row.measure}{firm}", _NAME - 1 - len(_MARK))
    return name + mark


def _legend() -> list[str]:
    words = (
        "pairing: how many times as many unpaired replications would tell as much; "
        "visible: the difference that so many replications would see in 4 of 5 cases"
    )
    return wrapped(words, _WIDTH)


def _cells(row: Finding) -> list[str]:
    found = row.difference
    interval = f"{_signed(found.low)} to {_signed(found.high)}" if row.is_defined else "–"
    factor = f"{row.factor:,.0f} ×" if row.factor >= 10 else f"{row.factor:.1f} ×"
    return [
        _number(row.base),
        _number(row.mean),
        _signed(found.mean),
        interval,
        factor if math.isfinite(row.factor) else "–",
        _number(row.smallest, 2),
    ]


def _row(name: str, cells: Sequence[str]) -> str:
    cut = cut_to(name, _NAME - 1)
    tail = "".join(cell.rjust(width) for cell, width in zip(cells, _COLUMNS, strict=True))
    return (cut + " " * (_NAME - columns_of(cut)) + tail).rstrip()


def _number(value: float, digits: int = 4) -> str:
    if not math.isfinite(value):
        return "–"
    for least, size, letter in ((1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if abs(value) >= least:
            return f"{value / size:.{digits}g}{letter}"
    text = f"{value:.{digits}g}"
    return "0" if float(text) == 0 else text


def _signed(value: float) -> str:
    text = _number(value, 3)
    return text if text in ("0", "–") or text.startswith("-") else f"+{text}"


def _plain(row: Finding) -> dict[str, Any]:
    return {
        "measure": row.measure,
        "firm": row.firm,
        "base_mean": _finite(row.base),
        "mean": _finite(row.mean),
        **_ends(row.difference),
        "variance_reduction": _finite(row.factor),
        "standardised": _finite(row.standardised),
        "smallest_detectable": _finite(row.smallest),
        "pairs": row.pairs,
    }


def _ends(found: Interval) -> dict[str, float | None]:
    values = {"difference": found.mean, "low": found.low, "high": found.high}
    return {name: _finite(value) for name, value in values.items()}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None

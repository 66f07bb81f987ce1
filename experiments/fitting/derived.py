"""What a fit is held against, out of a grid: shares, churn, joins and the rest, as arrays."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from tsunagari.experiments.fitting.grid import Grid
from tsunagari.experiments.fitting.sheet import Sheet
from tsunagari.experiments.words.numbers import listed
from tsunagari.sim.problems import Problem

type Values = dict[tuple[int, str], Fraction]
"""Numbers by month and firm; what is unknown is not there."""

MOST_OFF = Fraction(2, 100)
"""How far the shares of a month may be from 1 together, and shares from customers."""
JUMP = 6.0
"""A change of share by more robust standard deviations than this looks like a restatement."""
_SMALLEST_JUMP = 0.005
"""Smallest change of share that may be one: half a point."""
_AS_WRITTEN = ("customers", "nps", "price", "advertising", "rating")
_COUNTED = 100
"""Where every firm has more customers than this, joins of at most 1 are parts."""

CHURN_OF_A_QUARTER = (
    "churn of a quarter was read as that of a month of it; if it is of all three, write "
    "churn_per: quarter into the facts"
)


def derived(sheet: Sheet, grid: Grid) -> tuple[dict[str, np.ndarray], list[str], list[Problem]]:
    """The measures as float64[months + 1, firms], notes, and what is wrong with them."""
    problems = list(_wrong_shares(sheet, grid))
    notes: list[str] = []
    values: dict[str, Values] = {"share": _shares(grid, notes)}
    churn, wrong = _churn(sheet, grid, notes)
    joins, wrong_joins = _joins(sheet, grid, notes)
    problems += [*wrong, *wrong_joins]
    values |= {"churn": churn, "joins": joins}
    values |= {name: _written(grid, name) for name in _AS_WRITTEN}
    arrays = {name: _array(grid, cells) for name, cells in values.items() if cells}
    if reviews := _written(grid, "reviews"):
        arrays["reviews"] = _reviews(grid, _array(grid, reviews), notes)
    if "nps" in arrays and np.nanmax(np.abs(arrays["nps"])) <= 1:
        notes.append("every nps is between −1 and 1; nps is read on the scale from −100 to 100")
    if grid.kind == "quarter":
        last = grid.label(0)
        notes.append(f"quarters are those of the calendar, at their last month: the first, {last}")
    if "share" in arrays and not problems:
        notes += _restatements(grid, arrays["share"])
    return arrays, notes, problems


def _array(grid: Grid, values: Values) -> np.ndarray:
    array = np.full((grid.months + 1, len(grid.firms)), np.nan)
    for (month, firm), value in values.items():
        array[month, grid.firms.index(firm)] = float(value)
    return array


def _written(grid: Grid, measure: str) -> Values:
    rows = grid.cells.items()
    return {at: value for at, row in rows if (value := row.values.get(measure)) is not None}


def _months(grid: Grid) -> range:
    return range(0, grid.months + 1, grid.step)


def _whole(grid: Grid, month: int, measure: str) -> list[Fraction] | None:
    """A measure of all firms, where it is known of all."""
    values = [value for value in grid.of_month(month, measure) if value is not None]
    return values if len(values) == len(grid.firms) else None


def parts_of(counts: np.ndarray) -> np.ndarray:
    """Every firm's part of what all firms of a month have together, float64[months, firms].

    NaN where they have nothing, or that of one is unknown.
    """
    whole = counts.sum(axis=1, keepdims=True)
    nothing = np.full(counts.shape, np.nan)
    parts: np.ndarray = np.divide(counts, whole, out=nothing, where=whole > 0)
    return parts


# -- shares ----------------------------------------------------------------------------------------


def _shares(grid: Grid, notes: list[str]) -> Values:
    """Parts of all customers: of customers where all are known, else as written."""
    shares = _written(grid, "share")
    sums = []
    for month in _months(grid):
        if customers := _whole(grid, month, "customers"):
            total = sum(customers)
            if total:
                parts = zip(grid.firms, customers, strict=True)
                shares |= {(month, firm): count / total for firm, count in parts}
        elif whole := _whole(grid, month, "share"):
            total = sum(whole)
            sums.append(total)
            if total:
                parts = zip(grid.firms, whole, strict=True)
                shares |= {(month, firm): share / total for firm, share in parts}
    if {"customers", "share"} <= set(grid.measures):
        notes.append("shares are of customers where all are known, else as written")
    if any(total != 1 for total in sums):
        low, high = (f"{float(bound):.3f}" for bound in (min(sums), max(sums)))
        notes.append(
            f"shares of a month sum to {low if low == high else f'{low} to {high}'}: "
            "each was divided by the sum of its month"
        )
    return shares


def _wrong_shares(sheet: Sheet, grid: Grid) -> Iterator[Problem]:
    for month in _months(grid):
        if not grid.is_sure(month):
            continue
        row, label = grid.first_row(month), grid.label(month)
        customers, shares = _whole(grid, month, "customers"), _whole(grid, month, "share")
        if customers is not None and not sum(customers):
            yield sheet.problem(row, "customers", f"nobody has customers in {label}")
        elif customers is not None and shares is not None:
            yield from _contradiction(sheet, grid, month, customers, shares)
        elif customers is None and shares is None:
            yield from _overfull(sheet, grid, month)
        if (
            customers is None
            and shares is not None
            and abs(sum(shares, Fraction(0)) - 1) > MOST_OFF
        ):
            total = float(sum(shares))
            low = "add the firms that are missing, or one called Others"
            high = "look for a firm written twice or a line of totals"
            message = f"shares of {label} sum to {total:.3g}, not 1"
            yield sheet.problem(row, "share", message, low if total < 1 else high)


def _overfull(sheet: Sheet, grid: Grid, month: int) -> Iterator[Problem]:
    """Shares that are too much although some are unknown; and a start that is unknown."""
    row, label = grid.first_row(month), grid.label(month)
    total = sum(value for value in grid.of_month(month, "share") if value is not None)
    if total > 1 + MOST_OFF:
        message = f"shares of {label} sum to {float(total):.3g}, not 1, and some are unknown"
        yield sheet.problem(row, "share", message, "look for a firm written twice")
    if month == 0:
        message = f"not every firm's share of {label} is known, and the market starts there"
        yield sheet.problem(row, "", message, "fill it in, or begin with a month that is known")


def _contradiction(
    sheet: Sheet, grid: Grid, month: int, customers: list[Fraction], shares: list[Fraction]
) -> Iterator[Problem]:
    """For every firm whose share is not that of its customers."""
    total = sum(customers)
    for firm, count, share in zip(grid.firms, customers, shares, strict=True):
        if abs(count / total - share) > MOST_OFF:
            message = (
                f"{firm} has {float(100 * count / total):.3g} % of the customers of "
                f"{grid.label(month)}, and its share says {float(100 * share):.3g} %"
            )
            number = grid.cells[month, firm].number
            suggestion = "correct one, or leave one of the columns out"
            yield sheet.problem(number, "share", message, suggestion)


# -- who leaves and joins --------------------------------------------------------------------------


def _churn(sheet: Sheet, grid: Grid, notes: list[str]) -> tuple[Values, list[Problem]]:
    """Leaves of a month by customers before it: as written, else of the leaves."""
    churn, leaves = _written(grid, "churn"), _written(grid, "leaves")
    customers = _written(grid, "customers")
    if leaves and not customers:
        message = "leaves are counts, and the table has no customers"
        return churn, [
            _of_column(sheet, "leaves", message, "add customers, or write churn instead")
        ]
    if grid.step == 3 and churn:
        notes.append(CHURN_OF_A_QUARTER)
    problems = []
    for (month, firm), count in leaves.items():
        before = customers.get((month - grid.step, firm))
        if before and count > before:
            message = f"{firm} had {float(before):,.10g} customers before, and lost more"
            number = grid.cells[month, firm].number
            problems.append(sheet.problem(number, "leaves", message, "correct one of them"))
        elif before and (month, firm) not in churn:
            churn[month, firm] = count / before / grid.step
    if leaves and grid.step == 3:
        notes.append("leaves of a quarter were divided by 3, to be those of a month")
    if leaves:
        notes.append(f"leaves of {grid.label(0)} say nothing: customers before it are unknown")
    return churn, problems


def _joins(sheet: Sheet, grid: Grid, notes: list[str]) -> tuple[Values, list[Problem]]:
    """Joiners of a month per customer of all firms: as written, or counts by customers."""
    joins = _written(grid, "joins")
    if not joins:
        return joins, []
    customers = _written(grid, "customers")
    is_counted = bool(customers) and (
        max(joins.values()) > 1 or min(customers.values()) <= _COUNTED
    )
    if "joins" in grid.parts or not is_counted:
        if max(joins.values()) > 1:
            message = "joins are counts, and the table has no customers"
            suggestion = "add customers, or write joins as parts of all customers"
            return {}, [_of_column(sheet, "joins", message, suggestion)]
        notes.append("joins were read as parts of all customers, in a month")
        return joins, []
    notes.append("joins were read as counts" + (" of a quarter" if grid.step == 3 else ""))
    found: Values = {}
    problems = []
    for (month, firm), count in joins.items():
        total = sum(_whole(grid, month, "customers") or ())
        if total and count > total:
            message = f"more joined {firm} than the {float(total):,.10g} customers of all firms"
            number = grid.cells[month, firm].number
            problems.append(sheet.problem(number, "joins", message, "correct one of them"))
        elif total:
            found[month, firm] = count / total / grid.step
    return found, problems


def _of_column(sheet: Sheet, column: str, message: str, suggestion: str) -> Problem:
    return sheet.problem(1 if sheet.has_lines else None, column, message, suggestion)


# -- reviews ---------------------------------------------------------------------------------------


def _reviews(grid: Grid, counts: np.ndarray, notes: list[str]) -> np.ndarray:
    """Every firm's part of what was written in a month, of counts of months or of all so far."""
    at = np.arange(0, grid.months + 1, grid.step)
    new = np.diff(counts[at], axis=0)
    if (known := np.isfinite(new)).any() and (new[known] >= 0).all() and (new[known] > 0).any():
        notes.append("reviews never fall: they were read as all that were written so far")
        counts = np.full(counts.shape, np.nan)
        counts[at[1:]] = new
    else:
        notes.append("reviews were read as those written in a month or quarter")
    return parts_of(counts)


# -- restatements ----------------------------------------------------------------------------------


def _restatements(grid: Grid, shares: np.ndarray) -> Iterator[str]:
    """A note for every month in which a share jumps as it never does otherwise."""
    at = np.arange(0, grid.months + 1, grid.step)
    changes = np.diff(shares[at], axis=0)
    if np.isnan(changes).all(axis=0).any():
        return
    usual = np.nanmedian(changes, axis=0)
    spread = 1.4826 * np.nanmedian(np.abs(changes - usual), axis=0)
    jumps = np.abs(changes - usual) > np.maximum(JUMP * spread, _SMALLEST_JUMP)
    for index in np.flatnonzero(jumps.any(axis=1)):
        before, after = 100 * shares[at[index]], 100 * shares[at[index + 1]]
        firms = [
            f"{grid.firms[f]} {before[f]:.1f} → {after[f]:.1f} %"
            for f in np.flatnonzero(jumps[index])
        ]
        looks = "looks" if len(firms) == 1 else "look"
        label = grid.label(int(at[index + 1]))
        yield (
            f"{listed(firms)} {looks} like a restatement in {label}: if it is one, put {label} "
            "into the facts under breaks"
        )

"""The rows of a table as a grid of months and firms without gaps, or what keeps them from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from tsunagari.experiments.fitting.cells import Kind, label_of
from tsunagari.experiments.fitting.rows import Row, Rows
from tsunagari.experiments.fitting.sheet import Sheet
from tsunagari.sim.problems import Problem

FEWEST_ROWS = 6
"""Fewest months, or quarters, that a table has."""
MOST_FIRMS = 30
"""Most firms of a scenario."""
_LETTERS = 4
"""Fewest of a name in which one more, or another, may be a slip: A and B are two firms."""
_KINDS = {"number": "counted", "date": "a date", "quarter": "a quarter"}


@dataclass(frozen=True)
class Grid:
    """A row for every month written of and every firm.

    Attributes:
        firms: The largest at the start first, equal ones by name.
        months: Last month, from 0.
        step: Months from one row to the next.
        kind: How the table writes months.
        first: The first month, as :class:`~tsunagari.experiments.fitting.cells.Month` has it.
        cells: Rows by month, from 0, and firm.
        measures: Which measures have a column.
        parts: Measures whose cells say that they are per cent.
        unsure: Numbers of rows in which a cell is wrong.
    """

    firms: tuple[str, ...]
    months: int
    step: int
    kind: Kind
    first: int
    cells: dict[tuple[int, str], Row]
    measures: tuple[str, ...]
    parts: frozenset[str]
    unsure: frozenset[int]

    def label(self, month: int) -> str:
        """A month as the table writes it."""
        return _label(self.kind, self.first + month)

    def of_month(self, month: int, measure: str) -> list[Fraction | None]:
        """A measure of all firms; None for those of which it is unknown."""
        rows = (self.cells.get((month, firm)) for firm in self.firms)
        return [None if row is None else row.values.get(measure) for row in rows]

    def first_row(self, month: int) -> int | None:
        """The number of the first row that is about a month."""
        rows = [row.number for (at, _), row in self.cells.items() if at == month]
        return min(rows, default=None)

    def is_sure(self, month: int) -> bool:
        """Whether no cell of a month is wrong, and none missing."""
        rows = [self.cells.get((month, firm)) for firm in self.firms]
        return all(row is not None and row.number not in self.unsure for row in rows)


def grid_of(sheet: Sheet, rows: Rows) -> tuple[Grid | None, list[Problem]]:
    """The grid of some rows, and what is wrong with it; None where there is none at all."""
    if not rows.rows:
        return None, [] if rows.problems else [sheet.problem(None, "", "has no rows with numbers")]
    kinds = Counter(row.month.kind for row in rows.rows)
    kind: Kind = kinds.most_common(1)[0][0]
    problems = list(_mixed(sheet, rows.rows, kind))
    is_whole = not rows.problems and not problems  # else a gap is what was left out above
    by_cell: dict[tuple[int, str], Row] = {}
    for row in rows.rows:
        if row.month.kind != kind:
            continue
        earlier = by_cell.setdefault((row.month.at, row.firm), row)
        if earlier is not row:
            message = f"{row.firm} in {_label(kind, row.month.at)} is already in row"
            suggestion = "leave one of them out"
            problems.append(
                sheet.problem(row.number, "", f"{message} {earlier.number}", suggestion)
            )
    written = sorted({at for at, _ in by_cell})
    step, wrong = _step(sheet, kind, written, by_cell)
    problems += wrong if is_whole else []
    if len(written) < FEWEST_ROWS and is_whole:
        what = "quarters" if step == 3 else "months"
        message = f"has {len(written)} {what}; a fit needs {FEWEST_ROWS} at least"
        problems.append(sheet.problem(None, "", message))
    problems += _wrong_number_of_firms(sheet, {firm for _, firm in by_cell})
    if step is None:
        return None, problems
    first = written[0]
    grid = Grid(
        firms=_ordered(by_cell, first),
        months=written[-1] - first,
        step=step,
        kind=kind,
        first=first,
        cells={(at - first, firm): row for (at, firm), row in by_cell.items()},
        measures=rows.measures,
        parts=frozenset(rows.parts),
        unsure=frozenset(rows.unsure),
    )
    if is_whole and not wrong:
        problems += _gaps(sheet, grid)
    return grid, problems


def _label(kind: Kind, at: int) -> str:
    return str(at) if kind == "number" else label_of(at)


def _mixed(sheet: Sheet, rows: Sequence[Row], kind: Kind) -> Iterator[Problem]:
    """For the first row that writes its month in another way than most."""
    other = next((row for row in rows if row.month.kind != kind), None)
    if other is not None:
        message = f"this month is {_KINDS[other.month.kind]}, most are {_KINDS[kind]}"
        yield sheet.problem(other.number, "month", message, "write all in one way")


def _wrong_number_of_firms(sheet: Sheet, firms: set[str]) -> Iterator[Problem]:
    if len(firms) == 1:
        message = f"has one firm, {next(iter(firms))}; a market has two at least"
        yield sheet.problem(None, "", message, "add the others, or one called Others")
    elif len(firms) > MOST_FIRMS:
        message = f"has {len(firms)} firms, more than {MOST_FIRMS}"
        yield sheet.problem(None, "", message, "put the smallest together in one called Others")


def _step(
    sheet: Sheet, kind: Kind, written: Sequence[int], cells: dict[tuple[int, str], Row]
) -> tuple[int | None, list[Problem]]:
    """Months from row to row: 3 for quarters and what is written like them, else 1."""
    apart = [after - before for before, after in pairwise(written)]
    if not apart:
        return 1, []
    step = 3 if kind == "quarter" or min(apart) == 3 else 1
    if min(apart) not in (1, 3) and kind != "quarter":
        message = f"its rows are {min(apart)} months apart"
        return None, [sheet.problem(None, "", message, "write one for every month or quarter")]
    problems = []
    for before, after in pairwise(written):
        row = min(row.number for (at, _), row in cells.items() if at == after)
        if (after - before) % step:
            message = f"{_label(kind, after)} is {after - before} months after the row before it"
            problems.append(sheet.problem(row, "month", message, "write one row a quarter"))
        elif after - before > step:
            missing = _label(kind, before + step)
            message = f"there are no rows for {missing}, before {_label(kind, after)}"
            suggestion = "add them, with blanks for what is unknown"
            problems.append(sheet.problem(row, "month", message, suggestion))
    regular = all((after - before) % step == 0 for before, after in pairwise(written))
    return (step if regular else None), problems


def _ordered(cells: dict[tuple[int, str], Row], first: int) -> tuple[str, ...]:
    """The firms, the largest at the start first."""
    firms = {firm for _, firm in cells}

    def size(firm: str) -> tuple[Fraction, str]:
        row = cells.get((first, firm))
        values = {} if row is None else row.values
        known = (values.get("customers"), values.get("share"))
        return -next((value for value in known if value is not None), Fraction(0)), firm

    return tuple(sorted(firms, key=size))


def _gaps(sheet: Sheet, grid: Grid) -> Iterator[Problem]:
    """Firms that appear later, disappear, or lack a row between."""
    grid_months = range(0, grid.months + 1, grid.step)
    twins = dict(_twins(grid))
    for one, (other, row) in twins.items():
        message = f"{one} and {other} are never there in one month: are they the same firm?"
        yield sheet.problem(row, "firm", message, f"write {other} in all rows")
    written_twice = {*twins, *(other for other, _ in twins.values())}
    for firm in grid.firms:
        if firm in written_twice:
            continue
        rows = [grid.cells.get((month, firm)) for month in grid_months]
        sizes = [_size(row) for row in rows]
        there = [index for index, size in enumerate(sizes) if size]
        if not there:
            first = min(row.number for row in rows if row is not None)
            message = f"neither customers nor share of {firm} is known in any month"
            yield sheet.problem(first, "", message, "fill them in, or leave the firm out")
            continue
        if there[0] > 0:
            yield _appears(sheet, grid, firm, rows, grid_months[there[0]])
        last = max(index for index, row in enumerate(rows) if row is not None and sizes[index] != 0)
        if last + 1 < len(rows):
            yield _disappears(sheet, grid, firm, rows[last], grid_months[last + 1])
        for index in range(there[0], last):
            after = rows[index + 1]
            if rows[index] is None and after is not None:
                message = f"{firm} has no row for {grid.label(grid_months[index])}"
                suggestion = "add it, with blanks for what is unknown"
                yield sheet.problem(after.number, "", message, suggestion)


def _twins(grid: Grid) -> Iterator[tuple[str, tuple[str, int]]]:
    """Names that may be another's, never in a month with it: the other, and the first such row.

    Names of one firm differ in spaces, signs, capitals, or by a letter.
    """
    months = {firm: {month for month, name in grid.cells if name == firm} for firm in grid.firms}
    by_size = sorted(grid.firms, key=lambda firm: -len(months[firm]))
    for at, one in enumerate(by_size):
        for other in by_size[:at]:
            if months[one].isdisjoint(months[other]) and _is_alike(one, other):
                row = min(row.number for (_, name), row in grid.cells.items() if name == one)
                yield one, (other, row)
                break


def _is_alike(one: str, other: str) -> bool:
    """Whether two names are one but for spaces, signs, capitals, or a letter, never a digit."""
    names = ["".join(filter(str.isalnum, name.casefold())) for name in (one, other)]
    short, long = sorted(names, key=len)
    if short == long or len(short) < _LETTERS:
        return short == long
    same = next((at for at, c in enumerate(short) if c != long[at]), len(short))
    digits = [list(filter(str.isdigit, name)) for name in names]
    return digits[0] == digits[1] and long[same + 1 :] in (short[same + 1 :], short[same:])


def _size(row: Row | None) -> Fraction | None:
    """A firm's customers or share: 0 where it has no row, None where it is unknown."""
    if row is None:
        return Fraction(0)
    known = (row.values.get("customers"), row.values.get("share"))
    return next((value for value in known if value is not None), None)


def _appears(
    sheet: Sheet, grid: Grid, firm: str, rows: Sequence[Row | None], month: int
) -> Problem:
    number = next(row.number for row in rows if row is not None)
    label = grid.label(month)
    message = f"{firm} has customers only from {label} on, and the market starts before"
    entry = f"events: [{{month: {label}, enter: {{name: {firm}}}}}]"
    suggestion = (
        f"leave {firm} out here and write its entry in the facts file, {entry}, or let the table "
        f"begin with {label}"
    )
    return sheet.problem(number, "", message, suggestion)


def _disappears(sheet: Sheet, grid: Grid, firm: str, row: Row | None, month: int) -> Problem:
    label = grid.label(month)
    message = f"{firm} has no customers from {label} on"
    leave = f"events: [{{month: {label}, leave: {firm}}}]"
    suggestion = (
        f"leave {firm} out, or let the table end before {label} and write in the facts file {leave}"
    )
    return sheet.problem(None if row is None else row.number, "", message, suggestion)

"""The rows of a table understood: a month, a firm and numbers, or what is wrong with each cell."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from tsunagari.agents.asked import shown
from tsunagari.experiments.fitting.cells import (
    Month,
    Sign,
    Written,
    decimal_signs,
    is_blank,
    is_empty,
    month_of,
    number_of,
    written,
)
from tsunagari.experiments.fitting.columns import MEASURES, Named
from tsunagari.experiments.fitting.sheet import Sheet
from tsunagari.experiments.words.text import (
    LONGEST_NAME,
    formula,
    same_name,
    shortened,
    unsuitable,
)
from tsunagari.sim.problems import Problem

_OF_MONEY = ("price", "advertising")
_PARTS = ("share", "churn", "joins")
"""Measures that may be parts of one, or per cent."""
_RANGES: dict[str, tuple[float, float, str]] = {
    "nps": (-100, 100, "per cent promoters less per cent detractors"),
    "rating": (1, 5, "stars"),
}
_USUAL_CHURN = Fraction(1, 5)
"""A month's churn above this is more likely written in per cent."""
_LARGEST = 10**15
"""No market has more of anything."""
_TOTALS = frozenset("total totals all market sum overall industry 合計 総計 計 全体 市場".split())


class Row(NamedTuple):
    """One month of one firm.

    Attributes:
        number: As :attr:`Sheet.rows` counts.
        month: Which.
        firm: Its name.
        values: By measure; None where it is blank.
    """

    number: int
    month: Month
    firm: str
    values: dict[str, Fraction | None]


@dataclass
class Rows:
    """All rows, and what was found in them.

    Attributes:
        rows: Those with a month and a firm, in the order of the table.
        measures: Which measures have a column.
        problems: What is wrong with cells.
        notes: What was taken for what.
        parts: Measures whose cells say that they are per cent.
        unsure: Numbers of rows in which a cell is wrong: what follows from them is not told.
    """

    rows: list[Row]
    measures: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    parts: set[str] = field(default_factory=set)
    unsure: set[int] = field(default_factory=set)


class _Number(NamedTuple):
    row: int
    value: Fraction
    is_percent: bool
    text: str


def read_rows(sheet: Sheet, named: Named) -> Rows:
    """Understand every cell of the columns that are known."""
    measures = tuple(name for name in MEASURES if name in named.position)
    found = Rows([], measures)
    reader = _Reader(sheet, named, found)
    numbers = {name: reader.column(name) for name in measures}
    for number, cells in sheet.rows:
        month = reader.month(number, cells[named.position["month"]])
        firm = reader.firm(number, cells[named.position["firm"]])
        if month is not None and firm is not None:
            values = {name: numbers[name].get(number) for name in measures}
            found.rows.append(Row(number, month, firm, values))
    return found


class _Reader:
    """Reads cells of one sheet, and keeps what is wrong with them."""

    def __init__(self, sheet: Sheet, named: Named, found: Rows) -> None:
        self._sheet, self._named, self._found = sheet, named, found
        self._sign = self._decimal_sign()

    def month(self, row: int, cell: Any) -> Month | None:
        """The month of a row; None, with a problem, where there is none."""
        month = None if is_blank(cell) else month_of(cell)
        if month is None:
            message = "the month is missing" if is_blank(cell) else f"{_shown(cell)} is no month"
            self._wrong(row, "month", message, "write 1, 2, …, 2024-03 or 2024Q1")
        return month

    def firm(self, row: int, cell: Any) -> str | None:
        """The name of a row's firm; None, with a problem, where there is none."""
        if is_empty(cell):
            self._wrong(row, "firm", "the firm is missing", "write its name")
            return None
        name = same_name(str(cell))
        fault = unsuitable(str(cell).strip()) or formula(name)
        if fault is None and name.lower() in _TOTALS:
            fault = f"{name} looks like the sum of the firms", "leave its rows out"
        if fault is None and len(name) > LONGEST_NAME:
            fault = f"a name has at most {LONGEST_NAME} characters", "write a shorter one"
        if fault is not None:
            self._wrong(row, "firm", *fault)
            return None
        return name

    def column(self, name: str) -> dict[int, Fraction]:
        """The numbers of a column by row, parts of one where it is a matter of parts."""
        numbers = list(self._numbers(name))
        scaled = self._parts(name, numbers) if name in _PARTS else self._plain(name, numbers)
        self._check_range(name, scaled, {number.row: number.text for number in numbers})
        return scaled

    # -- one column ----------------------------------------------------------------------------

    def _cells(self, name: str) -> Iterator[tuple[int, Any]]:
        position = self._named.position[name]
        return ((row, cells[position]) for row, cells in self._sheet.rows)

    def _numbers(self, name: str) -> Iterator[_Number]:
        for row, cell in self._cells(name):
            if is_blank(cell):
                continue
            if not isinstance(cell, str):
                value, percent = number_of(cell), False
            else:
                number = written(cell, money=name in _OF_MONEY)
                value = None if number is None else number.value(self._sign)
                percent = number is not None and number.is_percent
            if value is None:
                blank = "write a number, or leave the cell blank where it is unknown"
                self._wrong(row, name, f"{_shown(cell)} is no number", blank)
                continue
            yield _Number(row, value, percent, _shown(cell))

    def _plain(self, name: str, numbers: list[_Number]) -> dict[int, Fraction]:
        for number in numbers:
            if number.is_percent:
                bare = number.text.strip('"').rstrip("%％").strip()
                self._wrong(number.row, name, f"{name} is not in per cent", f"write {bare}")
        return {number.row: number.value for number in numbers if not number.is_percent}

    def _parts(self, name: str, numbers: list[_Number]) -> dict[int, Fraction]:
        """Parts of one, out of parts or per cent; joins without % are left as they are."""
        signed = [number for number in numbers if number.is_percent]
        if signed:
            for number in numbers:
                if not number.is_percent:
                    message = f"{number.text} has no %, and other cells of the column have one"
                    self._wrong(number.row, name, message, "write all with it, or none")
            self._found.parts.add(name)
            self._found.notes.append(f"{name} was read as per cent, as its cells say")
            return {number.row: number.value for number in signed}
        given = {number.row: number.value for number in numbers}
        if not given or name == "joins":
            return given
        factor = self._factor(name, given)
        if factor is None:
            return {}
        percent = "per cent" if factor == 100 else "fractions (0 to 1)"
        self._found.notes.append(f"{name} was read as {percent}")
        return {row: value / factor for row, value in given.items()}

    def _factor(self, name: str, given: dict[int, Fraction]) -> int | None:
        """What one whole is in a column without %; None, with a problem, where nobody can tell."""
        if name == "share":
            return 100 if max(given.values()) > 1 else 1
        usual = statistics.median(given.values())
        if usual <= _USUAL_CHURN:
            return 1
        if max(given.values()) > 1:
            return 100
        row = next(iter(given))
        message = f"churn may be in per cent or a fraction: half its cells are over {usual:.3g}"
        self._wrong(row, name, message, f"write % behind it: {float(usual):.3g}%")
        return None

    def _check_range(self, name: str, scaled: dict[int, Fraction], texts: dict[int, str]) -> None:
        for row, value in list(scaled.items()):
            text = texts[row]
            if abs(value) > _LARGEST:
                self._wrong(row, name, f"{text} is larger than any {name}", "correct it")
                del scaled[row]
            elif name in _RANGES:
                low, high, meaning = _RANGES[name]
                if not low <= value <= high:
                    message = f"{name} ({meaning}) is from {low:g} to {high:g}, not {text}"
                    self._wrong(row, name, message.replace("-", "−"), "write it on that scale")
                    del scaled[row]
            elif value < 0:
                say = "write 0 or more, or leave the cell blank where it is unknown"
                self._wrong(row, name, f"{name} cannot be below 0: {text}", say)
                del scaled[row]
            elif value > 1 and (name in ("share", "churn") or name in self._found.parts):
                whole = "all its customers in a month" if name == "churn" else "all customers"
                self._wrong(row, name, f"{text} is more than {whole}", "write a part of one, or %")
                del scaled[row]

    # -- the whole sheet -----------------------------------------------------------------------

    def _decimal_sign(self) -> Sign:
        """The decimal sign of a sheet's texts: what its numbers show, and all in the same way."""
        numbers = list(self._texts())
        shown_by = decimal_signs((row, number) for row, _, _, number in numbers)
        if len(shown_by) == 2:
            (one, first), (other, row) = sorted(shown_by.items(), key=lambda item: item[1])
            texts = {at: (name, text) for at, name, text, n in numbers if n.decimal_sign == other}
            name, text = texts[row]
            words = {",": "a comma", ".": "a point"}
            message = f'"{text}" has {words[other]} before its decimals, row {first} {words[one]}'
            self._wrong(row, name, message, "write all numbers in one way")
            return one
        if shown_by:
            return next(iter(shown_by))
        is_semicolon = self._sheet.separator == ";"
        for row, name, text, number in numbers:
            if "," not in number.digits and "." not in number.digits:
                continue
            if is_semicolon or ("," in number.digits and self._sheet.separator == "\t"):
                bare = number.digits.replace(",", "").replace(".", "")
                point = number.digits.replace(",", ".")
                message = f'"{text}" may be {bare} or {point}0'
                self._wrong(row, name, message, "write it without a separator of thousands")
                break
        return "."

    def _texts(self) -> Iterator[tuple[int, str, str, Written]]:
        for name in MEASURES:
            if name not in self._named.position:
                continue
            for row, cell in self._cells(name):
                if isinstance(cell, str) and not is_blank(cell):
                    number = written(cell, money=name in _OF_MONEY)
                    if number is not None:
                        yield row, name, cell, number

    def _wrong(self, row: int, name: str, message: str, suggestion: str) -> None:
        called = self._named.called.get(name, name)
        self._found.unsure.add(row)
        self._found.problems.append(self._sheet.problem(row, called, message, suggestion))


def _shown(cell: Any) -> str:
    return f'"{shortened(cell.strip(), 40)}"' if isinstance(cell, str) else shown(cell)

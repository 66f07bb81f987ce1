"""What the cells of somebody's table say: numbers as people write them, and months.

Numbers are kept as fractions, so that 34.1 %, 0,341 and .341 are one number to the last bit.
"""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

type Kind = Literal["number", "date", "quarter"]
type Sign = Literal[",", "."]

_BLANK = frozenset(
    [*"- -- – — ― ー … n/a na #n/a nan nat null none ? 不明 非公表 未公表".split(), ""]
)
_SPACES = re.compile(r"(?<=\d)[ '’_](?=\d{3}(?!\d))")
_NUMBER = re.compile(r"([-+]?) ?(\d[\d.,]*|[.,]\d+)(?:[eE]([-+]?\d{1,3}))? ?(%?)")
_MONEY = re.compile(r"^[¥$€£₦₩₹] ?|^(?:JPY|USD|EUR) | ?(?:円|[¥€]|JPY|USD|EUR)$")
_YEAR_FIRST = re.compile(
    r"(\d{4})(?:[-/. ](\d{1,2})|年 ?(\d{1,2})月?)(?:(?<!月)[-/. ](\d{1,2})|(?<=月) ?(\d{1,2})日)?"
    r"(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?"
)
_DAY_FIRST = re.compile(r"\d{1,2}\.(\d{1,2})\.(\d{4})")
_QUARTER = re.compile(
    r"(?P<a>\d{4})[-/ ]?Q(?P<p>[1-4])|Q(?P<q>[1-4])[-/ ]?(?P<b>\d{4})"
    r"|(?P<c>\d{4})[-/ ]?(?P<r>[1-4])Q",
    re.I,
)
_LATEST = 1200
"""Largest month by number: what is larger is a year."""


@dataclass(frozen=True)
class Written:
    """A number as it was written.

    Attributes:
        sign: ``-``, ``+`` or nothing.
        digits: With points and commas.
        exponent: Of ten.
        is_percent: Whether a % follows.
    """

    sign: str
    digits: str
    exponent: int
    is_percent: bool

    @property
    def decimal_sign(self) -> Sign | None:
        """The decimal sign that the digits show for certain; None if they leave it open."""
        commas, points = self.digits.count(","), self.digits.count(".")
        if commas and points:
            return "," if self.digits.rfind(",") > self.digits.rfind(".") else "."
        if not commas and not points:
            return None
        here: Sign = "," if commas else "."
        if commas + points > 1:
            return "." if commas else ","
        whole, _, part = self.digits.partition(here)
        is_open = len(part) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0" and not self.exponent
        return None if is_open else here

    def value(self, decimal_sign: Sign) -> Fraction | None:
        """The number; None if the digits are none under that decimal sign. Per cent are counted."""
        thousands = "." if decimal_sign == "," else ","
        whole, _, part = self.digits.partition(decimal_sign)
        if thousands in part or decimal_sign in part:
            return None
        # Two digits in a group, too, as India writes large numbers; the last has three.
        grouped = rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{2,3}})*{re.escape(thousands)}\d{{3}}"
        if thousands in whole and not re.fullmatch(grouped, whole):
            return None
        text = f"{self.sign}{whole.replace(thousands, '')}.{part}e{self.exponent}"
        return Fraction(Decimal(text)) / (100 if self.is_percent else 1)


def is_blank(cell: Any) -> bool:
    """Whether a cell says nothing: it is empty, or has one of the signs for that."""
    if isinstance(cell, str):
        return unicodedata.normalize("NFKC", cell).strip().lower() in _BLANK
    return is_empty(cell)


def is_empty(cell: Any) -> bool:
    """Whether nothing stands in a cell: None, NaN, pandas' NA and NaT, or spaces."""
    if cell is None or type(cell).__name__ == "NAType":  # no truth value to be asked for
        return True
    if isinstance(cell, str):
        return not cell.strip()
    return bool(cell != cell)  # NaN and NaT alone are not themselves


def written(text: str, *, money: bool = False) -> Written | None:
    """The number that a text writes; None if it writes none.

    Digits of full width, spaces and apostrophes between thousands, a true minus and Japan's ▲ for
    it are understood; where money is asked for, a sign or word for yen, dollars and the like.
    """
    bare = unicodedata.normalize("NFKC", text).strip().replace("−", "-").replace("–", "-")
    bare = _SPACES.sub("", re.sub(r"^[▲△] ?", "-", bare))
    if money:
        bare = _MONEY.sub("", bare)
    found = _NUMBER.fullmatch(bare)
    if found is None:
        return None
    return Written(found[1], found[2], int(found[3] or 0), bool(found[4]))


def number_of(cell: Any) -> Fraction | None:
    """The number that a cell with a number holds; None for texts, truth values and infinities.

    Floating point numbers are the shortest decimal that reads back to them.
    """
    if isinstance(cell, (bool, str)) or not hasattr(cell, "__float__"):
        return None
    if not math.isfinite(float(cell)) or type(cell).__name__ == "bool_":
        return None
    return Fraction(Decimal(str(cell)))


def decimal_signs(texts: Iterable[tuple[int, Written]]) -> dict[Sign, int]:
    """Which decimal signs are in use for certain, each with the first row that shows it."""
    found: dict[Sign, int] = {}
    for row, number in texts:
        if (sign := number.decimal_sign) is not None:
            found.setdefault(sign, row)
    return found


@dataclass(frozen=True)
class Month:
    """A month as a table writes it.

    Attributes:
        kind: ``number`` (1, 2, …), ``date`` or ``quarter``.
        at: The number; of dates twelve times the year and the month from 0; of quarters their
            last month so.
    """

    kind: Kind
    at: int


def month_of(cell: Any) -> Month | None:
    """The month that a cell names; None if it names none.

    ``1``, ``2024-03``, ``2024/3/31``, ``31.03.2024``, ``202403``, ``2024年3月``, ``2024Q1``, or a
    date. A day before a month with slashes is not told from a month before a day, and refused.
    """
    if isinstance(cell, datetime.date):  # datetimes and pandas' timestamps are dates, too
        return _dated(cell.year, cell.month)
    if isinstance(cell, str):
        text = unicodedata.normalize("NFKC", cell).strip()
        if found := _YEAR_FIRST.fullmatch(text):
            day = int(found[4] or found[5] or 1)
            return _dated(int(found[1]), int(found[2] or found[3]), day)
        if found := _DAY_FIRST.fullmatch(text):
            return _dated(int(found[2]), int(found[1]))
        if found := _QUARTER.fullmatch(text):
            year = int(found["a"] or found["b"] or found["c"])
            quarter = int(found["p"] or found["q"] or found["r"])
            return Month("quarter", 12 * year + 3 * quarter - 1)
        cell = int(text) if re.fullmatch(r"\d{1,6}", text) else None
    elif hasattr(cell, "to_timestamp"):  # pandas' periods
        kind: Kind = "quarter" if str(cell.freqstr).startswith("Q") else "date"
        return Month(kind, 12 * cell.year + cell.month - 1)
    value = number_of(cell)
    if value is None or value.denominator != 1:
        return None
    whole = int(value)
    if 1900_00 < whole < 2200_00:
        return _dated(whole // 100, whole % 100)
    return Month("number", whole) if 0 <= whole <= _LATEST else None


def label_of(month: int) -> str:
    """A date as ``2024-03``."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def _dated(year: int, month: int, day: int = 1) -> Month | None:
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    return Month("date", 12 * year + month - 1)

"""What is measured of prices, demand and success in the default market, and its bands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from docs.makers.economy.runs import FIRMS, Case, Runs, changed, mean, value
from tsunagari.experiments.runs.statistics import Interval, t_interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from docs.makers.economy.runs import Series

PEOPLE = Case().people
FACTORS = (0.7, 0.85, 1.0, 1.15, 1.3, 1.5)
CONTROL = Case(months=84)
"""The market as it is, long enough for whatever it is compared with."""


@dataclass(frozen=True)
class Held:
    """A figure and the band it is held to."""

    what: str
    found: float
    low: float
    high: float

    @property
    def within(self) -> bool:
        """Whether it lies in the band."""
        return self.low <= self.found <= self.high


@dataclass(frozen=True)
class Part:
    """What was measured on one subject: tables, as rows of cells below a head, and bands."""

    tables: tuple[tuple[Sequence[str], Sequence[Sequence[str | float | Interval]]], ...]
    held: tuple[Held, ...] = ()


def prices(runs: Runs, replications: int) -> Part:
    """The value of each firm over factors on its price, and where it is highest."""
    rows: list[Sequence[str | float | Interval]] = []
    held = []
    for k, (firm, own) in enumerate(zip(FIRMS, priced(runs, replications), strict=True)):
        worth = np.array([[value(one, k) for one in each] for each in own])
        three = np.array([[value(one, k, years=3, forever=False) for one in e] for e in own])
        five = np.array([[value(one, k, forever=False) for one in each] for each in own])
        best = top(FACTORS, worth.mean(1))
        gains = worth / worth[FACTORS.index(1.0)] - 1.0
        gain = t_interval(gains[int(gains.mean(1).argmax())])
        others = (top(FACTORS, years.mean(1)) for years in (three, five))
        rows.append((firm, *others, jackknife(worth), 100 * gain.mean))
        held.append(Held(f"best-reply factor of {firm}, for ever", best, 0.85, 1.3))
    head = ("Best factor on its own price", "3 years", "5 years", "for ever (95 %)",
            "most that a factor of the grid gains, %")  # fmt: skip
    return Part(((head, rows),), tuple(held))


def priced(runs: Runs, replications: int, people: int = PEOPLE) -> list[list[list[Series]]]:
    """The markets in which a firm's price has each of the factors, by firm and factor."""
    control = Case(months=84, people=people)
    grid = [
        changed(f, "price", x, people=people) if x != 1 else control for f in FIRMS for x in FACTORS
    ]
    found = runs.of(grid, replications)
    return [found[k : k + len(FACTORS)] for k in range(0, len(found), len(FACTORS))]


def top(factors: Sequence[float], worth: ArrayLike) -> float:
    """Where a curve over factors is highest: parabola in ln factor through the best three."""
    x = np.log(factors)
    at = int(np.clip(np.argmax(worth), 1, len(x) - 2))
    square, line, _ = np.polyfit(x[at - 1 : at + 2], np.asarray(worth)[at - 1 : at + 2], 2)
    if square >= 0:
        return float(factors[int(np.argmax(worth))])
    return float(np.clip(math.exp(-line / 2 / square), factors[0], factors[-1]))


def jackknife(worth: np.ndarray) -> Interval:
    """The top of a mean curve, [factor, replication], by leaving out one replication in turn."""
    many = worth.shape[1]
    whole = top(FACTORS, worth.mean(1))
    parts = [top(FACTORS, np.delete(worth, n, axis=1).mean(1)) for n in range(many)]
    spread = t_interval([many * whole - (many - 1) * part for part in parts])
    return Interval(whole, whole - spread.half_width, whole + spread.half_width)


def demand(runs: Runs, replications: int) -> Part:
    """Elasticities of joins and of the category, churn, retention and price spread."""
    base = runs.of([CONTROL], replications)[0]
    rows: list[Sequence[str | float | Interval]] = []
    held = []
    for k, (firm, joins) in enumerate(zip(FIRMS, joining(runs, replications), strict=True)):
        churn = t_interval([
            total(one, "leaves", k, 25, 48) / total(one, "customers", k, 24, 48) for one in base
        ])  # fmt: skip
        kept = t_interval([mean(one, "retention_12", k, 25, 72) for one in base])
        rows.append((firm, joins, Interval(*(100 * x for x in _ends(churn))), kept))
        held += [Held(f"elasticity of {firm}'s joins", joins.mean, -3.3, -2.0),
                 Held(f"customers lost a month by {firm}, %", 100 * churn.mean, 1.2, 2.0),
                 Held(f"12-month retention of {firm}", kept.mean, 0.75, 0.9)]  # fmt: skip
    spread = t_interval([
        max(p := [mean(one, "price", k, 25, 72) for k in range(4)]) / min(p) - 1 for one in base
    ])  # fmt: skip
    held.append(Held("spread of prices", spread.mean, 0.3, 0.6))
    whole: list[Sequence[str | float | Interval]] = [("dearest over cheapest, less 1", spread)]
    for times in (1.1, 2.0):
        less = category(runs, replications, times)
        label = f"elasticity of the category, all prices × {times:g}"
        whole.append((label, less))
        held.append(Held(label, less.mean, -0.8, -0.3))
    head = ("", "Elasticity of joins", "Lost a month, %", "Kept for 12 months")
    return Part(((head, rows), (("Market", "Figure"), whole)), tuple(held))


def joining(runs: Runs, replications: int, people: int = PEOPLE) -> list[Interval]:
    """Elasticity of each firm's joins in the year after month 25 by its price, 5 % up and down."""
    start, year = 25, 12
    up_down = [
        changed(f, "price", x, month=start, months=36, people=people)
        for f in FIRMS
        for x in (1.05, 0.95)
    ]
    found = runs.of(up_down, replications)
    return [
        t_interval([
            math.log(total(dear, "joins", k, start, year) / total(cheap, "joins", k, start, year))
            / math.log(mean(dear, "price", k, start, 36) / mean(cheap, "price", k, start, 36))
            for dear, cheap in zip(found[2 * k], found[2 * k + 1], strict=True)
        ])
        for k in range(len(FIRMS))
    ]  # fmt: skip


def category(runs: Runs, replications: int, times: float, people: int = PEOPLE) -> Interval:
    """Elasticity of the units that all sell, years 3 and 4, by all prices from month 25 on."""
    every = tuple((f"firms.{f}.price", times) for f in FIRMS)
    cases = [Case(every, month=25, months=72, people=people), Case(months=84, people=people)]
    found, base = runs.of(cases, replications)
    return t_interval([
        math.log(units(a) / units(b)) / math.log(times) for a, b in zip(found, base, strict=True)
    ])  # fmt: skip


def total(one: Series, column: str, firm: int, first: int, months: int) -> float:
    """Sum of a firm's column over so many months."""
    return float(np.nansum(one[column][first : first + months, firm]))


def units(one: Series) -> float:
    """Units that all firms sell in months 49 to 72."""
    return float(np.nansum((one["revenue"] / one["price"])[49:73]))


def _ends(of: Interval) -> tuple[float, float, float]:
    return of.mean, of.low, of.high


def success(runs: Runs, replications: int) -> Part:
    """Success in the fifth and the twentieth year, and of firms that stop investing or double."""
    base = runs.of([Case(months=240)], replications)[0]
    few = max(2, replications // 3)
    other = [changed(f, "investment", x, month=61, months=180) for f in FIRMS for x in (0.0, 0.2)]
    found = runs.of(other, few)
    rows: list[Sequence[str | float | Interval]] = []
    held, late = [], []
    for k, firm in enumerate(FIRMS):
        early = [mean(one, "success_rate", k, 49, 60) for one in base]
        end = [mean(one, "success_rate", k, 229, 240) for one in base]
        moved = t_interval(np.subtract(end, early))
        late.append(np.mean(end))
        then = [
            t_interval([
                mean(one, "success_rate", k, 169, 180) - mean(like, "success_rate", k, 169, 180)
                for one, like in zip(found[2 * k + n], base[:few], strict=True)
            ])
            for n in (0, 1)
        ]  # fmt: skip
        rows.append((firm, t_interval(early), t_interval(end), moved, *then))
        held.append(Held(f"success of {firm}, year 20 less year 5", moved.mean, -0.05, 0.05))
    held.append(Held("success in year 20, highest less lowest", max(late) - min(late), 0.2, 1.0))
    head = ("Success rate", "year 5", "year 20", "year 20 less year 5",
            "investing nothing from month 61, year 15",
            "investing double, year 15")  # fmt: skip
    return Part(((head, rows),), tuple(held))


def adaptive(runs: Runs, replications: int) -> Part:
    """Where markups come to rest if all firms' prices are adaptive, and what Tailor's aims do."""
    own = {"as it is": {}, "without objective_share": {"objective_share": 0.0},
           "without objective_loss": {"objective_loss": 0.0},
           "profit alone": {"objective_share": 0.0, "objective_loss": 0.0}}  # fmt: skip
    every = tuple((f"firms.{f}.pricing", "adaptive") for f in FIRMS)
    cases = [
        Case(values=(*every, *((f"firms.Tailor.{k}", v) for k, v in aims.items())), months=144)
        for aims in own.values()
    ]
    found = runs.of([CONTROL, *cases], replications)
    rows: list[Sequence[str | float | Interval]] = []
    for label, each in zip(("default markups", *own), found, strict=True):
        last = len(each[0]["markup"]) - 1
        cells = [
            t_interval([mean(o, "markup", k, last - 35, last) for o in each]) for k in range(4)
        ]
        share = t_interval([mean(o, "market_share", 2, last - 35, last) for o in each])
        rows.append((f"all adaptive; Tailor {label}" if rows else label, *cells, share))
    head = ("Markup, mean of the last three years", *FIRMS, "Tailor's share")
    return Part(((head, rows),))

"""What managers can do in the default market: advertising, a guarantee and programmes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from docs.makers.economy.figures import CONTROL, Held, Part, top
from docs.makers.economy.runs import FIRMS, MONTH, Case, Runs, changed, mean, value
from tsunagari.experiments.runs.statistics import Interval, t_interval

if TYPE_CHECKING:
    from docs.makers.economy.runs import Series

LEVELS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Of advertising, relative to what is usual."""
GUARANTEES, REWARD, LOYALTY = (0.05, 0.1, 0.2), 0.5, 0.05
PROGRAMMES = (("referral_reward", REWARD), ("loyalty", LOYALTY))
"""Levers of managers, and how far each is pulled."""
SOON, LATE = (MONTH, MONTH + 2), (MONTH + 12, MONTH + 35)
"""First and last month of the short and of the long run after a change."""


def advertising(runs: Runs, replications: int) -> Part:
    """What more and less advertising of one firm does to its share and its value."""
    tables: list[tuple[Sequence[str], list[Sequence[str | float | Interval]]]] = []
    held: list[Held] = []
    for how, reaction in (("rivals frozen", 0.0), ("rivals reacting", 1.0)):
        found = _advertised(runs, replications, reaction)
        rows: list[Sequence[str | float | Interval]] = []
        for k, (firm, own) in enumerate(zip(FIRMS, found, strict=True)):
            share, joins = (
                [_elasticity(own, column, k, months) for months in (SOON, LATE)]
                for column in ("market_share", "joins")
            )
            rows.append((firm, *share, *joins))
            if not reaction:
                held += [
                    Held(f"elasticity of {firm}'s share by advertising, months 1 to 3",
                         share[0].mean, 0.02, 0.2),
                    Held(f"elasticity of {firm}'s share by advertising, years 2 and 3",
                         share[1].mean, 0.1, 0.3),
                ]  # fmt: skip
        tables.append(((f"Elasticity by advertising, {how}", "share, months 1 to 3",
                        "share, years 2 and 3", "joins, months 1 to 3", "joins, years 2 and 3"),
                       rows))  # fmt: skip
        gains: list[Sequence[str | float | Interval]] = []
        for k, (firm, own) in enumerate(zip(FIRMS, found, strict=True)):
            base = own[LEVELS.index(1.0)]
            changes = [gain(each, base, k) for each in own]
            best = top(LEVELS, [100.0 + change.mean for change in changes])
            gains.append((firm, *(c for c, x in zip(changes, LEVELS, strict=True) if x != 1), best))
            if not reaction:
                held.append(Held(f"level of advertising at which {firm}'s value is highest",
                                 best, 2 * LEVELS[0], LEVELS[-1] / 2))  # fmt: skip
        head = [f"level {x:g}" for x in LEVELS if x != 1]
        tables.append(((f"Gain in value, %, {how}", *head, "best level"), gains))
    return Part(tuple(tables), tuple(held))


def _advertised(runs: Runs, replications: int, reaction: float) -> list[list[list[Series]]]:
    """The markets in which a firm advertises at each level, by firm and level."""
    values = (("technology.reaction", reaction),) if reaction else ()
    control = replace(CONTROL, values=values)
    grid = [
        replace(changed(f, "advertising", x), values=values) if x != 1 else control
        for f in FIRMS
        for x in LEVELS
    ]
    found = runs.of(grid, replications)
    return [found[k : k + len(LEVELS)] for k in range(0, len(found), len(LEVELS))]


def _elasticity(
    own: Sequence[Sequence[Series]], column: str, firm: int, months: tuple[int, int]
) -> Interval:
    """Arc elasticity of a column's mean over months, between half and double the advertising."""
    low, high = (own[LEVELS.index(x)] for x in (0.5, 2.0))
    return t_interval([
        math.log(mean(more, column, firm, *months) / mean(less, column, firm, *months))
        / math.log(2.0 / 0.5)
        for more, less in zip(high, low, strict=True)
    ])  # fmt: skip


def guarantee(runs: Runs, replications: int) -> Part:
    """What a guarantee of a part of the bill brings in value, at the old price and priced in."""
    base = runs.of([CONTROL], replications)[0]
    rows: list[Sequence[str | float | Interval]] = []
    gains = {}
    delivers = [np.mean([mean(one, "success_rate", k, 1, 12) for one in base]) for k in range(4)]
    for part in GUARANTEES:
        for k, firm in enumerate(FIRMS):
            priced = 1.0 / (1.0 - part * (1.0 - float(delivers[k])))
            promise = (f"firms.{firm}.guarantee", part)
            cases = [Case((promise,)), Case((promise, (f"firms.{firm}.price", priced)))]
            free, in_price = (gain(of, base, k) for of in runs.of(cases, replications))
            rows.append((f"{firm}, {part:g} of the bill", float(delivers[k]), free,
                         100 * (priced - 1), in_price))  # fmt: skip
            gains[firm, part] = (free.mean, in_price.mean)
    most, least = (FIRMS[int(n)] for n in (np.argmax(delivers), np.argmin(delivers)))
    held = []
    for part in GUARANTEES:
        held += [
            Held(f"gain by a guarantee of {part:g} priced in of {most}, who delivers most, %",
                 gains[most, part][1], 0, 100),
            Held(f"gain by a guarantee of {part:g} at the old price of {least}, who delivers "
                 "least, %", gains[least, part][0], -100, 0),
        ]  # fmt: skip
    head = ("Gain in value, %", "success in year 1", "guarantee at the old price",
            "price raised by, %", "guarantee priced in")  # fmt: skip
    return Part(((head, rows),), tuple(held))


def gain(other: Iterable[Series], base: Iterable[Series], firm: int) -> Interval:
    """Paired gain in a firm's value, in per cent of what it is without."""
    pairs = zip(other, base, strict=True)
    return t_interval([100 * (value(o, firm) / value(b, firm) - 1) for o, b in pairs])


def programmes(runs: Runs, replications: int) -> Part:
    """What a referral and a loyalty programme bring: value, cash and customers after five years."""
    rows: list[Sequence[str | float | Interval]] = []
    base = runs.of([CONTROL], replications)[0]
    for key, level in PROGRAMMES:
        for k, firm in enumerate(FIRMS):
            found = runs.of([changed(firm, key, level)], replications)[0]
            pairs = list(zip(found, base, strict=True))
            cash, people = (
                t_interval([o[what][72, k] - b[what][72, k] for o, b in pairs])
                for what in ("cash", "customers")
            )
            rows.append((f"{firm}, {key} {level:g}", gain(found, base, k), cash, people))
    head = ("Programme from month 13", "value, %", "cash in month 72, money",
            "customers in month 72, of 2,000 people")  # fmt: skip
    return Part(((head, rows),))

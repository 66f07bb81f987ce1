"""Where firms stand: what they ask and what customers feel, and whose customers value what."""

from __future__ import annotations

import math

import numpy as np

from experiments.pictures.chart import Spot, SpotMap, Triangle
from experiments.pictures.web import colour_of, drawn
from experiments.report.evidence import Evidence, firm_table
from experiments.report.figure import Figure
from experiments.report.remade import Customers, remade
from experiments.telling.names import name_of
from experiments.words.numbers import written

_DOTS = 1_200


def offers_figure(evidence: Evidence) -> Figure:
    """Price against satisfaction, from the first year to the last."""
    words, cube = evidence.words, evidence.cube
    found = {name: evidence.years(name) for name in ("price", "satisfaction")}
    share = [firm.final_share.mean for firm in evidence.summary.firms]
    spots = []
    for firm, name in enumerate(cube.names):
        (x0, x), (y0, y) = (found[key][:, firm].tolist() for key in ("price", "satisfaction"))
        tip = words(
            "evidence.offer_tip", name=name, price=_two(x), satisfaction=_two(y),
            share=words.percent(float(share[firm])),
        )  # fmt: skip
        colour = colour_of(evidence.subject.styles[firm].colour)
        spots.append(Spot(name, firm, colour, x, y, x0, y0, float(share[firm]), tip))
    title = words("evidence.offers_title")
    finding = offers_finding(evidence, spots)
    label = words("common.colon", head=title, text=finding)
    columns = [
        (name_of(key, words), [f"{_two(a)} → {_two(b)}" for a, b in found[key].T.tolist()])
        for key in found
    ]
    columns.append((name_of("market_share", words), [words.percent(float(v)) for v in share]))
    axes = words("evidence.price_axis"), words("evidence.satisfaction_axis")
    return Figure(
        identity=f"{evidence.prefix}offers",
        title=title,
        finding=finding,
        drawing=drawn(SpotMap(spots, *axes), label),
        how=words("evidence.offers_how", runs=evidence.runs, window=evidence.window("price")),
        firms=evidence.firms,
        numbers=firm_table(evidence, columns, words("evidence.first_to_last", title=title)),
    )


def offers_finding(evidence: Evidence, spots: list[Spot]) -> str:
    """Who is dearest and cheapest, and whose customers are most content."""
    words = evidence.words
    there = [s for s in spots if math.isfinite(s.x) and math.isfinite(s.y)]
    if not there:
        return words("evidence.nothing")
    if len(there) == 1:
        return words(
            "evidence.offers_one", name=there[0].name, price=_two(there[0].x),
            satisfaction=_two(there[0].y),
        )  # fmt: skip
    cheap, dear = (pick(there, key=lambda s: s.x) for pick in (min, max))
    content = max(there, key=lambda s: s.y)
    return words(
        "evidence.offers_finding",
        cheap=cheap.name, low=_two(cheap.x), dear=dear.name, high=_two(dear.x),
        content=content.name, satisfaction=_two(content.y),
    )  # fmt: skip


def customers_figure(evidence: Evidence) -> Figure | None:
    """Customers by what they value, coloured by provider; None where no run can be had again."""
    words, cube = evidence.words, evidence.cube
    last = dict(zip(cube.names, cube.measure("market_share")[0, -1].tolist(), strict=True))
    shares = {name: share for name, share in last.items() if math.isfinite(share)}
    seen = remade(evidence.plan, evidence.plan.seed, shares)
    if seen is None or not cube.names:
        return None
    provider = np.array(
        [cube.names.index(name) if name in cube.names else -1 for name in seen.provider]
    )
    spots = [_spot_of(evidence, firm, seen, provider) for firm in range(len(cube.names))]
    title = words("evidence.map_title")
    finding = map_finding(evidence, spots)
    step = max(1, len(provider) // _DOTS)
    corners = [words(f"evidence.corner_{name}") for name in ("cost", "product", "solution")]
    label = words("common.colon", head=title, text=finding)
    chart = Triangle(seen.weights[::step], provider[::step], spots, corners)
    columns = [
        (words("evidence.weight_cost"), [words.percent(s.y, 0) for s in spots]),
        (words("evidence.weight_product"), [words.percent(s.x, 0) for s in spots]),
        (words("evidence.weight_solution"), [words.percent(1 - s.x - s.y, 0) for s in spots]),
        (words("evidence.customers"), [f"{s.size * seen.number:,.0f}" for s in spots]),
    ]
    dots = len(provider[::step])
    return Figure(
        identity=f"{evidence.prefix}map",
        title=title,
        finding=finding,
        drawing=drawn(chart, label),
        how=words.together([words("evidence.map_how", dots=f"{dots:,}"), _origin(evidence, seen)]),
        firms=evidence.firms,
        numbers=firm_table(evidence, columns, title),
    )


def map_finding(evidence: Evidence, spots: list[Spot]) -> str:
    """Which firm's customers weigh each of the three most, at the end of one run."""
    words = evidence.words
    there = [spot for spot in spots if math.isfinite(spot.x)]
    if not there:
        return words("evidence.nothing")
    if len(there) == 1:
        one = there[0]
        shares = {"cost": one.y, "product": one.x, "solution": 1 - one.x - one.y}
        told_of = {key: words.percent(share, 0) for key, share in shares.items()}
        return words("evidence.map_one", name=one.name, **told_of)
    told = {
        "cost": max(there, key=lambda s: s.y),
        "product": max(there, key=lambda s: s.x),
        "solution": max(there, key=lambda s: 1 - s.x - s.y),
    }
    weights = {
        "cost": told["cost"].y,
        "product": told["product"].x,
        "solution": 1 - told["solution"].x - told["solution"].y,
    }
    values = {f"{key}_weight": words.percent(weight, 0) for key, weight in weights.items()}
    return words("evidence.map_finding", **{k: spot.name for k, spot in told.items()}, **values)


def _origin(evidence: Evidence, seen: Customers) -> str:
    """Which market the customers are of."""
    customers = evidence.words.counted(seen.number, "customer")
    if seen.is_same:
        return evidence.words("evidence.map_same", customers=customers)
    if seen.number == evidence.plan.market.customers:
        return evidence.words("evidence.map_other", customers=customers)
    return evidence.words("evidence.map_smaller", customers=customers)


def _spot_of(evidence: Evidence, firm: int, seen: Customers, provider: np.ndarray) -> Spot:
    words, name = evidence.words, evidence.cube.names[firm]
    own = seen.weights[provider == firm]
    cost, product, solution = own.mean(axis=0).tolist() if len(own) else [math.nan] * 3
    tip = words(
        "evidence.map_tip", name=name, cost=words.percent(cost, 0),
        product=words.percent(product, 0), solution=words.percent(solution, 0),
    )  # fmt: skip
    size, colour = len(own) / len(provider), colour_of(evidence.subject.styles[firm].colour)
    return Spot(name, firm, colour, product, cost, math.nan, math.nan, size, tip)


def _two(value: float) -> str:
    return written(value, ".2f")

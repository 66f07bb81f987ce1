"""Where customers go, where firms stand, and whose customers value what."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.pictures.chart import Moves as MovesChart
from tsunagari.experiments.pictures.chart import Spot, SpotMap, Triangle
from tsunagari.experiments.pictures.markup import Markup, escaped, table
from tsunagari.experiments.pictures.svg import colour_of, plain
from tsunagari.experiments.report.document import Figure, tabs
from tsunagari.experiments.report.evidence import Evidence, count, firm_table, told
from tsunagari.experiments.runs.summary import Measured
from tsunagari.experiments.telling.names import Amounts, is_scaled, name_of, unit_in_words
from tsunagari.experiments.telling.run import banded, hedge
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import written
from tsunagari.sim.measures import MEASURES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.sim.scenario import Scenario

_NAMED = 9
_LATE = 12


@dataclass(frozen=True, eq=False)
class Moves:
    """Moves of some months.

    Attributes:
        moved: [replication, from, to]; nobody comes last at both sides.
        months: In how many months.
    """

    moved: np.ndarray
    months: int


def moves_between(evidence: Evidence, months: int) -> Moves:
    """Moves in the last so many months."""
    cube, flows = evidence.cube, evidence.tables.flows
    size = len(cube.names) + 1
    month = flows["month"].to_numpy(dtype=np.int64)
    late = month > cube.months - months
    source = cube.codes(flows["source"].to_numpy(dtype=object))[late]
    destination = cube.codes(flows["destination"].to_numpy(dtype=object))[late]
    run = flows["replication"].to_numpy(dtype=np.int64)[late]
    number = flows["customers"].to_numpy(dtype=np.float64)[late]
    place = (run * size + source) * size + destination
    shape = (cube.replications, size, size)
    moved = np.bincount(place, number, int(np.prod(shape))).reshape(shape)
    return Moves(moved, min(months, cube.months))


def moving_figures(evidence: Evidence) -> Markup:
    """The whole run and its last year, as two panels."""
    words, cube = evidence.words, evidence.cube
    spans = [cube.months] if cube.months <= _LATE else [cube.months, _LATE]
    panels = []
    for number, months in enumerate(spans):
        moves = moves_between(evidence, months)
        name = "whole" if number == 0 else "late"
        heading = words(f"evidence.moves_{name}", months=words.counted(months, "month"))
        figure = _figure(evidence, moves, f"{evidence.prefix}moves-{name}", heading)
        panels.append((heading, figure.html(words)))
    if len(panels) == 1:
        return panels[0][1]
    return tabs(f"{evidence.prefix}moves", panels, words("evidence.moves_tabs"))


def moves_finding(evidence: Evidence, moves: Moves) -> str:
    """How many moved between firms, and the largest stream."""
    words, cube = evidence.words, evidence.cube
    between = moves.moved[:, :-1, :-1] * ~np.eye(len(cube.names), dtype=bool)
    totals = between.sum(axis=(1, 2))
    if totals.sum() <= 0:
        return words("evidence.no_moves")
    mean = between.mean(axis=0)
    row, column = np.unravel_index(int(np.argmax(mean)), mean.shape)
    source, destination = cube.names[int(row)], cube.names[int(column)]
    if totals.tolist() == [1]:
        return words("evidence.one_move", source=source, destination=destination)
    times = int((between[:, row, column] >= between.max(axis=(1, 2))).sum())
    return words(
        "evidence.moves_finding",
        moves=_people(totals, words),
        source=source,
        destination=destination,
        number=_people(between[:, row, column], words),
        hedge=hedge(times, evidence.summary, words),
    )


def _people(values: np.ndarray, words: Words) -> str:
    """A mean number of people with its band."""
    return banded(Measured(tuple(values.tolist())), words, lambda number: plain(round(number)))


def _figure(evidence: Evidence, moves: Moves, identity: str, heading: str) -> Figure:
    words = evidence.words
    title = words("common.colon", head=words("evidence.moves_title"), text=heading)
    finding = moves_finding(evidence, moves)
    names, places, colours, moved = _grouped(evidence, moves.moved.mean(axis=0))
    places_left = {name: f"{{{name}}}" for name in ("source", "destination", "number")}
    tip = words("evidence.moves_tip", **places_left)
    chart = MovesChart(
        names, places, colours, moved,
        left=words("evidence.from"), right=words("evidence.towards"), tip=tip,
    )  # fmt: skip
    return Figure(
        identity=identity,
        title=title,
        finding=finding,
        drawing=chart,
        how=words("evidence.moves_how", runs=evidence.runs),
        firms=evidence.firms,
        numbers=_numbers(evidence, names, moved, title),
    )


def _grouped(
    evidence: Evidence, moved: np.ndarray
) -> tuple[list[str], list[int], list[str], np.ndarray]:
    """The largest firms by name, the others together, nobody last; those who stay left out."""
    words, cube = evidence.words, evidence.cube
    firms = len(cube.names)
    named = list(range(firms)) if firms <= _NAMED + 1 else cube.largest(_NAMED)
    rest = [firm for firm in range(firms) if firm not in named]
    groups = [*([firm] for firm in named), *([rest] if rest else []), [firms]]
    together = np.array([[moved[np.ix_(a, b)].sum() for b in groups] for a in groups])
    if not rest:
        np.fill_diagonal(together, 0.0)
    names = [cube.names[firm] for firm in named]
    places, colours = list(named), [colour_of(evidence.subject.styles[f].colour) for f in named]
    if rest:
        names.append(words("evidence.other_firms", number=len(rest)))
        places, colours = [*places, -2], [*colours, "var(--soft)"]
    return (
        [*names, words("evidence.no_provider")],
        [*places, -1],
        [*colours, "var(--soft)"],
        together,
    )


def _numbers(evidence: Evidence, names: list[str], moved: np.ndarray, title: str) -> Markup:
    words = evidence.words
    head = [escaped(words("evidence.from_to")), *(escaped(name) for name in names)]
    rows = [
        [escaped(name), *(escaped(count(value) if value else "") for value in moved[row])]
        for row, name in enumerate(names)
    ]
    return table(head, rows, caption=title)


# -- positions -------------------------------------------------------------------------------------

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
            "evidence.offer_tip", name=name, price=_price(x, words), satisfaction=told(y, 2),
            share=words.percent(float(share[firm])),
        )  # fmt: skip
        colour = colour_of(evidence.subject.styles[firm].colour)
        spots.append(Spot(name, firm, colour, x, y, x0, y0, float(share[firm]), tip))
    title = words("evidence.offers_title")
    finding = offers_finding(evidence, spots)
    columns = [
        (
            name_of(key, words),
            [f"{written(a, '.2f')} → {written(b, '.2f')}" for a, b in found[key].T.tolist()],
        )
        for key in found
    ]
    columns.append((name_of("market_share", words), [words.percent(float(v)) for v in share]))
    unit = unit_in_words(MEASURES["price"].unit.name, words)
    price = "price_axis_in" if words.currency else "price_axis"
    axes = words(f"evidence.{price}", unit=unit), words("evidence.satisfaction_axis")
    return Figure(
        identity=f"{evidence.prefix}offers",
        title=title,
        finding=finding,
        drawing=SpotMap(spots, *axes),
        how=words("evidence.offers_how", runs=evidence.runs, window=evidence.window("price")),
        firms=evidence.firms,
        numbers=firm_table(evidence, columns, words("evidence.first_to_last", title=title)),
    )


def _price(value: float, words: Words) -> str:
    return Amounts("price", words).value(value) if is_scaled("price", words) else told(value, 2)


def offers_finding(evidence: Evidence, spots: list[Spot]) -> str:
    """Who is dearest and cheapest, and whose customers are most content."""
    words = evidence.words
    there = [s for s in spots if math.isfinite(s.x) and math.isfinite(s.y)]
    if not there:
        return words("evidence.nothing")
    if len(there) == 1:
        return words(
            "evidence.offers_one", name=there[0].name, price=_price(there[0].x, words),
            satisfaction=told(there[0].y, 2),
        )  # fmt: skip
    cheap, dear = (pick(there, key=lambda s: s.x) for pick in (min, max))
    content = max(there, key=lambda s: s.y)
    return words(
        "evidence.offers_finding",
        cheap=cheap.name, low=_price(cheap.x, words), dear=dear.name, high=_price(dear.x, words),
        content=content.name, satisfaction=told(content.y, 2),
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
    chart = Triangle(seen.weights[::step], provider[::step], spots, corners)
    columns = [
        *(
            (words(f"evidence.weight_{key}"), [words.percent(_weights(s)[key], 0) for s in spots])
            for key in ("cost", "product", "solution")
        ),
        (words("evidence.customers"), [f"{s.size * seen.number:,.0f}" for s in spots]),
    ]
    dots = len(provider[::step])
    return Figure(
        identity=f"{evidence.prefix}map",
        title=title,
        finding=finding,
        drawing=chart,
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
        told_of = {key: words.percent(part, 0) for key, part in _weights(there[0]).items()}
        return words("evidence.map_one", name=there[0].name, **told_of)
    names, weights = {}, {}
    for key in _weights(there[0]):
        most = max(there, key=lambda spot: _weights(spot)[key])
        names[key] = most.name
        weights[f"{key}_weight"] = words.percent(_weights(most)[key], 0)
    return words("evidence.map_finding", **names, **weights)


def _weights(spot: Spot) -> dict[str, float]:
    """What the customers at a spot of the triangle weigh, by the corner."""
    return {"cost": spot.y, "product": spot.x, "solution": 1 - spot.x - spot.y}


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


# -- customers, from running it again --------------------------------------------------------------

_MOST_CUSTOMERS, _MOST_WORK = 5_000, 1_000_000
"""A market of more customers, or of more customer-months, is run again on a smaller scale."""
_SMALLER = 2_000


@dataclass(frozen=True, eq=False)
class Customers:
    """What customers value and whose they are.

    Attributes:
        weights: On total cost, product and solution, [customer, 3]; rows add up to 1.
        provider: Name of each customer's firm; the empty text for nobody.
        number: How many customers that market has.
        is_same: Whether it is the run itself: as many customers, and the same shares.
    """

    weights: NDArray[np.float64]
    provider: NDArray[np.object_]
    number: int
    is_same: bool


def remade(plan: Scenario, seed: int, shares: Mapping[str, float]) -> Customers | None:
    """Replication 0 run again to its end, on a smaller scale if it is large.

    Args:
        plan: The resolved scenario.
        seed: The run's.
        shares: Market share of every firm in replication 0 in the last month, to tell whether
            the run is the same.

    Returns:
        None where a run cannot be had without asking: the network is a file's, or a firm's
        discipline is somebody's Python.
    """
    if plan.network.kind == "file" or _names_code(plan):
        return None
    from tsunagari.sim.market import Market

    customers = plan.market.customers
    if customers > _MOST_CUSTOMERS or customers * plan.market.months > _MOST_WORK:
        customers = min(_SMALLER, customers)
    smaller = plan.with_values({"market.customers": customers, "claims": [], "translations": {}})
    market = Market(smaller, seed=seed)
    if plan.market.months:
        market.run_for(plan.market.months)
    population = market.population
    weights = np.column_stack(
        [population.column(f"weight_{name}") for name in ("cost", "product", "solution")]
    ).astype(np.float64)
    weights /= weights.sum(axis=1, keepdims=True)
    names = np.array([*(firm.name for firm in market.firms), ""], dtype=object)
    firms = market.results.tables["firms"]
    last = np.asarray(firms["month"]) == plan.market.months
    again = dict(zip(np.asarray(firms["firm"])[last], firms["market_share"][last], strict=True))
    is_same = customers == plan.market.customers and again == dict(shares)
    return Customers(weights, names[population.column("provider")], customers, is_same)


def _names_code(plan: Scenario) -> bool:
    named = [firm.discipline for firm in plan.firms]
    for event in plan.events:
        named.append(event.enter.discipline if event.enter is not None else "")
        named.append(str(event.to))
    return any(":" in name for name in named)

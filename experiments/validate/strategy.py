"""What firms do and what it brings them, in an untuned market: P10 to P13, and P15."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.agents.columns import Looks
from tsunagari.experiments.runs.statistics import t_interval
from tsunagari.experiments.validate.estimators import matched
from tsunagari.experiments.validate.experiment import (
    Expected,
    Experiment,
    above_zero,
    below_zero,
    exactly,
    in_points,
    not_above_zero,
    not_below_zero,
)
from tsunagari.experiments.validate.observed import UNTUNED, differences, follow
from tsunagari.experiments.validate.pattern import Pattern

if TYPE_CHECKING:
    from tsunagari.experiments.runs.statistics import Interval
    from tsunagari.experiments.validate.experiment import Compared, Runs, Values
    from tsunagari.experiments.validate.study import Draw
    from tsunagari.sim.market import Market

# -- P10: accepting misfits costs profit when capacity is tight -----------------------------------

_FIRM, _BEGIN, _LOWEST_FIT = "Adviser", 13, 0.5
_CAPACITIES = {"tight": 0.08, "narrow": 0.12, "room": 1.0}
"""Of the market's customers; the last has room for everybody."""


def _acceptance() -> dict[str, Values]:
    """Each capacity twice: the intimate firm takes everybody, or from month 13 on only who fits.

    Until month 12 it takes everybody in any case, so that it begins with the same customers.
    """
    key = f"firms.{_FIRM}."
    chooses = {"events": [{"month": _BEGIN, "set": f"{key}minimum_fit", "to": _LOWEST_FIT}]}
    found: dict[str, Values] = {}
    for name, capacity in _CAPACITIES.items():
        size = {f"{key}capacity": capacity, f"{key}share": min(capacity, 0.15)}
        found[name] = size
        found[f"{name}_chooses"] = {**size, **chooses}
    return found


def profits(draw: Draw) -> dict[str, float]:
    """Monthly profit, that on own customers alone, and use of capacity, months 13 to the end.

    Profits are per hundred people in the market. That on own customers leaves out what rivals'
    customers buy besides, and budgets and fixed cost.
    """
    market = draw.market()
    firm, column = market.firm(_FIRM), market.population.column
    rows = []
    for month in range(1, draw.plan.market.months + 1):
        market.step()
        if month < _BEGIN:
            continue
        own = column("provider") == firm.index
        units, paid, _ = market.population.bills()[:, own].sum(axis=1)
        books = firm.accounts
        served = firm.price * float(paid) - firm.unit_cost * float(units)
        served -= books.attention + books.service + books.acquisition
        rows.append((books.profit, served, own.mean() / firm.terms.capacity))
    profit, served, used = np.mean(rows, axis=0)
    hundreds = market.population.people / 100
    return {"profit": profit / hundreds, "served": served / hundreds, "used": used}


def lost_to_misfits(runs: Runs) -> Compared:
    """Profit of choosing less that of taking everybody, by capacity, and per place used."""

    def lost(name: str, what: str) -> Any:
        return runs[f"{name}_chooses"][what] - runs[name][what]

    per_place = lost("tight", "served") / _CAPACITIES["tight"]
    return {
        **{
            f"{name}_lost": {what: lost(name, what) for what in ("profit", "served")}
            for name in _CAPACITIES
        },
        "per_place": {"harder": per_place - lost("room", "served") / runs["room"]["used"]},
    }


_MONTHLY = "a month per hundred people"

P10 = Pattern(
    id="P10",
    pattern="accepting misfits costs profit when capacity is tight",
    source="Service management for customer success 2019"
    " (choose the right customers); Treacy & Wiersema 1995",
    statistic="paired monthly profit of a customer-intimacy firm that takes nobody with a fit "
    "below 0.5 less that of the same firm taking everybody, capacity 8 %, untuned market",
    null="room for everybody",
    mark="fitted",
    reason="The market was chosen so that more people ask the firm than it has places for, and "
    "the firm lives.",
    find=Experiment(
        people=4000,
        replications=36,
        base={
            **UNTUNED,
            "market.months": 60,
            "value.solution": 11.0,  # a small firm is asked by more people than it has places for
            "finance.fixed_cost": 0.005,  # and being small must not be what closes it
            "finance.advertising_cost": 0.005,
            f"firms.{_FIRM}.minimum_fit": 0.0,
            f"firms.{_FIRM}.breadth": 0.25,
            f"firms.{_FIRM}.markup": 0.3,
            f"firms.{_FIRM}.authority": 0.3,
        },
        markets=_acceptance(),
        measure=profits,
        compare=lost_to_misfits,
        quantities=(
            above_zero(f"profit lost to misfits, tight, {_MONTHLY}", "tight_lost.profit"),
            Expected("capacity used when tight", "tight.used", 0.9, None),
            above_zero(f"the same loss, own customers alone, {_MONTHLY}", "tight_lost.served"),
        ),
        null=(
            not_above_zero(f"profit lost to misfits, with room, {_MONTHLY}", "room_lost.profit"),
        ),
        remarks=(
            *(
                f"Capacity {capacity:g} is used to {{{name}.used.mean:.0%}}; misfits cost "
                f"{{{name}_lost.profit.mean:+.3f}} "
                f"[{{{name}_lost.profit.low:+.3f}}, {{{name}_lost.profit.high:+.3f}}], "
                f"on own customers alone {{{name}_lost.served.mean:+.3f}} "
                f"[{{{name}_lost.served.low:+.3f}}, {{{name}_lost.served.high:+.3f}}] {_MONTHLY}."
                for name, capacity in _CAPACITIES.items()
            ),
            "Per place used, the loss on own customers is {per_place.harder.mean:+.3f} "
            "[{per_place.harder.low:+.3f}, {per_place.harder.high:+.3f}] higher when tight.",
        ),
    ),
)

# -- P11: over-claiming wins first and loses later ------------------------------------------------

_CLAIMANT = "Middling"
_CLAIM = {f"firms.{_CLAIMANT}.claim": 1.0}
_NEVER_CHECKED = {
    "zmot.doubt": 0.0,
    "zmot.backlash": 0.0,
    "zmot.friend": 0.0,
    "zmot.review": 0.0,
}


def _change(runs: Runs, measure: str, first: int, last: int, without: bool = False) -> Interval:
    """What acting changes against not acting, as a mean of months; or in the null's markets."""
    base, acts = ("null", "null_acts") if without else ("base", "acts")
    return t_interval(differences(runs[base][measure], runs[acts][measure], first, last))


def over_claiming(runs: Runs) -> Compared:
    """Share won, in points, and the rating, by month."""

    def share(month: int, without: bool = False) -> Interval:
        return in_points(_change(runs, "market_share", month, month, without))

    return {
        "share": {f"m{month}": share(month) for month in (6, 12, 24, 36, 48)},
        "unchecked": {"m48": share(48, without=True)},
        "rating": {"m48": _change(runs, "rating", 48, 48)},
    }


P11 = Pattern(
    id="P11",
    pattern="over-claiming wins first and loses later",
    source="Service management for customer success 2019"
    " (customers know before they choose); Erdem & Keane 1996",
    statistic="paired market share of a firm whose claim goes 1 utility beyond what it delivers, "
    "in percentage points, by year 4, untuned market",
    null="claims are never checked: no doubt, no friends' ratings, no reviews",
    mark="built in",
    reason="Doubt and backlash are rules; when what was won turns into a loss is not.",
    find=Experiment(
        people=3000,
        replications=16,
        base={**UNTUNED, "market.months": 48},
        markets={"base": {}, "acts": _CLAIM},
        nulls={"null": _NEVER_CHECKED, "null_acts": {**_NEVER_CHECKED, **_CLAIM}},
        measure=partial(follow, firm=_CLAIMANT, measures=("market_share", "rating")),
        compare=over_claiming,
        quantities=(
            below_zero("share won at month 48, in points", "share.m48"),
            above_zero("share won at month 6, in points", "share.m6"),
        ),
        null=(above_zero("share won at month 48, in points", "unchecked.m48"),),
        remarks=(
            "Share won at months 6, 12, 24, 36 and 48, in points: {share.m6.mean:+.2f}, "
            "{share.m12.mean:+.2f}, {share.m24.mean:+.2f}, {share.m36.mean:+.2f}, "
            "{share.m48.mean:+.2f}.",
            "The rating is {rating.m48.mean:+.2f} stars at month 48.",
        ),
    ),
)

# -- P12: the same surprise every month loses its effect on retention; progress keeps it ----------

_YEARS, _MONTHS, _EVERY = 5, 60, 3
_DOSE = 0.5
_SCALE = 1e-9
"""Intensity of looking around while years pass, against what it is when the question is asked."""
_SERVICE = f"firms.{_FIRM}.service"
_SERVICES: Mapping[str, Values] = {
    "none": {},
    # It begins with an event: what is there before anybody joins is expected, and surprises nobody.
    "constant": {"events": [{"month": 1, "set": _SERVICE, "to": _DOSE}]},
    # Over the five years it is as much on average.
    "progress": {"events": [{"month": 1, "set": _SERVICE, "to": 2 * _DOSE, "over": _MONTHS}]},
}
_NOTHING_ADAPTS = {
    "judgement.expectation_rate": 0.0,
    "judgement.need_rate": 0.0,
    "judgement.need_up": 0.0,
    "judgement.need_down": 0.0,
    "judgement.need_technology": 0.0,
}


def expected_churn_by_year(draw: Draw) -> dict[str, Any]:
    """Churn to be expected a month among a firm's first customers, mean of every year.

    All of them stay for five years, whatever they live: who is held by service alone would leave
    first, and a cohort that shrinks changes by selection. Each quarter they are asked, in closed
    form, whether they would look around and leave.
    """
    looking = draw.plan.looking.base
    held = {"looking.base": looking * _SCALE, "market.exit": 0.0}
    market = type(draw)(draw.plan.with_values(held), draw.seed, draw.replication).market()
    firm = market.firm(_FIRM).index
    found = []
    for month in range(1, _MONTHS + 1):
        market.begin_month()
        if month % _EVERY == 0:
            found.append(expected_churn(market, firm))
        market.step()
    return {"churn": np.array(found).reshape(_YEARS, -1).mean(axis=1)}


def expected_churn(market: Market, firm: int) -> float:
    """Mean probability of a firm's customers to leave this month, in a month that has begun."""
    population = copy.deepcopy(market).population
    population.take_everybody("judge", "share", "look")
    _, again, looking = population.staying(firm)
    usual = 1.0 - np.exp(np.log1p(-looking) / _SCALE)  # h = 1 − exp(−Λ), Λ proportional to the base
    return float((usual * (1.0 - again[:, -1])).mean())


def effects_of_service(runs: Runs) -> Compared:
    """Part of the expected churn that service prevents, by year, and how it changes."""
    effects = {
        name: 1.0 - runs[name]["churn"] / runs[base]["churn"]
        for name, base in (
            ("constant", "none"),
            ("progress", "none"),
            ("unadapted_constant", "unadapted_none"),
        )
    }
    change = {name: rows[:, -1] - rows[:, 0] for name, rows in effects.items()}
    return {
        **{
            f"by_{name}": {
                "change": change[name],
                **{f"y{year}": rows[:, year - 1] for year in range(1, _YEARS + 1)},
            }
            for name, rows in effects.items()
        },
        "adapting": {"change": change["constant"] - change["unadapted_constant"]},
    }


def _by_year(name: str) -> str:
    return ", ".join(f"{{{name}.y{year}.mean:.3f}}" for year in range(1, _YEARS + 1))


P12 = Pattern(
    id="P12",
    pattern="constant surprise loses its effect on retention; progress keeps it",
    source="Building relations with customers"
    " (exceed expectations, again and again); Boulding et al. 1993",
    statistic="part of the monthly churn to be expected of a firm's first customers that constant "
    "service prevents (paired), year 5 less year 1, untuned market",
    null="neither expectations nor needs adapt",
    mark="built in",
    reason="That expectations and needs adapt is a rule; how much of the effect survives is not.",
    find=Experiment(
        people=2000,
        replications=10,
        base={**UNTUNED, "market.months": _MONTHS},
        markets=_SERVICES,
        nulls={
            f"unadapted_{name}": {**_SERVICES[name], **_NOTHING_ADAPTS}
            for name in ("none", "constant")
        },
        measure=expected_churn_by_year,
        compare=effects_of_service,
        quantities=(
            below_zero("constant: effect in year 5 less year 1", "by_constant.change"),
            below_zero("the same, less where nothing adapts", "adapting.change"),
            above_zero("progress: effect in year 5 less year 1", "by_progress.change"),
        ),
        null=(
            not_below_zero(
                "constant: effect in year 5 less year 1", "by_unadapted_constant.change"
            ),
        ),
        remarks=(
            "Part of the expected churn that constant service prevents, years 1 to 5: "
            f"{_by_year('by_constant')}.",
            f"That growing service prevents: {_by_year('by_progress')}.",
            "That constant service prevents where nothing adapts: "
            f"{_by_year('by_unadapted_constant')}.",
            "Everybody stays for the five years and is asked whether they would go. In a cohort "
            "that shrinks the effect falls by selection too, with or without adaptation.",
        ),
    ),
)

# -- P13: indulgence pleases first, and costs outcome and share later -----------------------------

_INDULGED = {f"firms.{_FIRM}.indulgence": 0.6}
_COSTLY = {"relation.indulgence_drag": 1.2, "finance.indulgence_cost": 0.002}


def indulging(runs: Runs) -> Compared:
    """What indulgence changes, in points of share by month, and in what customers live."""

    def share(first: int, last: int, without: bool = False) -> Interval:
        return in_points(_change(runs, "market_share", first, last, without))

    return {
        "share": {
            "year5": share(49, 60),
            "free": share(49, 60, without=True),
            **{f"m{month}": share(month - 2, month) for month in (3, 6, 9, 12, 24, 36, 48, 60)},
        },
        "satisfaction": {
            "first": _change(runs, "satisfaction", 4, 6),
            "year5": _change(runs, "satisfaction", 49, 60),
        },
        "outcome": {
            "year5": _change(runs, "outcome", 49, 60),
            "free": _change(runs, "outcome", 49, 60, without=True),
        },
    }


P13 = Pattern(
    id="P13",
    pattern="indulgence pleases first and costs outcome and share later",
    source="Building relations with customers"
    " (do not spoil the contact person at the company's expense)",
    statistic="paired market share of a customer-intimacy firm that indulges its customers, in "
    "percentage points, in year 5, untuned market with relations that take years to deepen",
    null="indulgence costs neither joint progress nor money",
    mark="built in",
    reason="What indulgence costs in progress and money is a rule, and its size was chosen; when "
    "share changes its sign was not.",
    find=Experiment(
        people=5000,
        replications=40,
        base={
            **UNTUNED,
            "market.months": 60,
            # Relations that take years to deepen, and keep for as long: a consultant's.
            "relation.knowledge_rate": 0.04,
            "relation.knowledge_decay": 0.0133,
        },
        markets={"base": _COSTLY, "acts": {**_COSTLY, **_INDULGED}},
        nulls={"null": {}, "null_acts": _INDULGED},
        measure=partial(follow, firm=_FIRM, measures=("satisfaction", "outcome", "market_share")),
        compare=indulging,
        quantities=(
            below_zero("share in year 5, points", "share.year5"),
            above_zero("share in months 7–9, points", "share.m9"),
            above_zero("satisfaction in months 4–6", "satisfaction.first"),
            below_zero("outcome in year 5", "outcome.year5"),
        ),
        null=(
            not_below_zero("share in year 5, points", "share.free"),
            not_below_zero("outcome in year 5", "outcome.free"),
        ),
        remarks=(
            "Share at months 3, 6, 9, 12, 24, 36, 48 and 60, in points: {share.m3.mean:+.2f}, "
            "{share.m6.mean:+.2f}, {share.m9.mean:+.2f}, {share.m12.mean:+.2f}, "
            "{share.m24.mean:+.2f}, {share.m36.mean:+.2f}, {share.m48.mean:+.2f}, "
            "{share.m60.mean:+.2f}.",
            "Satisfaction in year 5: {satisfaction.year5.mean:+.3f}.",
            "Outcome is never higher: comfort is felt and is no outcome.",
        ),
    ),
)

# -- P15: accounts that went with poached staff stay for a shorter time than those that stayed ----

_MONTH, _FOLLOWED = 24, 24
_TRAITS = ("weight_cost", "weight_product", "need_position", "tenure", "satisfaction", "knowledge")
"""What matched pairs have in common besides the segment, as it stood before the people went."""


def survival(draw: Draw) -> dict[str, float]:
    """Survival at 24 months of accounts moved to the poacher, of matched stayers, and permuted.

    Stayers are customers of the victim whose contact person stayed. Who leaves the market within
    the time does not count.
    """
    market = draw.market()
    event = draw.plan.events[0]
    victim, poacher = (market.firm(str(name)).index for name in (event.poach, event.by))
    column = market.population.column
    market.run_for(_MONTH - 1)
    own = column("provider") == victim
    traits = np.column_stack([np.asarray(column(name), float) for name in _TRAITS])
    segment = column("segment").copy()
    market.step()
    called = column("contact_moved") == _MONTH
    moved = own & (column("provider") == poacher) & (column("joined_month") == _MONTH)
    stayed = own & (column("provider") == victim) & ~called
    gone = np.zeros(len(own), bool)
    there = column("provider").copy()
    kept = np.ones(len(own), bool)
    for _ in range(_FOLLOWED):
        market.step()
        kept &= column("provider") == there
        gone |= column("looks") == Looks.FAREWELL
    matches = matched(traits, segment, np.flatnonzero(moved & ~gone), stayed & ~gone)
    pairs = np.column_stack([kept[list(matches)], kept[list(matches.values())]]).astype(float)
    swapped = np.random.default_rng((draw.seed, draw.replication)).random(len(pairs)) < 0.5
    permuted = np.where(swapped[:, None], pairs[:, ::-1], pairs)
    survived, others = float(pairs[:, 0].mean()), float(pairs[:, 1].mean())
    return {
        "moved": survived,
        "stayed": others,
        "apart": survived - others,
        "permuted": float((permuted[:, 0] - permuted[:, 1]).mean()),
        "went": float(moved.sum() / called.sum()),
    }


def _poaching(victim: str, poacher: str) -> dict[str, Any]:
    """Half of an intimate firm's people are poached."""
    return {"events": [{"month": _MONTH, "poach": victim, "by": poacher, "size": 0.5}]}


P15 = Pattern(
    id="P15",
    pattern="accounts moved with poached staff survive less than matched stayers",
    source="Treacy & Wiersema 1995 (rivals hired the salespeople and failed)",
    statistic="part still with the poacher after 24 months less the part of matched customers, "
    "whose contact person stayed, still with the victim, untuned market",
    null="who moved is permuted within matched pairs",
    mark="built in",
    reason="That liking moves with people and knowledge does not is a rule; for how long the "
    "moved stay is not.",
    find=Experiment(
        people=6000,
        replications=60,
        base={"market.months": _MONTH + _FOLLOWED},
        markets={
            "untuned": {**UNTUNED, **_poaching("Adviser", "Middling")},
            "default": _poaching("Tailor", "Broad"),
        },
        measure=survival,
        quantities=tuple(
            below_zero(f"survival, moved less stayed, {name} market", f"{name}.apart")
            for name in ("untuned", "default")
        ),
        null=tuple(
            exactly(f"the same, permuted, {name}", f"{name}.permuted")
            for name in ("untuned", "default")
        ),
        remarks=tuple(
            f"In the {name} market {{{name}.went.mean:.0%}} of those whose contact person went "
            f"followed; after 24 months {{{name}.moved.mean:.1%}} of them are with the poacher "
            f"still, and {{{name}.stayed.mean:.1%}} of matched stayers with the victim."
            for name in ("untuned", "default")
        ),
    ),
)

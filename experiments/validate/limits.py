"""Limits with answers that are known without data, L1 to L7: most of the market is switched off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.agents.chance import word_of
from tsunagari.agents.phases.worth import taste, taste_word
from tsunagari.experiments.runs.statistics import Interval, t_interval
from tsunagari.experiments.validate.experiment import Expected, Experiment, exactly
from tsunagari.experiments.validate.pattern import KNOWN, Pattern
from tsunagari.experiments.validate.study import Draw
from tsunagari.sim.paths import text_of
from tsunagari.sim.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.experiments.validate.experiment import Compared, Runs, Values
    from tsunagari.sim.market import Market
    from tsunagari.sim.recording import Columns

LEVEL = 0.9999
"""Level of the limits' intervals: what is exactly true should hardly ever seem false."""
FROM_THE_RULES = "It follows from the rules; what is tested is the program."
"""Why a limit is marked as built in."""

NO_STICKINESS: Values = {
    "stickiness.location": 0.0,
    "stickiness.switching": 0.0,
    "stickiness.obligation": 0.0,
    "stickiness.success": 0.0,
}
NO_WORD_OF_MOUTH: Values = {"zmot.friend": 0.0, "zmot.review": 0.0, "zmot.own": 0.0}
BLIND: Values = {  # who looks around has nothing to do with the provider
    "looking.connectivity_power": 0.0,
    "looking.satisfaction": 0.0,
    "looking.in_contract": 1.0,
    "looking.when_due": 1.0,
    "looking.friends_left": 1.0,
    "looking.friends_here": 0.0,
    "looking.bad_rating": 0.0,
    "looking.stimulus": 0.0,
    "looking.spread": 0.0,
}
STRANGERS: Values = {
    **NO_STICKINESS,
    **NO_WORD_OF_MOUTH,
    **BLIND,
    "relation.knowledge_rate": 0.0,  # what a provider learns would hold customers
    "zmot.advertising": 0.0,
    "value.outside": -1000.0,
    "market.exit": 0.0,
}
"""Nothing ties anybody to a provider, nobody tells anybody, and all have one."""


def logit(market: Market) -> NDArray[np.float64]:
    """Probability with which each customer would choose each firm, float64[people, firms].

    Multinomial logit (McFadden 1974) by hand from traits and this month's offers, where nothing but
    prior and claim inform, nothing ties, and nobody is new to having no provider: the posterior of
    two signals, price, time, risk, taste and reputation. Nobody has advertising in mind.
    """
    plan, population, offers = market.plan, market.population, market.population.offers

    def trait(name: str) -> NDArray[np.float64]:
        return np.asarray(population.column(name), np.float64)[:, None]

    around = np.abs(trait("need_position") - offers["position"])
    apart = np.minimum(around, 1.0 - around)
    misfit = apart * (1.0 - offers["authority"] * offers["knowledge"]) / offers["breadth"]
    solved = offers["knowledge"] * offers["solution"] * np.exp(-0.5 * misfit**2)
    promised = (
        plan.value.product * trait("weight_product") * offers["product"]
        + plan.value.solution * trait("weight_solution") * solved
        + offers["service"]
    )
    category = promised @ offers["weight"][:, None]
    prior, claim = plan.zmot.prior, offers["claim_precision"]
    believed = (prior * category + claim * (promised + offers["claim_heard"])) / (prior + claim)
    sensitivity = plan.value.price_base + plan.value.price_slope * trait("weight_cost")
    utility = believed - 0.5 * plan.zmot.risk_aversion / (prior + claim) + offers["reputation"]
    utility -= sensitivity * offers["felt"][:, 0] + trait("time_weight") * offers["log_time"]
    firms = [word_of(firm.name) for firm in market.firms]
    people = [taste_word(int(population.seed), row) for row in range(population.people)]
    utility += np.array([[taste(one, firm, plan.value.taste) for firm in firms] for one in people])
    odds = np.exp(utility - utility.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


# -- L1: on the complete network adoption is the discrete model of Bass ---------------------------

_P, _Q = 0.004, 0.15
_FEWEST = 20.0  # adoptions expected in a month that is looked at: enough to be nearly normal


def residuals(draw: Draw) -> dict[str, float]:
    """Standardised residuals of n(t+1) = (p + q·N/M)·(M − N): mean, mean square, lag one."""
    market = draw.market()
    market.run_for(draw.plan.market.months)
    adopters = np.asarray(market.results.tables["market"]["adopters"], float)
    people = draw.plan.market.customers
    chance = _P + _Q * adopters[:-1] / (people - 1)  # everybody but oneself
    expected = chance * (people - adopters[:-1])
    z = (np.diff(adopters) - expected) / np.sqrt(expected * (1.0 - chance))
    z = z[expected > _FEWEST]
    return {
        "mean": float(z.mean()),
        "square": float((z**2).mean()),
        "lag": float((z[1:] * z[:-1]).mean() / (z**2).mean()),
    }


L1 = Pattern(
    id="L1",
    pattern="adoption on the complete network is the discrete model of Bass",
    source="Bass 1969",
    statistic="autocorrelation of standardised one-step residuals of the recursion",
    null="a network of communities: whoever has adopted meets adopters",
    mark="built in",
    reason=FROM_THE_RULES,
    find=Experiment(
        people=20_000,
        replications=8,
        level=LEVEL,
        base={
            "market.months": 60,
            "market.start": "empty",
            "market.exit": 0.0,
            "network.kind": "complete",
            "adoption.innovation": _P,
            "adoption.imitation": _Q,
            **BLIND,
            "looking.base": 0.0,
            "value.outside": -1000.0,
        },
        markets={"whole": {}},
        nulls={
            "clustered": {
                "network.kind": "communities",
                "network.community_size": 50,
                "network.between": 0.02,
                "network.neighbours": 8,
            }
        },
        measure=residuals,
        quantities=(
            exactly("autocorrelation of residuals", "whole.lag", estimate=KNOWN),
            exactly("mean residual, standard errors", "whole.mean", estimate=KNOWN),
            exactly("mean square of residuals", "whole.square", 1.0, KNOWN),
        ),
        null=(Expected("autocorrelation of residuals", "clustered.lag", 0.2, None, "interval"),),
    ),
)

# -- L2: without word of mouth and ties, shares are logit shares averaged over customers ----------


def surprise_at_shares(draw: Draw) -> dict[str, float]:
    """χ² of customers by firm against the logit, per degree of freedom: 1 on average if right.

    Everybody looks around every month, so every month's customers are a fresh draw.
    """
    market = draw.market()
    firms = len(market.firms)
    squares = []
    for _ in range(draw.plan.market.months):
        market.step()
        chosen = np.eye(firms)[market.population.column("provider")].sum(axis=0)
        chance = logit(market)
        surprise = (chosen - chance.sum(axis=0))[:-1]  # the last follows from the others
        spread = -np.einsum("if,ig->fg", chance, chance)
        spread[np.diag_indices(firms)] += chance.sum(axis=0)
        squares.append(surprise @ np.linalg.solve(spread[:-1, :-1], surprise) / (firms - 1))
    return {"square": float(np.mean(squares))}


_SQUARE = "χ² of shares against logit, per degree of freedom"

L2 = Pattern(
    id="L2",
    pattern="without word of mouth, ties and memory, shares are logit shares",
    source="McFadden 1974",
    statistic="χ² of customers by firm against logit probabilities averaged over customers",
    null="the same with stickiness as usual",
    mark="built in",
    reason=FROM_THE_RULES,
    find=Experiment(
        people=3000,
        replications=12,
        level=LEVEL,
        base={
            "market.months": 12,
            **STRANGERS,
            "looking.base": 100.0,
            "firms.Tailor.minimum_fit": 0.0,
            "firms.Tailor.capacity": 1.0,
        },
        markets={"free": {}},
        nulls={"held": dict.fromkeys(NO_STICKINESS, 0.8)},
        measure=surprise_at_shares,
        quantities=(exactly(_SQUARE, "free.square", 1.0, KNOWN),),
        null=(Expected(_SQUARE, "held.square", 2.0, None, "interval"),),
    ),
)

# -- L3: where firms hold attention differently, stationary shares are odds over hazards ----------

_SETTLED = 40
_INTENSITY, _HELD = 0.4, 0.3
_CONTRACTS, _PRICES = (0, 12, 0), (0.9, 1.0, 1.1)
_TOLERANCE = 0.01


def share_above(draw: Draw) -> dict[str, float]:
    """Share of the firm with contracts above P/h averaged over customers, and above P alone."""
    market = draw.market()
    months = draw.plan.market.months
    held = 0.0
    for month in range(1, months + 1):
        market.step()
        if month > _SETTLED:
            held += float((market.population.column("provider") == 1).mean())
    share = held / (months - _SETTLED)
    hazard = 1.0 - np.exp(-_INTENSITY * np.where(np.array(_CONTRACTS) > 0, _HELD, 1.0))
    chance = logit(market)
    odds = chance / hazard
    expected = (odds / odds.sum(axis=1, keepdims=True)).mean(axis=0)
    return {
        "odds": share - float(expected[1]),
        "blind": share - float(chance.mean(axis=0)[1]),
    }


L3 = Pattern(
    id="L3",
    pattern="stationary shares are choice probabilities over hazards of looking, P/h",
    source="Markov chains; no data needed",
    statistic="long-run share of the firm with contracts, less the mean of P/h over customers",
    null="shares as if contracts held nobody's attention, P",
    mark="built in",
    reason=FROM_THE_RULES,
    find=Experiment(
        people=3000,
        replications=16,
        level=LEVEL,
        base={
            "market.months": 90,
            **STRANGERS,
            "firms": [
                {"name": name, "contract": contract, "price": price, "attention": 0.0}
                for name, contract, price in zip("ABC", _CONTRACTS, _PRICES, strict=True)
            ],
            "looking.base": _INTENSITY,
            "looking.in_contract": _HELD,
            "looking.when_due": _HELD,
            "zmot.doubt": 0.0,
            "technology.gain": 0.0,  # firms stay as they are
            "technology.drift": 0.0,
            "finance.start_cash": 1000.0,  # and stay
        },
        measure=share_above,
        quantities=(
            exactly("share above P/h", "here.odds", estimate=KNOWN),
            Expected("the same", "here.odds", -_TOLERANCE, _TOLERANCE, "interval"),
        ),
        null=(Expected("share above P", "here.blind", _TOLERANCE, None, "interval"),),
    ),
)

# -- L4: firms that differ in name only have equal shares -----------------------------------------

_NAMES = ("A", "Zebra", "つながり", "10")
_EQUAL, _CLOSE = 1.0 / len(_NAMES), 0.03
_DISCIPLINES = ("operational-excellence", "product-leadership", "customer-intimacy", "none")


def shares_at_the_end(draw: Draw) -> dict[str, Any]:
    """Shares by firm, and the first firm's."""
    market = draw.market()
    market.run_for(draw.plan.market.months)
    provider = market.population.column("provider")
    customers = np.bincount(provider[provider >= 0], minlength=len(market.firms))
    shares = customers / customers.sum()
    return {"shares": shares, "first": shares[0]}


def farthest_from_equal(runs: Runs) -> Compared:
    """The share whose mean is farthest from equal, by discipline."""
    found = {}
    for discipline in _DISCIPLINES:
        shares = [t_interval(firm, LEVEL) for firm in runs[discipline]["shares"].T]
        found[discipline] = max(shares, key=lambda share: abs(share.mean - _EQUAL))
    return {"farthest": found}


L4 = Pattern(
    id="L4",
    pattern="firms that differ in name only have equal shares",
    source="symmetry; no data needed",
    statistic="share after two years that is farthest from equal, of four firms alike",
    null="one of them is a tenth cheaper",
    mark="built in",
    reason=FROM_THE_RULES,
    find=Experiment(
        people=3000,
        replications=24,
        level=LEVEL,
        base={"market.months": 24},
        markets={
            kind: {"firms": [{"name": n, "discipline": kind, "capacity": 1.0} for n in _NAMES]}
            for kind in _DISCIPLINES
        },
        nulls={
            "cheaper": {
                "firms": [{"name": name, "discipline": "none"} for name in _NAMES],
                f"firms.{_NAMES[0]}.price": 0.9,
            }
        },
        measure=shares_at_the_end,
        compare=farthest_from_equal,
        quantities=tuple(
            quantity
            for kind in _DISCIPLINES
            for quantity in (
                exactly(f"share farthest from equal, {kind}", f"farthest.{kind}", _EQUAL, KNOWN),
                Expected("the same", f"farthest.{kind}", _EQUAL - _CLOSE, _EQUAL + _CLOSE),
            )
        ),
        null=(Expected("share of the cheaper firm", "cheaper.first", _EQUAL, None, "interval"),),
    ),
)

# -- L5: a firm that nobody knows and that does not advertise gets nobody and changes nothing -----


def unknown_firm(draw: Draw) -> dict[str, float]:
    """Who ever joined the last firm; and people with another provider than if it were not there."""
    market = draw.market()
    column = market.population.column
    last, joined = len(market.firms) - 1, 0
    for _ in range(draw.plan.market.months):
        market.step()
        new = (column("provider") == last) & (column("joined_month") == market.month)
        joined += int(new.sum())
    unseen = draw.plan.with_values({text_of(("firms", draw.plan.firms[-1].name)): None})
    without = Draw(unseen, draw.seed, draw.replication).market()
    without.run_for(draw.plan.market.months)
    elsewhere = column("provider") != without.population.column("provider")
    return {"joined": joined, "elsewhere": int(elsewhere.sum())}


def _bargain(reach: float) -> Values:
    """The default firms, and the cheapest of all, which so many know."""
    bargain = {"name": "Bargain", "price": 0.8, "advertising": 0.0, "share": 0.0, "reach": reach}
    return {"firms": [*(firm.model_dump() for firm in Scenario().firms), bargain]}


L5 = Pattern(
    id="L5",
    pattern="a firm that nobody knows and that does not advertise gets nobody",
    source="logic; no data needed",
    statistic="people who join such a firm, the cheapest of all, in two years",
    null="everybody knows it",
    mark="built in",
    reason=FROM_THE_RULES,
    find=Experiment(
        people=3000,
        replications=12,
        level=LEVEL,
        base={"market.months": 24},
        markets={"hidden": _bargain(0.0)},
        nulls={"known": _bargain(1.0)},
        measure=unknown_firm,
        quantities=(
            Expected("joiners", "hidden.joined", 0.0, 0.0, estimate=KNOWN),
            Expected(
                "others' customers who are elsewhere", "hidden.elsewhere", 0.0, 0.0, estimate=KNOWN
            ),
        ),
        null=(Expected("joiners", "known.joined", 1.0, None, "interval"),),
    ),
)

# -- L6: shares sum to 1, flows balance, and money adds up ----------------------------------------

_EXACT = 1e-9
_STRANGE: Mapping[str, Values] = {
    "the default": {},
    "an empty market": {"market.start": "empty", "adoption.innovation": 0.02},
    "a disruptor": {"events": [{"month": 6, "enter": {"name": "New", "discipline": "disruptor"}}]},
    "firms that fail": {"finance.credit": 0.0, "finance.start_cash": 0.0, "finance.grace": 0},
    "much coming and going": {"market.exit": 0.05, "looking.base": 0.5},
}


def gaps(draw: Draw) -> dict[str, float]:
    """Largest gap in a run's books, and in the same books with one customer and coin moved."""
    market = draw.market()
    market.run_for(draw.plan.market.months)
    tables = market.results.tables
    people = market.population.people
    firms = {name: np.array(column) for name, column in tables["firms"].items()}
    last = firms["month"] == firms["month"].max()
    row = int(np.flatnonzero(last)[0])
    firms["customers"][row] += 1
    firms["revenue"][row] += 1.0
    return {"gap": gap(tables, people), "moved": gap({**tables, "firms": firms}, people)}


def gap(tables: Mapping[str, Columns], people: int) -> float:
    """Largest violation of the laws of accounting, relative to what is added up."""
    import pandas as pd

    firms, market, flows = (pd.DataFrame(dict(tables[t])) for t in ("firms", "market", "flows"))
    market = market.set_index("month")
    by_firm = firms.groupby("firm", sort=False)
    before, cash_before = by_firm["customers"].shift(fill_value=0), by_firm["cash"].shift()
    month = firms.groupby("month")
    later = firms["month"] > 0
    keys = ["month", "firm"]
    indexed = firms.set_index(keys)

    def moved(end: str) -> pd.Series:
        some = flows[flows[end] != ""].rename(columns={end: "firm"})
        return some.groupby(keys)["customers"].sum().reindex(indexed.index, fill_value=0)

    everybody = month["customers"].sum().reindex(market.index, fill_value=0)
    revenue = month["revenue"].sum().reindex(market.index, fill_value=0.0)
    shares = month["market_share"].sum()[everybody[everybody > 0].index] - 1.0
    worth = month["revenue_share"].sum()[revenue[revenue > 0].index] - 1.0
    balance = (before + firms["joins"] - firms["leaves"] - firms["customers"])[later] / people
    seats = (market["without_provider"] + everybody - people) / people
    arrivals = (indexed["joins"] - moved("destination")) / people
    departures = (indexed["leaves"] - moved("source")) / people
    paid = (revenue - market["spending"]) / max(float(revenue.max()), 1.0)
    kept = (firms["cash"] - cash_before - firms["profit"]).dropna()
    kept /= max(float(firms["cash"].abs().max()), 1.0)
    parts = (shares, worth, balance, seats, arrivals, departures, paid, kept)
    return max(float(part.abs().max()) for part in parts if len(part))


def _ends(runs: Runs, name: str) -> tuple[float, float]:
    """Least and most of a number over all markets."""
    values = [float(value) for run in runs.values() for value in run[name]]
    return min(values), max(values)


def range_of_gaps(runs: Runs) -> Compared:
    """The widest gap, and the least of those that are planted, with the range of either."""
    (least, widest), (planted, most) = _ends(runs, "gap"), _ends(runs, "moved")
    return {
        "books": {
            "gap": Interval(widest, least, widest),
            "moved": Interval(planted, planted, most),
        }
    }


L6 = Pattern(
    id="L6",
    pattern="shares sum to 1, flows balance, and money adds up",
    source="accounting; no data needed",
    statistic="largest relative gap in the books of five kinds of markets",
    null="the same books with one customer and one unit of money moved",
    mark="built in",
    reason=FROM_THE_RULES,
    find=Experiment(
        people=2000,
        replications=1,
        base={"market.months": 36},
        markets=_STRANGE,
        measure=gaps,
        compare=range_of_gaps,
        quantities=(Expected("largest gap", "books.gap", 0.0, _EXACT, "interval", KNOWN),),
        null=(Expected("gap", "books.moved", _EXACT, None, "interval"),),
        remarks=(f"Markets: {', '.join(_STRANGE)}; the interval is their range.",),
    ),
)

# -- L7: an event in month m changes nothing before m ---------------------------------------------

_WHEN = 12
_EVENTS: tuple[dict[str, Any], ...] = (
    {"month": _WHEN, "set": "stickiness.location", "to": 0.0, "over": 6},
    {"month": _WHEN, "set": "zmot.connectivity", "to": 3.0},
    {"month": _WHEN, "set": "firms.Lean.price", "to": 0.8},
    {"month": _WHEN, "enter": {"name": "Zero", "discipline": "disruptor"}},
    {"month": _WHEN, "leave": "Broad"},
    {"month": _WHEN, "scandal": "Spark", "size": 1.0},
)


def changed_by_event(draw: Draw) -> dict[str, float]:
    """Customers whose state differs from that without the event: before it, and in its month."""
    plain = Draw(draw.plan.with_values({"events": []}), draw.seed, draw.replication).market()
    market = draw.market()
    before = at = 0
    for month in range(_WHEN + 1):
        if month:
            plain.step()
            market.step()
        one, two = plain.population, market.population
        differs = (one.state != two.state).any(axis=0) | (one.marks != two.marks).any(axis=0)
        same_books = all(
            np.float64(first.cash) == np.float64(second.cash)
            for first, second in zip(plain.firms, market.firms, strict=False)
        )
        if month < _WHEN:
            before += int(differs.sum()) + (0 if same_books else 1)
        else:
            at = int(differs.sum())
    return {"before": before, "at": at}


def range_of_changes(runs: Runs) -> Compared:
    """The most changed before, and the least changed in the month, with the range of either."""
    (least, most), (fewest, many) = _ends(runs, "before"), _ends(runs, "at")
    return {"event": {"before": Interval(most, least, most), "at": Interval(fewest, fewest, many)}}


L7 = Pattern(
    id="L7",
    pattern="an event in month m changes nothing before m",
    source="causality; no data needed",
    statistic="customers whose state, to the bit, differs before the month of an event",
    null="the month of the event itself",
    mark="built in",
    reason=FROM_THE_RULES,
    find=Experiment(
        people=2000,
        replications=1,
        base={"market.months": 24},
        markets={f"event {n}": {"events": [event]} for n, event in enumerate(_EVENTS)},
        measure=changed_by_event,
        compare=range_of_changes,
        quantities=(
            Expected("customers changed before", "event.before", 0.0, 0.0, "interval", KNOWN),
        ),
        null=(Expected("customers changed in the month", "event.at", 1.0, None, "interval"),),
        remarks=(f"{len(_EVENTS)} kinds of events, one at a time; the interval is their range.",),
    ),
)

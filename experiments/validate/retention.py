"""How customers stay: P2, P3, P5 and P9."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.agents.columns import Looks
from tsunagari.experiments.runs.statistics import t_interval
from tsunagari.experiments.runs.trial import Trial, run_trial
from tsunagari.experiments.validate.estimators import slope, slopes_about_zero
from tsunagari.experiments.validate.experiment import Expected, Experiment, above_zero, exactly
from tsunagari.experiments.validate.observed import UNTUNED, Panel
from tsunagari.experiments.validate.pattern import DIRECTION, Finding, Pattern, Quantity
from tsunagari.sim.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tsunagari.experiments.validate.experiment import Compared, Runs, Values
    from tsunagari.experiments.validate.study import Draw, Study
    from tsunagari.sim.recording import Columns

_YEAR = 12

# -- P2: of a cohort, the part that stays rises from year to year ---------------------------------

_YEARS, _LAST_COHORT = 5, 48  # cohorts joined in months 1 to 48 are followed for five years


def retention_by_tenure(draw: Draw) -> dict[str, float]:
    """Annual retention by year of tenure, the last less the first, and each less the one before.

    A cohort are all who joined any firm in the first four years; firms are added up.
    """
    tables = run_trial(Trial(draw.plan, draw.seed, draw.replication), threads=1).tables
    years = yearly_retention(tables["cohorts"])
    return {
        "rise": years[-1] - years[0],
        **{f"year{n}": part for n, part in enumerate(years, 1)},
        **{f"step{n}": later - sooner for n, (sooner, later) in _pairs(years)},
    }


def parts_of_rise(runs: Runs) -> Compared:
    """The part of the rise that growing ties make alone, and lasting differences alone."""
    rise = float(runs["here"]["rise"].mean())
    return {"part": {name: runs[name]["rise"] / rise for name in ("tied", "unlike")}}


def _pairs(years: list[float]) -> list[tuple[int, tuple[float, float]]]:
    return list(enumerate(itertools.pairwise(years), 2))


def yearly_retention(cohorts: Columns) -> list[float]:
    """Part of those there after n years who are there a year later, that of month 0 left out."""
    joined, tenure = np.asarray(cohorts["joined"]), np.asarray(cohorts["tenure"])
    survivors = np.asarray(cohorts["survivors"], float)
    meant = (joined >= 1) & (joined <= _LAST_COHORT)
    there = [survivors[meant & (tenure == _YEAR * year)].sum() for year in range(_YEARS + 1)]
    return [float(after / before) for before, after in itertools.pairwise(there)]


_FADER = "Fader & Hardie 2007: +.26 and +.06 in two segments of one firm (.63 to .89, .87 to .93)"

_ALIKE: Values = {
    "firms": [{"name": name, "discipline": "none"} for name in "ABCD"],
    "segments": [{"name": "all", "share": 1.0}],
    "value.taste": 0.0,
    "value.concentration": 100.0,
    "value.time_spread": 0.0,
    "disciplines.none.breadth": 10.0,
    "disciplines.none.contract": 0,
    "looking.spread": 0.0,
}
_NO_TIES: Values = {
    "looking.satisfaction": 0.0,
    "looking.friends_here": 0.0,
    "looking.friends_left": 1.0,
    "looking.bad_rating": 0.0,
    "relation.knowledge_rate": 0.0,
    "zmot.own": 0.0,
    "zmot.friend": 0.0,
    "stickiness.location": 0.0,
    "stickiness.switching": 0.0,
    "stickiness.obligation": 0.0,
    "stickiness.success": 0.0,
}

P2 = Pattern(
    id="P2",
    pattern="retention rises with tenure in a cohort",
    source="Fader & Hardie 2007",
    statistic="annual retention of joiners in their fifth year less that in their first",
    null="customers and firms all alike, no contract, and nothing that grows with tenure",
    mark="built in",
    reason="Contracts, and ties that grow with tenure, are rules; that the readier leave first "
    "is not.",
    find=Experiment(
        people=4000,
        replications=24,
        base={"market.months": 108},
        nulls={
            "alike": {**_ALIKE, **_NO_TIES},
            "tied": _ALIKE,
            "unlike": {**_NO_TIES, "disciplines.none.contract": 0},
        },
        measure=retention_by_tenure,
        compare=parts_of_rise,
        quantities=(
            above_zero("annual retention, year 5 less year 1", "here.rise", _FADER),
            *(
                Expected(f"year {n} less year {n - 1}", f"here.step{n}", 0.0, None, "overlap")
                for n in range(2, _YEARS + 1)
            ),
        ),
        null=(
            exactly("annual retention, year 5 less year 1", "alike.rise"),
            Expected("the same", "alike.rise", None, "here.rise.low", "interval"),
        ),
        remarks=(
            "Annual retention by year of tenure: {here.year1.mean:.3f}, {here.year2.mean:.3f}, "
            "{here.year3.mean:.3f}, {here.year4.mean:.3f}, {here.year5.mean:.3f}.",
            "Where all are alike and nothing grows: {alike.year1.mean:.3f}, "
            "{alike.year2.mean:.3f}, {alike.year3.mean:.3f}, {alike.year4.mean:.3f}, "
            "{alike.year5.mean:.3f}.",
            "Ties that grow with tenure, among customers and firms all alike, make "
            "{part.tied.mean:.0%} [{part.tied.low:.0%}, {part.tied.high:.0%}] of the rise: "
            "{tied.rise.mean:+.3f}.",
            "Differences that last, without ties that grow, make {part.unlike.mean:.0%} "
            "[{part.unlike.low:.0%}, {part.unlike.high:.0%}] of it: {unlike.rise.mean:+.3f}. The "
            "parts need not sum to one: either may do part of the other's work, and contracts are "
            "in neither.",
        ),
    ),
)

# -- P3: among like firms, the bigger lose a smaller part of their customers ----------------------

_SHARES = {"A": 0.35, "B": 0.25, "C": 0.2, "D": 0.12, "E": 0.08}


def churn_on_share(draw: Draw) -> dict[str, float]:
    """Slope of monthly churn on share, by the part h who look around in a month; and h.

    Churn and share are means over the months; who leaves the market altogether does not count.
    """
    market = draw.market()
    column = market.population.column
    firms = len(market.firms)
    shares, churn, looked = [], [], []
    for _ in range(draw.plan.market.months):
        before = column("provider").copy()
        market.step()
        with_one = before >= 0
        gone = column("looks") == Looks.FAREWELL
        left = with_one & (column("provider") != before) & ~gone
        customers = np.bincount(before[with_one], minlength=firms)
        shares.append(customers / customers.sum())
        churn.append(np.bincount(before[left], minlength=firms) / customers)
        looked.append((column("looks")[with_one] == Looks.AROUND).mean())
    hazard = float(np.mean(looked))
    return {
        "slope": slope(np.mean(shares, axis=0), np.mean(churn, axis=0)) / hazard,
        "hazard": hazard,
    }


P3 = Pattern(
    id="P3",
    pattern="of like firms, the bigger lose proportionally fewer customers",
    source="Ehrenberg, Goodhardt & Barwise 1990; Sharp 2010",
    statistic="slope of monthly churn on share across firms, in units of the looking hazard h",
    null="tastes that decide every choice (ξ of standard deviation 2)",
    mark="fitted",
    reason="How much cheaper and better size makes a firm was set with this band in view; that the "
    "slope is below zero without such economies was not.",
    find=Experiment(
        people=5000,
        replications=24,
        most=96,
        base={
            "market.months": 36,
            "firms": [
                {"name": name, "discipline": "none", "share": share}
                for name, share in _SHARES.items()
            ],
            "value.taste": 0.0,
        },
        markets={"alike": {}, "level": {"technology.scale": 0.0}},
        nulls={"loved": {"value.taste": 2.0}},
        measure=churn_on_share,
        quantities=(
            Expected(
                "slope of churn on share, in units of h",
                "alike.slope",
                -1.5,
                -0.5,
                "interval",
                "Ehrenberg et al. 1990, Sharp 2010: a direction only; Wright & Riebe 2010: a "
                "stochastic model of choice fits defection in four markets; made anew, −1",
            ),
            Expected("the same without economies of scale", "level.slope", None, 0.0, "interval"),
        ),
        null=(
            Expected(
                "slope of churn on share, in units of h", "loved.slope", -0.5, 0.5, "interval"
            ),
        ),
        remarks=(
            "h, the part of customers who look around in a month, is {alike.hazard.mean:.4f}.",
            "The band's reason: without incumbency and luck of place the slope is −h, since of "
            "those who look the part that chooses a firm again is its share. The sources publish "
            "no spread of slopes; half of that more or less is this page's own reading of “near”.",
            "The whole interval must lie in the band. Where it does not, nor beyond, as many draws "
            "again are taken, up to 96; the intervals allow for three looks.",
            "With economies of scale bigger firms are also cheaper and better: a steeper slope.",
        ),
    ),
)

# -- P5: of those who decide anew, each unit of satisfaction keeps more than the one before -------

_FIRST, _EVERY, _AHEAD = 12, 6, 12
"""Who decides anew is seen from month 12 on; surveys are in months 12, 18, …, and a year later it
is seen who is still there."""


def stay_on_satisfaction(draw: Draw) -> dict[str, float]:
    """What a unit of satisfaction keeps, below and above neutral, and with answers permuted.

    ``anew``: of those who look around in a month, who chooses the same firm again; ``year``: of
    all, who is still there a year later.
    """
    columns = ("satisfaction", "tenure", "joined_month", "looks")
    panel = Panel(draw.market(), columns)
    anew_below, anew_above, permuted = _choosing_again(panel)
    year_below, year_above = _staying_a_year(panel)
    return {
        "increasing": anew_above - anew_below,
        "anew_below": anew_below,
        "anew_above": anew_above,
        "permuted": permuted,
        "year_below": year_below,
        "year_above": year_above,
    }


def _choosing_again(panel: Panel) -> tuple[float, float, float]:
    """Slopes below and above neutral of those who decide anew; and, permuted, their difference."""
    luck = np.random.default_rng((panel.market.seed, panel.market.replication))
    firms = len(panel.market.firms)
    satisfied, stayed, group = [], [], []
    for month in range(_FIRST, panel.months + 1):
        provider = panel["provider"][month - 1]
        asked = (provider >= 0) & (panel["tenure"][month - 1] >= 1)
        asked &= (panel["looks"][month] == Looks.AROUND) & (panel["gone"][month] == 0)
        satisfied.append(panel["satisfaction"][month - 1][asked].astype(float))
        stayed.append((panel["provider"][month] == provider)[asked].astype(float))
        group.append(month // _YEAR * firms + provider[asked])
    answers, again, who = map(np.concatenate, (satisfied, stayed, group))
    mixed = answers.copy()
    for cell in np.unique(who):
        own = np.flatnonzero(who == cell)
        mixed[own] = answers[luck.permutation(own)]
    below, above = slopes_about_zero(answers, again, who)
    null_below, null_above = slopes_about_zero(mixed, again, who)
    return below, above, null_above - null_below


def _staying_a_year(panel: Panel) -> tuple[float, float]:
    """Slopes below and above neutral of staying a year, within firm and month."""
    satisfied, stayed, group = [], [], []
    for month in range(_FIRST, panel.months - _AHEAD + 1, _EVERY):
        provider, later = panel["provider"][month], panel["provider"][month + _AHEAD]
        replaced = panel["gone"][month + 1 : month + _AHEAD + 1].any(axis=0)
        asked = np.flatnonzero((provider >= 0) & (panel["tenure"][month] >= 1) & ~replaced)
        joined = panel["joined_month"]
        same = (later == provider) & (joined[month + _AHEAD] == joined[month])
        satisfied.append(panel["satisfaction"][month][asked].astype(float))
        stayed.append(same[asked].astype(float))
        group.append(month * len(panel.market.firms) + provider[asked])
    answers, kept, who = map(np.concatenate, (satisfied, stayed, group))
    return slopes_about_zero(answers, kept, who)


_MORE = "slope of choosing the firm again above neutral less that below, per unit"

P5 = Pattern(
    id="P5",
    pattern="satisfaction has increasing returns for those who decide anew",
    source="Mittal & Kamakura 2001",
    statistic="slope of choosing the same firm again on satisfaction above neutral less that "
    "below, of customers who look around",
    null="satisfaction permuted among the customers of a firm in a year",
    mark="out of sample",
    reason="Nothing was set by it, and no rule says where a unit of satisfaction counts for most.",
    find=Experiment(
        people=5000,
        replications=12,
        most=48,
        base={"market.months": 60},
        markets={"even": {"judgement.loss_aversion": 1.0}, "averse": {}},
        measure=stay_on_satisfaction,
        quantities=(
            above_zero(
                _MORE,
                "averse.increasing",
                "Mittal & Kamakura 2001: increasing, repurchase of 100,040 car owners",
            ),
        ),
        null=(exactly(_MORE, "averse.permuted"),),
        remarks=(
            "The source asks owners who buy a car again, so everybody decides: here that is who "
            "looks around. Of them a unit of satisfaction keeps {averse.anew_below.mean:.3f} below "
            "neutral and {averse.anew_above.mean:.3f} above; without loss aversion (λ = 1) "
            "{even.anew_below.mean:.3f} and {even.anew_above.mean:.3f}.",
            "Of a year's staying it is worth {averse.year_below.mean:.3f} below neutral and "
            "{averse.year_above.mean:.3f} above (λ = 1: {even.year_below.mean:.3f} and "
            "{even.year_above.mean:.3f}), as who is content does not look.",
            "That bad performance weighs more than good is said of attributes and overall "
            "satisfaction, not of staying (Mittal, Ross & Baldasare 1998): it is no test of this.",
        ),
    ),
)

# -- P9: where nearness, switching cost and obligation erode, staying depends more on success -----

_PEOPLE, _REPLICATIONS = 4000, 10
_BEGIN, _OVER, _SEEN = 13, 12, (36, 48, 60)
_ERODED = ("location", "switching", "obligation")
_RESERVOIRS = (*_ERODED, "success")
_LEFT = 0.3  # regime of what erodes, from 0.8
_ROUNDS, _CLOSE = 6, 0.01  # of the fall of the total


def stay_on_success(draw: Draw) -> tuple[float, float]:
    """Slope of staying a year on the record of success, and mean stickiness in utility.

    Customers of at least three months' standing at months 36, 48 and 60; those who leave the market
    within the year do not count.
    """
    columns = [f"stickiness_{name}" for name in _RESERVOIRS]
    panel = Panel(draw.market(), ("success", "tenure", *columns))
    totals, success, stayed = [], [], []
    for month in _SEEN:
        served = panel["provider"][month] >= 0
        totals.append(sum(panel[name][month][served].mean(dtype=float) for name in columns))
        gone = panel["gone"][month + 1 : month + _YEAR + 1].any(axis=0)
        seen = served & ~gone & (panel["tenure"][month] >= 3)
        success.append(np.asarray(panel["success"][month][seen], float))
        stayed.append(panel["tenure"][month + _YEAR][seen] >= _YEAR)
    return slope(np.concatenate(success), np.concatenate(stayed)), float(np.mean(totals))


def eroding(plan: Scenario, regimes: Mapping[str, float]) -> Scenario:
    """The plan with regimes that go to these values from month 13 on, within a year."""
    events = [
        {"month": _BEGIN, "set": f"stickiness.{name}", "to": float(value), "over": _OVER}
        for name, value in regimes.items()
    ]
    return plan.with_values({"events": events})


def placebo_factor(study: Study, plan: Scenario, base: float, wanted: float) -> float:
    """Regime at which all four reservoirs together have fallen to the total wanted.

    Success erodes as much as the others. Found by regula falsi on the runs themselves, since what
    holds people changes who is held.

    Args:
        study: Where to run; four replications are enough for a mean of thousands.
        plan: The market before erosion.
        base: Mean stickiness without erosion.
        wanted: Mean stickiness with the first three eroded; below ``base``.

    Raises:
        ValueError: No regime of at least 0 leaves that total.
    """
    regime = float(plan.stickiness.success)
    low, high = (0.0, 0.0), (regime, base)  # (regime, total)
    for _ in range(_ROUNDS):
        guess = low[0] + (high[0] - low[0]) * (wanted - low[1]) / (high[1] - low[1])
        if not 0.0 <= guess <= regime:
            raise ValueError(f"no common regime leaves a stickiness of {wanted:.3f}")
        draws = study.draws(eroding(plan, dict.fromkeys(_RESERVOIRS, guess)), 4)
        total = float(np.mean([total for _, total in study.each(stay_on_success, draws)]))
        if abs(total - wanted) < _CLOSE * (base - wanted):
            return guess
        low, high = ((guess, total), high) if total < wanted else (low, (guess, total))
    return guess


def rises(study: Study, plan: Scenario) -> SimpleNamespace:
    """Run a market without erosion, with three reservoirs eroded, and with the placebo.

    Returns:
        ``slope`` without erosion; its ``rise`` with three eroded, the ``placebo`` with all four,
        and how much ``more`` the first is; the placebo's ``regime``; ``totals``, mean stickiness
        without erosion, with three and with four eroded.
    """
    draws = study.draws(plan, _REPLICATIONS)
    eroded = study.draws(eroding(plan, dict.fromkeys(_ERODED, _LEFT)), _REPLICATIONS)
    first = np.array(study.each(stay_on_success, [*draws, *eroded])).reshape(2, -1, 2)
    base, total = first[0, :, 1].mean(), first[1, :, 1].mean()
    factor = placebo_factor(study, plan, float(base), float(total))
    placebo = eroding(plan, dict.fromkeys(_RESERVOIRS, factor))
    third = np.array(study.each(stay_on_success, study.draws(placebo, _REPLICATIONS)))
    rise, placebo_rise = first[1, :, 0] - first[0, :, 0], third[:, 0] - first[0, :, 0]
    return SimpleNamespace(
        more=t_interval(rise - placebo_rise),
        rise=t_interval(rise),
        placebo=t_interval(placebo_rise),
        slope=t_interval(first[0, :, 0]),
        regime=factor,
        totals=(base, total, third[:, 1].mean()),
    )


def success_is_left(study: Study) -> Finding:
    """Erode three reservoirs, or all four proportionally, in an untuned market and the default."""
    size = {"market.customers": study.people(_PEOPLE), "market.months": _SEEN[-1] + _YEAR}
    markets = {"untuned": UNTUNED, "default": {}}
    found = {
        name: rises(study, Scenario().with_values({**values, **size}))
        for name, values in markets.items()
    }
    names = ("rise of the slope less the placebo's, untuned", "rise less the placebo's, default")
    return Finding(
        quantities=tuple(
            Quantity(f"{name} market", each.more, (0.0, None), "interval", DIRECTION)
            for name, each in zip(names, found.values(), strict=True)
        ),
        null=tuple(
            Quantity(f"placebo's rise, {name} market", each.placebo, (None, 0.0), "overlap")
            for name, each in found.items()
        ),
        details=tuple(_EROSION.format(name=name, of=each) for name, each in found.items()),
    )


_EROSION = (
    "In the {name} market stickiness falls from {of.totals[0]:.2f} to {of.totals[1]:.2f}, and to "
    "{of.totals[2]:.2f} with all four regimes at {of.regime:.3f}; the slope, "
    "{of.slope.mean:.3f} without erosion, changes by {of.rise.mean:+.4f} "
    "[{of.rise.low:+.4f}, {of.rise.high:+.4f}] with three eroded, by {of.placebo.mean:+.4f} "
    "with all four."
)

P9 = Pattern(
    id="P9",
    pattern="as location, switching cost and obligation erode, the ranking turns to success",
    source="Service management for customer success 2019"
    " (what still holds customers who are free to go)",
    statistic="slope of staying for twelve months on the record of success, over customers: its "
    "rise where three reservoirs erode less that where all four do, proportionally, by as much",
    null="all four reservoirs erode proportionally: no rise",
    mark="built in",
    reason="That success counts in the choice is a rule; how its weight changes as the others "
    "erode is not.",
    find=success_is_left,
)

"""P12: the same surprise every month loses its effect on retention; progress keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from experiments.patterns.pattern import Pattern
from experiments.patterns.signs import above_zero, below_zero, not_below_zero
from experiments.patterns.verdict import Finding

if TYPE_CHECKING:
    from experiments.patterns.study import Draw, Study
    from sim.scenario import Scenario

_PEOPLE, _YEARS, _REPLICATIONS = 2000, 5, 10
_MONTHS, _YEAR, _EVERY = 60, 12, 3
_FIRM, _DOSE = "Adviser", 0.5
_SCALE = 1e-9
"""Intensity of looking around while years pass, against what it is when the question is asked."""
_NOTHING_ADAPTS: dict[str, Any] = {
    "judgement.expectation_rate": 0.0,
    "judgement.need_up": 0.0,
    "judgement.need_down": 0.0,
    "judgement.need_technology": 0.0,
}


def constant(plan: Scenario) -> Scenario:
    """Service beyond what was asked, the same from the first month on.

    It begins with an event: what is there before anybody joins is expected, and surprises nobody.
    """
    begin = {"month": 1, "set": f"firms.{_FIRM}.service", "to": _DOSE}
    return plan.with_values({"events": [begin]})


def progress(plan: Scenario) -> Scenario:
    """Service that grows month by month; over the five years it is as much on average."""
    rise = {"month": 1, "set": f"firms.{_FIRM}.service", "to": 2 * _DOSE, "over": _MONTHS}
    return plan.with_values({"events": [rise]})


def measure(draw: Draw) -> list[float]:
    """Churn to be expected a month among a firm's first customers, mean of every year.

    All of them stay for five years, whatever they live: who is held by service alone would leave
    first, and a cohort that shrinks changes by selection. Each quarter they are asked, in closed
    form, whether they would look around and leave.
    """
    import numpy as np

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
    return np.array(found).reshape(_YEARS, -1).mean(axis=1).tolist()


def expected_churn(market: Market, firm: int) -> float:
    """Mean probability of a firm's customers to leave this month, in a month that has begun."""
    import copy

    import numpy as np

    population = copy.deepcopy(market).population
    for phase in (population.judge, population.share, population.look):
        population.in_rows(phase)
    _, again, looking = population.staying(firm)
    usual = 1.0 - np.exp(np.log1p(-looking) / _SCALE)  # h = 1 − exp(−Λ), Λ proportional to the base
    return float((usual * (1.0 - again[:, -1])).mean())


def effects(study: Study, plan: Scenario) -> dict[str, Floats]:
    """Part of the expected churn that either kind of service prevents, [replication, year]."""
    import numpy as np

    plans = (plan, constant(plan), progress(plan))
    draws = [draw for each in plans for draw in study.draws(each, _REPLICATIONS)]
    base, same, more = np.array(study.each(measure, draws)).reshape(3, -1, _YEARS)
    return {"constant": 1.0 - same / base, "progress": 1.0 - more / base}


def find(study: Study) -> Finding:
    """Exceed expectations by as much every month, or by ever more, for five years."""
    from experiments.patterns.another_market import another_market
    from experiments.statistics import t_interval

    plan = another_market(study.people(_PEOPLE), _MONTHS)
    here = effects(study, plan)
    null = effects(study, plan.with_values(_NOTHING_ADAPTS))

    def change(rows: Floats) -> Interval:
        return t_interval(rows[:, -1] - rows[:, 0])

    def told(rows: Floats) -> str:
        return ", ".join(f"{t_interval(year).mean:.3f}" for year in rows.T)

    lost = here["constant"][:, -1] - here["constant"][:, 0]
    anyway = null["constant"][:, -1] - null["constant"][:, 0]
    return Finding(
        quantities=(
            below_zero("constant: effect in year 5 less year 1", change(here["constant"])),
            below_zero("the same, less where nothing adapts", t_interval(lost - anyway)),
            above_zero("progress: effect in year 5 less year 1", change(here["progress"])),
        ),
        null=(not_below_zero("constant: effect in year 5 less year 1", change(null["constant"])),),
        details=(
            "Part of the expected churn that constant service prevents, years 1 to 5: "
            f"{told(here['constant'])}.",
            f"That growing service prevents: {told(here['progress'])}.",
            f"That constant service prevents where nothing adapts: {told(null['constant'])}.",
            "Everybody stays for the five years and is asked whether they would go. In a cohort "
            "that shrinks the effect falls by selection too, with or without adaptation.",
        ),
    )


if TYPE_CHECKING:
    from experiments.statistics import Floats, Interval
    from sim.market import Market


PATTERN = Pattern(
    id="P12",
    pattern="constant surprise loses its effect on retention; progress keeps it",
    source="Building relations with customers"
    " (exceed expectations, again and again); Boulding et al. 1993",
    statistic="part of the monthly churn to be expected of a firm's first customers that constant "
    "service prevents (paired), year 5 less year 1, untuned market",
    null="neither expectations nor needs adapt",
    find=find,
)

"""P12: the same surprise every month loses its effect on retention; progress keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from experiments.patterns.pattern import Pattern
from experiments.patterns.signs import above_zero, below_zero, not_below_zero
from experiments.patterns.verdict import Finding

if TYPE_CHECKING:
    from experiments.patterns.study import Draw, Study
    from sim.schema import Scenario

_PEOPLE, _YEARS, _REPLICATIONS = 5000, 5, 14
_MONTHS, _YEAR = 60, 12
_FIRM, _DOSE = "Adviser", 0.5
_NOTHING_ADAPTS: dict[str, Any] = {
    "judgement.expectation_rate": 0.0,
    "judgement.need_up": 0.0,
    "judgement.need_down": 0.0,
    "judgement.need_technology": 0.0,
}


def constant(plan: Scenario) -> Scenario:
    """Service beyond what was asked, the same from the first month on."""
    return plan.with_values({f"firms.{_FIRM}.service": _DOSE})


def progress(plan: Scenario) -> Scenario:
    """Service that grows month by month; over the five years it is as much on average."""
    rise = {"month": 1, "set": f"firms.{_FIRM}.service", "to": 2 * _DOSE, "over": _MONTHS}
    return plan.with_values({"events": [rise]})


def measure(draw: Draw) -> list[float]:
    """Part of the firm's first customers there at the start of a year who are there at its end."""
    from experiments.trial import Trial, run_trial

    tables = run_trial(Trial(draw.plan, draw.seed, draw.replication), threads=1).tables
    return first_customers_kept(tables["cohorts"], _FIRM)


def first_customers_kept(cohorts: Columns, firm: str) -> list[float]:
    """Annual retention, year by year, of those who were customers at the start.

    Raises:
        ZeroDivisionError: None of them is left.
    """
    import numpy as np

    own = (np.asarray(cohorts["firm"]) == firm) & (np.asarray(cohorts["joined"]) == 0)
    tenure = np.asarray(cohorts["tenure"])[own]
    alive = dict(zip(tenure.tolist(), np.asarray(cohorts["survivors"])[own].tolist(), strict=True))
    return [alive[_YEAR * year] / alive[_YEAR * (year - 1)] for year in range(1, _YEARS + 1)]


def effects(study: Study, plan: Scenario) -> dict[str, Floats]:
    """Effects on annual retention, [replication, year], of either kind of service."""
    import numpy as np

    plans = (plan, constant(plan), progress(plan))
    draws = [draw for each in plans for draw in study.draws(each, _REPLICATIONS)]
    base, same, more = np.array(study.each(measure, draws)).reshape(3, -1, _YEARS)
    return {"constant": same - base, "progress": more - base}


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
        return ", ".join(f"{t_interval(year).mean:+.4f}" for year in rows.T)

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
            f"Effect of constant service on annual retention, years 1 to 5: "
            f"{told(here['constant'])}.",
            f"Of growing service: {told(here['progress'])}.",
            f"Of constant service where nothing adapts: {told(null['constant'])}.",
            "Those whom the service alone has kept are the first to leave later, so that part of "
            "the loss is selection, with or without adaptation.",
        ),
    )


if TYPE_CHECKING:
    from experiments.statistics import Floats, Interval
    from sim.results import Columns


PATTERN = Pattern(
    id="P12",
    pattern="constant surprise loses its effect on retention; progress keeps it",
    source="Building relations with customers"
    " (exceed expectations, again and again); Boulding et al. 1993",
    statistic="paired effect of constant service on the annual retention of a firm's first "
    "customers, year 5 less year 1, untuned market",
    null="neither expectations nor needs adapt",
    find=find,
)

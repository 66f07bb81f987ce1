"""P9: where nearness, switching cost and obligation erode, who stays depends more on success."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.patterns.pattern import Pattern
from experiments.patterns.signs import above_zero, not_above_zero
from experiments.patterns.verdict import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from experiments.patterns.study import Draw, Study
    from sim.scenario import Scenario

    type Floats = NDArray[np.float64]

_PEOPLE, _REPLICATIONS = 4000, 10
_BEGIN, _OVER, _SEEN = 13, 12, (36, 48, 60)
_YEAR = 12
_ERODED = ("location", "switching", "obligation")
_RESERVOIRS = (*_ERODED, "success")
_LEFT = 0.3  # regime of what erodes, from 0.8
_ROUNDS, _CLOSE = 6, 0.01  # of the fall of the total


def measure(draw: Draw) -> tuple[float, float]:
    """Slope of staying a year on the record of success, and mean stickiness in utility.

    Customers of at least three months' standing at months 36, 48 and 60; those who leave the market
    within the year do not count.
    """
    import numpy as np

    from experiments.patterns.panel import Panel

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


def slope(x: Floats, y: Floats) -> float:
    """Least-squares slope of y on x."""
    apart = x - x.mean()
    return float((apart * (y - y.mean())).sum() / (apart**2).sum())


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
    import numpy as np

    regime = float(plan.stickiness.success)
    low, high = (0.0, 0.0), (regime, base)  # (regime, total)
    for _ in range(_ROUNDS):
        guess = low[0] + (high[0] - low[0]) * (wanted - low[1]) / (high[1] - low[1])
        if not 0.0 <= guess <= regime:
            raise ValueError(f"no common regime leaves a stickiness of {wanted:.3f}")
        draws = study.draws(eroding(plan, dict.fromkeys(_RESERVOIRS, guess)), 4)
        total = float(np.mean([total for _, total in study.each(measure, draws)]))
        if abs(total - wanted) < _CLOSE * (base - wanted):
            return guess
        low, high = ((guess, total), high) if total < wanted else (low, (guess, total))
    return guess


@dataclass(frozen=True)
class Rises:
    """What erosion does to the slope in one market.

    Attributes:
        more: Rise with three reservoirs eroded less that with all four.
        rise: Rise with three eroded, against no erosion.
        placebo: Rise with all four eroded, against no erosion.
        slope: The slope without erosion.
        regime: Regime of all four in the placebo.
        totals: Mean stickiness without erosion, with three and with four eroded.
    """

    more: Interval
    rise: Interval
    placebo: Interval
    slope: Interval
    regime: float
    totals: tuple[float, float, float]


def rises(study: Study, plan: Scenario) -> Rises:
    """Run a market without erosion, with three reservoirs eroded, and with the placebo."""
    import numpy as np

    from experiments.statistics import t_interval

    draws = study.draws(plan, _REPLICATIONS)
    eroded = study.draws(eroding(plan, dict.fromkeys(_ERODED, _LEFT)), _REPLICATIONS)
    first = np.array(study.each(measure, [*draws, *eroded])).reshape(2, -1, 2)
    base, total = first[0, :, 1].mean(), first[1, :, 1].mean()
    factor = placebo_factor(study, plan, float(base), float(total))
    placebo = eroding(plan, dict.fromkeys(_RESERVOIRS, factor))
    third = np.array(study.each(measure, study.draws(placebo, _REPLICATIONS)))
    rise, placebo_rise = first[1, :, 0] - first[0, :, 0], third[:, 0] - first[0, :, 0]
    return Rises(
        more=t_interval(rise - placebo_rise),
        rise=t_interval(rise),
        placebo=t_interval(placebo_rise),
        slope=t_interval(first[0, :, 0]),
        regime=factor,
        totals=(float(base), float(total), float(third[:, 1].mean())),
    )


def find(study: Study) -> Finding:
    """Erode three reservoirs, or all four proportionally, in an untuned market and the default."""
    from experiments.patterns.another_market import another_market, default_market

    months = _SEEN[-1] + _YEAR
    people = study.people(_PEOPLE)
    other = rises(study, another_market(people, months))
    usual = rises(study, default_market(people, months))
    return Finding(
        quantities=(
            above_zero("rise of the slope less the placebo's, untuned market", other.more),
            above_zero("rise less the placebo's, default market", usual.more),
        ),
        null=(
            not_above_zero("placebo's rise, untuned market", other.placebo),
            not_above_zero("placebo's rise, default market", usual.placebo),
        ),
        details=(_told("untuned", other), _told("default", usual)),
    )


def _told(name: str, found: Rises) -> str:
    base, eroded, proportional = found.totals
    return (
        f"In the {name} market stickiness falls from {base:.2f} to {eroded:.2f}, and to "
        f"{proportional:.2f} with all four regimes at {found.regime:.3f}; the slope, "
        f"{found.slope.mean:.3f} without erosion, changes by {found.rise.mean:+.4f} "
        f"[{found.rise.low:+.4f}, {found.rise.high:+.4f}] with three eroded, by "
        f"{found.placebo.mean:+.4f} with all four."
    )


if TYPE_CHECKING:
    from experiments.statistics import Interval


PATTERN = Pattern(
    id="P9",
    pattern="as location, switching cost and obligation erode, the ranking turns to success",
    source="Service management for customer success 2019"
    " (what still holds customers who are free to go)",
    statistic="slope of staying for twelve months on the record of success, over customers: its "
    "rise where three reservoirs erode less that where all four do, proportionally, by as much",
    null="all four reservoirs erode proportionally: no rise",
    find=find,
)

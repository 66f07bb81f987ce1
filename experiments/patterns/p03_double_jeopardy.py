"""P3: among like firms, the bigger lose a smaller part of their customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from experiments.patterns.pattern import Pattern
from experiments.patterns.verdict import Finding, Quantity

if TYPE_CHECKING:
    from experiments.patterns.study import Draw, Study
    from sim.scenario import Scenario

_PEOPLE, _MONTHS, _REPLICATIONS = 5000, 36, 24
_SHARES = {"A": 0.35, "B": 0.25, "C": 0.2, "D": 0.12, "E": 0.08}
_STRONG = 2.0  # utility; tastes that decide a choice against everything else


def like_firms(people: int, taste: float = 0.0) -> Scenario:
    """Firms of one discipline that begin with different shares; customers of a given taste."""
    from sim.scenario import Scenario

    firms: list[dict[str, Any]] = [
        {"name": name, "discipline": "none", "share": share} for name, share in _SHARES.items()
    ]
    return Scenario().with_values(
        {
            "market.customers": people,
            "market.months": _MONTHS,
            "firms": firms,
            "value.taste": taste,
        }
    )


def measure(draw: Draw) -> tuple[float, float]:
    """Slope of monthly churn on share, by the part h who look around in a month; and h.

    Churn and share are means over the months; who leaves the market altogether does not count.
    """
    import numpy as np

    from agents.columns import LOOKS_AROUND, LOOKS_FAREWELL

    market = draw.market()
    column = market.population.column
    firms = len(market.firms)
    shares, churn, looked = [], [], []
    for _ in range(draw.plan.market.months):
        before = column("provider").copy()
        market.step()
        with_one = before >= 0
        gone = column("looks") == LOOKS_FAREWELL
        left = with_one & (column("provider") != before) & ~gone
        customers = np.bincount(before[with_one], minlength=firms)
        shares.append(customers / customers.sum())
        churn.append(np.bincount(before[left], minlength=firms) / customers)
        looked.append((column("looks")[with_one] == LOOKS_AROUND).mean())
    hazard = float(np.mean(looked))
    return slope(np.mean(shares, axis=0), np.mean(churn, axis=0)) / hazard, hazard


def slope(x: Floats, y: Floats) -> float:
    """Least-squares slope of y on x."""
    apart = x - x.mean()
    return float((apart * (y - y.mean())).sum() / (apart**2).sum())


def find(study: Study) -> Finding:
    """Regress churn on share among like firms, without and with strong tastes."""
    from experiments.statistics import t_interval

    people = study.people(_PEOPLE)
    plan = like_firms(people)
    alike = study.draws(plan, _REPLICATIONS)
    no_scale = study.draws(plan.with_values({"technology.scale": 0.0}), _REPLICATIONS)
    loved = study.draws(like_firms(people, _STRONG), _REPLICATIONS)
    found = study.each(measure, [*alike, *no_scale, *loved])
    count = len(alike)
    here, level, null = found[:count], found[count : 2 * count], found[2 * count :]
    slopes = t_interval([ratio for ratio, _ in here])
    level_slopes = t_interval([ratio for ratio, _ in level])
    null_slopes = t_interval([ratio for ratio, _ in null])
    hazard = t_interval([h for _, h in here])
    return Finding(
        quantities=(
            Quantity("slope of churn on share, in units of h", slopes, (-1.5, -0.5)),
            Quantity("the same without economies of scale", level_slopes, (None, 0.0), "interval"),
        ),
        null=(
            Quantity(
                "slope of churn on share, in units of h", null_slopes, (-0.5, 0.5), "interval"
            ),
        ),
        details=(
            f"h, the part of customers who look around in a month, is {hazard.mean:.4f}.",
            "Without incumbency and luck of place the slope is −h: of those who look, the part "
            "that chooses a firm again is its share.",
            "“Near −h” is taken as from half of it to one and a half times.",
            "With economies of scale bigger firms are also cheaper and better: a steeper slope.",
        ),
    )


if TYPE_CHECKING:
    from experiments.statistics import Floats


PATTERN = Pattern(
    id="P3",
    pattern="of like firms, the bigger lose proportionally fewer customers",
    source="Ehrenberg, Goodhardt & Barwise 1990; Sharp 2010",
    statistic="slope of monthly churn on share across firms, in units of the looking hazard h",
    null="tastes that decide every choice (ξ of standard deviation 2)",
    find=find,
)

"""P14: purity against the middle, by value weights × connectivity: who wins, ties and loses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.experiments.runs.statistics import Interval, half_width, wilson_interval
from tsunagari.experiments.runs.trial import Trial, run_trial
from tsunagari.experiments.validate.pattern import Finding, Pattern, Quantity
from tsunagari.experiments.validate.study import Draw
from tsunagari.sim.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.experiments.runs.tables import Columns
    from tsunagari.experiments.validate.study import Study

PEOPLE, _MONTHS, _LAST, _REPLICATIONS = 1200, 60, 24, 6
_WEIGHT = 3.3  # Dirichlet concentration added to what customers weigh most
MIDDLE = "Broad"
PURE = {
    "Lean": "operational excellence",
    "Spark": "product leadership",
    "Tailor": "customer intimacy",
}
"""Pure firms by name, with their discipline."""
CONNECTIVITIES = (0.5, 1.0, 2.0, 4.0, 8.0)
ENVIRONMENTS: dict[str, tuple[float, float, float]] = {
    "cost": (1.0, 0.0, 0.0),
    "cost and product": (0.5, 0.5, 0.0),
    "product": (0.0, 1.0, 0.0),
    "product and solution": (0.0, 0.5, 0.5),
    "solution": (0.0, 0.0, 1.0),
    "solution and cost": (0.5, 0.0, 0.5),
    "all alike": (1 / 3, 1 / 3, 1 / 3),
}
"""What customers weigh: parts of the added concentration on cost, product and solution."""


@dataclass(frozen=True, eq=False)
class PurityMap:
    """Pure less middle, for every environment, connectivity, pure firm and replication.

    Attributes:
        profit: Monthly profit of the last two years, per hundred people in the market; shape
            [environment, connectivity, pure firm, replication].
        share: Market share in percentage points, likewise.
    """

    profit: NDArray[np.float64]
    share: NDArray[np.float64]

    @property
    def contests(self) -> int:
        """Cells times pure firms."""
        environments, connectivities, firms, _ = self.profit.shape
        return environments * connectivities * firms

    @cached_property
    def intervals(self) -> NDArray[np.float64]:
        """Mean, low and high of the difference in profit, [environment, connectivity, firm, 3]."""
        mean = self.profit.mean(axis=-1)
        half = half_width(self.profit.std(axis=-1, ddof=1), self.profit.shape[-1])
        return np.stack([mean, mean - half, mean + half], axis=-1)

    @property
    def outcomes(self) -> NDArray[np.int64]:
        """1 where the pure firm earns more, −1 where it earns less, 0 where nobody knows."""
        low, high = self.intervals[..., 1], self.intervals[..., 2]
        return (low > 0).astype(np.int64) - (high < 0)

    def count(self, outcome: int, firm: str | None = None) -> int:
        """Contests with an outcome, of all pure firms or of one."""
        found = self.outcomes == outcome
        return int(found.sum() if firm is None else found[:, :, list(PURE).index(firm)].sum())

    def someone_wins(self, environment: str, connectivity: float) -> bool:
        """Whether any pure firm earns more than the middle there."""
        cell = self.outcomes[
            list(ENVIRONMENTS).index(environment), CONNECTIVITIES.index(connectivity)
        ]
        return bool((cell == 1).any())

    def mean_in(self, environment: str, firm: int) -> float:
        """Mean difference in profit of a pure firm over all connectivities of an environment."""
        return float(self.profit[list(ENVIRONMENTS).index(environment), :, firm].mean())

    def columns(self) -> Columns:
        """A row for every contest: where, who, the difference with its interval, the outcome."""
        shape = self.profit.shape[:3]
        environment, connectivity, firm = (places.ravel() for places in np.indices(shape))
        low_to_high = self.intervals.reshape(-1, 3)
        words = {1: "wins", 0: "ties", -1: "loses"}
        return {
            "weigh": [list(ENVIRONMENTS)[n] for n in environment],
            "connectivity": np.array(CONNECTIVITIES)[connectivity],
            "discipline": [list(PURE.values())[n] for n in firm],
            "profit": low_to_high[:, 0],
            "profit_low": low_to_high[:, 1],
            "profit_high": low_to_high[:, 2],
            "share": self.share.mean(axis=-1).ravel(),
            "outcome": [words[int(n)] for n in self.outcomes.ravel()],
        }


def market_of(people: int, environment: str, connectivity: float, *, middle: bool) -> Scenario:
    """The default firms among customers who all weigh the same things, more or less."""
    cost, product, solution = (_WEIGHT * part for part in ENVIRONMENTS[environment])
    everybody = {
        "name": "all",
        "share": 1.0,
        "cost": cost,
        "product": product,
        "solution": solution,
    }
    values: dict[str, Any] = {
        "market.customers": people,
        "market.months": _MONTHS,
        "segments": [everybody],
        "zmot.connectivity": connectivity,
    }
    if middle:
        values["firms"] = [{"name": name, "discipline": "none"} for name in (*PURE, MIDDLE)]
    return Scenario().with_values(values)


def measure(draw: Draw) -> list[tuple[float, float]]:
    """Profit and share of each pure firm less the middle's; nothing once a firm has closed."""
    tables = run_trial(Trial(draw.plan, draw.seed, draw.replication), threads=1).tables
    firms = tables["firms"]
    late = np.asarray(firms["month"]) > _MONTHS - _LAST
    name = np.asarray(firms["firm"])
    hundreds = draw.plan.market.customers / 100

    def mean(firm: str, column: str) -> float:
        return float(np.asarray(firms[column], float)[late & (name == firm)].sum()) / _LAST

    middle = mean(MIDDLE, "profit"), mean(MIDDLE, "market_share")
    return [
        (
            (mean(firm, "profit") - middle[0]) / hundreds,
            100 * (mean(firm, "market_share") - middle[1]),
        )
        for firm in PURE
    ]


def mapped(study: Study, *, in_the_middle: bool = False) -> PurityMap:
    """Run every cell of the map.

    Args:
        study: Where to run.
        in_the_middle: Whether all four firms are in the middle, whatever their names.
    """
    people = study.people(PEOPLE)
    cells = [(environment, c) for environment in ENVIRONMENTS for c in CONNECTIVITIES]
    each = study.replications(_REPLICATIONS)
    draws = [
        Draw(plan, study.seed, each * number + replication)  # luck of its own for every cell
        for number, cell in enumerate(cells)
        for plan in [market_of(people, *cell, middle=in_the_middle)]
        for replication in range(each)
    ]
    found = np.array(study.each(measure, draws), float)
    found = found.reshape(len(ENVIRONMENTS), len(CONNECTIVITIES), -1, len(PURE), 2)
    found = found.transpose(4, 0, 1, 3, 2)
    return PurityMap(profit=found[0], share=found[1])


_NOT_ALL = (0.05, 0.95)
"""An interval of 95 % is apart from zero by chance alone in one case of twenty."""


_OFTEN = (
    "Thornhill & White 2007: pure often did better, in 2,351 businesses of four sectors; "
    "Campbell-Hunt 2000: no such advantage in a meta-analysis"
)
_NEVER = "Thornhill & White 2007: none, pure “never did less well”"


def neither_everywhere(study: Study) -> Finding:
    """Draw the map, and the map of four firms in the middle."""
    found, null = mapped(study), mapped(study, in_the_middle=True)

    def part(of: PurityMap, *outcomes: int) -> Interval:
        hits = sum(of.count(outcome) for outcome in outcomes)
        return wilson_interval(hits, of.contests)

    lines = []
    for number, (firm, name) in enumerate(PURE.items()):
        wins, ties, losses = (found.count(outcome, firm) for outcome in (1, 0, -1))
        best = max(ENVIRONMENTS, key=lambda env: found.mean_in(env, number))
        lines.append(
            f"{name[:1].upper()}{name[1:]} earns more than the middle in {wins} of "
            f"{wins + ties + losses} cells, as much in {ties}, less in {losses}; its best "
            f"customers weigh {best}."
        )
    by_share = (found.share.mean(axis=-1) > 0).sum(axis=(0, 1)).tolist()
    lines.append(
        "By mean market share instead, they lead the middle in "
        f"{', '.join(str(cells) for cells in by_share)} cells."
    )
    some = sum(found.someone_wins(env, c) for env in ENVIRONMENTS for c in CONNECTIVITIES)
    lines.append(
        f"In {some} of {len(ENVIRONMENTS) * len(CONNECTIVITIES)} cells at least one pure firm "
        "earns more than the middle."
    )
    return Finding(
        quantities=(
            Quantity(
                "part of contests that the pure firm wins",
                part(found, 1),
                _NOT_ALL,
                "interval",
                _OFTEN,
            ),
            Quantity("part that it loses", part(found, -1), _NOT_ALL, "interval", _NEVER),
        ),
        null=(
            Quantity("part of contests decided", part(null, 1, -1), (0.0, 0.05), "overlap"),
            Quantity("the same", part(null, 1, -1), (None, 0.2), "interval"),
        ),
        details=tuple(lines),
    )


P14 = Pattern(
    id="P14",
    pattern="purity against the middle: neither wins everywhere",
    source="Treacy & Wiersema 1995; Thornhill & White 2007; against: Campbell-Hunt 2000",
    statistic="part of 105 contests (three disciplines, seven kinds of value weights, five "
    "connectivities) in which the pure firm's profit in years 4 and 5 is above that of the firm in "
    "the middle, the paired 95 % interval apart from zero",
    null="four firms in the middle, three of them under the names of the pure",
    mark="fitted",
    reason="What segments weigh, and how much an investment yields, were set so that each "
    "discipline leads somewhere. The pure lose in many contests: this contradicts "
    "Thornhill & White, whose pure firms “never did less well”.",
    find=neither_everywhere,
)

"""The best mix of levers within a budget, under what is not known.

Candidates meet the same members and the same luck (common random numbers), so that the surface that
is searched has no noise of its own. It is searched by an evolution strategy that adapts its
covariance (CMA-ES; Hansen & Ostermeier 2001); a single lever by Brent's method. First a few members
are asked, then the best candidates by all of them (a race). What is found is no answer yet: it is
compared with the options, and with nothing new, under other luck
(:func:`tsunagari.experiments.deciding.decide.decided`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tsunagari.experiments.deciding.equal import Meter, Run
from tsunagari.experiments.deciding.markets import Act, Markets
from tsunagari.experiments.deciding.outcomes import YARDSTICKS, outcome
from tsunagari.experiments.deciding.question import Choice
from tsunagari.experiments.deciding.spending import EXACT
from tsunagari.experiments.runs.given import HELD
from tsunagari.experiments.runs.trial import Trial
from tsunagari.sim.problems import Problem, Problems

FOUND = "Best mix"
"""What the option is called that a search has found."""
CANDIDATES = 60
"""How many are tried, unless told otherwise."""
ASKED = 8
"""Members that every candidate meets; the best meet all."""
FINALISTS = 5
_STEP = 0.3  # of the range of a lever, at first
_SEED = 5
_APART = 1_000_000  # draws of luck that no comparison uses
_ROUNDS = 6


@dataclass(frozen=True)
class Candidate:
    """A mix of levers that was tried.

    Attributes:
        values: By path.
        spend: A month, as money is told.
        gains: By yardstick, against nothing new: float64[yardsticks].
        members: How many members it met.
        unknown: By path, where levers stand at the centre that differ between members.
    """

    values: Mapping[str, float]
    spend: float
    gains: np.ndarray
    members: int
    unknown: Mapping[str, float] = field(default_factory=dict)

    @property
    def choice(self) -> Choice:
        """It as an option."""
        return _choice(self.values, self.unknown)

    def gain(self, yardstick: str) -> float:
        """By one yardstick."""
        return float(self.gains[list(YARDSTICKS).index(yardstick)])


@dataclass(frozen=True)
class Searched:
    """What a search has found.

    Attributes:
        best: The best candidate.
        tried: All, each once; those that met all members last.
    """

    best: Candidate
    tried: tuple[Candidate, ...]

    @property
    def choice(self) -> Choice:
        """The best candidate as an option."""
        return self.best.choice

    def front(self, one: str, other: str) -> list[Candidate]:
        """Candidates of which no other is as good by both yardsticks and better by one (Pareto)."""
        points = np.array([[c.gain(one), c.gain(other)] for c in self.tried])
        kept = [
            not ((points >= point).all(axis=1) & (points > point).any(axis=1)).any()
            for point in points
        ]
        front = [c for c, keep in zip(self.tried, kept, strict=True) if keep]
        return sorted(front, key=lambda candidate: candidate.gain(one))


def searched(
    markets: Markets, run: Run, budget: float | None, *, candidates: int = CANDIDATES
) -> Searched:
    """Look for the best mix of the question's levers.

    Args:
        markets: Makes the scenarios.
        run: Runs trials and gives their results in order.
        budget: What it may cost a month; None is anything.
        candidates: How many are tried.

    Raises:
        Problems: There is no lever, or one cannot be moved so far in this scenario.
    """
    question = markets.question
    if not question.levers:
        suggestion = "write levers: {firms.Us.price: [0.9, 1.1]}"
        raise Problems([Problem("levers", "there is none to search over", suggestion=suggestion)])
    arena = Arena(markets, run, budget)
    paths = list(question.levers)
    ends = np.array([question.levers[path] for path in paths], np.float64)
    tried: list[Candidate] = []

    def loss(place: np.ndarray) -> float:
        values = ends[:, 0] + np.clip(place, 0.0, 1.0) * (ends[:, 1] - ends[:, 0])
        tried.append(arena.meet(dict(zip(paths, values.tolist(), strict=True)), ASKED))
        return -tried[-1].gain(question.yardstick)

    start = (arena.before(paths) - ends[:, 0]) / (ends[:, 1] - ends[:, 0])
    _search(loss, np.clip(start, 0.1, 0.9), candidates)
    by_gain = sorted(tried, key=lambda each: -each.gain(question.yardstick))
    finalists = [
        each if each.members == markets.members else arena.meet(each.values, markets.members)
        for each in by_gain[:FINALISTS]
    ]
    best = max(finalists, key=lambda each: each.gain(question.yardstick))
    others = [each for each in tried if not any(each is one for one in by_gain[:FINALISTS])]
    return Searched(best, (*others, *finalists))


def _search(loss: Any, start: np.ndarray, candidates: int) -> None:
    """Try so many candidates in the unit cube, nearer and nearer to the best."""
    if len(start) == 1:
        from scipy.optimize import minimize_scalar

        minimize_scalar(
            lambda x: loss(np.array([x])), bounds=(0.0, 1.0), method="bounded",
            options={"maxiter": min(candidates, 20), "xatol": 0.01},
        )  # fmt: skip
        return
    from cmaes import CMA

    cube = np.tile([0.0, 1.0], (len(start), 1))
    strategy = CMA(mean=start, sigma=_STEP, bounds=cube, seed=_SEED)
    for _ in range(max(1, candidates // strategy.population_size)):
        asked = [strategy.ask() for _ in range(strategy.population_size)]
        strategy.tell([(place, loss(place)) for place in asked])
        if strategy.should_stop():
            return


class Arena:
    """Lets candidates meet members, under the same luck as nothing new."""

    def __init__(self, markets: Markets, run: Run, budget: float | None) -> None:
        self._markets, self._run, self._budget = markets, run, budget
        self._meter = Meter(markets, run)
        levers = [path for path in markets.question.levers if path in markets.base.members]
        self._unknown = dict(zip(levers, self.before(levers).tolist(), strict=True))
        self._nothing: dict[tuple[int, int], np.ndarray] = {}
        weights = np.array([each.weight for each in markets.environments])
        self._weights = weights / weights.sum()

    def before(self, paths: Sequence[str]) -> np.ndarray:
        """Where the levers stand, float64[levers]."""
        act = Act(Choice(name=FOUND, set=dict.fromkeys(paths, 0.0)))
        changes = self._markets.changes(act)
        return np.array([float(changes[path][0]) for path in paths])

    def meet(self, values: Mapping[str, float], members: int) -> Candidate:
        """What a candidate brings, brought back into the budget where it leads beyond."""
        act, cost = self._within_budget(Act(_choice(values, self._unknown)))
        chosen = np.linspace(0, self._markets.members - 1, members).round().astype(int)
        chosen = np.unique(chosen)
        places = [(e, m) for m in chosen for e in range(len(self._weights))]
        self._run_nothing([place for place in places if place not in self._nothing])
        gains = np.zeros(len(YARDSTICKS))
        for place, found in zip(places, self._outcomes(places, act), strict=True):
            gains += self._weights[place[0]] * (found - self._nothing[place]) / len(chosen)
        moved = self._markets.changes(act)
        levers = {path: float(after) for path, (_, after) in moved.items()}
        return Candidate(levers, cost, gains, len(chosen), self._unknown)

    def _within_budget(self, act: Act) -> tuple[Act, float]:
        """So much of a candidate that it costs no more than the budget, and what it costs."""
        budget = self._budget
        cost = self._meter.spend(act)
        for _ in range(_ROUNDS):
            if budget is None or cost <= budget * (1.0 + EXACT):
                break
            act = replace(act, scale=act.scale * budget / cost * (1.0 - EXACT / 2))
            cost = self._meter.spend(act)
        return act, cost

    def _run_nothing(self, places: Sequence[tuple[int, int]]) -> None:
        for place, found in zip(places, self._outcomes(places, None), strict=True):
            self._nothing[place] = found

    def _outcomes(self, places: Sequence[tuple[int, int]], act: Act | None) -> Iterator[np.ndarray]:
        """By yardstick, in every environment and member: float64[yardsticks]."""
        markets = self._markets
        question, discount = markets.question, markets.base.finance.discount

        def trials() -> Iterator[Trial]:
            for environment, member in places:
                plan = markets.plan(markets.environments[environment], act, int(member))
                base = None
                if act is not None and question.prices == HELD:
                    base = markets.plan(markets.environments[environment], None, int(member))
                yield Trial(plan, plan.seed, _APART + int(member), base=base)

        for result in self._run(trials()):
            found = outcome(
                result.tables, markets.firm, markets.starts, question.horizons[:1], discount
            )
            yield found.values[0]


def _choice(values: Mapping[str, float], unknown: Mapping[str, float]) -> Choice:
    """Levers at some values, as an option.

    Of a number that differs between members it is known by how much it is moved, not where it
    stands: what is added at the centre is added to each member's own.
    """
    return Choice(
        name=FOUND,
        set={path: value for path, value in values.items() if path not in unknown},
        add={path: values[path] - before for path, before in unknown.items()},
    )

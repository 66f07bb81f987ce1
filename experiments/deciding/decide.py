"""Compare options at equal spend until the ranking is settled: which is best, and how sure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tsunagari.experiments.deciding import ranking
from tsunagari.experiments.deciding.equal import Option, Run, brought_to_spend, mean_price
from tsunagari.experiments.deciding.markets import Act, Markets
from tsunagari.experiments.deciding.outcomes import YARDSTICKS, outcome
from tsunagari.experiments.deciding.question import Question
from tsunagari.experiments.deciding.ranking import Effects, Turn, effects_of, turns
from tsunagari.experiments.deciding.searching import ASKED, FINALISTS, Searched, searched
from tsunagari.experiments.runs.given import HELD
from tsunagari.experiments.runs.trial import Trial
from tsunagari.sim.problems import Problem, Problems

FIRST, LIMIT = 2, 8
"""Draws of luck for each member: first, and at most unless told otherwise."""
ALONE = 16
"""How many times as many where there is no ensemble."""
_MOST_METERED = 8


@dataclass(frozen=True, eq=False)
class Decision:
    """What came of a question.

    Attributes:
        markets: What was run.
        options: Nothing new, then the options as they were written.
        outcomes: float64[options, environments, replications, members, horizons, yardsticks].
        profits: Mean of what each option's profits differ by, float64[options, months].
        settled: Whether further runs would hardly change what is recommended.
        runs: Markets that were run.
        columns: What further columns of the market's table would bring, in the yardstick; empty
            where nothing is known of them.
        search: What a search over levers has found; None where nobody asked.
        verdict: What to do, how sure, and what would turn it round, in words.
    """

    markets: Markets
    options: tuple[Option, ...]
    outcomes: np.ndarray
    profits: np.ndarray
    settled: bool
    runs: int
    columns: Mapping[str, float] = field(default_factory=dict)
    search: Searched | None = None
    verdict: str = ""

    @property
    def question(self) -> Question:
        """What was asked."""
        return self.markets.question

    def effects(
        self,
        yardstick: str | None = None,
        horizon: int | None = None,
        environment: int | None = None,
    ) -> Effects:
        """Effects of the options.

        Args:
            yardstick: By which; None is that of the question.
            horizon: Over how many months; None is the first of the question.
            environment: In which; None is the mean over all, by their weights.
        """
        names, horizons = list(YARDSTICKS), self.question.horizons
        at = horizons.index(horizons[0] if horizon is None else horizon)
        values = self.outcomes[..., at, names.index(yardstick or self.question.yardstick)]
        if environment is not None:
            return effects_of(values[:, environment])
        weights = np.array([each.weight for each in self.markets.environments])
        return effects_of(np.einsum("oerm,e->orm", values, weights / weights.sum()))

    def coming(self, environment: int, yardstick: str | None = None) -> Effects:
        """What an environment does to the firm against the first one, if nothing new is done.

        Args:
            environment: Its place.
            yardstick: By which; None is that of the question.
        """
        name = yardstick or self.question.yardstick
        values = self.outcomes[0, :, :, :, 0, list(YARDSTICKS).index(name)]
        return effects_of(values[[0, environment]])

    @property
    def recommended(self) -> str | None:
        """The option that is best with a probability of 90 % or more; None: it cannot be told."""
        found = self.effects()
        leader = found.leader
        return self.options[leader].name if found.best[leader] >= ranking.SURE else None

    @property
    def turns(self) -> list[Turn]:
        """The numbers on which it hangs which of the two leading options is better."""
        found = self.effects()
        return turns(found, self.markets.unknown(), *leading(found))

    @property
    def table(self) -> Any:
        """The ranking as a pandas DataFrame: a row an option, the best first."""
        import pandas as pd

        return pd.DataFrame(ranked(self))


def leading(found: Effects) -> tuple[int, int]:
    """The option with the largest expected effect, and the next one."""
    first, second = np.argsort(-found.mean)[:2]
    return int(first), int(second)


def ranked(decision: Decision) -> list[dict[str, Any]]:
    """A row an option, the best first: by the question's yardstick, against nothing new."""
    found = decision.effects()
    rows = []
    for place in np.argsort(-found.mean):
        option = decision.options[place]
        low, high = found.interval(place)
        rows.append(
            {
                "name": option.name,
                "measure": decision.question.yardstick,
                "mean": float(found.mean[place]),
                "low": low,
                "high": high,
                "knowledge": float(found.knowledge[place]),
                "luck": float(found.luck[place]),
                "probability_best": float(found.best[place]),
                "regret": float(found.regret[place]),
                "break_even_month": option.break_even,
                "spend": option.spend,
            }
        )
    return rows


# -- running ---------------------------------------------------------------------------------------


def decided(
    markets: Markets,
    run: Run,
    *,
    limit: int = LIMIT,
    candidates: int = 0,
    columns: Mapping[str, Mapping[str, tuple[float, float]]] | None = None,
) -> Decision:
    """Run the options of a question until their ranking is settled.

    Args:
        markets: Makes the scenarios.
        run: Runs trials and gives their results in order.
        limit: Most draws of luck for each member of the ensemble.
        candidates: How many mixes of the levers are tried in a search; the best becomes an option.
        columns: By column that a table might have, and path, the spread of a number now and then.

    Raises:
        Problems: An option, or an environment, is not possible in this scenario.
    """
    markets = markets.priced(mean_price(markets, run))
    options, search = _options(markets, run, candidates)
    most = limit * (1 if markets.has_members else ALONE)
    parts: list[np.ndarray] = []
    profits = np.zeros((len(options), max(markets.question.horizons)))
    while True:
        for _ in range(FIRST if not parts else 1 if markets.has_members else 4):
            values, course = _replication(markets, options, run, len(parts))
            parts.append(values)
            profits += course
        found = Decision(
            markets,
            options,
            np.stack(parts, axis=2),
            profits / len(parts),
            settled=False,
            runs=len(parts) * markets.members * len(options) * len(markets.environments),
            search=search,
        )
        settled = ranking.is_settled(found.effects())
        if settled or len(parts) >= most:
            return _completed(replace(found, settled=settled), columns or {})


def _options(
    markets: Markets, run: Run, candidates: int
) -> tuple[tuple[Option, ...], Searched | None]:
    """The options at equal spend, and what a search has found as one more.

    Raises:
        Problems: There are none.
    """
    if not markets.question.options and not candidates:
        suggestion = "write options: [{name: Cheaper, times: {firms.Us.price: 0.95}}]"
        if markets.question.levers:
            suggestion = "add --search to look for the best mix of the levers"
        raise Problems([Problem("options", "there is nothing to choose", suggestion=suggestion)])
    options = brought_to_spend(markets, run)
    if not candidates:
        return options, None
    search = searched(markets, run, _budget(markets, options), candidates=candidates)
    return (*options, Option(Act(search.choice), search.choice.name, search.best.spend)), search


def _budget(markets: Markets, options: Sequence[Option]) -> float | None:
    """What a mix may cost: the budget, or what the options cost that were brought to one spend."""
    question = markets.question
    if question.budget is not None or question.spend == "as-told":
        return question.budget
    return next((one.spend for one in options if one.act is not None and not one.note), None)


def most_months(markets: Markets, limit: int, candidates: int = 0) -> int:
    """Months of market that will be run at most, spends found included."""
    options = len(markets.question.options) + 1 + bool(candidates)
    times = limit * (1 if markets.has_members else ALONE) * options * markets.members
    tried = candidates * min(ASKED, markets.members) + FINALISTS * markets.members
    runs = (times + bool(candidates) * tried) * len(markets.environments)
    metered = _MOST_METERED * (len(markets.question.options) + candidates)
    metered += markets.members * options
    return markets.base.market.months * (runs + metered)


def _completed(
    found: Decision, columns: Mapping[str, Mapping[str, tuple[float, float]]]
) -> Decision:
    gains = found.profits - found.profits[0]
    options = [
        replace(option, break_even=None if option.act is None else ranking.break_even(gains[place]))
        for place, option in enumerate(found.options)
    ]
    effects = found.effects()
    unknown = found.markets.unknown()
    worth = ranking.worth_of_columns(effects, unknown, columns, *leading(effects))
    return replace(found, options=tuple(options), columns=worth)


def _replication(
    markets: Markets, options: Sequence[Option], run: Run, number: int
) -> tuple[np.ndarray, np.ndarray]:
    """One draw of luck for every member: outcomes, and mean profits by option and month."""
    question, horizons = markets.question, markets.question.horizons
    environments = markets.environments
    shape = (len(options), len(environments), markets.members)
    values = np.full((*shape, len(horizons), len(YARDSTICKS)), np.nan)
    profits = np.zeros((len(options), max(horizons)))
    weights = np.array([each.weight for each in environments])
    weights = weights / weights.sum() / markets.members
    places = [
        (option, environment, member)
        for member in range(markets.members)
        for environment in range(len(environments))
        for option in range(len(options))
    ]

    def trials() -> Iterator[Trial]:
        base = None
        for option, environment, member in places:
            act = options[option].of_member(member)
            plan = markets.plan(environments[environment], act, member)
            luck = number * markets.members + member
            if option == 0:
                base = plan
            held = base if option and question.prices == HELD else None
            yield Trial(plan, plan.seed, luck, base=held)

    discount = markets.base.finance.discount
    for place, result in zip(places, run(trials()), strict=True):
        option, environment, member = place
        found = outcome(result.tables, markets.firm, markets.starts, horizons, discount)
        values[option, environment, member] = found.values
        profits[option] += weights[environment] * found.profits
    return values, profits

"""One option over all environments: how often it wins, what it may cost, how risky it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.runs.statistics import Interval, wilson_interval

if TYPE_CHECKING:
    from experiments.discovery.regret import Regret


@dataclass(frozen=True)
class Option:
    """What an option came to.

    Attributes:
        number: As in the design.
        name: In words.
        levers: Value by path.
        outcome: Mean over the environments that are compared.
        mean_regret: Over the same.
        largest_regret: Over the same.
        wins: In how many of them it is the best; one of k equal ones has 1/k.
        won: That part of them.
        ruin: Probability that the firm is out of the market at the end, over all its trials, with
            Wilson's interval; NaN where no trial tells.
        trials: Trials with an outcome.
    """

    number: int
    name: str
    levers: Mapping[str, Any]
    outcome: float
    mean_regret: float
    largest_regret: float
    wins: float
    won: float
    ruin: Interval
    trials: int


def options_of(found: Regret) -> list[Option]:
    """All options, the one with the least mean regret first."""
    compared = found.compared
    ties = found.is_best[:, compared].sum(axis=0)
    options = []
    for number, levers in enumerate(found.options):
        regret = found.regret[number, compared]
        wins = float((found.is_best[number, compared] / np.maximum(ties, 1)).sum())
        fates = found.ruined[number][np.isfinite(found.ruined[number])]
        options.append(
            Option(
                number=number,
                name=found.names[number],
                levers=levers,
                outcome=_mean(found.outcome[number, compared]),
                mean_regret=_mean(regret),
                largest_regret=float(regret.max()) if regret.size else np.nan,
                wins=wins,
                won=wins / compared.size if compared.size else np.nan,
                ruin=wilson_interval(int(fates.sum()), fates.size),
                trials=int(np.isfinite(found.values[number]).sum()),
            )
        )
    return sorted(options, key=lambda option: (np.isnan(option.mean_regret), option.mean_regret))


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if values.size else float("nan")

"""What every decision came to in every environment, and what a better one would have brought.

Regret is the outcome of the best option of an environment less that of another one there
(Savage 1951).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.runs.statistics import Moments, PairedMoments
from sim.paths import path_of
from sim.reading.dumping import scalar_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Regret:
    """Outcomes of options in environments, run by run.

    Attributes:
        measure: What is wanted.
        firm: Who decides.
        month: Of the outcome; None is the firm's last.
        less_is_better: Whether the smallest outcome is the best.
        options: Value by lever, one mapping per option.
        environments: Value by uncertain factor, one mapping per environment.
        values: Outcomes, [option, environment, run]; runs of one number share their luck. NaN
            where there is none.
        ruined: Whether the firm was out of the market at the end, in the same shape: 1, 0, or NaN
            where nobody knows.
    """

    measure: str
    firm: str
    month: int | None
    less_is_better: bool
    options: tuple[Mapping[str, Any], ...]
    environments: tuple[Mapping[str, Any], ...]
    values: Floats
    ruined: Floats

    @cached_property
    def moments(self) -> Moments:
        """Of the outcomes over the runs, [option, environment]."""
        found = Moments(self.values.shape[:2])
        for run in range(self.values.shape[2]):
            found.add(self.values[:, :, run])
        return found

    @property
    def outcome(self) -> Floats:
        """Mean over the runs, [option, environment]."""
        return self.moments.means()

    @cached_property
    def regret(self) -> Floats:
        """[option, environment]; NaN in environments where an option has no outcome."""
        outcome = -self.outcome if self.less_is_better else self.outcome
        complete = np.isfinite(outcome).all(axis=0)
        best = np.where(complete, outcome.max(axis=0, initial=-np.inf), np.nan)
        return best - outcome

    @cached_property
    def is_best(self) -> NDArray[np.bool_]:
        """Whether an option is the best, or one of several, of an environment."""
        return self.regret == 0

    @property
    def compared(self) -> NDArray[np.int64]:
        """Environments in which every option has an outcome."""
        return np.flatnonzero(np.isfinite(self.regret).all(axis=0))

    @cached_property
    def winner(self) -> NDArray[np.int64]:
        """The best option of every environment; -1 where several are, or none is known."""
        single = self.is_best.sum(axis=0) == 1
        return np.where(single, self.is_best.argmax(axis=0), -1)

    @cached_property
    def is_sure(self) -> NDArray[np.bool_]:
        """Per environment, whether the best option beats each of the others beyond chance.

        By the 95 % intervals of the paired differences; never with a single run.
        """
        sure = np.zeros(self.winner.size, dtype=bool)
        for place in np.flatnonzero(self.winner >= 0):
            best = self.values[self.winner[place], place]
            others = np.delete(self.values[:, place], self.winner[place], axis=0)
            pairs = PairedMoments((len(others),))
            for run in range(self.values.shape[2]):
                pairs.add(np.full(len(others), best[run]), others[:, run])
            gain = -pairs.difference.means() if self.less_is_better else pairs.difference.means()
            sure[place] = len(others) > 0 and bool((gain > pairs.difference.half_widths()).all())
        return sure

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The options in words: the lever's value, or several with the ends of their paths."""
        if len(self.options[0]) == 1:
            return tuple(in_yaml(next(iter(option.values()))) for option in self.options)
        short = short_paths(list(self.options[0]))
        return tuple(
            ", ".join(f"{short[path]}={in_yaml(value)}" for path, value in option.items())
            for option in self.options
        )


def short_paths(paths: Sequence[str]) -> dict[str, str]:
    """The last key of every path, or all of it where that would be the same for two."""
    ends = {path: str(path_of(path)[-1]) for path in paths}
    counts = list(ends.values())
    return {path: end if counts.count(end) == 1 else path for path, end in ends.items()}


def in_yaml(value: Any) -> str:
    """A value on one line, as files write it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {in_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(in_yaml, value)) + "]"
    return scalar_text(value)

"""Which option is best, how sure that is, and what would turn it round.

Every effect is that of an option less that of doing nothing new, under the same luck. Its spread
over the members of an ensemble is *knowledge*: what one does not know and could find out. Its
spread over luck within a member is *luck*: what nobody can know. Means of members vary by both;
the part of luck is taken out before anything is said of what is known
(a one-way analysis of variance with random effects; Searle, Casella & McCulloch 1992).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.runs.statistics import knowledge_and_luck

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

SURE = 0.9
"""Probability of being best from which an option is recommended, and part that intervals hold."""
MARGIN = 1.64
"""Standard errors that a probability must be away from that to count as settled."""
CLEAR = 0.99
"""Probability from which one market alone is settled."""
MINOR = 0.1
"""Part of the variance between members below which luck in it is no reason to run more."""
FEWEST = 8
"""Members below which nothing is said of what turns an answer round."""
TELLING = 2.5
"""Standard errors from which a parameter is said to matter for the answer."""
SAME = 0.995
"""Correlation from which two keys count as one number."""
_DRAWS = 4000
_SEED = 77


@dataclass(frozen=True)
class Effects:
    """Effects of the options, nothing new among them as the first.

    Attributes:
        values: float64[options, replications, members], less those of nothing new.
        draws: Of what the effects are expected to be, float64[draws, options], luck taken out.
        knowledge: Standard deviation of what they are expected to be, by option.
        luck: That of one history about it, by option.
        kept: Which members count, bool[members of the ensemble]: those with an outcome of every
            option under all luck.
    """

    values: Floats
    draws: Floats
    knowledge: Floats
    luck: Floats
    kept: NDArray[np.bool_]

    @property
    def mean(self) -> Floats:
        """By option."""
        mean: Floats = self.values.mean(axis=(1, 2))
        return mean

    def interval(self, option: int) -> tuple[float, float]:
        """Ends between which an effect is expected to lie, with probability :data:`SURE`."""
        low, high = np.percentile(self.draws[:, option], (50 * (1 - SURE), 50 * (1 + SURE)))
        return float(low), float(high)

    @property
    def best(self) -> Floats:
        """Probability by option of being the best."""
        first = self.draws.argmax(axis=1)
        return np.bincount(first, minlength=self.draws.shape[1]) / len(first)

    @property
    def regret(self) -> Floats:
        """By option, what is expected to be lost by choosing it instead of what is best."""
        regret: Floats = (self.draws.max(axis=1, keepdims=True) - self.draws).mean(axis=0)
        return regret

    @property
    def most_worth(self) -> float:
        """What knowing everything would bring: no number and no column can bring more."""
        return float(self.regret[self.leader])

    @property
    def leader(self) -> int:
        """The option with the largest expected effect."""
        return int(self.mean.argmax())


def effects_of(values: Floats) -> Effects:
    """What is known of effects.

    Args:
        values: Outcomes, float64[options, replications, members]; nothing new first. Two
            replications at least.
    """
    kept = np.isfinite(values).all(axis=(0, 1))
    if not kept.any():
        nothing = np.full(len(values), np.nan)
        return Effects(values - values[:1], nothing[None, :], nothing, nothing, kept)
    values = values[:, :, kept]
    effects = values - values[:1]
    options, replications, members = effects.shape
    means = effects.mean(axis=1)
    known, within = knowledge_and_luck(effects)
    centre = means.mean(axis=1)
    rng = np.random.default_rng(_SEED)
    if members > 1:
        draws = centre + (means - centre[:, None]).T @ _shrinking(np.cov(means), known).T
    else:
        draws = centre[None, :]
    many = max(1, _DRAWS // members)
    chance = _root(within / (replications * members))
    noise = rng.standard_normal((many * len(draws), options)) @ chance.T
    # How large luck is, is itself estimated: a multivariate t (Student 1908, for one option).
    free = (replications - 1) * members
    noise *= np.sqrt(free / rng.chisquare(free, (len(noise), 1)))
    return Effects(
        effects,
        np.repeat(draws, many, axis=0) + noise,
        np.sqrt(np.diag(known)),
        np.sqrt(np.diag(within)),
        kept,
    )


def _root(matrix: Floats) -> Floats:
    sizes, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    found: Floats = (vectors * np.sqrt(np.maximum(sizes, 0.0))) @ vectors.T
    return found


def _shrinking(total: Floats, known: Floats) -> Floats:
    """What takes deviations with one covariance to such with the other."""
    sizes, vectors = np.linalg.eigh((total + total.T) / 2)
    large = sizes > 1e-12 * max(float(sizes.max()), 1e-300)
    inverse = np.where(large, 1.0 / np.sqrt(np.where(large, sizes, 1.0)), 0.0)
    found: Floats = _root(known) @ (vectors * inverse) @ vectors.T
    return found


def is_settled(effects: Effects) -> bool:
    """Whether more luck would hardly change which option is recommended, or that none is.

    One that leads clearly is settled. Where none does, it may be luck that hides which is best,
    unless what is not known weighs so much more that only knowledge would help.
    """
    _, replications, members = effects.values.shape
    chance = float(effects.best[effects.leader])
    error = np.sqrt(chance * (1 - chance) / members)
    if chance - SURE > MARGIN * error and (members > 1 or chance > CLEAR):
        return True
    luck, knowledge = effects.luck**2 / replications, effects.knowledge**2
    return bool((luck <= MINOR * (knowledge + luck))[1:].all())


# -- what would turn it round ----------------------------------------------------------------------


@dataclass(frozen=True)
class Turn:
    """A number that is not known, and on which the answer hangs.

    Attributes:
        path: Of the scenario.
        mean: Over the members.
        deviation: Likewise.
        flips: Value beyond which the other option is better; NaN where none that is thought
            possible does that.
        above: Whether the other one is better above it, or else below.
        part: Of the members that lie beyond.
        worth: What knowing it would be expected to bring: of the best option then, more than now.
    """

    path: str
    mean: float
    deviation: float
    flips: float
    above: bool
    part: float
    worth: float


def turns(effects: Effects, unknown: Mapping[str, Floats], one: int, other: int) -> list[Turn]:
    """On which numbers it hangs whether one option is better than another, the weightiest first.

    Each is looked at by itself: a line through the members' differences over its values.
    """
    means = effects.values.mean(axis=1)
    if means.shape[1] < FEWEST or one == other:
        return []
    found: list[Turn] = []
    known: list[Floats] = []
    for path, every in unknown.items():
        values = every[effects.kept]
        x = (values - values.mean()) / values.std()
        if any(abs(x @ before) > SAME * len(x) for before in known):
            continue  # what moves together is one number, told by the first of its keys
        known.append(x)
        gap = means[one] - means[other]
        slope = float(x @ gap) / len(x)
        left = gap - gap.mean() - slope * x
        error = np.sqrt(float(left @ left) / max(1, len(x) - 2) / len(x))
        if abs(slope) <= TELLING * error:
            continue
        at = -gap.mean() / slope
        beyond = x > at if slope < 0 else x < at
        possible = bool(abs(at) <= 3.0)
        found.append(
            Turn(
                path=path,
                mean=float(values.mean()),
                deviation=float(values.std()),
                flips=float(values.mean() + at * values.std()) if possible else np.nan,
                above=slope < 0,
                part=float(beyond.mean()),
                worth=min(_worth(means, x), effects.most_worth),
            )
        )
    return sorted(found, key=lambda turn: (-turn.worth, -turn.part))


def _worth(means: Floats, x: Floats) -> float:
    """What knowing a number would bring: expected value of perfect parameter information."""
    lines = means.mean(axis=1)[:, None] + np.outer(means @ x / len(x), x)
    return float(max(0.0, lines.max(axis=0).mean() - means.mean(axis=1).max()))


def worth_of_columns(
    effects: Effects,
    unknown: Mapping[str, Floats],
    spreads: Mapping[str, Mapping[str, tuple[float, float]]],
    one: int,
    other: int,
) -> dict[str, float]:
    """What further columns of a table would bring for the choice between two options.

    A column narrows what is known of some numbers; with them narrows the difference of the options,
    of which it is taken to be a line (ridge). What is expected to be gained is that of a normal
    difference that may change its sign (value of sample information; Raiffa & Schlaifer 1961).

    Args:
        effects: Of the options.
        unknown: Values by path, one a member.
        spreads: By column and path, the spread of a number now and with the column.
        one: The better option.
        other: The next best.
    """
    paths = list(unknown)
    means = effects.values.mean(axis=1)
    if means.shape[1] < FEWEST or one == other or not paths:
        return {}
    gap = means[one] - means[other]
    kept = [unknown[path][effects.kept] for path in paths]
    x = np.array([(values - values.mean()) / values.std() for values in kept])
    penalty = 0.25 * x.shape[1] * np.eye(len(paths))
    slopes = np.linalg.solve(x @ x.T + penalty, x @ (gap - gap.mean()))
    found = {}
    for column, known in spreads.items():
        left = np.array([_left(known.get(path)) for path in paths])
        gained = _gained(float(gap.mean()), float(np.sqrt(slopes**2 @ (1.0 - left))))
        found[column] = min(gained, effects.most_worth)
    return found


def _left(spread: tuple[float, float] | None) -> float:
    """Part of a number's variance that a column leaves."""
    if spread is None or spread[0] <= 0:
        return 1.0
    return min(1.0, (spread[1] / spread[0]) ** 2)


def _gained(mean: float, deviation: float) -> float:
    """Expected gain of learning a normal difference before choosing."""
    from scipy.special import ndtr

    if deviation <= 0:
        return 0.0
    z = abs(mean) / deviation
    density = np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)
    return float(max(0.0, deviation * density - abs(mean) * ndtr(-z)))


def break_even(profits: Sequence[float]) -> int | None:
    """Month, counted from 1, from which on the sum of differences stays at or above 0.

    None where it is below in the end. An option that never costs anything breaks even at once.
    """
    sums = np.cumsum(np.asarray(profits, np.float64))
    below = np.flatnonzero(sums < 0)
    if not len(below):
        return 1
    return None if below[-1] == len(sums) - 1 else int(below[-1]) + 2

"""Where an option wins, in plain words: a small decision tree over the uncertain factors.

Breiman et al. (1984), *Classification and Regression Trees*; as scenario discovery see Bryant &
Lempert (2010). How well the rules tell is judged on environments that they were not made from.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tsunagari.experiments.runs.statistics import t_interval
from tsunagari.experiments.studies.changes import in_yaml
from tsunagari.experiments.studies.regret import Regret

if TYPE_CHECKING:
    from numpy.typing import NDArray

type WhyNot = Literal["", "too_few", "one_winner", "all_alike", "no_better"]

DEPTH = 3
"""Most conditions of a rule."""
FEWEST = 10
"""Environments below which no rule is looked for."""

_FOLDS = 5
_LEAST_LEAF, _LEAF_SHARE = 4, 0.05
_DIGITS = 4


@dataclass(frozen=True)
class Rule:
    """Under which conditions an option wins.

    Attributes:
        conditions: As ``zmot.connectivity ≤ 1.2``; none of a rule for all environments.
        option: Its name.
        wins: Environments that fit the conditions in which it wins.
        environments: Environments that fit the conditions.
    """

    conditions: tuple[str, ...]
    option: str
    wins: int
    environments: int


@dataclass(frozen=True)
class Rules:
    """What was found.

    Attributes:
        rules: From the one that fits most environments on; empty where there is none to tell.
        accuracy: Part of environments whose winner was told right by rules made from others; NaN
            where none were made.
        baseline: The same by always naming the commonest winner.
        why_not: Why there are no rules; an empty text where there are.
        environments: Those with a single best option.
        winner: The option that is the best in all of them; an empty text where several are.
    """

    rules: tuple[Rule, ...]
    accuracy: float
    baseline: float
    why_not: WhyNot
    environments: int
    winner: str = ""


@dataclass(frozen=True)
class _Feature:
    """A column that a tree may split: a number, or whether a factor has one of its values."""

    path: str
    value: Any
    is_number: bool

    def condition(self, low: float, high: float) -> str:
        """The condition that the column lies above ``low`` and not above ``high``."""
        if not self.is_number:
            return f"{self.path} {'≠' if high < 1 else '='} {in_yaml(self.value)}"
        if math.isinf(low):
            return f"{self.path} ≤ {high:.{_DIGITS}g}"
        if math.isinf(high):
            return f"{self.path} > {low:.{_DIGITS}g}"
        return f"{low:.{_DIGITS}g} < {self.path} ≤ {high:.{_DIGITS}g}"


def rules(found: Regret) -> Rules:
    """Rules for the winners of the environments, if there are any that tell more than nothing."""
    places = np.flatnonzero(found.winner >= 0)
    winners = found.winner[places]
    undefined = Rules((), math.nan, math.nan, "too_few", len(places))
    if len(places) < FEWEST:
        return undefined
    if len(set(winners.tolist())) == 1:
        return replace(undefined, why_not="one_winner", winner=found.names[winners[0]])
    features, columns = _columns(found, places)
    if not features:
        return replace(undefined, why_not="all_alike")
    accuracy, baseline, gain = _judged(columns, winners)
    if not gain > 0:
        return Rules((), accuracy, baseline, "no_better", len(places))
    tree = _fitted(columns, winners).tree_
    told = [_rule(found, features, leaf) for leaf in _leaves(tree)]
    told.sort(key=lambda rule: -rule.environments)
    return Rules(tuple(told), accuracy, baseline, "", len(places))


def _columns(
    found: Regret, places: NDArray[np.int64]
) -> tuple[list[_Feature], NDArray[np.float64]]:
    """What the environments differ in, and its values, [environment, feature]."""
    features, columns = [], []
    for path in found.environments[0]:
        values = [found.environments[place][path] for place in places]
        if all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
            features.append(_Feature(path, None, is_number=True))
            columns.append([float(value) for value in values])
            continue
        texts = [in_yaml(value) for value in values]
        different = dict(zip(texts, values, strict=True))
        for text, value in different.items():
            if len(different) > 2 or text == texts[0]:
                features.append(_Feature(path, value, is_number=False))
                columns.append([float(other == text) for other in texts])
    kept = [number for number, column in enumerate(columns) if len(set(column)) > 1]
    return (
        [features[number] for number in kept],
        np.array([columns[number] for number in kept], dtype=np.float64).T,
    )


def _fitted(columns: NDArray[np.float64], winners: NDArray[np.int64]) -> Any:
    from sklearn.tree import DecisionTreeClassifier  # type: ignore[import-untyped]

    least = max(_LEAST_LEAF, math.ceil(_LEAF_SHARE * len(winners)))
    tree = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=least, random_state=0)
    return tree.fit(columns, winners)


def _judged(columns: NDArray[np.float64], winners: NDArray[np.int64]) -> tuple[float, float, float]:
    """Accuracy by cross-validation of rules and of the commonest winner, and the sure gain.

    The gain is the lower end of the 95 % interval of the difference, environment by environment.
    """
    order = np.random.default_rng(0).permutation(len(winners))
    right, commonest = np.zeros(len(winners)), np.zeros(len(winners))
    for fold in range(_FOLDS):
        held = order[fold::_FOLDS]
        rest = np.setdiff1d(order, held)
        right[held] = _fitted(columns[rest], winners[rest]).predict(columns[held]) == winners[held]
        commonest[held] = winners[held] == np.bincount(winners[rest]).argmax()
    return float(right.mean()), float(commonest.mean()), t_interval(right - commonest).low


@dataclass(frozen=True)
class _Leaf:
    """The winners of the environments that fit some conditions: feature to low and high end."""

    ends: dict[int, tuple[float, float]]
    counts: NDArray[np.float64]


def _leaves(tree: Any) -> list[_Leaf]:
    """The leaves of a tree; two that say the same are one."""

    def below(node: int, ends: dict[int, tuple[float, float]]) -> Iterator[_Leaf]:
        counts = tree.value[node][0] * tree.n_node_samples[node]
        left, right = tree.children_left[node], tree.children_right[node]
        if left < 0:
            yield _Leaf(ends, counts)
            return
        feature, threshold = int(tree.feature[node]), float(tree.threshold[node])
        low, high = ends.get(feature, (-math.inf, math.inf))
        inner = [
            *below(left, {**ends, feature: (low, threshold)}),
            *below(right, {**ends, feature: (threshold, high)}),
        ]
        if len({int(leaf.counts.argmax()) for leaf in inner}) == 1:
            yield _Leaf(ends, counts)
        else:
            yield from inner

    return list(below(0, {}))


def _rule(found: Regret, features: Sequence[_Feature], leaf: _Leaf) -> Rule:
    classes = np.unique(found.winner[found.winner >= 0])
    counts = np.rint(leaf.counts).astype(np.int64)
    best = int(counts.argmax())
    return Rule(
        conditions=tuple(features[f].condition(low, high) for f, (low, high) in leaf.ends.items()),
        option=found.names[classes[best]],
        wins=int(counts[best]),
        environments=int(counts.sum()),
    )

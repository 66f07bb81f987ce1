"""Where people of a network are drawn: friends near each other, everybody apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDS, _OTHERS = 110, 40
"""Rounds of pushing and pulling, and the others that push each person in a round."""


def places(people: int, ties: NDArray[np.uint16]) -> NDArray[np.float32]:
    """Places in a square, float32[people, 2] within 0 and 1; the same for the same ties.

    Ties pull like springs and people push each other away, as in Fruchterman & Reingold (1991).
    Each is pushed by a few others drawn anew in every round, which comes to the same on average
    and costs people × 40 a round, not people².

    Args:
        people: Number of people.
        ties: Two positions per tie.
    """
    chance = np.random.default_rng(7)
    if not len(ties):
        return _in_square(_sunflower(people))
    ones, others = ties[:, 0].astype(np.int64), ties[:, 1].astype(np.int64)
    degree = np.bincount(np.concatenate([ones, others]), minlength=people)
    at = _begun(people, ones, others, degree, chance)
    ideal = 1.0 / np.sqrt(people)
    for round_ in range(_ROUNDS):
        apart = at[ones] - at[others]
        pull = apart * (np.linalg.norm(apart, axis=1) / ideal)[:, None]
        push = np.zeros_like(at)
        for axis in (0, 1):
            push[:, axis] -= np.bincount(ones, pull[:, axis], minlength=people)
            push[:, axis] += np.bincount(others, pull[:, axis], minlength=people)
        met = chance.integers(0, people, (people, _OTHERS))
        away = at[:, None, :] - at[met]
        near = np.maximum((away**2).sum(axis=2), (0.2 * ideal) ** 2)
        push += (away / near[:, :, None]).sum(axis=1) * (ideal**2 * people / _OTHERS)
        far = np.maximum(np.linalg.norm(push, axis=1, keepdims=True), 1e-9)
        at += push / far * np.minimum(far, 0.08 * (1.0 - round_ / _ROUNDS) + 0.002)
    return _in_square(_apart(_in_square(at), people))


def _apart(near: NDArray[np.float32], people: int) -> NDArray[np.float64]:
    """Moved a little where people would cover each other."""
    from scipy.spatial import cKDTree

    at: NDArray[np.float64] = near.astype(np.float64)
    least = 0.62 / np.sqrt(people)
    for _ in range(12):
        pairs = cKDTree(at).query_pairs(least, output_type="ndarray")
        if not len(pairs):
            break
        away = at[pairs[:, 0]] - at[pairs[:, 1]]
        far = np.maximum(np.linalg.norm(away, axis=1), 1e-6)
        step = away / far[:, None] * (0.5 * (least - far))[:, None]
        for axis in (0, 1):
            at[:, axis] += np.bincount(pairs[:, 0], step[:, axis], minlength=people)
            at[:, axis] -= np.bincount(pairs[:, 1], step[:, axis], minlength=people)
    return at


def _begun(
    people: int,
    ones: NDArray[np.int64],
    others: NDArray[np.int64],
    degree: NDArray[np.int64],
    chance: np.random.Generator,
) -> NDArray[np.float64]:
    """Places to begin with: smoothed over friends, so that those who are close begin close."""
    at = chance.normal(size=(people, 2))
    weight = np.maximum(degree, 1)[:, None]
    for _ in range(60):
        sums = np.zeros_like(at)
        for axis in (0, 1):
            sums[:, axis] += np.bincount(ones, at[others, axis], minlength=people)
            sums[:, axis] += np.bincount(others, at[ones, axis], minlength=people)
        at = 0.5 * at + 0.5 * sums / weight
        at -= at.mean(axis=0)
        # Across each other, or both would tend to the same smooth direction.
        at[:, 1] -= at[:, 0] * (at[:, 0] @ at[:, 1]) / max(float(at[:, 0] @ at[:, 0]), 1e-12)
        at /= np.maximum(at.std(axis=0), 1e-9)
    return 0.3 * at


def _sunflower(people: int) -> NDArray[np.float64]:
    """People without ties in an even disc."""
    number = np.arange(people) + 0.5
    radius, angle = np.sqrt(number), number * np.pi * (3.0 - np.sqrt(5.0))
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _in_square(at: NDArray[np.float64]) -> NDArray[np.float32]:
    """Turned to fill the square: few far outliers go to its edge."""
    middle = np.median(at, axis=0)
    high = np.percentile(np.abs(at - middle), 99.5, axis=0)
    scaled = 0.5 + 0.47 * (at - middle) / np.maximum(high, 1e-9)
    return np.clip(scaled, 0.01, 0.99).astype(np.float32)

"""The precomputed answer of the page for predictions: every setting of every topic, replicated."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from experiments.predict.topic import Size, Topic, on_axis
from experiments.runs.cube import quantiles

if TYPE_CHECKING:
    from experiments.runs.statistics import Floats

BAND = (0.1, 0.5, 0.9)
"""Quantiles over replications: low end, middle and high end."""


@dataclass(frozen=True, eq=False)
class Surface:
    """What a topic comes to.

    Attributes:
        topic: Which.
        band: Low end, median and high end, [3, value, axis]; NaN where undefined.
    """

    topic: Topic
    band: Floats

    @property
    def untrue(self) -> list[str]:
        """What the debrief says and is not so."""
        found = self.topic.statements(self.band[1])
        return [statement for statement, is_so in found.items() if not is_so]


def surfaces(
    topics: Sequence[Topic],
    size: Size,
    replications: int,
    *,
    workers: int = 1,
    told: Callable[[int, int], None] = lambda done, all_: None,
) -> list[Surface]:
    """Run every setting of every topic; neither workers nor order make a difference.

    Args:
        topics: Which; workers get them pickled.
        size: Of each market.
        replications: How often each setting is run.
        workers: Processes; 1 runs here.
        told: Given the number of courses done, and of all.

    Raises:
        experiments.runs.workers.WorkerDiedError: The system ended a worker process.
    """
    jobs = [
        (topic, value, number)
        for topic in topics
        for value in topic.values
        for number in range(replications)
    ]
    done = iter(_done(jobs, size, workers, told))
    found = []
    for topic in topics:
        each = [np.stack([next(done) for _ in range(replications)]) for _ in topic.values]
        bands = [np.stack(quantiles(courses, *BAND)) for courses in each]
        found.append(Surface(topic, np.stack(bands, axis=1)))
    return found


def course(topic: Topic, value: float, size: Size, replication: int) -> Floats:
    """One course of a topic on its axis; what workers do."""
    return on_axis(topic.course(value, size, replication), topic.months)


type _Job = tuple[Topic, float, int]


def _done(
    jobs: Sequence[_Job], size: Size, workers: int, told: Callable[[int, int], None]
) -> list[Floats]:
    from experiments.predict.topic import market_of
    from experiments.runs.workers import crew_of

    numbers = itertools.count(1)
    with crew_of(None, workers) as crew:
        crew.warm(market_of("three-disciplines", size, 12, {}))
        done = crew.in_order(
            partial(_one, size), jobs, told=lambda _: told(next(numbers), len(jobs))
        )
        return list(done)


def _one(size: Size, job: _Job) -> Floats:
    topic, value, number = job
    return course(topic, value, size, number)

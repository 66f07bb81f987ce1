"""A design applied to a scenario: every trial of it, resolved and validated."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import overload

from experiments.design.document import Design
from experiments.design.planning import Planning
from experiments.design.point import Point
from experiments.prices import HELD
from experiments.trial import Trial, digest
from sim.scenario import Scenario

DESIGN, SCENARIO = "design.yaml", "scenario.yaml"
"""Names of the files that :meth:`Experiment.write` writes."""

_PLANS_KEPT = 64  # a plan is made in a millisecond and takes some 50 kB


@dataclass(frozen=True)
class PlannedTrial:
    """One trial of a sweep, and where in the sweep it stands.

    Attributes:
        position: 0 … total-1: the order in which trials are run and listed.
        point: The row of the design.
        network: Which draw of people and ties, from 0; None where the design has just one.
        trial: What is run.
    """

    position: int
    point: Point
    network: int | None
    trial: Trial


class Experiment:
    """A design applied to a scenario, everything resolved and validated.

    Attributes:
        design: The design as read, with the options of the command line in it.
        base: The resolved scenario that the factors change; its seed and replications are the
            design's.
        points: The rows of the design in running order.
        name: For a folder that is named after the sweep.
        held_to: The scenario whose costs prices are held to, if they are: the base unless told
            otherwise.
    """

    def __init__(self, design: Design, base: Scenario, points: Sequence[Point], name: str) -> None:
        self.design = design
        self.base = base
        self.points = tuple(points)
        self.name = name
        self.held_to = base
        self._references: dict[int | None, Scenario] = {}
        self._planning = Planning(base, self.factors)
        self._plans: OrderedDict[tuple[int, int | None], Scenario] = OrderedDict()

    @property
    def factors(self) -> tuple[str, ...]:
        """Paths of the factors, in the design's order."""
        return tuple(self.design.factors)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to plans without being asked for, as far as they have been made."""
        return tuple(self._planning.notes)

    @cached_property
    def key(self) -> str:
        """Digest of all that the trials depend on: 32 hexadecimal digits.

        The points count themselves, so that a sampling library that has changed since makes
        another experiment. Titles do not count, nor do the places of files.
        """
        written = self.written.model_dump(mode="json", exclude={"title"})
        content = {
            "design": written,
            "base": digest(self.base, seed=self.design.seed),
            "held_to": digest(self.held_to, seed=self.design.seed),
            "points": [list(point.values.values()) for point in self.points],
        }
        text = json.dumps(content, separators=(",", ":"), ensure_ascii=True)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    @property
    def written(self) -> Design:
        """The design as :meth:`write` writes it: its scenario is the one beside it."""
        return self.design.model_copy(update={"scenario": SCENARIO, "values": {}})

    def write(self, folder: Path) -> None:
        """Write ``design.yaml`` and ``scenario.yaml``, out of which the same experiment is read.

        Raises:
            OSError: The folder cannot be written to.
        """
        from sim.reading import dump

        dump(self.base, folder / SCENARIO)
        dump(self.written, folder / DESIGN)

    def plan(self, point: Point, network: int | None = None) -> Scenario:
        """The scenario of a point, under one draw of people and ties.

        The plans asked for last are kept, so that memory does not grow with the design.

        Raises:
            sim.problems.Problems: The point makes no scenario; read experiments have none such.
        """
        place = (point.number, network)
        if place in self._plans:
            self._plans.move_to_end(place)
        else:
            self._plans[place] = self._planning.plan(point.values, network)
            if len(self._plans) > _PLANS_KEPT:
                self._plans.popitem(last=False)
        return self._plans[place]

    def reference(self, network: int | None = None) -> Scenario | None:
        """What prices are held to under one draw of people and ties; None if they are not."""
        if self.design.prices != HELD:
            return None
        if network not in self._references:
            drawn = {} if network is None else {"network.draw": network}
            bare = self.held_to.model_copy(update={"claims": [], "translations": {}})
            self._references[network] = bare.with_values(drawn)
        return self._references[network]

    def trials(self) -> Sequence[PlannedTrial]:
        """All trials in running order, each made when it is asked for.

        All points come under replication 0 first, under every draw of the network, before any
        comes under replication 1: an interrupted sweep has seen the whole design.
        """
        return _Trials(self)


class _Trials(Sequence[PlannedTrial]):
    """The trials of an experiment, as a list that takes no memory."""

    def __init__(self, experiment: Experiment) -> None:
        self._experiment = experiment

    def __len__(self) -> int:
        design = self._experiment.design
        return len(self._experiment.points) * design.networks * design.replications

    @overload
    def __getitem__(self, place: int) -> PlannedTrial: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[PlannedTrial]: ...
    def __getitem__(self, place: int | slice) -> PlannedTrial | Sequence[PlannedTrial]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        position = place + len(self) if place < 0 else place
        if not 0 <= position < len(self):
            raise IndexError(f"there are {len(self)} trials, not one at {place}")
        experiment = self._experiment
        rest, row = divmod(position, len(experiment.points))
        replication, draw = divmod(rest, experiment.design.networks)
        network = draw if experiment.design.networks > 1 else None
        point = experiment.points[row]
        plan = experiment.plan(point, network)
        held_to = experiment.reference(network)
        trial = Trial(plan, experiment.design.seed, replication, base=held_to)
        return PlannedTrial(position, point, network, trial)

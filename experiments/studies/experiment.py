"""A design applied to a scenario: every trial of it, resolved and validated."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from tsunagari.experiments.runs.given import HELD, resolved
from tsunagari.experiments.runs.sweep_files import DESIGN, SCENARIO, Status
from tsunagari.experiments.runs.trial import Trial, digest
from tsunagari.experiments.studies.changes import (
    acting_note,
    acts_later,
    from_month_1,
)
from tsunagari.experiments.studies.design import Design
from tsunagari.experiments.studies.parts import Packed
from tsunagari.experiments.studies.samples import Point
from tsunagari.sim.paths import path_of
from tsunagari.sim.problems import Problems
from tsunagari.sim.reading import written
from tsunagari.sim.reading.loading import with_absolute_files
from tsunagari.sim.reading.overrides import with_plain_values
from tsunagari.sim.reading.validation import validated
from tsunagari.sim.scenario import Scenario

if TYPE_CHECKING:
    import pyarrow as pa

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
        from tsunagari.sim.reading import dump

        dump(self.base, folder / SCENARIO)
        dump(self.written, folder / DESIGN)

    def plan(self, point: Point, network: int | None = None) -> Scenario:
        """The scenario of a point, under one draw of people and ties.

        The plans asked for last are kept, so that memory does not grow with the design.

        Raises:
            tsunagari.sim.problems.Problems: The point makes no scenario; read experiments have none
                such.
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


_MONTHS = ("market", "months")


class Planning:
    """Makes scenarios out of a base, and remembers what several of them share.

    Args:
        base: The resolved scenario.
        factors: Paths of all factors.

    Attributes:
        notes: What was done without being asked for, each thing once.
    """

    def __init__(self, base: Scenario, factors: tuple[str, ...]) -> None:
        # No table depends on claims, and each would be checked again for every point.
        self._base = base.model_copy(update={"claims": [], "translations": {}})
        self._months = next((path for path in factors if path_of(path) == _MONTHS), None)
        self._varies_network = any(path_of(path)[0] == "network" for path in factors)
        self._names_digest = any(path_of(path) == ("network", "digest") for path in factors)
        self._varied = _Varied(self._base)
        self._shortened: dict[int, _Varied] = {}
        self._files: dict[str, dict[str, Any]] = {}
        self.notes: list[str] = []

    def plan(self, values: Mapping[str, Any], draw: int | None = None) -> Scenario:
        """A validated scenario.

        Args:
            values: A value for every factor.
            draw: Which draw of people and ties; None leaves it to the base.

        Raises:
            tsunagari.sim.problems.Problems: These values make no scenario, or name a network that
                cannot be read.
        """
        base, changed = self._varied, dict(values)
        if self._months is not None and isinstance(changed[self._months], int):
            base = self._of_length(changed.pop(self._months))
        if draw is not None:
            changed["network.draw"] = draw
        if self._varies_network and not self._names_digest:
            changed["network.digest"] = None
        later = [path for path in changed if acts_later(self._base, path)]
        if later:
            acts = [from_month_1(self._base, path, changed.pop(path)) for path in later]
            given = changed.pop("events", base.events)
            changed = {"events": [*given, *acts], **changed}
            self.notes += [note for note in [acting_note(later)] if note not in self.notes]
        return self._with_network(base.with_values(changed))

    def _of_length(self, months: int) -> _Varied:
        """The base with another length and without the events that it does not reach."""
        if months not in self._shortened:
            events = self._base.events
            kept = [event for event in events if event.month <= months]
            values: dict[str, Any] = {"market.months": months}
            if len(kept) < len(events):
                values["events"] = kept
                what = "an event" if len(events) - len(kept) == 1 else "events"
                self.notes.append(f"{what} after month {months} left out of runs that end there")
            self._shortened[months] = _Varied(self._base.with_values(values))
        return self._shortened[months]

    def _with_network(self, plan: Scenario) -> Scenario:
        """The plan with size and digest of the network it names; each file is read once."""
        if not self._varies_network or plan.network.kind != "file":
            return plan
        # Of how the file is read depends, too, how many people it has.
        asked = plan.network.model_dump_json(include={"file", "digest", "columns", "weights"})
        if asked not in self._files:
            found, notes = resolved(plan)
            self.notes += [note for note in notes if note not in self.notes]
            self._files[asked] = {
                "market.customers": found.market.customers,
                "network.digest": found.network.digest,
            }
            return found
        return plan.with_values(self._files[asked])


class _Varied:
    """A scenario of which many others are made.

    What :meth:`tsunagari.sim.scenario.Scenario.with_values` does, a third as long for every one of
    them: the scenario is taken apart only once.
    """

    def __init__(self, base: Scenario) -> None:
        self._tree = written(base)
        self.events = [
            event.model_dump(mode="json", by_alias=True, exclude_unset=True)
            for event in base.events
        ]

    def with_values(self, values: Mapping[str, Any]) -> Scenario:
        """A new, validated scenario with other values at dotted paths.

        Raises:
            Problems: The values do not make a scenario.
        """
        tree, problems = with_plain_values(self._tree, values, Scenario)
        if problems:
            raise Problems(problems)
        return validated(Scenario, with_absolute_files(tree), {"allow_code": True})


# -- the rows of ``trials.parquet`` --

type Row = dict[str, Any]

OUTCOME = ("status", "error", "seconds", "peak_memory")
"""Columns that say how a trial went."""

OWN = "own"
"""Whether a row is the first with its key: a trial that a design has twice is run once."""


class Outline(NamedTuple):
    """A row in short.

    Attributes:
        key: The trial's.
        status: How it went; None in a row that is not the first with its key.
        own: Whether the row is the first with its key.
    """

    key: str
    status: Status | None
    own: bool


_WHOLE = range(-(2**63), 2**63)


class Rows:
    """Makes rows of an experiment's trials, with the same types in every part of the table.

    Args:
        experiment: All of it, whichever part is run: types must not depend on that.
    """

    def __init__(self, experiment: Experiment) -> None:
        import pyarrow as pa

        whole, text, number = pa.int64(), pa.string(), pa.float64()
        points = experiment.points
        self._kinds = {path: _kind(points, path) for path in experiment.factors}
        types = {"boolean": pa.bool_(), "whole": whole, "number": number}
        self.schema: pa.Schema = pa.schema(
            [
                pa.field("key", text), pa.field("replication", whole), pa.field("seed", whole),
                pa.field("status", text), pa.field("error", text), pa.field("seconds", number),
                pa.field("peak_memory", whole), pa.field("point", whole),
                pa.field("option", whole), pa.field("environment", whole),
                pa.field("block", whole), pa.field("network", whole),
                *(pa.field(path, types.get(kind, text)) for path, kind in self._kinds.items()),
            ]
        )  # fmt: skip

    def row(self, planned: PlannedTrial, key: str) -> Row:
        """The row of a trial that is not run yet."""
        point, trial = planned.point, planned.trial
        return {
            "key": key,
            "replication": trial.replication,
            "seed": trial.seed,
            "point": point.number,
            "option": point.option,
            "environment": point.environment,
            "block": point.block,
            "network": planned.network,
            **{path: _held(point.values[path], kind) for path, kind in self._kinds.items()},
        }


def outcome_of(record: Packed | Mapping[str, Any]) -> Row:
    """How a trial went, as a part of its row."""
    values = asdict(record) if isinstance(record, Packed) else record
    return {name: values[name] for name in OUTCOME}


def completed(tables: Callable[[], Iterable[pa.Table]], schema: pa.Schema) -> Iterator[pa.Table]:
    """Tables without the column ``own``, all rows with the outcome of the first of their key.

    Args:
        tables: Tables of rows, in order; from the start at each call.
        schema: Columns and types.
    """
    import pyarrow as pa

    again = {row.key for table in tables() for row in outlines(table) if not row.own}
    first: dict[str, Row] = {}
    for table in tables():
        if again.intersection(table.column("key").to_pylist()):
            rows = table.to_pylist()
            first |= {r["key"]: outcome_of(r) for r in rows if r[OWN] and r["key"] in again}
            full = [row | first.get(row["key"], {}) for row in rows]
            yield pa.Table.from_pylist(full, schema=schema)
        else:
            yield table.select(schema.names)


def outlines(table: pa.Table) -> list[Outline]:
    """Rows in short."""
    columns = (table.column(name).to_pylist() for name in ("key", "status", OWN))
    return [Outline(*values) for values in zip(*columns, strict=True)]


def with_own(table: pa.Table, own: Sequence[bool] | None = None) -> pa.Table:
    """Rows with the column ``own`` after the others.

    Args:
        table: Rows with their outcomes.
        own: What stands in it; None where the rows are those of a whole sweep.
    """
    import pyarrow as pa

    if own is None:
        keys = table.column("key").to_pylist()
        first = {key: place for place, key in reversed(list(enumerate(keys)))}
        own = [first[key] == place for place, key in enumerate(keys)]
    return table.append_column(pa.field(OWN, pa.bool_()), pa.array(own, pa.bool_()))


def _kind(points: Sequence[Point], path: str) -> str:
    """How the column of a factor holds its values: as what all of them are, or else as JSON."""
    values = [point.values[path] for point in points if point.values[path] is not None]
    if all(isinstance(value, bool) for value in values):
        return "boolean" if values else "JSON"
    if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return "whole" if all(value in _WHOLE for value in values) else "JSON"
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return "number"
    return "text" if all(isinstance(value, str) for value in values) else "JSON"


def _held(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "JSON":
        return json.dumps(value, ensure_ascii=False)
    return float(value) if kind == "number" else value

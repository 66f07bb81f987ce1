"""From a sweep file to an experiment, or to all that is wrong with it, each at its place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tsunagari.experiments.runs.given import import_own_code, refuse_customers_of_a_file, resolved
from tsunagari.experiments.runs.sweep_files import DESIGN
from tsunagari.experiments.studies.design import MOST_TRIALS, Design
from tsunagari.experiments.studies.experiment import Experiment
from tsunagari.experiments.studies.fitting import (
    OF_THE_DESIGN,
    Fitting,
    entries_of,
    with_absolute_values,
)
from tsunagari.experiments.studies.samples import Point, count_of, points_of
from tsunagari.experiments.words.numbers import counted
from tsunagari.sim.paths import assignment_of, path_of, text_of
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.reading.documents import said_of
from tsunagari.sim.reading.loading import Reading, file_of, ordered, read_with_bases
from tsunagari.sim.reading.overrides import Override, label_of, with_options
from tsunagari.sim.reading.tree import Mapping as Tree
from tsunagari.sim.reading.tree import Place, Scalar, found, node_of, plain
from tsunagari.sim.reading.validation import validated
from tsunagari.sim.scenario import Scenario, load


def read_experiment(
    source: str | Path | Mapping[str, Any],
    overrides: Sequence[Override] = (),
    *,
    customers: int | None = None,
    months: int | None = None,
    seed: int | None = None,
    replications: int | None = None,
    prices: str | None = None,
    allow_code: bool = False,
) -> tuple[Experiment, list[str]]:
    """Read a sweep file, and its scenario, and make and check every point of it.

    Args:
        source: The file; or what would stand in it, with paths relative to the working directory.
        overrides: Changes to the scenario, ``path=value``; see :func:`tsunagari.sim.scenario.load`.
        customers: Instead of the scenario's.
        months: Instead of the scenario's; later events are left out.
        seed: Instead of the design's.
        replications: Instead of the design's.
        prices: Instead of the design's, ``held`` or ``passed-on``.
        allow_code: Whether disciplines of one's own are imported.

    Returns:
        The experiment, and sentences about what was done without being asked for.

    Raises:
        Problems: All that is wrong with the design, the scenario, or what they make together.
    """
    options = [
        (f"--{name} {value}", f"{path}={value}")
        for name, path, value in (
            ("customers", "market.customers", customers),
            ("months", "market.months", months),
        )
        if value is not None
    ]
    of_design = [
        (f"--{name} {value}", f"{name}={value}")
        for name, value in (("seed", seed), ("replications", replications), ("prices", prices))
        if value is not None
    ]
    file = SweepFile(source, [*overrides, *options], of_design, allow_code=allow_code)
    design, base, whole = file.read()
    refuse_customers_of_a_file(base, customers)
    if allow_code:
        for plan in (base, *file.plans_with_code(base)):
            import_own_code(plan, str(file.scenario_file))
    base, notes = resolved(base)
    base = base.with_values({"seed": design.seed, "replications": design.replications})
    experiment = Experiment(design, base, points_of(design, whole), file.name)
    file.check_points(experiment)
    return experiment, [*file.notes, *notes, *experiment.notes]


def read_written(folder: Path) -> Experiment:
    """The experiment of a folder that :meth:`Experiment.write` wrote to, for looking at results.

    Nothing is imported, no network is read, and points are not checked again.

    Raises:
        Problems: The folder holds no design, or somebody changed it into none.
    """
    file = SweepFile(folder / DESIGN, (), (), allow_code=True)
    design, base, whole = file.read()
    return Experiment(design, base, points_of(design, whole), folder.name)


_MOST_COMBINATIONS = 20  # combinations told one by one; more say nothing new


class SweepFile:
    """A sweep file as it was read, and all that is wrong with it so far.

    Args:
        source: The file; or what would stand in it.
        overrides: Changes to the scenario, as for :func:`tsunagari.sim.scenario.load`.
        of_design: Changes to the sweep file itself, of the same form.
        allow_code: Whether a discipline may be a Python class.

    Attributes:
        name: What a folder for the sweep is named after.
        notes: What was done without being asked for.
        scenario_file: Where the scenario was read from.

    Raises:
        Problems: There is no such file, or nothing in it can be understood.
    """

    def __init__(
        self,
        source: str | Path | Mapping[str, Any],
        overrides: Sequence[Override],
        of_design: Sequence[Override],
        *,
        allow_code: bool,
    ) -> None:
        self._overrides = overrides
        self._of_design = of_design
        self._allow_code = allow_code
        self.notes: list[str] = []
        self.scenario_file = Path()
        if isinstance(source, Mapping):
            self.name = "sweep"
            self._files = ["the design"]
            self._problems: list[Problem] = []
            node = node_of(dict(source), Place("the design", None, None, Path.cwd()))
            assert isinstance(node, Tree)
            self._tree = node
            self._is_whole = True
        else:
            path = Path(source)
            self.name = path.stem
            reading = opened(path)
            self._files, self._problems = reading.files, list(reading.problems)
            self._tree, self._is_whole = reading.root, reading.is_whole

    def read(self) -> tuple[Design, Scenario, frozenset[str]]:
        """The design, the scenario under its values and all options, and which factors are whole.

        Raises:
            Problems: All that is wrong with any of them.
        """
        tree, problems = with_options(self._tree, self._of_design, Design)
        self._tree = tree = with_absolute_values(tree)
        self._problems += problems
        if not self._is_whole:
            raise ordered(self._problems, self._files, ())
        design = None
        try:
            design = validated(Design, tree)
        except Problems as raised:
            self._problems += [p for p in raised.problems if not self._is_there(p)]
        base = self._base()
        whole: frozenset[str] = frozenset()
        if base is not None:
            fitting = Fitting(tree, base, allow_code=self._allow_code)
            self._problems += fitting.problems()
            self._problems += self._overridden(fitting)
            if design is not None and not self._problems:
                whole = frozenset(path for path in design.factors if fitting.is_whole(path))
        if design is not None and not self._problems:
            self._problems += self._too_many(design, whole)
        if self._problems or design is None or base is None:
            raise ordered(self._problems, self._files, ())
        return design, base, whole

    def check_points(self, experiment: Experiment) -> None:
        """Make every plan once.

        Raises:
            Problems: Combinations of values that make no scenario.
        """
        told: dict[str, Problem] = {}
        more = 0
        for point in experiment.points:
            try:
                experiment.plan(point, 0 if experiment.design.networks > 1 else None)
            except Problems as raised:
                first = raised.problems[0]
                if len(told) < _MOST_COMBINATIONS:
                    problem = self._of_combination(point, first)
                    told[str(problem)] = problem
                else:
                    more += 1
        if told:
            problems = list(told.values())
            if more:
                place = found(self._tree, ("factors",)).entry
                problems.append(place.problem("factors", f"{more} more points make no scenario"))
            raise Problems(problems)

    def plans_with_code(self, base: Scenario) -> Iterator[Scenario]:
        """A plan for every class that a factor names."""
        for text, entry in entries_of(self._tree, "factors"):
            values = plain(entry.node)
            for value in values if isinstance(values, list) else []:
                if ":" in json.dumps(value):
                    try:
                        yield base.with_values({text: value})
                    except Problems:  # sound only with another factor's values: told by the points
                        continue

    def _base(self) -> Scenario | None:
        """The scenario; None if there is none, which is a problem by then."""
        node = self._tree.get("scenario")
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            return None
        try:
            self.scenario_file = file_of(node.value, node.place.folder)
        except Problems as raised:
            self._problems += [
                node.place.problem("scenario", p.message, p.suggestion) for p in raised.problems
            ]
            return None
        labels, values = self._values()
        try:
            plan, notes = load(self.scenario_file, [*values, *self._overrides], self._allow_code)
        except Problems as raised:
            self._problems += [self._seen_from(labels, p) for p in raised.problems]
        else:
            self.notes += notes
            return plan
        try:  # the factors are looked at all the same, as far as the scenario itself goes
            return load(self.scenario_file, (), self._allow_code)[0]
        except Problems:
            return None

    def _values(self) -> tuple[dict[str, str], list[Override]]:
        """The values of every trial as options, and which of them each label stands for."""
        labels: dict[str, str] = {}
        options: list[Override] = []
        for text, entry in entries_of(self._tree, "values"):
            shown = text_of(("values", text))
            try:
                path = path_of(text)
            except ValueError as problem:
                self._problems.append(entry.key.problem(shown, str(problem)))
                continue
            if path[0] in OF_THE_DESIGN:
                said = f"{path[0]} is of the design", f"write {path[0]}: at the top of this file"
                self._problems.append(entry.key.problem(shown, *said))
                continue
            value = json.dumps(plain(entry.node), ensure_ascii=False)
            label = f"values {text}"
            labels[label] = text
            options.append((label, f"{text_of(path)}={value}"))
        return labels, options

    def _seen_from(self, labels: Mapping[str, str], problem: Problem) -> Problem:
        """A problem with a value, told where the sweep file gives it; others as they are."""
        text = labels.get(problem.file or "")
        if text is None:
            return problem
        entry = dict(entries_of(self._tree, "values"))[text]
        about = "" if problem.path in ("", text) else f"{problem.path}: "
        is_unknown = problem.message.startswith("unknown key")
        place = entry.key if is_unknown else entry.node.place
        message = problem.message if is_unknown else about + problem.message
        return place.problem(text_of(("values", text)), message, problem.suggestion)

    def _overridden(self, fitting: Fitting) -> Iterator[Problem]:
        """Options of the command line that no trial would have."""
        for option in self._overrides:
            try:
                path, _ = assignment_of(option if isinstance(option, str) else option[1])
            except ValueError:  # told when the scenario was loaded
                continue
            if path[0] in ("seed", "replications"):
                message = f"{path[0]} is of the design, not of its scenario"
                yield Problem("", message, label_of(option), suggestion=f"use --{path[0]}")
            for factor in fitting.varied(text_of(path)):
                message = f"{factor} is a factor of the sweep, which gives it its own values"
                yield Problem("", message, label_of(option), suggestion="leave the option out")

    def _too_many(self, design: Design, whole: frozenset[str]) -> Iterator[Problem]:
        points = count_of(design, whole)
        total = points * design.networks * design.replications
        if total <= MOST_TRIALS:
            return
        place = found(self._tree, ("design",)).entry
        runs = counted(design.replications, "replication")
        if design.networks > 1:
            runs += f" and {counted(design.networks, 'network')}"
        message = f"{points:,} points under {runs} are {total:,} trials, more than {MOST_TRIALS:,}"
        suggestion = "take fewer levels, or sample them: design: latin-hypercube"
        yield place.problem("design", message, suggestion if design.design == "grid" else None)

    def _is_there(self, problem: Problem) -> bool:
        """Whether a key said to be missing is there, with a mistake in it that is told as well."""
        if not problem.message.startswith("is missing"):
            return False
        return bool(problem.path) and not found(self._tree, path_of(problem.path)).rest

    def _of_combination(self, point: Point, problem: Problem) -> Problem:
        values = ", ".join(f"{path}={_shown(value)}" for path, value in point.values.items())
        about = f"{problem.path}: " if problem.path else ""
        place = found(self._tree, ("factors",)).entry
        message = f"{values} makes no scenario: {about}{problem.message}"
        return place.problem("factors", message, problem.suggestion)


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def opened(path: Path) -> Reading:
    """The tree of a sweep file and of all that it extends.

    Raises:
        Problems: There is no such file, nothing in it can be understood, or it is a scenario.
    """
    try:
        if not path.exists():
            raise Problems([Problem("", "there is no such file", str(path))])
        reading = read_with_bases(path)
    except Problems as raised:
        raise Problems(map(_of_a_sweep, raised.problems)) from None
    root = reading.root
    if "scenario" not in root.entries and {"market", "firms", "network"} & set(root.entries):
        place = root.place
        message = "this is a scenario, not a sweep file"
        suggestion = f"write a sweep file with scenario: {path.name} and factors in it"
        raise Problems([place.problem("", message, suggestion)])
    return reading


def _of_a_sweep(problem: Problem) -> Problem:
    return said_of(problem, "there is no sweep in it", "a sweep file", "scenario and factors")

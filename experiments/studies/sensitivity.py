"""Which factors of a sweep an outcome depends on, and how much of it is luck."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.experiments.runs.disk import told_when_full
from tsunagari.experiments.runs.results import finished_sweep, reading
from tsunagari.experiments.runs.sweep_files import TRIALS
from tsunagari.experiments.runs.tables import read_part, replace_table
from tsunagari.experiments.studies.experiment import Experiment
from tsunagari.experiments.studies.indices import (
    Component,
    Effect,
    components,
    morris_effects,
    sobol_effects,
)
from tsunagari.experiments.studies.outcomes import firms, is_of_firms, outcomes
from tsunagari.experiments.studies.samples import Point
from tsunagari.experiments.studies.sweep_file import read_written
from tsunagari.experiments.words import Words
from tsunagari.sim.measures import unit_of
from tsunagari.sim.paths import path_of
from tsunagari.sim.problems import Failure, Problem, Problems

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]
    from tsunagari.experiments.runs.tables import Columns


_BLOCKS = {"morris": "trajectories", "sobol": "base samples"}


@dataclass(frozen=True)
class Finding:
    """What was found for one firm, or the market, under one option of the levers.

    Attributes:
        firm: None for a measure of the whole market.
        option: Number of the option.
        levers: The levers' values under it, by path.
        blocks: How many trajectories or base samples could be used.
        effects: Of all factors, in the design's order.
        components: Parts of the variance; none with a single replication.
    """

    firm: str | None
    option: int
    levers: Mapping[str, Any]
    blocks: int
    effects: tuple[Effect, ...]
    components: tuple[Component, ...]

    @property
    def ranked(self) -> tuple[Effect, ...]:
        """Effects from the strongest to the weakest; those undefined in the design's order."""
        return tuple(sorted(self.effects, key=lambda e: -np.nan_to_num(e.weight, nan=-1.0)))


@dataclass(frozen=True)
class Sensitivity:
    """Indices of a sweep's factors for one measure.

    Attributes:
        title: The design's, or its scenario's.
        design: ``morris`` or ``sobol``.
        measure: Of what.
        unit: In which it is measured; empty where it has none.
        month: At which; None is the last one of each trial.
        factors: Paths of the uncertain factors.
        blocks: How many trajectories or base samples the design has.
        replications: Runs at every point, over which outcomes are averaged.
        networks: Draws of people and ties, over which they are averaged, too.
        customers: Of the base scenario.
        seed: Of the design.
        findings: One for each firm and option.
        notes: What was left out or cannot be told.
    """

    title: str
    design: str
    measure: str
    unit: str
    month: int | None
    factors: tuple[str, ...]
    blocks: int
    replications: int
    networks: int
    customers: int
    seed: int
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]

    @property
    def block_words(self) -> str:
        """What a block is called: trajectories or base samples."""
        return _BLOCKS[self.design]


def sensitivity(
    folder: Path,
    measure: str = "market_share",
    *,
    firm: str | None = None,
    month: int | None = None,
) -> Sensitivity:
    """Analyse a finished sweep whose design is ``morris`` or ``sobol``.

    Outcomes are averaged over replications and draws of the network first. A trajectory or base
    sample with a gap (a trial failed, or the measure is undefined) is left out whole.

    Args:
        folder: Of the sweep.
        measure: A column of its ``firms`` or ``market`` tables.
        firm: One firm; None is every firm, for a measure that firms have.
        month: None is the last one of each trial.

    Raises:
        Problems: The folder holds no such sweep, or nothing in it is of that measure, firm or
            month.
        Failure: The points of the sweep cannot be told any more.
    """
    with reading(folder):
        return _analysed(folder, measure, firm, month)


def _analysed(folder: Path, measure: str, firm: str | None, month: int | None) -> Sensitivity:
    source = finished_sweep(folder)
    experiment = read_written(folder)
    design = experiment.design
    if design.design not in _BLOCKS:
        raise _no_indices(folder, design.design)
    table = _Trials(folder, experiment)
    notes = [*source.notes, *table.notes]
    names: Sequence[str | None] = [firm]
    if firm is None and is_of_firms(folder, measure):
        names = firms(folder)
    if design.replications == 1:
        notes.append(
            "one replication at every point: the variance is not split; a sweep with "
            "replications: 2 or more tells luck from parameters"
        )
    findings = []
    for name in names:
        values = table.cube(outcomes(folder, measure, firm=name, month=month))
        for option, points in table.options.items():
            found, note = _finding(experiment, name, option, points, values)
            findings.append(found)
            notes += [note] if note is not None and note not in notes else []
    if not any(found.blocks for found in findings):
        raise _nothing(folder, measure, _BLOCKS[design.design])
    return Sensitivity(
        title=design.title or experiment.base.title or experiment.name,
        design=design.design,
        measure=measure,
        unit=Words.of(experiment.base).unit(unit_of(measure)),
        month=_month(experiment, month),
        factors=design.uncertain,
        blocks=design.samples or 0,
        replications=design.replications,
        networks=design.networks,
        customers=experiment.base.market.customers,
        seed=design.seed,
        findings=tuple(findings),
        notes=tuple(notes),
    )


class _Trials:
    """The rows of ``trials.parquet`` against the points they belong to."""

    def __init__(self, folder: Path, experiment: Experiment) -> None:
        columns = ["point", "replication", "network", "status"]
        rows = read_part(folder / TRIALS, columns)
        design = experiment.design
        points = rows.column("point").to_numpy()
        luck = rows.column("replication").to_numpy()
        network = rows.column("network").fill_null(0).to_numpy()
        self._shape = (len(experiment.points), design.networks, design.replications)
        total = math.prod(self._shape)
        if len(points) != total:
            why = f"{TRIALS} has {len(points):,} trials where the design has {total:,}"
            raise Failure(f"{folder}: {why}")
        self._place = (points, network, luck)
        _check_points(folder, experiment, points)
        failed = sum(status != "done" for status in rows.column("status").to_pylist())
        self.notes = [f"{_counted(failed, 'trial')} failed"] if failed else []
        self.options: dict[int, list[Point]] = {}
        for point in sorted(experiment.points, key=lambda point: point.environment):
            self.options.setdefault(point.option, []).append(point)
        self.options = dict(sorted(self.options.items()))

    def cube(self, values: Floats) -> Floats:
        """Values of trials, shape [points, networks, replications]."""
        cube = np.full(self._shape, np.nan)
        cube[self._place] = values
        return cube


def _finding(
    experiment: Experiment,
    firm: str | None,
    option: int,
    points: Sequence[Point],
    cube: Floats,
) -> tuple[Finding, str | None]:
    """The indices of one firm under one option, and a note about what was left out."""
    design = experiment.design
    values = cube[[point.number for point in points]]
    blocks = np.array([point.block for point in points])
    gaps = np.unique(blocks[np.isnan(values).any(axis=(1, 2))])
    whole = ~np.isin(blocks, gaps)
    values, blocks = values[whole], blocks[whole]
    means = values.mean(axis=(1, 2))
    effects: Sequence[Effect]
    if design.design == "morris":
        unit = np.array([point.unit for point in points])[whole]
        effects = morris_effects(design.uncertain, unit, means, levels=design.levels)
    else:
        effects = sobol_effects(design.uncertain, means)
    used = len(np.unique(blocks))
    found = Finding(
        firm=firm,
        option=option,
        levers={path: points[0].values[path] for path in design.levers},
        blocks=used,
        effects=tuple(effects),
        components=tuple(components(values, blocks)),
    )
    return found, _left_out(found, design.design, len(gaps), used + len(gaps))


def _left_out(found: Finding, design: str, gaps: int, blocks: int) -> str | None:
    if not gaps:
        return None
    whose = f" for {found.firm}" if found.firm is not None else ""
    under = f" under option {found.option}" if found.levers else ""
    why = "a trial failed in them, or the measure is undefined there"
    return f"{gaps} of {blocks} {_BLOCKS[design]} left out{whose}{under}: {why}"


def _check_points(folder: Path, experiment: Experiment, points: NDArray[np.int64]) -> None:
    """Points are made again out of the design: they must be those that were run.

    Another version of a sampling library could make others.
    """
    import pyarrow as pa

    table = read_part(folder / TRIALS, list(experiment.factors))
    for path in experiment.factors:
        column = table.column(path)
        if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
            made = [experiment.points[number].values[path] for number in points]
            if column.to_pylist() != made:
                raise Failure(
                    f"{folder}: the design now makes other points than those that were run; "
                    "use the versions of SALib and SciPy with which the sweep was made"
                )


def _month(experiment: Experiment, month: int | None) -> int | None:
    """The month that all trials have in common."""
    if month is not None:
        return month
    varied = any(
        path_of(path)[:2] in (("market",), ("market", "months")) for path in experiment.factors
    )
    return None if varied else experiment.base.market.months


def _no_indices(folder: Path, design: str) -> Problems:
    kind = {"list": "list", "grid": "grid", "latin-hypercube": "Latin hypercube"}[design]
    message = f"the sweep in this folder is a {kind}, which gives no indices"
    suggestion = "sweep with design: morris to screen many factors, or with design: sobol"
    return Problems([Problem("", message, file=str(folder), suggestion=suggestion)])


def _nothing(folder: Path, measure: str, blocks: str) -> Problems:
    message = f"there are no {blocks} in all trials of which {measure} is defined"
    suggestion = "choose another --measure or --at"
    return Problems([Problem("", message, file=str(folder), suggestion=suggestion)])


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


INDICES, VARIANCE = "sensitivity.parquet", "variance.parquet"


def write_sensitivity(found: Sensitivity, folder: Path) -> list[Path]:
    """Write both tables; what was there under their names is replaced.

    Args:
        found: What to write.
        folder: Where; it is made if it is missing.

    Returns:
        The files written. Without replications there is no table of variance.

    Raises:
        Problems: The folder cannot be made.
        tsunagari.experiments.runs.disk.WriteError: The disk is full.
        OSError: A file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = f"the folder cannot be made ({error.strerror or error})"
        raise Problems([Problem("", why, file=f"--out {folder}")]) from error
    files = []
    with told_when_full(f"the indices could not be written to {folder}"):
        for name, columns in ((INDICES, index_columns(found)), (VARIANCE, variance_columns(found))):
            if columns:
                replace_table(columns, folder / name)
                files.append(folder / name)
            else:  # of an earlier analysis of something else
                (folder / name).unlink(missing_ok=True)
    return files


def index_columns(found: Sensitivity) -> Columns:
    """A row for each firm, option and factor."""
    rows = [
        {
            **_whose(found, number),
            **asdict(effect),
            "blocks": finding.blocks,
        }
        for number, finding in enumerate(found.findings)
        for effect in finding.effects
    ]
    return _columns(rows)


def variance_columns(found: Sensitivity) -> Columns:
    """A row for each firm, option and part of the variance; empty without replications."""
    rows = [
        {**_whose(found, number), **asdict(component)}
        for number, finding in enumerate(found.findings)
        for component in finding.components
    ]
    return _columns(rows)


def _whose(found: Sensitivity, number: int) -> dict[str, Any]:
    finding = found.findings[number]
    return {
        "measure": found.measure,
        "month": found.month,
        "firm": finding.firm,
        "option": finding.option,
    }


def _columns(rows: list[dict[str, Any]]) -> Columns:
    import numpy as np

    if not rows:
        return {}
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in rows[0]}
    if columns["month"][0] is None:  # every trial has its own last month
        columns["month"] = np.full(len(rows), np.nan)
    return columns

"""What every decision came to in every environment, and what a better one would have brought.

Regret is the outcome of the best option of an environment less that of another one there
(Savage 1951).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.experiments.runs.results import finished_sweep, reading
from tsunagari.experiments.runs.statistics import Interval, Moments, PairedMoments, wilson_interval
from tsunagari.experiments.runs.sweep_files import TRIALS, trial_keys
from tsunagari.experiments.studies.changes import in_yaml
from tsunagari.experiments.studies.experiment import Experiment
from tsunagari.experiments.studies.outcomes import is_of_firms, outcomes
from tsunagari.experiments.studies.sweep_file import read_written
from tsunagari.sim.paths import nearest, path_of
from tsunagari.sim.problems import Problem, Problems

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


_MONTHS = "market.months"
_NOBODY_LEFT = ("customers", "fixed")
"""Both are 0 in the month in which a firm closes, and at no other time."""


def read_regret(
    folder: Path,
    measure: str,
    *,
    firm: str | None = None,
    month: int | None = None,
    less_is_better: bool = False,
) -> tuple[Regret, Experiment]:
    """The outcomes of a finished sweep whose design has levers.

    Args:
        folder: Of the sweep.
        measure: A column of its ``firms`` or ``market`` tables.
        firm: Who decides; None is the firm that the levers belong to.
        month: Of the outcome; None is the last. Of a firm that has closed by then, its last.
        less_is_better: Whether the smallest outcome is the best.

    Raises:
        Problems: The folder holds no such sweep, or the question does not fit it.
    """
    with reading(folder):
        finished_sweep(folder)
        return _regret(folder, measure, firm, month, less_is_better=less_is_better)


def _regret(
    folder: Path, measure: str, firm: str | None, month: int | None, *, less_is_better: bool
) -> tuple[Regret, Experiment]:
    keys = trial_keys(folder)
    experiment = read_written(folder)
    if not experiment.design.levers:
        message = "the sweep has no levers: nobody decides anything in it"
        suggestion = "name under levers: the factors that a firm decides, and run it again"
        raise Problems([Problem("levers", message, file=str(folder), suggestion=suggestion)])
    focal = focal_firm(experiment) if firm is None else _known(experiment, firm)
    own = focal if is_of_firms(folder, measure) else None
    ends = _last_months(experiment)
    gone = _gone(folder, focal, keys, ends)
    values = outcomes(folder, measure, firm=own, month=month)
    if month is not None and own is not None:
        closed = np.isnan(values) & (gone == 1.0)
        if closed.any():
            values[closed] = outcomes(folder, measure, firm=own)[closed]
    options, environments, places = _places(folder, experiment)
    shape = (len(options), len(environments), int(places[2].max(initial=0)) + 1)
    by_run, ruined = np.full(shape, np.nan), np.full(shape, np.nan)
    by_run[places], ruined[places] = values, gone
    found = Regret(
        measure=measure,
        firm=focal,
        month=month,
        less_is_better=less_is_better,
        options=tuple(options),
        environments=tuple(environments),
        values=by_run,
        ruined=ruined,
    )
    return found, experiment


def firms_of(experiment: Experiment) -> tuple[str, ...]:
    """The firms of the base scenario, those that enter later last."""
    return tuple(experiment.base.entries)


def focal_firm(experiment: Experiment) -> str:
    """The firm that all levers belong to.

    Raises:
        Problems: They belong to several firms, or to none.
    """
    names = {_owner(experiment, lever) for lever in experiment.design.levers}
    (name, *others) = names
    if others or name is None:
        there = ", ".join(firm.name for firm in experiment.base.firms)
        message = "the levers do not all belong to one firm"
        suggestion = f"say who decides: --firm with one of {there}"
        raise Problems([Problem("levers", message, suggestion=suggestion)])
    return name


def _known(experiment: Experiment, firm: str) -> str:
    """A firm of the base scenario by its name.

    Raises:
        Problems: There is none of that name.
    """
    names = firms_of(experiment)
    if firm not in names:
        close = nearest(firm, names)
        suggestion = f"did you mean {close}?" if close else f"there are {', '.join(names)}"
        message = "there is no such firm"
        raise Problems([Problem("", message, file=f"--firm {firm}", suggestion=suggestion)])
    return firm


def _owner(experiment: Experiment, lever: str) -> str | None:
    """The firm whose key a path names, if it does."""
    head, *rest = path_of(lever)
    if head != "firms" or len(rest) < 2:
        return None
    if isinstance(rest[0], int):
        return experiment.base.firms[rest[0]].name
    return str(rest[0])


def _last_months(experiment: Experiment) -> NDArray[np.int64]:
    """The last month of every trial, in the order of the design."""
    months = [
        int(point.values.get(_MONTHS, experiment.base.market.months)) for point in experiment.points
    ]
    return np.tile(months, experiment.design.networks * experiment.design.replications)


def _gone(folder: Path, firm: str, keys: list[str], ends: NDArray[np.int64]) -> NDArray[np.float64]:
    """Whether the firm is out of the market in the last month of every trial; NaN if unknown."""
    import pyarrow.dataset as ds

    from tsunagari.experiments.runs.tables import read_table

    if not (folder / "firms").is_dir():
        return np.full(len(keys), np.nan)
    dataset = ds.dataset(folder / "firms", format="parquet")
    known = [name for name in _NOBODY_LEFT if name in dataset.schema.names]
    last_rows = (ds.field("firm") == firm) & ds.field("month").isin(np.unique(ends).tolist())
    there: set[tuple[str, int]] = set()
    for batch in dataset.to_batches(columns=["key", "month", *known], filter=last_rows):
        rows = batch.to_pydict()
        for row, place in enumerate(zip(rows["key"], rows["month"], strict=True)):
            closes = len(known) == len(_NOBODY_LEFT) and all(rows[n][row] == 0 for n in known)
            if place[1] == 0 or not closes:
                there.add(place)
    done = read_table(folder / TRIALS)["status"] == "done"
    gone = [place not in there for place in zip(keys, ends.tolist(), strict=True)]
    return np.where(done, np.array(gone, dtype=np.float64), np.nan)


def _places(
    folder: Path, experiment: Experiment
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], tuple[NDArray[np.int64], ...]]:
    """Options, environments, and for every trial its option, environment and run."""
    from tsunagari.experiments.runs.tables import read_table

    design = experiment.design
    options: dict[int, dict[str, Any]] = {}
    environments: dict[int, dict[str, Any]] = {}
    for point in experiment.points:
        options.setdefault(point.option, {path: point.values[path] for path in design.levers})
        uncertain = {path: point.values[path] for path in design.uncertain}
        environments.setdefault(point.environment, uncertain)
    table = read_table(folder / TRIALS)
    draw = np.nan_to_num(table["network"].astype(np.float64)).astype(np.int64)
    run = table["replication"].astype(np.int64) * design.networks + draw
    places = (table["option"].astype(np.int64), table["environment"].astype(np.int64), run)
    return (
        [options[number] for number in sorted(options)],
        [environments[number] for number in sorted(environments)],
        places,
    )

"""Which of a firm's options suits which environment, what it may cost, and what if rivals copy it.

Is an option still the best reply when rivals copy it? The sweep is run again with the rivals' keys
set to what the option says of the firm's own, on the same environments and with the same luck. An
option that stays the best reply to being copied is a Nash equilibrium of the choice between the
options, as far as this simulation tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.experiments.runs.disk import told_when_full
from tsunagari.experiments.runs.statistics import Interval, t_interval, wilson_interval
from tsunagari.experiments.runs.tables import replace_table
from tsunagari.experiments.runs.trial import Simulate, run_trial
from tsunagari.experiments.studies.changes import in_yaml
from tsunagari.experiments.studies.experiment import Experiment
from tsunagari.experiments.studies.regret import Option, Regret, firms_of, options_of, read_regret
from tsunagari.experiments.studies.rules import Rules, rules
from tsunagari.experiments.words import Words
from tsunagari.sim.measures import unit_of
from tsunagari.sim.paths import nearest, path_of, text_of
from tsunagari.sim.problems import Failure, Problem, Problems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tsunagari.experiments.runs.tables import Columns
    from tsunagari.experiments.studies.regret import Option
    from tsunagari.experiments.studies.sweep import Watcher


FOLDER = "copied"
"""Of the further sweep, in the folder of the first."""
ALL = "all"


@dataclass(frozen=True, eq=False)
class Copied:
    """What became of an option that rivals copied.

    Attributes:
        option: The option as it was before.
        rivals: Who copied it.
        keys: Which of their keys were set, to what.
        regret: Outcomes of all options of the firm, its rivals having copied this one.
        options: The same by option, the one with the least mean regret first.
        after: The option as it is after.
        change: Of its outcome, from before to after, with its interval: over the environments, or
            over the runs of a single one.
        lead: Of the best of the other options over it, after, with its interval likewise; above 0
            another one is the better reply.
    """

    option: Option
    rivals: tuple[str, ...]
    keys: dict[str, Any]
    regret: Regret
    options: tuple[Option, ...]
    after: Option
    change: Interval
    lead: Interval

    @property
    def survives(self) -> bool:
        """Whether the option still has the least mean regret."""
        return self.options[0].number == self.option.number


def copied(
    folder: Path,
    experiment: Experiment,
    before: Regret,
    option: Option,
    rivals: Sequence[str],
    *,
    workers: int = 1,
    executor: Executor | None = None,
    force: bool = False,
    allow_code: bool = False,
    simulate: Simulate = run_trial,
    watcher: Watcher | None = None,
) -> Copied:
    """Run the sweep again with an option copied; one that was run before is only read.

    Args:
        folder: Of the first sweep.
        experiment: Its design.
        before: What it came to.
        option: The one that is copied.
        rivals: Names of firms, or ``all`` for all others that are there at the start.
        workers: Processes.
        executor: Where to run instead.
        force: Replace the further sweep of another option or other rivals.
        allow_code: Import the Python modules that the scenario names.
        simulate: Runs a trial.
        watcher: Told how it comes along.

    Raises:
        Problems: There is no such rival, or nothing that could be copied.
        Failure: As the sweep itself.
    """
    from tsunagari.experiments.studies.sweep import sweep

    names = _rivals(experiment, before.firm, rivals)
    keys = _copied_keys(experiment, before.firm, option, names)
    sweep(
        _with_rivals(folder, experiment, keys, allow_code, watcher),
        out=folder / FOLDER,
        workers=workers,
        executor=executor,
        force=force,
        simulate=simulate,
        watcher=watcher,
    )
    return _became(folder, before, option, names, keys)


def _with_rivals(
    folder: Path,
    experiment: Experiment,
    keys: Mapping[str, Any],
    allow_code: bool,
    watcher: Watcher | None,
) -> Experiment:
    """The sweep's design with keys of rivals set."""
    from tsunagari.experiments.studies.sweep_file import read_experiment

    written = experiment.design.model_dump(mode="json", exclude_unset=True)
    scenario = str((folder / "scenario.yaml").absolute())
    further, notes = read_experiment(
        {**written, "scenario": scenario, "values": {**experiment.design.values, **keys}},
        allow_code=allow_code,
    )
    further.held_to = experiment.held_to  # what copying costs rivals reaches prices no more either
    if watcher is not None:
        for note in notes:
            watcher.note(note)
    return further


def _became(
    folder: Path, before: Regret, option: Option, rivals: tuple[str, ...], keys: dict[str, Any]
) -> Copied:
    """The further sweep against the first one."""
    after, _ = read_regret(
        folder / FOLDER,
        before.measure,
        firm=before.firm,
        month=before.month,
        less_is_better=before.less_is_better,
    )
    options = tuple(options_of(after))
    number = option.number
    rest = [one.number for one in options if one.number != number]
    sign = -1.0 if before.less_is_better else 1.0
    undefined = Interval(np.nan, np.nan, np.nan)
    return Copied(
        option=option,
        rivals=rivals,
        keys=keys,
        regret=after,
        options=options,
        after=next(one for one in options if one.number == number),
        change=_mean_difference(after.values[number], before.values[number]),
        lead=_mean_difference(sign * after.values[rest[0]], sign * after.values[number])
        if rest
        else undefined,
    )


def _rivals(experiment: Experiment, focal: str, asked: Sequence[str]) -> tuple[str, ...]:
    others = [firm.name for firm in experiment.base.firms if firm.name != focal]
    if list(asked) == [ALL]:
        if others:
            return tuple(others)
        message = f"{focal} has no rival at the start"
        raise Problems([Problem("", message, file=f"--copied {ALL}")])
    problems = []
    for name in asked:
        if name not in others:
            close = nearest(name, others)
            suggestion = f"did you mean {close}?" if close else f"there are {', '.join(others)}"
            message = f"is no rival of {focal} at the start"
            place = f"--copied {name}"
            problems.append(Problem("", message, file=place, suggestion=suggestion))
    if problems:
        raise Problems(problems)
    return tuple(dict.fromkeys(asked))


def _copied_keys(
    experiment: Experiment, focal: str, option: Option, rivals: Sequence[str]
) -> dict[str, Any]:
    """The levers that are keys of the firm, as keys of its rivals."""
    firms = experiment.base.firms
    of_firm = {}
    for lever, value in option.levers.items():
        head, *rest = path_of(lever)
        if head == "firms" and len(rest) > 1:
            name = firms[rest[0]].name if isinstance(rest[0], int) else rest[0]
            if name == focal:
                of_firm[tuple(rest[1:])] = value
    if not of_firm:
        message = f"none of them is a key of {focal}, which a rival could copy"
        raise Problems([Problem("levers", message, file="--copied")])
    keys = {
        text_of(("firms", rival, *rest)): value
        for rival in rivals
        for rest, value in of_firm.items()
    }
    varied = {text_of(path_of(path)) for path in experiment.factors}
    problems = [
        Problem(
            path,
            "is a factor of the sweep, so it cannot be copied from another firm",
            file="--copied",
            suggestion="leave this rival out",
        )
        for path in keys
        if path in varied
    ]
    if problems:
        raise Problems(problems)
    return keys


def _mean_difference(one: np.ndarray, two: np.ndarray) -> Interval:
    """Mean paired difference of outcomes [environment, run], over environments, or over runs."""
    differences = one - two
    if differences.shape[0] == 1:
        return t_interval(differences)
    there = np.isfinite(differences)
    counts = there.sum(axis=1)
    sums = np.where(there, differences, 0.0).sum(axis=1)
    return t_interval(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan))


MEASURE = "cash"
"""The outcome that is wanted where nothing else is asked for."""


@dataclass(frozen=True, eq=False)
class Discovery:
    """What a sweep with levers says.

    Attributes:
        title: The design's, or its scenario's.
        customers: Of the base scenario.
        unit: Of the outcome, in words.
        seed: Of the design.
        firms: All of the base scenario, those that enter later last.
        regret: Outcomes and regrets of options in environments.
        options: The options, the one with the least mean regret first.
        rules: Where an option wins.
        copied: What becomes of the first option when rivals copy it; None if nobody asked.
    """

    title: str
    customers: int
    unit: str
    seed: int
    firms: tuple[str, ...]
    regret: Regret
    options: tuple[Option, ...]
    rules: Rules
    copied: Copied | None


def discover(
    folder: Path,
    measure: str = MEASURE,
    *,
    firm: str | None = None,
    month: int | None = None,
    less_is_better: bool = False,
    rivals: Sequence[str] = (),
    workers: int = 1,
    executor: Executor | None = None,
    force: bool = False,
    allow_code: bool = False,
    simulate: Simulate = run_trial,
    watcher: Watcher | None = None,
) -> Discovery:
    """Analyse a finished sweep whose design has levers.

    Args:
        folder: Of the sweep.
        measure: The outcome, a column of its ``firms`` or ``market`` tables.
        firm: Who decides; None is the firm that the levers belong to.
        month: Of the outcome; None is the last. Of a firm that has closed by then, its last.
        less_is_better: Whether the smallest outcome is the best.
        rivals: Run the sweep again with these, or ``all``, having copied the best option.
        workers: Processes for that.
        executor: Where to run that instead.
        force: Replace an earlier such sweep of another option or other rivals.
        allow_code: Import the Python modules that the scenario names.
        simulate: Runs a trial.
        watcher: Told how that comes along.

    Raises:
        Problems: The folder holds no such sweep, or the question does not fit it.
        Failure: There is no environment in which every option has an outcome.
    """
    found, experiment = read_regret(
        folder, measure, firm=firm, month=month, less_is_better=less_is_better
    )
    options = _compared_options(found)
    how: dict[str, Any] = {"workers": workers, "executor": executor, "force": force}
    how |= {"allow_code": allow_code, "simulate": simulate, "watcher": watcher}
    again = copied(folder, experiment, found, options[0], rivals, **how) if rivals else None
    return Discovery(
        title=experiment.design.title or experiment.base.title or experiment.name,
        customers=experiment.base.market.customers,
        unit=Words.of(experiment.base).unit(unit_of(measure)),
        seed=experiment.design.seed,
        firms=firms_of(experiment),
        regret=found,
        options=options,
        rules=rules(found),
        copied=again,
    )


def _compared_options(found: Regret) -> tuple[Option, ...]:
    """The options, the one with the least mean regret first.

    Raises:
        Failure: There is no environment in which every option has an outcome.
    """
    if not found.compared.size:
        raise Failure(
            f"there is no environment in which {found.measure} is defined for every option; "
            "see the column error of trials.parquet"
        )
    return tuple(options_of(found))


REGRET, OPTIONS = "regret.parquet", "options.parquet"


def write_discovery(found: Discovery, folder: Path) -> list[Path]:
    """Write the tables; what was there under their names is replaced.

    Returns:
        The files written.

    Raises:
        tsunagari.experiments.runs.disk.WriteError: The disk is full.
        OSError: A file cannot be written.
    """
    both = [(found.regret, found.options, folder)]
    if found.copied is not None:
        both.append((found.copied.regret, found.copied.options, folder / FOLDER))
    files = []
    with told_when_full(f"what was found could not be written to {folder}"):
        for regret, options, place in both:
            replace_table(regret_columns(regret), place / REGRET)
            replace_table(option_columns(options), place / OPTIONS)
            files += [place / REGRET, place / OPTIONS]
    return files


def regret_columns(found: Regret) -> Columns:
    """A row for each option and environment."""
    half = found.moments.half_widths()
    rows: list[dict[str, Any]] = []
    for option, levers in enumerate(found.options):
        for environment, factors in enumerate(found.environments):
            place = (option, environment)
            fates = found.ruined[place][np.isfinite(found.ruined[place])]
            ruin = wilson_interval(int(fates.sum()), fates.size)
            outcome = float(found.outcome[place])
            rows.append(
                {
                    "option": option,
                    "environment": environment,
                    **levers,
                    **factors,
                    "outcome": outcome,
                    "low": outcome - float(half[place]),
                    "high": outcome + float(half[place]),
                    "regret": float(found.regret[place]),
                    "best": bool(found.is_best[place]),
                    "ruin": ruin.mean,
                    "ruin_low": ruin.low,
                    "ruin_high": ruin.high,
                    "replications": int(found.moments.count[place]),
                }
            )
    return _columns(rows)


def option_columns(options: Sequence[Option]) -> Columns:
    """A row for each option, the one with the least mean regret first."""
    return _columns(
        [
            {
                "option": option.number,
                "name": option.name,
                **option.levers,
                "outcome": option.outcome,
                "mean_regret": option.mean_regret,
                "largest_regret": option.largest_regret,
                "wins": option.wins,
                "won": option.won,
                "ruin": option.ruin.mean,
                "ruin_low": option.ruin.low,
                "ruin_high": option.ruin.high,
                "trials": option.trials,
            }
            for option in options
        ]
    )


def _columns(rows: Sequence[Mapping[str, Any]]) -> Columns:
    return {name: _column([row[name] for row in rows]) for name in rows[0]}


def _column(values: list[Any]) -> Any:
    """One type for a column: numbers, truths, or text in YAML for everything else."""
    if all(isinstance(value, bool) for value in values):
        return np.array(values, dtype=bool)
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return np.array(values)
    return [value if isinstance(value, str) else in_yaml(value) for value in values]

"""``discover(folder)``: which option suits which environment, and what it may cost."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.discovery.copied import Copied, copied
from experiments.discovery.option import Option, options_of
from experiments.discovery.reading import firms_of, read_regret
from experiments.discovery.regret import Regret
from experiments.discovery.rules import Rules, rules
from experiments.runs.trial import Simulate, run_trial
from sim.problems import Failure

if TYPE_CHECKING:
    from experiments.studies.sweep import Watcher

MEASURE = "cash"
"""The outcome that is wanted where nothing else is asked for."""


@dataclass(frozen=True, eq=False)
class Discovery:
    """What a sweep with levers says.

    Attributes:
        title: The design's, or its scenario's.
        customers: Of the base scenario.
        seed: Of the design.
        firms: All of the base scenario, those that enter later last.
        regret: Outcomes and regrets of options in environments.
        options: The options, the one with the least mean regret first.
        rules: Where an option wins.
        copied: What becomes of the first option when rivals copy it; None if nobody asked.
    """

    title: str
    customers: int
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
    if not found.compared.size:
        raise Failure(
            f"there is no environment in which {measure} is defined for every option; "
            "see the column error of trials.parquet"
        )
    options = tuple(options_of(found))
    again = None
    if rivals:
        again = copied(
            folder,
            experiment,
            found,
            options[0],
            rivals,
            workers=workers,
            executor=executor,
            force=force,
            allow_code=allow_code,
            simulate=simulate,
            watcher=watcher,
        )
    return Discovery(
        title=experiment.design.title or experiment.base.title or experiment.name,
        customers=experiment.base.market.customers,
        seed=experiment.design.seed,
        firms=firms_of(experiment),
        regret=found,
        options=options,
        rules=rules(found),
        copied=again,
    )

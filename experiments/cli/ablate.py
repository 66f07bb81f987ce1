"""``tsunagari ablate``: which parts of the model a scenario's answer needs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tsunagari.experiments.cli.job import Job, print_answer, print_json
from tsunagari.experiments.cli.options import OneScenario, Place, Said, Work, option
from tsunagari.experiments.runs.folder import SCENARIO
from tsunagari.experiments.words import Words

if TYPE_CHECKING:
    from tsunagari.experiments.runs.tables import Format
    from tsunagari.experiments.studies.ablation import Ablation
    from tsunagari.sim.scenario import Scenario

_WORDS = "ablation.txt"
_TABLE = "ablation"
FEWEST = 4
"""Replications where nothing else is asked for: below, chance decides which verdicts are kept."""


def ablate(
    asked: OneScenario,
    work: Work,
    place: Place,
    *,
    format: Literal["parquet", "csv"] = option("--format", "Kind of table files.", "parquet"),
    said: Said,
) -> None:
    """Tell which mechanisms a scenario's answer needs: each off in turn, and the smallest set.

    Headline results are the verdicts on its claims, and who leads by share, retention and profit.
    Without --replications there are 4, or as many as the scenario says if that is more.
    """
    from tsunagari.experiments.telling import ablation as answer

    job = Job(quiet=said.quiet)
    plan = job.load(asked)
    words = Words.of(plan)
    many = asked.size.replications or max(FEWEST, plan.replications)
    with job.in_folder(place, f"{Path(asked.file).stem}-ablated") as folder:
        (plan,) = job.resolve(plan)
        job.phase("prepare")
        found = _ablated(job, plan, many, work)
        job.phase("simulate")
        text = answer.as_text(_in_words(plan, found, words), words)
        _write(plan, found, text, folder.staging, format)
        job.phase("write")
        job.complete(folder, job.record(plan, many))
    if said.json:
        print_json(answer.as_json(found))
    else:
        print_answer(text, folder.path)


def _ablated(job: Job, plan: Scenario, replications: int, work: Work) -> Ablation:
    """Run every model; those that the elimination asks for again are run once."""
    from tsunagari.experiments.runs.workers import trial_runner, worth_starting
    from tsunagari.experiments.studies.ablation import ablate as taken_apart
    from tsunagari.experiments.studies.ablation import models_of
    from tsunagari.experiments.studies.claims import ClaimMarkets

    runs = models_of(plan) * len(ClaimMarkets(plan).plans) * replications
    months = plan.market.months * runs
    workers = work.workers or worth_starting(plan, months)
    with (
        job.progress(months) as progress,
        trial_runner(
            plan, workers=min(workers, replications), threads=work.threads, progress=progress
        ) as run,
    ):
        return taken_apart(plan, replications, run)


def _in_words(plan: Scenario, found: Ablation, words: Words) -> Ablation:
    """The same with claims as they are told in the reader's language."""
    from tsunagari.experiments.telling.scenario import claims_of

    claims = tuple(claims_of(plan, found.whole.claims, words))
    return replace(found, whole=replace(found.whole, claims=claims))


def _write(plan: Scenario, found: Ablation, text: str, folder: Path, format: Format) -> None:
    from tsunagari.experiments.runs.tables import write_table
    from tsunagari.experiments.studies.ablation import as_columns
    from tsunagari.sim.reading import dump

    write_table(as_columns(found), folder / f"{_TABLE}.{format}", format)
    (folder / _WORDS).write_text(text + "\n", encoding="utf-8")
    dump(plan, folder / SCENARIO)

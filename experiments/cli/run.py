"""``tsunagari run``: one scenario, its tables, its pictures, its answer and its claims."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from experiments.cli import options
from experiments.cli.clock import Clock, tell
from experiments.cli.loading import plan_of
from experiments.cli.progress import MonthsDone
from experiments.runs.folder import REPORT, SCENARIO, ResultFolder
from experiments.runs.interrupts import remembered
from sim.problems import Problem, Problems

if TYPE_CHECKING:
    from experiments.runs.replications import Replications
    from experiments.runs.tables import Format
    from experiments.studies.claims import JudgedClaim
    from experiments.words import Language
    from sim.scenario import Scenario

Report = Annotated[
    bool,
    typer.Option(
        "--report", help="Write report.html, too, a document to hand on.", rich_help_panel="Output"
    ),
]
Lang = Annotated[
    Literal["en", "ja"] | None,
    typer.Option(
        "--lang", help="Language of the report.", rich_help_panel="Output", show_default="en"
    ),
]


def run(
    file: options.File,
    sets: options.Set = None,
    customers: options.Customers = None,
    months: options.Months = None,
    seed: options.Seed = None,
    replications: options.Replications = None,
    allow_code: options.AllowCode = False,
    workers: options.Workers = 1,
    threads: options.Threads = None,
    out: options.Out = None,
    force: options.Force = False,
    format: options.TableFormat = "parquet",
    no_figures: options.NoFigures = False,
    no_claims: options.NoClaims = False,
    report: Report = False,
    lang: Lang = None,
    quiet: options.Quiet = False,
    json: options.Json = False,
) -> None:
    """Run a scenario and write its tables, pictures and a summary.

    Results go to a folder that is complete once it holds run.json.
    """
    clock = Clock()
    _refuse_language_alone(report, lang)
    plan, notes = plan_of(
        file,
        sets,
        customers=customers,
        months=months,
        seed=seed,
        replications=replications,
        allow_code=allow_code,
    )
    folder = ResultFolder(out, force=force) if out else ResultFolder.named_after(Path(file).stem)
    with remembered() as stop_if_interrupted, folder:
        from experiments.resolving import resolved

        plan, more_notes = resolved(plan)
        notes += more_notes
        tell(notes, quiet=quiet)
        clock.phase("prepare")
        done, judged = _run(
            plan, workers, threads, stop_if_interrupted, with_claims=not no_claims, quiet=quiet
        )
        clock.phase("simulate")
        _write_tables(plan, done, judged, folder.staging, format)
        clock.phase("write")
        if not no_figures:
            _draw(plan, done, folder.staging)
            clock.phase("draw")
        from experiments.runs.record import run_record

        record = run_record(
            plan,
            done.trials,
            started=clock.started,
            phases=clock.seconds,
            seconds=done.seconds,
            notes=notes,
            command=["tsunagari", *sys.argv[1:]],
        )
        stop_if_interrupted()
        if report:
            _report(plan, folder, record, lang or "en")
        stop_if_interrupted()
        folder.complete(record)
    _answer(done, judged, folder.path, as_json=json)


def _refuse_language_alone(report: bool, lang: str | None) -> None:
    """The language is the report's; without one the option would silently do nothing."""
    if lang is not None and not report:
        message = "the language is that of the report, and none is asked for"
        raise Problems([Problem("", message, file=f"--lang {lang}", suggestion="add --report")])


def _run(
    plan: Scenario,
    workers: int,
    threads: int | None,
    stop_if_interrupted: Callable[[], None],
    *,
    with_claims: bool,
    quiet: bool,
) -> tuple[Replications, tuple[JudgedClaim, ...]]:
    """All replications, and what became of the claims: their other markets are run as often."""
    from experiments.runs.replications import Replications
    from experiments.runs.trial import Trial
    from experiments.runs.workers import trial_runner
    from experiments.studies.claims import ClaimMarkets, judge

    markets = ClaimMarkets(plan) if with_claims else None
    each = 1 if markets is None else len(markets.plans)
    trials = [Trial(plan, plan.seed, number) for number in range(plan.replications)]
    total = plan.market.months * plan.replications * each
    with MonthsDone(total, quiet=quiet) as months_done:

        def progress(months: int) -> None:
            stop_if_interrupted()
            months_done(months)

        most = min(workers, plan.replications * each)
        with trial_runner(plan, workers=most, threads=threads, progress=progress) as run:
            results = list(run(trials))
            judged = () if markets is None else judge(markets, results, run)
    return Replications(results), judged


def _write_tables(
    plan: Scenario,
    done: Replications,
    judged: Sequence[JudgedClaim],
    folder: Path,
    format: Format,
) -> None:
    from experiments.runs.tables import write_table
    from experiments.studies.claims import claims_table
    from sim.reading import dump

    tables = {**done.tables, "claims": claims_table(judged)} if judged else done.tables
    for name, columns in tables.items():
        write_table(columns, folder / f"{name}.{format}", format)
    dump(plan, folder / SCENARIO)


def _report(
    plan: Scenario, folder: ResultFolder, record: Mapping[str, Any], lang: Language
) -> None:
    """Write the report from the tables that are about to get their names."""
    import shlex

    from experiments.report.report import report
    from experiments.report.source import Source

    source = Source(folder.staging, "run", record, plan)
    command = ["tsunagari", "report", str(folder.path), "--lang", lang]
    text = report(source, lang, shlex.join(command))
    (folder.staging / REPORT).write_text(text, encoding="utf-8", newline="\n")


def _draw(plan: Scenario, done: Replications, folder: Path) -> None:
    from experiments.pictures.figures import draw_all
    from experiments.telling.scenario import words_of
    from experiments.words import Words

    events = [(event.month, words_of(event, Words("en"))) for event in plan.events]
    draw_all(done, folder, customers=plan.market.customers, seed=plan.seed, events=events)


def _answer(
    done: Replications, judged: Sequence[JudgedClaim], folder: Path, *, as_json: bool
) -> None:
    from json import dumps

    from experiments.runs.summary import summary
    from experiments.telling import claims as claim_answer
    from experiments.telling import run as answer

    found = summary(done)
    if as_json:
        told = answer.as_json(found) | {"claims": claim_answer.as_json(judged)}
        print(dumps(told, ensure_ascii=False, allow_nan=False, indent=2))
        return
    print(answer.as_table(found), end="\n\n")
    print(answer.in_words(found), end="\n\n")
    if judged:
        print(claim_answer.in_words(judged), end="\n\n")
    print(f"Results: {folder}")

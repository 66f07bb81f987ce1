"""``tsunagari run``: one scenario, its tables, its pictures, its answer and its claims."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.cli.job import Job, print_answer, print_json
from tsunagari.experiments.cli.options import OneScenario, Place, Said, Work, Written, option
from tsunagari.experiments.runs.folder import REPORT, SCENARIO
from tsunagari.experiments.runs.given import with_every_member
from tsunagari.experiments.words import spoken

if TYPE_CHECKING:
    from tsunagari.experiments.runs.folder import ResultFolder
    from tsunagari.experiments.runs.tables import Format
    from tsunagari.experiments.runs.trial import Replications
    from tsunagari.experiments.studies.claims import JudgedClaim
    from tsunagari.sim.scenario import Scenario


def run(
    asked: OneScenario,
    work: Work,
    place: Place,
    written: Written,
    *,
    no_claims: bool = option(
        "--no-claims", "Leave out what sources claim, and the runs that it takes.", False
    ),
    report: bool = option("--report", "Write report.html, too, a document to hand on.", False),
    said: Said,
) -> None:
    """Run a scenario and write its tables, pictures and a summary.

    Results go to a folder that is complete once it holds run.json.
    """
    job = Job(quiet=said.quiet)
    plan = with_every_member(job.load(asked), asked.size.replications)
    with job.in_folder(place, Path(asked.file).stem) as folder:
        (plan,) = job.resolve(plan)
        job.phase("prepare")
        with_claims = bool(plan.claims) and not no_claims
        is_first = with_claims and not said.json  # other markets are to come: tell of this one now
        done, judged = _run(job, plan, work, with_claims=with_claims, told=is_first)
        job.phase("simulate")
        _write_tables(plan, done, judged, folder.staging, written.format)
        job.phase("write")
        if not written.no_figures:
            _draw(plan, done, folder.staging)
            job.phase("draw")
        record = job.record(plan, plan.replications, done.seconds)
        job.check()
        if report:
            _report(plan, folder, record)
        job.complete(folder, record)
    if said.json:
        _tell_as_json(done, judged)
    else:
        if not is_first:
            _tell(done)
        print_answer(_claims(plan, judged), folder.path)


def _run(
    job: Job, plan: Scenario, work: Work, *, with_claims: bool, told: bool
) -> tuple[Replications, tuple[JudgedClaim, ...]]:
    """All replications, and what became of the claims: their other markets are run as often.

    What the plan itself comes to is told before these, if it is to be told at all.
    """
    from tsunagari.experiments.runs.trial import Replications, Trial
    from tsunagari.experiments.runs.workers import trial_runner, worth_starting
    from tsunagari.experiments.studies.claims import ClaimMarkets, judge

    markets = ClaimMarkets(plan) if with_claims else None
    runs = plan.replications * (1 if markets is None else len(markets.plans))
    trials = [Trial(plan, plan.seed, number) for number in range(plan.replications)]
    months = plan.market.months * runs
    workers = min(work.workers or worth_starting(plan, months), runs)
    with (
        job.progress(months) as progress,
        trial_runner(plan, workers=workers, threads=work.threads, progress=progress) as run,
    ):
        results = list(run(trials))
        if told:
            with progress.out_of_the_way():
                _tell(Replications(results))
        judged = () if markets is None else judge(markets, results, run)
    return Replications(results), judged


def _write_tables(
    plan: Scenario,
    done: Replications,
    judged: Sequence[JudgedClaim],
    folder: Path,
    format: Format,
) -> None:
    from tsunagari.experiments.runs.tables import write_table
    from tsunagari.experiments.studies.claims import claims_table
    from tsunagari.sim.reading import dump

    tables = {**done.tables, "claims": claims_table(judged)} if judged else done.tables
    for name, columns in tables.items():
        write_table(columns, folder / f"{name}.{format}", format)
    dump(plan, folder / SCENARIO)


def _report(plan: Scenario, folder: ResultFolder, record: Mapping[str, Any]) -> None:
    """Write the report from the tables that are about to get their names."""
    import shlex

    from tsunagari.experiments.report.report import report
    from tsunagari.experiments.runs.results import Source

    source = Source(folder.staging, "run", record, plan)
    command = ["tsunagari", "report", str(folder.path), "--lang", spoken()]
    text = report(source, spoken(), shlex.join(command))
    (folder.staging / REPORT).write_text(text, encoding="utf-8", newline="\n")


def _draw(plan: Scenario, done: Replications, folder: Path) -> None:
    from tsunagari.experiments.pictures.figures import draw_all
    from tsunagari.experiments.telling.scenario import events_of, title_of
    from tsunagari.experiments.words import Words

    words, size = Words.of(plan), plan.market.customers
    events, title = events_of(plan, words), title_of(plan, words)
    draw_all(done, folder, customers=size, seed=plan.seed, events=events, words=words, title=title)


def _tell(done: Replications) -> None:
    """Print what came out."""
    from tsunagari.experiments.runs.ensemble import count
    from tsunagari.experiments.runs.summary import summary
    from tsunagari.experiments.telling import run as answer
    from tsunagari.experiments.telling.scenario import title_of
    from tsunagari.experiments.words import Words
    from tsunagari.experiments.words.terminal import wrapped

    found, plan = summary(done), done.trials[0].plan
    words = Words.of(plan)
    said = answer.in_words(found, words, count(plan))
    titled = replace(found, title=title_of(plan, words))
    if sys.stdout.isatty():  # elsewhere it is one line, for pages and programs
        said = "\n".join(wrapped(said))
    told = f"{answer.as_table(titled, words)}\n\n{said}"
    print(told, end="\n\n", flush=True)


def _claims(plan: Scenario, judged: Sequence[JudgedClaim]) -> str:
    """What became of the claims; an empty text without any."""
    from tsunagari.experiments.telling.run import claims_in_words
    from tsunagari.experiments.telling.scenario import claims_of
    from tsunagari.experiments.words import Words

    words = Words.of(plan)
    return claims_in_words(claims_of(plan, judged, words), words) if judged else ""


def _tell_as_json(done: Replications, judged: Sequence[JudgedClaim]) -> None:
    from tsunagari.experiments.runs.ensemble import count
    from tsunagari.experiments.runs.summary import summary
    from tsunagari.experiments.studies.claims import counts
    from tsunagari.experiments.telling import run as answer
    from tsunagari.experiments.telling.names import told_in
    from tsunagari.experiments.words import Words

    plan = done.trials[0].plan
    claims = {"claims": answer.claims_as_json(judged), "claim_counts": counts(judged)}
    told = answer.as_json(summary(done), Words.of(plan), count(plan))
    print_json(told | told_in(plan) | claims)

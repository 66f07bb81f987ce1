"""``tsunagari validate``: regularities of real markets and limits that the model is held to."""

from __future__ import annotations

import contextlib
import datetime
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.cli.job import Job, print_json
from tsunagari.experiments.cli.options import FORCE, WORKERS, Place, Said, option
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.messages import told
from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from tsunagari.experiments.runs.workers import Crew
    from tsunagari.experiments.validate.pattern import Pattern, Verdict

_FAILED = 1
_WIDTH = 100
_TABLE = "patterns.parquet"


def validate(
    *,
    only: list[str] | None = option(
        "--only ID", "A pattern or limit, as P3 or L1. May be repeated.", shown="all"
    ),
    seed: int = option("--seed N", "Whole number all chance depends on.", 1, min=0),
    workers: int | None = WORKERS,
    out: Path | None = option("--out DIR", "Folder for the verdicts; new or empty.", shown="none"),
    force: bool = FORCE,
    page: Path | None = option(
        "--page FILE", "Write a page of documentation with all verdicts.", shown=False
    ),
    said: Said,
) -> int:
    """Hold the model to regularities of real markets, and to limits with known answers.

    Exit status 0 if all hold and all their null models fail, 1 if not. Failures come first.
    """
    from tsunagari.agents.population import usable_threads
    from tsunagari.experiments.runs.workers import crew_of
    from tsunagari.experiments.validate.registry import patterns
    from tsunagari.sim.scenario import Scenario

    job = Job(quiet=said.quiet)
    chosen = patterns(only or ())
    _refuse_no_folder(page)
    with contextlib.ExitStack() as stack:
        if out is None:
            stack.enter_context(job.interruptible())
        else:
            folder = stack.enter_context(job.in_folder(Place(out=out, force=force), ""))
        crew = stack.enter_context(crew_of(None, workers or usable_threads(), plan=Scenario()))
        job.phase("prepare")
        verdicts = _verdicts(job, chosen, seed, crew)
        job.phase("patterns")
        if out is not None:
            from tsunagari.experiments.runs.tables import write_table
            from tsunagari.experiments.validate.pattern import as_columns

            write_table(as_columns(verdicts), folder.staging / _TABLE)
            job.phase("write")
            job.complete(folder, _record(job, verdicts, seed))
    from tsunagari.experiments.telling.verdicts import as_page, as_text

    if page is not None:
        text = as_page(verdicts, command=" ".join(job.command), seed=seed)
        page.write_text(text, encoding="utf-8")
    if said.json:
        print_json([verdict.as_json() for verdict in verdicts])
    else:
        print(as_text(verdicts, _WIDTH, Words()))
    return 0 if all(verdict.passed for verdict in verdicts) else _FAILED


def _refuse_no_folder(page: Path | None) -> None:
    """Ten minutes are too long to learn that a page cannot be written."""
    if page is not None and (page.is_dir() or not page.parent.is_dir()):
        message = "is a folder" if page.is_dir() else "there is no such folder to write it to"
        suggestion = "name a file in a folder that exists"
        raise Problems([Problem("", message, file=f"--page {page}", suggestion=suggestion)])


def _verdicts(job: Job, chosen: Sequence[Pattern], seed: int, crew: Crew) -> list[Verdict]:
    """Look for one pattern after another; say on stderr how far it is."""
    from tsunagari.experiments.telling.verdicts import word
    from tsunagari.experiments.validate.study import Study

    def say(text: str) -> None:
        if not job.quiet:
            print(text, file=sys.stderr, flush=True)

    words = Words()
    study = Study(seed, crew=crew, progress=job.check)
    verdicts = []
    for number, pattern in enumerate(chosen, 1):
        at = {"number": number, "count": len(chosen), "id": pattern.id}
        say(words("terminal.pattern", pattern=told(pattern.pattern), **at))
        verdict = pattern.run(study)
        job.check()
        say(words("terminal.verdict", verdict=word(verdict, words), seconds=verdict.seconds))
        verdicts.append(verdict)
    return verdicts


def _record(job: Job, verdicts: Sequence[Verdict], seed: int) -> dict[str, Any]:
    """What ``run.json`` says."""
    from tsunagari.experiments.runs.record import machine, versions

    now = datetime.datetime.now(datetime.UTC)
    return {
        "format": 1,
        "seed": seed,
        "started": job.started.isoformat(timespec="milliseconds"),
        "finished": now.isoformat(timespec="milliseconds"),
        "timings": {"phases": {name: round(took, 3) for name, took in job.seconds.items()}},
        "command": job.command,
        "versions": versions(),
        "machine": machine(),
        "verdicts": [verdict.as_json() for verdict in verdicts],
    }

"""``tsunagari validate``: regularities of real markets and limits that the model is held to."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.cli import options
from experiments.cli.clock import Clock
from experiments.runs.folder import ResultFolder
from experiments.runs.interrupts import remembered
from experiments.runs.tables import write_table
from sim.problems import Problem, Problems

if TYPE_CHECKING:
    from experiments.validate.pattern import Verdict

_FAILED = 1
_WIDTH = 100
_TABLE = "patterns.parquet"

_Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only", metavar="ID", help="A pattern or limit, as P3 or L1. May be repeated.",
        rich_help_panel="Question", show_default="all",
    ),
]  # fmt: skip
_Seed = Annotated[
    int,
    typer.Option(
        "--seed", metavar="N", min=0, help="Whole number all chance depends on.",
        rich_help_panel="Question",
    ),
]  # fmt: skip
_Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Folder for the verdicts; new or empty.",
        rich_help_panel="Output", show_default="none",
    ),
]  # fmt: skip
_Page = Annotated[
    Path | None,
    typer.Option(
        "--page", metavar="FILE", help="Write a page of documentation with all verdicts.",
        rich_help_panel="Output", show_default=False,
    ),
]  # fmt: skip


def validate(
    only: _Only = None,
    seed: _Seed = 1,
    workers: options.Workers = 1,
    out: _Out = None,
    force: options.Force = False,
    page: _Page = None,
    quiet: options.Quiet = False,
    json: options.Json = False,
) -> int:
    """Hold the model to regularities of real markets, and to limits with known answers.

    Exit status 0 if all hold and all their null models fail, 1 if not. Failures come first.
    """
    from experiments.validate.registry import patterns

    clock = Clock()
    chosen = patterns(only or ())
    _refuse_no_folder(page)
    command = ["tsunagari", *sys.argv[1:]]
    with contextlib.ExitStack() as stack:
        stop_if_interrupted = stack.enter_context(remembered())
        folder = stack.enter_context(ResultFolder(out, force=force)) if out is not None else None
        executor = stack.enter_context(_processes(workers))
        clock.phase("prepare")
        verdicts = _verdicts(chosen, seed, executor, stop_if_interrupted, quiet=quiet)
        clock.phase("patterns")
        if folder is not None:
            from experiments.validate.pattern import as_columns

            write_table(as_columns(verdicts), folder.staging / _TABLE)
            clock.phase("write")
            record = _record(verdicts, seed, clock, command)
            stop_if_interrupted()
            folder.complete(record)
    if page is not None:
        from experiments.telling.verdicts import as_page

        text = as_page(verdicts, command=" ".join(command), seed=seed)
        page.write_text(text, encoding="utf-8")
    _answer(verdicts, as_json=json)
    return 0 if all(verdict.passed for verdict in verdicts) else _FAILED


def _refuse_no_folder(page: Path | None) -> None:
    """Ten minutes are too long to learn that a page cannot be written."""
    if page is not None and (page.is_dir() or not page.parent.is_dir()):
        message = "is a folder" if page.is_dir() else "there is no such folder to write it to"
        suggestion = "name a file in a folder that exists"
        raise Problems([Problem("", message, file=f"--page {page}", suggestion=suggestion)])


@contextlib.contextmanager
def _processes(workers: int) -> Iterator[Executor | None]:
    """Worker processes, or None for one: then all is done here."""
    if workers == 1:
        yield None
        return
    from experiments.runs.workers import worker_pool
    from sim.scenario import Scenario

    with worker_pool(workers, Scenario()) as pool:
        yield pool


def _verdicts(
    chosen: Sequence[Any],
    seed: int,
    executor: Executor | None,
    stop_if_interrupted: Callable[[], None],
    *,
    quiet: bool,
) -> list[Verdict]:
    """Look for one pattern after another; say on stderr how far it is."""
    from experiments.telling.verdicts import word
    from experiments.validate.study import Study

    study = Study(seed, executor=executor, progress=stop_if_interrupted)
    verdicts = []
    for number, pattern in enumerate(chosen, 1):
        if not quiet:
            text = f"{number} of {len(chosen)}: {pattern.id}, {pattern.pattern}"
            print(text, file=sys.stderr, flush=True)
        verdict = pattern.run(study)
        stop_if_interrupted()
        if not quiet:
            text = f"    {word(verdict)}, {verdict.seconds:.0f} seconds"
            print(text, file=sys.stderr, flush=True)
        verdicts.append(verdict)
    return verdicts


def _record(
    verdicts: Sequence[Verdict], seed: int, clock: Clock, command: Sequence[str]
) -> dict[str, Any]:
    """What ``run.json`` says."""
    import datetime

    from experiments.runs.record import machine, versions

    now = datetime.datetime.now(datetime.UTC)
    return {
        "format": 1,
        "seed": seed,
        "started": clock.started.isoformat(timespec="milliseconds"),
        "finished": now.isoformat(timespec="milliseconds"),
        "timings": {"phases": {name: round(took, 3) for name, took in clock.seconds.items()}},
        "command": list(command),
        "versions": versions(),
        "machine": machine(),
        "verdicts": [verdict.as_json() for verdict in verdicts],
    }


def _answer(verdicts: Sequence[Verdict], *, as_json: bool) -> None:
    from experiments.telling.verdicts import as_text

    if as_json:
        from json import dumps

        document = [verdict.as_json() for verdict in verdicts]
        print(dumps(document, ensure_ascii=False, allow_nan=False, indent=2))
    else:
        print(as_text(verdicts, _WIDTH))

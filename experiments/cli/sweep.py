"""``tsunagari sweep``: every trial of a design, with all that a batch of many hours needs."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from experiments.cli import options

if TYPE_CHECKING:
    from experiments.cli.trial_progress import TrialsDone
    from experiments.runs.prices import Prices
    from experiments.studies.experiment import Experiment
    from experiments.studies.sweep import SweepResults
    from experiments.studies.sweep_folder import Shard

_WORK = "Work"
_PRICES: dict[Prices, str] = {
    "held": "held to what units cost in the scenario itself (--prices passed-on lets costs in)",
    "passed-on": "costs are passed on to them (--prices held keeps them out)",
}

_File = Annotated[str, typer.Argument(metavar="FILE", help="A sweep file.", show_default=False)]
_Prices = Annotated[
    Literal["held", "passed-on"] | None,
    typer.Option(
        "--prices",
        help="held: costs that factors bring do not reach prices; passed-on: they do.",
        rich_help_panel="Question", show_default="the design's, held unless it says so",
    ),
]  # fmt: skip
_Threads = Annotated[
    int | None,
    typer.Option(
        "--threads", metavar="T", min=1, help="Threads per trial; results do not depend on it.",
        rich_help_panel=_WORK, show_default="1",
    ),
]  # fmt: skip
_Dask = Annotated[
    str | None,
    typer.Option(
        "--dask", metavar="ADDRESS", help="Run the trials on the Dask cluster of this scheduler.",
        rich_help_panel=_WORK, show_default=False,
    ),
]  # fmt: skip
_Shard = Annotated[
    str | None,
    typer.Option(
        "--shard", metavar="I/N",
        help="Only part I of N, for array jobs; I from 1 to N, or from 0 to N-1. See `merge`.",
        rich_help_panel=_WORK, show_default=False,
    ),
]  # fmt: skip
_RetryFailed = Annotated[
    bool,
    typer.Option(
        "--retry-failed", help="Run trials again that failed before.", rich_help_panel=_WORK
    ),
]
_Status = Annotated[
    bool, typer.Option("--status", help="Only say how far it is.", rich_help_panel="Output")
]
_Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Folder for the tables; new, empty, or this sweep's own.",
        rich_help_panel="Output", show_default="results/<file>-<key of the design>",
    ),
]  # fmt: skip
_Force = Annotated[
    bool,
    typer.Option(
        "--force", help="Start over, also in the folder of another sweep.",
        rich_help_panel="Output",
    ),
]  # fmt: skip


def sweep(
    file: _File,
    sets: options.Set = None,
    customers: options.Customers = None,
    months: options.Months = None,
    seed: options.Seed = None,
    replications: options.Replications = None,
    prices: _Prices = None,
    allow_code: options.AllowCode = False,
    workers: options.Workers = 1,
    threads: _Threads = None,
    dask: _Dask = None,
    shard: _Shard = None,
    retry_failed: _RetryFailed = False,
    status: _Status = False,
    out: _Out = None,
    force: _Force = False,
    quiet: options.Quiet = False,
    json: options.Json = False,
) -> None:
    """Run every trial of a design and keep its tables.

    A trial is kept as soon as it is finished. The same command goes on where an earlier one
    stopped, for whatever reason; the tables are the same in the end.
    """
    from experiments.runs.workers import crew_of
    from experiments.studies.sweep_folder import Shard

    part = Shard.parsed(shard) if shard is not None else None
    if dask is not None and workers > 1:
        raise _either_or(dask)
    with contextlib.ExitStack() as stack:
        executor, in_flight = None, None
        if dask is not None and not status:
            from experiments.runs.cluster import dask_cluster

            cluster = stack.enter_context(dask_cluster(dask))
            executor, in_flight = cluster.executor, cluster.in_flight
        # Worker processes get ready while this one imports what it needs, and reads the design.
        crew = stack.enter_context(crew_of(executor, 1 if status else workers, in_flight))
        from experiments.cli.trial_progress import TrialsDone
        from experiments.studies.sweep import SweepRun
        from experiments.studies.sweep_file import read_experiment
        from experiments.studies.sweep_folder import default_folder

        watcher = stack.enter_context(TrialsDone(quiet=quiet or status))
        experiment, notes = read_experiment(
            file,
            sets or (),
            customers=customers,
            months=months,
            seed=seed,
            replications=replications,
            prices=prices,
            allow_code=allow_code,
        )
        folder = out or default_folder(experiment, part)
        if status:
            _tell_status(folder, experiment, part, as_json=json)
            return
        for note in notes:
            watcher.note(note)
        run = SweepRun(experiment, part, watcher, retry_failed=retry_failed)
        try:
            done = run.in_folder(folder, crew, threads=threads, force=force)
        except KeyboardInterrupt:
            _tell_how_to_go_on(folder, experiment, part)
            raise
    _answer(done, watcher, experiment.design.prices, as_json=json)
    if done.counts.failed:
        raise _failed(done)


def _tell_status(
    folder: Path, experiment: Experiment, shard: Shard | None, *, as_json: bool
) -> None:
    from dataclasses import asdict
    from json import dumps

    from experiments.studies.shards import counts_in

    counts = counts_in(folder, experiment, shard)
    if as_json:
        print(dumps(asdict(counts)))
    else:
        print(f"{counts.done} of {counts.total} trials done, {counts.failed} failed: {folder}")


def _tell_how_to_go_on(folder: Path, experiment: Experiment, shard: Shard | None) -> None:
    from experiments.studies.shards import counts_in
    from sim.problems import Problems

    try:
        counts = counts_in(folder, experiment, shard)
    except Problems:  # interrupted before the folder was refused
        return
    finished = counts.done + counts.failed
    print(
        f"{finished} of {counts.total} trials are finished and kept in {folder}; "
        "the same command goes on from there",
        file=sys.stderr,
        flush=True,
    )


def _answer(done: SweepResults, watcher: TrialsDone, prices: Prices, *, as_json: bool) -> None:
    from dataclasses import asdict
    from json import dumps

    from experiments.cli.trial_progress import in_words

    seconds = watcher.seconds
    rate = watcher.here / seconds if watcher.here else None
    if as_json:
        summary = {
            "folder": str(done.path), **asdict(done.counts), "run": watcher.here,
            "prices": prices, "seconds": round(seconds, 3), "rate": rate and round(rate, 3),
        }  # fmt: skip
        print(dumps(summary, ensure_ascii=False))
        return
    counts = done.counts
    failed = f", {counts.failed} failed" if counts.failed else ""
    print(f"{counts.done} of {counts.total} trials done{failed}")
    if rate is None:
        print("nothing was left to do")
    else:
        print(f"{watcher.here} of them just now, in {seconds:.1f} seconds: {in_words(rate)}")
    print(f"Prices: {_PRICES[prices]}")
    print(f"Tables: {done.path}")


def _either_or(dask: str) -> Exception:
    from sim.problems import Problem, Problems

    what = "the cluster has its own workers, and --workers is for processes on this machine"
    return Problems([Problem("", what, file=f"--dask {dask}", suggestion="leave one of them out")])


def _failed(done: SweepResults) -> Exception:
    from sim.problems import Failure

    number = done.counts.failed
    trials = f"{number} trial{'s' if number > 1 else ''} of {done.counts.total} failed"
    return Failure(
        f"{trials}; column error of {done.path / 'trials.parquet'} says why, "
        "and --retry-failed runs them again"
    )

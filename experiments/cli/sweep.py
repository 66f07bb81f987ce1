"""``tsunagari sweep`` and ``merge``: every trial of a design, with all that many hours need."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tsunagari.experiments.cli.options import (
    ALLOW_CODE,
    ENSEMBLE,
    JSON,
    SETS,
    WORKERS,
    Luck,
    Said,
    argument,
    option,
    record,
)
from tsunagari.experiments.words import Words
from tsunagari.sim.problems import Failure, Problem, Problems

if TYPE_CHECKING:
    from tsunagari.experiments.cli.progress import TrialsDone
    from tsunagari.experiments.runs.given import Prices
    from tsunagari.experiments.runs.workers import Crew
    from tsunagari.experiments.studies.experiment import Experiment
    from tsunagari.experiments.studies.store import Counts
    from tsunagari.experiments.studies.sweep import SweepResults
    from tsunagari.experiments.studies.sweep_folder import Shard
    from tsunagari.sim.reading.overrides import Override

_START_OVER = option("--force", "Start over, also in the folder of another sweep.", False)


@record
class SweepFile:
    """A design and what is changed of it."""

    file: str = argument("FILE", "A sweep file.")
    sets: list[str] | None = SETS
    size: Luck
    ensemble: Path | None = ENSEMBLE
    prices: Literal["held", "passed-on"] | None = option(
        "--prices",
        "held: costs that factors bring do not reach prices; passed-on: they do.",
        shown="the design's, held unless it says so",
    )
    allow_code: bool = ALLOW_CODE


@record
class Cluster:
    """What works on it."""

    workers: int | None = WORKERS
    threads: int | None = option(
        "--threads T", "Threads per trial; results do not depend on it.", min=1, shown="1"
    )
    dask: str | None = option(
        "--dask ADDRESS", "Run the trials on the Dask cluster of this scheduler.", shown=False
    )


@record
class Part:
    """What of it is done."""

    shard: str | None = option(
        "--shard I/N",
        "Only part I of N, for array jobs; I from 1 to N, or from 0 to N-1. See `merge`.",
        shown=False,
    )
    retry_failed: bool = option("--retry-failed", "Run trials again that failed before.", False)
    status: bool = option("--status", "Only say how far it is.", False)


def sweep(
    asked: SweepFile,
    work: Cluster,
    part: Part,
    *,
    out: Path | None = option(
        "--out DIR",
        "Folder for the tables; new, empty, or this sweep's own.",
        shown="results/<file>-<key of the design>",
    ),
    force: bool = _START_OVER,
    said: Said,
) -> None:
    """Run every trial of a design and keep its tables.

    A trial is kept as soon as it is finished. The same command goes on where an earlier one
    stopped, for whatever reason; the tables are the same in the end.
    """
    from tsunagari.experiments.studies.sweep_folder import Shard

    shard = Shard.parsed(part.shard) if part.shard is not None else None
    with contextlib.ExitStack() as stack:
        # Worker processes get ready while this one imports what it needs, and reads the design;
        # where nobody says how many, the design does.
        is_told = work.workers is not None or work.dask is not None
        crew = stack.enter_context(_crew(work, only_status=part.status)) if is_told else None
        from tsunagari.experiments.cli.progress import TrialsDone
        from tsunagari.experiments.studies.sweep import SweepRun
        from tsunagari.experiments.studies.sweep_file import read_experiment
        from tsunagari.experiments.studies.sweep_folder import default_folder

        watcher = stack.enter_context(TrialsDone(quiet=said.quiet or part.status))
        experiment, notes = read_experiment(
            asked.file,
            [*_members(asked), *(asked.sets or ())],
            **vars(asked.size),
            prices=asked.prices,
            allow_code=asked.allow_code,
        )
        folder = out or default_folder(experiment, shard)
        if part.status:
            _tell_status(folder, experiment, shard, as_json=said.json)
            return
        for note in notes:
            watcher.note(note)
        crew = crew or stack.enter_context(
            _crew(replace(work, workers=_worth_starting(experiment)))
        )
        run = SweepRun(experiment, shard, watcher, retry_failed=part.retry_failed)
        try:
            done = run.in_folder(folder, crew, threads=work.threads, force=force)
        except KeyboardInterrupt:
            _tell_how_to_go_on(folder, experiment, shard)
            raise
    _answer(done, watcher, experiment.design.prices, as_json=said.json)
    if done.counts.failed:
        raise _failed(done)


def _members(asked: SweepFile) -> list[Override]:
    """What is not known, as a change of the scenario; a factor on a key wins over its members."""
    from tsunagari.experiments.runs.ensemble import override_of

    return [] if asked.ensemble is None else [override_of(asked.ensemble)]


@contextlib.contextmanager
def _crew(work: Cluster, *, only_status: bool = False) -> Iterator[Crew]:
    """Who works on the sweep: processes here, or a cluster.

    Raises:
        Problems: Both are asked for.
    """
    from tsunagari.experiments.runs.workers import crew_of

    workers = work.workers or 1
    if work.dask is not None and workers > 1:
        what = "the cluster has its own workers, and --workers is for processes on this machine"
        place = f"--dask {work.dask}"
        raise Problems([Problem("", what, file=place, suggestion="leave one of them out")])
    if work.dask is None or only_status:
        with crew_of(None, 1 if only_status else workers, None) as crew:
            yield crew
        return
    from tsunagari.experiments.runs.workers import dask_cluster

    with (
        dask_cluster(work.dask) as cluster,
        crew_of(cluster.executor, workers, cluster.in_flight) as crew,
    ):
        yield crew


def _worth_starting(experiment: Experiment) -> int:
    from tsunagari.experiments.runs.workers import worth_starting

    return worth_starting(experiment.base, len(experiment.trials()) * experiment.base.market.months)


def _tell_status(
    folder: Path, experiment: Experiment, shard: Shard | None, *, as_json: bool
) -> None:
    from json import dumps

    from tsunagari.experiments.studies.shards import counts_in

    counts = counts_in(folder, experiment, shard)
    if as_json:
        print(dumps(asdict(counts)))
    else:
        print(Words()("terminal.status", folder=folder, **asdict(counts)))


def _tell_how_to_go_on(folder: Path, experiment: Experiment, shard: Shard | None) -> None:
    from tsunagari.experiments.studies.shards import counts_in

    try:
        counts = counts_in(folder, experiment, shard)
    except Problems:  # interrupted before the folder was refused
        return
    kept = {"done": counts.done + counts.failed, "total": counts.total, "folder": folder}
    print(Words()("terminal.goes_on", **kept), file=sys.stderr, flush=True)


def _answer(done: SweepResults, watcher: TrialsDone, prices: Prices, *, as_json: bool) -> None:
    from json import dumps

    from tsunagari.experiments.cli.progress import in_words

    seconds = watcher.seconds
    rate = watcher.here / seconds if watcher.here else None
    if as_json:
        summary = {
            "folder": str(done.path), **asdict(done.counts), "run": watcher.here,
            "prices": prices, "seconds": round(seconds, 3), "rate": rate and round(rate, 3),
        }  # fmt: skip
        print(dumps(summary, ensure_ascii=False))
        return
    words = Words()
    print(_done(done.counts))
    if rate is None:
        print(words("terminal.nothing_left"))
    else:
        now = {"count": watcher.here, "seconds": seconds, "rate": in_words(rate)}
        print(words("terminal.just_now", **now))
    print(words(f"terminal.prices_{prices.replace('-', '_')}"))
    print(words("terminal.tables", place=done.path))


def _done(counts: Counts) -> str:
    key = "done_but" if counts.failed else "done"
    return Words()(f"terminal.{key}", **asdict(counts))


def _failed(done: SweepResults) -> Exception:
    number = done.counts.failed
    trials = f"{number} trial{'s' if number > 1 else ''} of {done.counts.total} failed"
    return Failure(
        f"{trials}; column error of {done.path / 'trials.parquet'} says why, "
        "and --retry-failed runs them again"
    )


def merge(
    folders: list[Path] = argument("DIR…", "The folders of all shards."),
    out: Path | None = option(
        "--out DIR", "Folder for the tables.", shown="the shards' common name"
    ),
    force: bool = _START_OVER,
    json: bool = JSON,
) -> None:
    """Join the shards of a sweep to what it would have written in one piece."""
    from tsunagari.experiments.studies.shards import merge as joined

    done = joined(folders, out, force=force)
    if json:
        from json import dumps

        print(dumps({"folder": str(done.path), **asdict(done.counts)}, ensure_ascii=False))
        return
    print(Words()("terminal.merged", done=_done(done.counts), count=len(folders)))
    print(Words()("terminal.tables", place=done.path))

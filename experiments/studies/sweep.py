"""Running a sweep: from a design to tables, going on from wherever an earlier process stopped."""

from __future__ import annotations

import concurrent.futures as futures
import datetime
import time
from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from itertools import chain, islice
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, Protocol

from tsunagari.experiments.runs.disk import FORMAT
from tsunagari.experiments.runs.folder import unusable
from tsunagari.experiments.runs.given import whole_numbers
from tsunagari.experiments.runs.interrupts import remembered
from tsunagari.experiments.runs.record import machine, versions
from tsunagari.experiments.runs.sweep_files import (
    RECORD,
    TRIALS,
    files_in,
    indices_of,
    is_changed,
    trial_of,
)
from tsunagari.experiments.runs.trial import Simulate, run_trial
from tsunagari.experiments.runs.workers import Crew, ExecutorDiedError, crew_of
from tsunagari.experiments.studies.design import Design
from tsunagari.experiments.studies.experiment import Experiment, Rows
from tsunagari.experiments.studies.parts import Task, given_up
from tsunagari.experiments.studies.store import Counts, Ledger, Store
from tsunagari.experiments.studies.sweep_file import read_experiment
from tsunagari.experiments.studies.sweep_folder import Identity, Shard, SweepFolder, default_folder
from tsunagari.sim.problems import Failure, Problem, Problems, of_kind

if TYPE_CHECKING:
    import pandas as pd

_MOST_NAMED = 5  # damaged files, each in a note of its own


class Watcher(Protocol):
    """Somebody who wants to know how a sweep comes along."""

    def note(self, text: str) -> None:
        """Told what was done without being asked for."""

    def begin(self, counts: Counts) -> None:
        """Told once how far the sweep was before."""

    def progress(self, counts: Counts) -> None:
        """Told whenever a trial is finished."""


class Nobody:
    """A watcher who does not care."""

    def note(self, text: str) -> None: ...  # noqa: D102
    def begin(self, counts: Counts) -> None: ...  # noqa: D102
    def progress(self, counts: Counts) -> None: ...  # noqa: D102


def sweep(
    design: str | Path | Mapping[str, Any] | Design | Experiment,
    *,
    executor: futures.Executor | None = None,
    out: str | Path | None = None,
    workers: int = 1,
    threads: int | None = None,
    shard: str | Shard | None = None,
    force: bool = False,
    retry_failed: bool = False,
    in_flight: int | None = None,
    prices: str | None = None,
    allow_code: bool = False,
    simulate: Simulate = run_trial,
    watcher: Watcher | None = None,
) -> SweepResults:
    """Run every trial of a design, and keep its tables as soon as it is finished.

    Called again with the same design it goes on where it stopped, for whatever reason it did; on a
    complete sweep it returns at once. The tables do not depend on who runs what, and when. A trial
    that fails is a row that says so, not the end.

    Args:
        design: A sweep file, what would stand in one, or an experiment that was read before.
        executor: Runs the trials, instead of processes of its own: anything that has ``submit``,
            also on other machines. It must be able to import what the trials need, and stays open.
        out: The folder. None: ``results/<name>-<beginning of the design's key>``.
        workers: Processes side by side. 1 runs in this one.
        threads: Threads per trial; the tables do not depend on it. None is 1.
        shard: Run only this part of the trials, as ``1/4``; see :func:`merge`.
        force: Start over.
        retry_failed: Run trials again that failed before.
        in_flight: Most trials an executor is given at a time. None: two for each worker and a few,
            or 64 where the executor does not tell their number.
        prices: ``held`` or ``passed-on`` (:mod:`tsunagari.experiments.runs.given`), instead of the
            design's; not of an experiment that was read before.
        allow_code: Import the Python modules that a scenario names.
        simulate: Runs a trial. It must be a function that other processes can import.
        watcher: Told how it comes along.

    Raises:
        tsunagari.sim.problems.Problems: All that is wrong with the design, or a folder that cannot
            be used.
        tsunagari.sim.problems.Failure: A full disk, an executor that gave up, worker processes that
            end as soon as they start. What is finished is kept.
    """
    watcher = watcher or Nobody()
    workers, threads = whole_numbers(workers=workers, threads=threads)
    if not callable(in_flight):
        (in_flight,) = whole_numbers(in_flight=in_flight)
    of_kind(shard, (str, Shard, NoneType), "shard", "a text such as '1/4'")
    of_kind(out, (str, Path, NoneType), "out", "the path of a folder")
    what = "a sweep file, what would stand in one, or an experiment"
    of_kind(design, (str, Path, Mapping, Design, Experiment), "design", what)
    part = Shard.parsed(shard) if isinstance(shard, str) else shard
    with crew_of(executor, workers, in_flight, market=simulate is run_trial) as crew:
        experiment = experiment_of(design, watcher, prices=prices, allow_code=allow_code)
        run = SweepRun(experiment, part, watcher, retry_failed=retry_failed)
        path = Path(out) if out is not None else default_folder(experiment, part)
        return run.in_folder(path, crew, simulate=simulate, threads=threads, force=force)


def experiment_of(
    design: str | Path | Mapping[str, Any] | Design | Experiment,
    watcher: Watcher,
    *,
    prices: str | None = None,
    allow_code: bool,
) -> Experiment:
    """The experiment meant by whatever stands for one.

    Raises:
        tsunagari.sim.problems.Problems: All that is wrong with it.
    """
    if isinstance(design, Experiment):
        if prices not in (None, design.design.prices):
            what = f"the experiment was read with prices {design.design.prices}, not {prices}"
            suggestion = "give prices to read_experiment"
            raise Problems([Problem("prices", what, suggestion=suggestion)])
        return design
    if isinstance(design, Design):
        design = design.model_dump(mode="json", exclude_unset=True)
    experiment, notes = read_experiment(design, prices=prices, allow_code=allow_code)
    for note in notes:
        watcher.note(note)
    return experiment


class SweepRun:
    """One process's work on a sweep.

    Args:
        experiment: All of it.
        shard: The part that is run; None is all.
        watcher: Told how it comes along.
        retry_failed: Run trials again that failed before.
    """

    def __init__(
        self,
        experiment: Experiment,
        shard: Shard | None,
        watcher: Watcher,
        *,
        retry_failed: bool = False,
    ) -> None:
        self._experiment = experiment
        self._shard = shard
        self._watcher = watcher
        self._retry_failed = retry_failed
        self._trials = experiment.trials()
        total = len(self._trials)
        self._positions = shard.positions(total) if shard else range(total)
        self._started = datetime.datetime.now(datetime.UTC)
        self._clock = time.perf_counter()

    def in_folder(
        self,
        path: Path,
        crew: Crew,
        *,
        simulate: Simulate = run_trial,
        threads: int | None = None,
        force: bool = False,
    ) -> SweepResults:
        """Do what is left to do there.

        Args:
            path: The folder.
            crew: Runs the trials.
            simulate: What runs a trial.
            threads: Threads per market; None is 1.
            force: Start over.

        Raises:
            tsunagari.sim.problems.Problems: The folder cannot be used.
            tsunagari.sim.problems.Failure: What is said at :func:`sweep`.
        """
        if simulate is run_trial:
            simulate = partial(run_trial, threads=threads or 1)
        task = Task(simulate, tuple(self._experiment.design.keep))
        identity = Identity(self._experiment.key, self._shard)
        with SweepFolder(path, identity, force=force) as folder:
            return SweepResults(path, self._finished(folder, crew, task))

    def _finished(self, folder: SweepFolder, crew: Crew, task: Task) -> Counts:
        rows = Rows(self._experiment)
        record = folder.record or {}
        listed = record.get("files") or []
        format = record.get("format", FORMAT)  # stays: some files may be of an earlier version
        store = Store(
            folder.path,
            task.keep,
            rows.schema,
            len(self._positions),
            listed,
            sealed=format >= FORMAT,
        )
        if folder.is_new:
            folder.write_record(self._record("unfinished"))
        self._tell_of_other_versions(record)
        changed = [file["name"] for file in listed if is_changed(folder.path, file)]
        folder.write_design(self._experiment)
        store.open()
        self._tell_of_damage(folder, store, changed)
        ledger = Ledger(self._trials, self._positions, rows, store, retry_failed=self._retry_failed)
        self._watcher.begin(ledger.counts)
        if not (store.is_complete and ledger.is_settled):
            begun = self._record("unfinished") | {"files": files_in(folder.path, ())}
            folder.write_record(begun | {"format": format})
            store.unfold()
            self._work(ledger, crew, task)
            store.finish()
            record = {}
        files = files_in(folder.path, task.keep)
        if record.get("files") != files:
            record = record or self._record("complete", ledger.counts)
            folder.write_record({**record, "format": format, "files": files})
        store.tidy_up()
        return ledger.counts

    def _work(self, ledger: Ledger, crew: Crew, task: Task) -> None:
        jobs = ledger.jobs()
        first = next(jobs, None)
        if first is None:
            return
        crew.warm(self._experiment.base)
        try:
            with remembered() as stop_if_interrupted:
                for outcome in crew.results(
                    task, chain([first], jobs), check=stop_if_interrupted, given_up=given_up
                ):
                    ledger.add(outcome)
                    self._watcher.progress(ledger.counts)
        except ExecutorDiedError as died:
            what = f"{died}; what is finished is kept, and the same command goes on from there"
            raise ExecutorDiedError(what) from died.__cause__

    def _tell_of_damage(self, folder: SweepFolder, store: Store, changed: Sequence[str]) -> None:
        """Say what is mended; without a record also make sure that the trials are this sweep's."""
        if not folder.is_new and folder.record is None:
            for chunk, rows in store.joined.items():
                places = (self._positions[i] for i in indices_of(chunk, len(self._positions)))
                if [row.key for row in rows] != [self._trials[p].trial.key for p in places]:
                    what = (
                        f"{RECORD} is damaged, and the trials are of another shard of this design"
                    )
                    raise unusable(folder.path, what, "choose another folder")
            self._watcher.note(
                f"{RECORD} is damaged: every trial was looked at, and it is written anew"
            )
        for name, place in islice(store.damaged.items(), _MOST_NAMED):
            again = "its trial is" if trial_of(Path(name).name) else "the trials in it are"
            self._watcher.note(
                f"{name} is damaged: it is set aside as {place}, and {again} run again"
            )
        more = len(store.damaged) - _MOST_NAMED
        if more > 0:
            self._watcher.note(f"{more} more files are damaged, set aside likewise, and made anew")
        for name in changed:
            if name not in store.damaged:
                self._watcher.note(f"{name} is missing or is not what was written: it is made anew")

    def _tell_of_other_versions(self, record: Mapping[str, Any]) -> None:
        then, now = record.get("versions", {}), versions()
        changed = [
            f"{name} {then[name]} then, {now[name]} now"
            for name in now
            if name in then and then[name] != now[name]
        ]
        if changed:
            self._watcher.note(
                f"the sweep was begun with other versions ({'; '.join(changed)}): trials that are "
                "there already are not run again"
            )

    def _record(self, status: str, counts: Counts | None = None) -> dict[str, Any]:
        """What ``sweep.json`` says."""
        experiment, shard = self._experiment, self._shard
        now = datetime.datetime.now(datetime.UTC)
        record: dict[str, Any] = {
            "format": FORMAT,
            "status": status,
            "design": experiment.key,
            "name": experiment.name,
            "title": experiment.design.title,
            "shard": {"index": shard.index, "of": shard.of} if shard else None,
            "total": len(self._positions),
            "total_of_all_shards": len(self._trials),
            "keep": list(experiment.design.keep),
            "prices": experiment.design.prices,
            "started": self._started.isoformat(timespec="milliseconds"),
            "versions": versions(),
            "machine": machine(),
        }
        if counts is not None:
            record |= {
                "done": counts.done,
                "failed": counts.failed,
                "finished": now.isoformat(timespec="milliseconds"),
                "seconds": round(time.perf_counter() - self._clock, 4),
            }
        return record


class SweepResults:
    """A complete sweep, read from its folder when somebody asks.

    Attributes:
        path: The folder.
        counts: How many trials are done, and how many failed.
    """

    def __init__(self, path: Path, counts: Counts) -> None:
        self.path = path
        self.counts = counts

    @cached_property
    def trials(self) -> pd.DataFrame:
        """One row per trial, in the order of the design."""
        import pandas as pd

        return pd.read_parquet(self.path / TRIALS)

    def table(self, name: str) -> pd.DataFrame:
        """A kept table of all trials; ``key`` tells which row belongs to which trial.

        Raises:
            Failure: It was not kept, or no trial is done.
        """
        import pandas as pd

        if not (self.path / name).is_dir():
            raise Failure(f"{self.path} has no table {name}: it was not kept, or no trial is done")
        return pd.read_parquet(self.path / name)

    @cached_property
    def firms(self) -> pd.DataFrame:
        """One row per trial, month and firm."""
        return self.table("firms")

    @cached_property
    def market(self) -> pd.DataFrame:
        """One row per trial and month."""
        return self.table("market")

    def __repr__(self) -> str:
        counts = self.counts
        return f"<SweepResults: {counts.done} done, {counts.failed} failed, in {self.path}>"

"""The files of a sweep: small ones as trials finish, joined by and by into parts of tables.

A finished trial is one file, ``finished/<key>.<status>.zip``. As soon as all trials of a *chunk*
(128 that follow each other in the design) are there, they are joined: a part of every kept table,
``<table>/part-00000.parquet``, then ``finished/part-00000.parquet``, the chunk's rows of
``trials.parquet``, and only then are the small files removed. At the end all rows become
``trials.parquet``, and ``finished`` goes. Every file is there whole or not at all, small files win
over joined ones, and each step may be done again: wherever a process is killed, the next one goes
on, and the tables in the end are the same.
"""

from __future__ import annotations

import itertools
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.runs.disk import is_intact, written
from tsunagari.experiments.runs.sweep_files import (
    DAMAGED,
    FINISHED,
    TEMPORARY_PREFIX,
    TRIALS,
    Status,
    chunk_of,
    chunks_of,
    indices_of,
    is_changed,
    part_name,
    small_name,
    temporary,
    trial_of,
)
from tsunagari.experiments.runs.tables import is_readable, read_part
from tsunagari.experiments.studies.experiment import (
    OWN,
    Outline,
    PlannedTrial,
    Row,
    Rows,
    completed,
    outcome_of,
    outlines,
    with_own,
)
from tsunagari.experiments.studies.parts import (
    Job,
    OldPart,
    Outcome,
    is_whole,
    record_of,
    table_of,
    unify,
    write_part,
)

if TYPE_CHECKING:
    import pyarrow as pa


class Store:
    """What there is of a sweep in a folder to which nobody else writes.

    Args:
        folder: An existing folder.
        keep: Names of the kept tables.
        schema: Of the rows of its trials.
        trials: How many trials belong to it.
        listed: Files that the record lists, with their digests.
        sealed: Whether all others carry theirs; an earlier version wrote none.

    Attributes:
        damaged: Files that were set aside when it was opened: what they were, where they are.
        small: Status of the trials that have a file of their own, by key.
        joined: Rows of the chunks that are joined, in short.
        trials: How many trials belong to it.
    """

    def __init__(
        self,
        folder: Path,
        keep: Sequence[str],
        schema: pa.Schema,
        trials: int,
        listed: Sequence[Mapping[str, Any]] = (),
        *,
        sealed: bool = True,
    ) -> None:
        self.trials = trials
        self.damaged: dict[str, str] = {}
        self._listed = {file["name"]: file for file in listed}
        self._sealed = sealed
        self.small: dict[str, Status] = {}
        self.joined: dict[int, list[Outline]] = {}
        self._folder = folder
        self._finished = folder / FINISHED
        self._keep = tuple(keep)
        self._schema = schema
        for left in folder.glob(f"{TEMPORARY_PREFIX}*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()

    def open(self) -> None:
        """Look at what is there; what is damaged is set aside, as if it were not there.

        Raises:
            OSError: A folder cannot be made or read.
        """
        complete = self._complete_rows()
        self.make_folders()
        if complete is None:
            self.small = self._whole_small_files()
            for chunk in chunks_of(self.trials):
                path = self._finished / part_name(chunk)
                if self._is_usable(path):
                    self._take(chunk, read_part(path))
                if chunk not in self.joined:
                    path.unlink(missing_ok=True)
        else:
            for chunk in chunks_of(self.trials):
                of_chunk = indices_of(chunk, self.trials)
                self._take(chunk, complete.slice(of_chunk.start, len(of_chunk)))

    def make_folders(self) -> None:
        """Make the folders in which parts are kept, where they are missing.

        Raises:
            OSError: One cannot be made.
        """
        for name in (FINISHED, *self._keep):
            (self._folder / name).mkdir(exist_ok=True)

    @property
    def is_complete(self) -> bool:
        """Whether the tables in the end are there, and nothing was missing when it was opened."""
        there = (self._folder / TRIALS).exists()
        return there and len(self.joined) == len(chunks_of(self.trials))

    def unfold(self) -> None:
        """Make a complete sweep one that is not: some of its trials will be run again.

        Raises:
            OSError: A file cannot be written.
        """
        complete = self._complete_rows()
        if complete is None:
            return
        for chunk in self.joined:
            of_chunk = indices_of(chunk, self.trials)
            self._write_rows(chunk, complete.slice(of_chunk.start, len(of_chunk)))
        for path in self._finished.iterdir():
            if chunk_of(path.name) not in self.joined:
                path.unlink()
        # From here on the rows in `finished` count, and none of them has been touched so far.
        (self._folder / TRIALS).unlink()

    def add(self, outcome: Outcome) -> None:
        """Keep a finished trial.

        Raises:
            OSError: The file cannot be written; nothing is left of it then.
        """
        name = small_name(outcome.key, outcome.status)
        # Its checksums tell a file that a loss of power cut off: the disk need not be waited for.
        path = self._finished / name
        with written(path, temporary(self._folder, name), durably=False) as file:
            file.write(outcome.content)
        earlier = self.small.get(outcome.key, outcome.status)
        if earlier != outcome.status:
            self._path_of(outcome.key, earlier).unlink()
        self.small[outcome.key] = outcome.status

    def join(self, chunk: int, rows: Sequence[Row], own: Sequence[bool]) -> None:
        """Write the parts of a chunk whose trials are all there, and remove the small files.

        Args:
            chunk: Which.
            rows: Its rows, in order, without outcomes.
            own: For each whether it is the first with its key.

        Raises:
            OSError: A part cannot be written; the small files are still there then.
        """
        import pyarrow as pa

        earlier = self._earlier_outcomes(chunk)
        keys = [row["key"] for row, is_own in zip(rows, own, strict=True) if is_own]
        outcomes = {
            key: outcome_of(record_of(self._path_of(key, self.small[key])))
            if key in self.small
            else earlier[key]
            for key in keys
        }
        done = [key for key in keys if outcomes[key]["status"] == "done"]
        # What a design has twice gets its outcome in the end, from the first of them.
        full = [row | outcomes.get(row["key"], {}) for row in rows]
        table = with_own(pa.Table.from_pylist(full, schema=self._schema), own)
        self.write(chunk, table, partial(self._joined_tables, chunk, done) if done else None)
        for key in keys:
            if key in self.small:
                self._path_of(key, self.small.pop(key)).unlink()

    def write(
        self, chunk: int, rows: pa.Table, tables: Callable[[str], Iterable[pa.Table]] | None
    ) -> None:
        """Write the parts of a chunk.

        Args:
            chunk: Which.
            rows: Its rows, with the column ``own``.
            tables: The tables of its trials, in order, by the name of a table; None where no
                trial has any.

        Raises:
            OSError: A part cannot be written.
        """
        for name in self._keep:
            path = self._folder / name / part_name(chunk)
            if tables is None:
                path.unlink(missing_ok=True)
            else:
                write_part(
                    path, temporary(self._folder, f"{name}-{path.name}"), partial(tables, name)
                )
        self._write_rows(chunk, rows)
        self.joined[chunk] = outlines(rows)

    def finish(self) -> None:
        """Write ``trials.parquet`` out of the joined chunks, which all must be there.

        Raises:
            OSError: A file cannot be written.
        """
        for name in self._keep:
            parts = [self._folder / name / part_name(chunk) for chunk in chunks_of(self.trials)]
            unify([part for part in parts if part.exists()], temporary(self._folder, name))

        def tables() -> Iterator[pa.Table]:
            for chunk in chunks_of(self.trials):
                yield read_part(self._finished / part_name(chunk))

        whole = lambda: completed(tables, self._schema)  # noqa: E731
        path = self._folder / TRIALS
        write_part(path, temporary(self._folder, TRIALS), whole, self._schema)

    def tidy_up(self) -> None:
        """Remove what only a sweep that is not complete needs."""
        shutil.rmtree(self._finished, ignore_errors=True)
        for name in self._keep:
            folder = self._folder / name
            if not any(folder.iterdir()):
                folder.rmdir()

    def _take(self, chunk: int, table: pa.Table) -> None:
        """Count a chunk as joined if all that belongs to it is there."""
        import pyarrow as pa

        schema = self._schema.append(pa.field(OWN, pa.bool_()))
        if len(table) != len(indices_of(chunk, self.trials)) or table.schema != schema:
            return
        rows = outlines(table)
        some_done = any(row.own and row.status == "done" for row in rows)
        parts = [self._folder / name / part_name(chunk) for name in self._keep]
        usable = [self._is_usable(part) for part in parts]  # every one that is damaged is set aside
        if all(usable) or not some_done:
            self.joined[chunk] = rows

    def _whole_small_files(self) -> dict[str, Status]:
        found: dict[str, Status] = {}
        for path in sorted(self._finished.iterdir()):  # "done" comes before "failed"
            trial = trial_of(path.name)
            if trial is None:
                continue
            key, status = trial
            if key in found:
                path.unlink()  # failed before it was run again
            elif not is_whole(path, trial, self._keep, sealed=self._sealed):
                self._set_aside(path)
            else:
                found[key] = status
        return found

    def _complete_rows(self) -> pa.Table | None:
        path = self._folder / TRIALS
        if not self._is_usable(path):
            return None
        table = read_part(path)
        if not table.schema.equals(self._schema) or len(table) != self.trials:
            return None
        return with_own(table)

    def _is_usable(self, path: Path) -> bool:
        """Whether a part is there and whole; one that is not whole is set aside."""
        if not path.exists():
            return False
        listed = self._listed.get(path.relative_to(self._folder).as_posix())
        if listed is not None:
            is_whole = not is_changed(self._folder, listed)
        else:
            is_whole = path.is_file() and (is_intact(path) if self._sealed else is_readable(path))
        if not is_whole:
            self._set_aside(path)
        return is_whole

    def _set_aside(self, path: Path) -> None:
        """Keep a damaged file where nothing reads it."""
        inside = path.relative_to(self._folder)
        (self._folder / DAMAGED).mkdir(exist_ok=True)
        place = self._folder / DAMAGED / "-".join(inside.parts)
        for number in itertools.count(2):
            if not place.exists():
                break
            place = place.with_name(f"{'-'.join(inside.parts)}-{number}")
        path.replace(place)
        self.damaged[inside.as_posix()] = place.relative_to(self._folder).as_posix()

    def _earlier_outcomes(self, chunk: int) -> Mapping[str, Row]:
        """How the trials of a chunk went when it was joined before, by key."""
        if chunk not in self.joined:
            return {}
        rows = read_part(self._finished / part_name(chunk)).to_pylist()
        return {row["key"]: outcome_of(row) for row in rows if row[OWN]}

    def _joined_tables(self, chunk: int, done: Sequence[str], name: str) -> Iterator[pa.Table]:
        """A table of trials that are done, each from its small file or from the part so far."""
        joined_before = any(key not in self.small for key in done)
        old = OldPart(self._folder / name / part_name(chunk)) if joined_before else None
        for key in done:
            if key in self.small:
                yield table_of(self._path_of(key, "done"), name)
            elif old is not None:
                yield old.rows_of(key)

    def _write_rows(self, chunk: int, table: pa.Table) -> None:
        path = self._finished / part_name(chunk)
        write_part(path, temporary(self._folder, path.name), lambda: [table], table.schema)

    def _path_of(self, key: str, status: Status) -> Path:
        return self._finished / small_name(key, status)


# -- the books: which trials are done, which under way, which next --


@dataclass(frozen=True)
class Counts:
    """How far a sweep is, in trials.

    Attributes:
        done: Finished well.
        failed: Ended with an error.
        total: All there are to be.
    """

    done: int
    failed: int
    total: int


class Ledger:
    """Keeps the books of a sweep while it runs, and has the store join what can be joined.

    Keys are made as trials come up, chunk by chunk, so that neither time nor memory is spent on
    those that come much later.

    Args:
        trials: The trials of all shards.
        positions: Positions of those that are this sweep's, ascending.
        rows: Makes their rows.
        store: Opened.
        retry_failed: Whether trials that failed are to be run again.
    """

    def __init__(
        self,
        trials: Sequence[PlannedTrial],
        positions: Sequence[int],
        rows: Rows,
        store: Store,
        *,
        retry_failed: bool = False,
    ) -> None:
        self._trials = trials
        self._positions = positions
        self._rows = rows
        self._store = store
        self._statuses = _statuses(store)
        if retry_failed:
            for key in [key for key, status in self._statuses.items() if status == "failed"]:
                del self._statuses[key]
        self._settled = {chunk for chunk in store.joined if self._is_settled(chunk)}
        self._seen: set[str] = set()
        self._under_way: Counter[str] = Counter()
        self._open: dict[int, _Chunk] = {}
        self._waiting: dict[str, list[int]] = {}
        self._tally: Counter[Status] = Counter()
        self._counted_early = self._count_what_is_there()

    @property
    def counts(self) -> Counts:
        """How far it is."""
        return Counts(self._tally["done"], self._tally["failed"], len(self._positions))

    @property
    def is_settled(self) -> bool:
        """Whether there was nothing to do from the beginning."""
        return len(self._settled) == len(chunks_of(len(self._positions)))

    def jobs(self) -> Iterator[Job]:
        """The trials to be run, in running order; chunks that need none are joined on the way.

        Raises:
            OSError: A part cannot be written.
        """
        for chunk in chunks_of(len(self._positions)):
            if chunk in self._settled:
                self._pass_over(chunk)
            else:
                yield from self._jobs_in(chunk)

    def add(self, outcome: Outcome) -> None:
        """Keep a finished trial, and join what is complete with it.

        Raises:
            OSError: A file cannot be written.
        """
        key = outcome.key
        self._store.add(outcome)
        self._statuses[key] = outcome.status
        self._tally[outcome.status] += self._under_way.pop(key)
        for chunk in self._waiting.pop(key):
            self._open[chunk].missing.discard(key)
            self._join_if_whole(chunk)

    def _is_settled(self, chunk: int) -> bool:
        """Whether nothing of a joined chunk is to be run or to be joined again."""
        own = [row.key for row in self._store.joined[chunk] if row.own]
        return all(key in self._statuses and key not in self._store.small for key in own)

    def _count_what_is_there(self) -> set[str]:
        """Count finished trials; keys of those whose place in the sweep is not known yet."""
        early = set(self._statuses)
        for chunk in self._settled:
            for row in self._store.joined[chunk]:
                if row.key in self._statuses:
                    self._tally[self._statuses[row.key]] += 1
                if row.own:
                    early.discard(row.key)
        for key in early:
            self._tally[self._statuses[key]] += 1
        return early

    def _pass_over(self, chunk: int) -> None:
        for row in self._store.joined[chunk]:
            self._seen.add(row.key)
            if row.key not in self._statuses:  # what it repeats got lost and is being run again
                self._under_way[row.key] += 1

    def _jobs_in(self, chunk: int) -> Iterator[Job]:
        here = self._open[chunk] = _Chunk()
        for index in indices_of(chunk, len(self._positions)):
            planned = self._trials[self._positions[index]]
            key = planned.trial.key
            here.rows.append(self._rows.row(planned, key))
            here.own.append(key not in self._seen)
            self._seen.add(key)
            if key in self._statuses:
                if key in self._counted_early:
                    self._counted_early.remove(key)
                else:
                    self._tally[self._statuses[key]] += 1
                continue
            is_new = key not in self._under_way
            self._under_way[key] += 1
            if key not in here.missing:
                here.missing.add(key)
                self._waiting.setdefault(key, []).append(chunk)
            if is_new:
                yield Job(key, planned.trial)
        here.is_whole = True
        self._join_if_whole(chunk)

    def _join_if_whole(self, chunk: int) -> None:
        here = self._open[chunk]
        if here.is_whole and not here.missing:
            self._store.join(chunk, here.rows, here.own)
            del self._open[chunk]


@dataclass
class _Chunk:
    """A chunk that is not joined yet.

    Attributes:
        rows: Its rows so far, without outcomes.
        own: For each whether it is the first with its key.
        missing: Keys of its trials that are under way.
        is_whole: Whether all of its rows are here.
    """

    rows: list[Row] = field(default_factory=list)
    own: list[bool] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    is_whole: bool = False


def _statuses(store: Store) -> dict[str, Status]:
    """How finished trials went, by key; what was run again since counts, not what was before."""
    known: dict[str, Status] = {}
    for rows in store.joined.values():
        known.update({row.key: row.status for row in rows if row.own and row.status is not None})
    return known | store.small

"""Shards of a sweep, joined to what one piece would have written; and how far a sweep is."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate
from math import fsum
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.runs.given import listed
from tsunagari.experiments.runs.sweep_files import (
    CHUNK,
    DESIGN,
    FINISHED,
    SCENARIO,
    TRIALS,
    Status,
    checked_record,
    chunk_of,
    chunks_of,
    files_in,
    indices_of,
    part_name,
    record_in,
    temporary,
    trial_of,
)
from tsunagari.experiments.runs.tables import read_part
from tsunagari.experiments.studies.experiment import Experiment, outlines, with_own
from tsunagari.experiments.studies.parts import OldPart
from tsunagari.experiments.studies.store import Counts, Store
from tsunagari.experiments.studies.sweep import SweepResults
from tsunagari.experiments.studies.sweep_folder import (
    SHARD_SUFFIX,
    Identity,
    Shard,
    SweepFolder,
    check_identity,
    identity_of,
)
from tsunagari.sim.problems import Problem, Problems, of_kind

if TYPE_CHECKING:
    import pyarrow as pa

_PARTS_AT_HAND = 32  # parts of shards held in memory


def merge(
    folders: Sequence[str | Path], out: str | Path | None = None, *, force: bool = False
) -> SweepResults:
    """Join the shards of a sweep: the same files that the sweep in one piece would have written.

    Args:
        folders: The folders of all shards, complete, in any order.
        out: The folder to write. None: the shards' common name without ``-shard-…``.
        force: Start over in a folder that holds another sweep.

    Raises:
        tsunagari.sim.problems.Problems: They are not the shards of one sweep, or not all, or some
            are not complete; or the folder cannot be used.
        tsunagari.sim.problems.Failure: A full disk.
    """
    of_kind(out, (str, Path, NoneType), "out", "the path of a folder")
    given: Sequence[str | Path] = listed(folders, "folders", "folders")
    if not given:
        raise Problems([Problem("folders", "needs at least one folder")])
    shards = _shards([Path(of_kind(f, (str, Path), "folders", "paths")) for f in given])
    path = Path(out) if out is not None else _common_name(shards)
    with SweepFolder(path, Identity(shards[0].record["design"]), force=force) as folder:
        counts = _Merging(shards, folder).done()
    return SweepResults(path, counts)


@dataclass(frozen=True)
class _Shard:
    path: Path
    record: dict[str, Any]
    shard: Shard


def _shards(paths: Sequence[Path]) -> list[_Shard]:
    """All shards of one sweep, in order.

    Raises:
        Problems: They are something else, or not all of it.
    """
    shards: list[_Shard] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            record = checked_record(path) if record_in(path) is not None else None
        except Problems as found:
            problems += found.problems
            continue
        if record is None:
            problems.append(_problem(path, "holds no sweep"))
            continue
        shard = identity_of(record).shard
        if shard is None:
            problems.append(_problem(path, "holds a sweep in one piece, not a shard"))
        else:
            shards.append(_Shard(path, record, shard))
    if not problems:
        problems = [*_not_of_one_sweep(shards), *_missing(shards)]
    if problems:
        raise Problems(problems)
    return sorted(shards, key=lambda shard: shard.shard.index)


def _not_of_one_sweep(shards: Sequence[_Shard]) -> Iterator[Problem]:
    first = shards[0]
    seen: dict[int, Path] = {}
    for shard in shards:
        index, of = shard.shard.index, shard.shard.of
        if shard.record["design"] != first.record["design"]:
            yield _problem(shard.path, f"belongs to another design than {first.path}")
        elif of != first.shard.of:
            yield _problem(
                shard.path, f"is one of {of} shards, and {first.path} one of {first.shard.of}"
            )
        elif index in seen:
            yield _problem(shard.path, f"holds the same shard as {seen[index]} ({shard.shard})")
        else:
            seen[index] = shard.path


def _missing(shards: Sequence[_Shard]) -> Iterator[Problem]:
    first = shards[0]
    total = first.record["total_of_all_shards"]
    there = {shard.shard.index for shard in shards}
    for index in sorted(set(range(first.shard.of)) - there):
        missing = Shard(index, first.shard.of)
        number = len(missing.positions(total))
        if number:
            yield Problem(
                "", f"{missing} is missing, {number} of {total} trials",
                suggestion=f"run it: tsunagari sweep … --shard {index}/{first.shard.of}",
            )  # fmt: skip
    for shard in shards:
        if not (shard.path / TRIALS).exists():
            number = shard.record["total"]
            open_ = number - finished_in(shard.path)
            what = f"{shard.shard} is not complete: {open_} of its {number} trials are missing"
            yield _problem(shard.path, what, "run the same command again")


class _Merging:
    """One folder made of those of the shards."""

    def __init__(self, shards: Sequence[_Shard], folder: SweepFolder) -> None:
        import pyarrow as pa

        self._shards = shards
        self._folder = folder
        self._record = shards[0].record
        self._total: int = self._record["total_of_all_shards"]
        tables = [read_part(shard.path / TRIALS) for shard in shards]
        self._schema: pa.Schema = tables[0].schema
        self._rows = with_own(pa.concat_tables(tables).take(self._places(tables)).combine_chunks())
        self._outlines = outlines(self._rows)
        self._part = lru_cache(_PARTS_AT_HAND)(OldPart)

    def done(self) -> Counts:
        """Write everything; what says that it is complete comes last."""
        folder = self._folder.path
        statuses = Counter(self._rows.column("status").to_pylist())
        counts = Counts(statuses["done"], statuses["failed"], self._total)
        record = {name: value for name, value in self._record.items() if name != "files"}
        record |= {
            "format": min(shard.record["format"] for shard in self._shards),
            "shard": None, "total": self._total, "done": counts.done, "failed": counts.failed,
            "merged": len(self._shards), "started": min(s.record["started"] for s in self._shards),
            "finished": max(s.record["finished"] for s in self._shards),
            "seconds": round(fsum(s.record["seconds"] for s in self._shards), 4),
        }  # fmt: skip
        self._folder.write_record(record | {"status": "unfinished"})
        (folder / TRIALS).unlink(missing_ok=True)
        for name in (DESIGN, SCENARIO):
            shutil.copyfile(self._shards[0].path / name, temporary(folder, name))
            temporary(folder, name).replace(folder / name)
        store = Store(folder, self._record["keep"], self._schema, self._total)
        store.make_folders()
        for chunk in chunks_of(self._total):
            places = indices_of(chunk, self._total)
            done = [place for place in places if self._has_rows(place)]
            rows = self._rows.slice(places.start, len(places))
            store.write(chunk, rows, partial(self._tables_of, done) if done else None)
        store.finish()
        files = files_in(folder, self._record["keep"])
        self._folder.write_record(record | {"status": "complete", "files": files})
        store.tidy_up()
        return counts

    def _places(self, tables: Sequence[pa.Table]) -> list[int]:
        """For each position of the sweep the row in the tables of all shards below one another."""
        starts = list(accumulate((len(table) for table in tables), initial=0))
        number = len(tables)
        return [starts[place % number] + place // number for place in range(self._total)]

    def _has_rows(self, place: int) -> bool:
        row = self._outlines[place]
        return row.own and row.status == "done"

    def _tables_of(self, places: Sequence[int], name: str) -> Iterator[pa.Table]:
        """A table of the trials at some positions."""
        for place in places:
            index, shard = divmod(place, len(self._shards))
            part = self._shards[shard].path / name / part_name(index // CHUNK)
            yield self._part(part).rows_of(self._outlines[place].key)


def _common_name(shards: Sequence[_Shard]) -> Path:
    """The folder of the sweep in one piece, by the names of the shards' folders."""
    names = {shard.path.parent / shard.path.name.rpartition(SHARD_SUFFIX)[0] for shard in shards}
    if len(names) != 1 or not next(iter(names)).name:
        what = "the folders of the shards have no name in common"
        raise Problems([Problem("", what, suggestion="say where to write: --out DIR")])
    return names.pop()


def _problem(folder: Path, what: str, suggestion: str | None = None) -> Problem:
    return Problem("", what, file=str(folder), suggestion=suggestion)


def counts_in(folder: Path, experiment: Experiment, shard: Shard | None = None) -> Counts:
    """How far the sweep in a folder is, also while a process is at work there.

    Trials that a design has twice count once until their part of the sweep is complete.

    Raises:
        tsunagari.sim.problems.Problems: The folder belongs to something else, or a file is damaged.
    """
    total = len(experiment.trials())
    if shard is not None:
        total = len(shard.positions(total))
    if check_identity(folder, Identity(experiment.key, shard)) is None:
        return Counts(0, 0, total)
    checked_record(folder)
    counted = Counter(_statuses(folder))
    return Counts(counted["done"], counted["failed"], total)


def finished_in(folder: Path) -> int:
    """How many trials of the sweep in a folder are finished, well or not."""
    return sum(status is not None for status in _statuses(folder))


def _statuses(folder: Path) -> list[Status | None]:
    """Status of every trial that is finished, and None of those whose repeat is not."""
    while True:
        try:
            # Small files first: what is joined in the meantime is then in both, not in neither.
            small = _small_files(folder / FINISHED)
            if (folder / TRIALS).exists():
                return [status for _, status in _rows(folder / TRIALS)]
            parts = [
                path for path in (folder / FINISHED).iterdir() if chunk_of(path.name) is not None
            ]
            rows = [row for part in sorted(parts) for row in _rows(part)]
        except FileNotFoundError:  # there is no such folder yet; or no longer, as it is complete
            if not (folder / FINISHED).exists() and not (folder / TRIALS).exists():
                return []
            continue
        known: dict[str, Status | None] = {key: status for key, status in rows if status}
        known |= small
        joined = {key for key, _ in rows}
        alone = [status for key, status in small.items() if key not in joined]
        return [*(known.get(key) for key, _ in rows), *alone]


def _small_files(finished: Path) -> dict[str, Status]:
    if not finished.is_dir():
        return {}
    trials = [trial_of(path.name) for path in finished.iterdir()]
    # "failed" before "done", which wins
    return dict(sorted((t for t in trials if t is not None), key=lambda t: t[1], reverse=True))


def _rows(path: Path) -> list[tuple[str, Status | None]]:
    table = read_part(path, ["key", "status"])
    return list(
        zip(table.column("key").to_pylist(), table.column("status").to_pylist(), strict=True)
    )

"""Which trials of a sweep are done, which are under way, and which are next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from experiments.runs.sweep_files import Status, chunks_of, indices_of
from experiments.studies.experiment import PlannedTrial
from experiments.studies.parts import Job, Outcome
from experiments.studies.rows import Row, Rows
from experiments.studies.store import Store


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

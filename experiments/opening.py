"""Opening a result folder: whatever ``run``, ``compare``, ``sweep`` or ``explain`` wrote.

Every command that reads results comes through here, and so does :func:`read_results`. What is
opened is, to the byte, what was written, and holds what its kind must hold; anything else is told
in a sentence that says which file, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from experiments.store.folder import RECORD, SCENARIO, STAGING_PREFIX
from experiments.store.reading import RunRecord, read_record
from experiments.store.seal import FORMAT, damaged, refused
from experiments.store.tables import FORMATS, read_table
from experiments.sweep.checking import OLD, checked_record, is_changed
from experiments.sweep.layout import RECORD as SWEEP_RECORD
from experiments.sweep.layout import TRIALS
from sim.problems import Failure, Problem, Problems
from sim.results import COLUMNS

if TYPE_CHECKING:
    import numpy as np

    from sim.scenario import Scenario

type Kind = Literal["run", "comparison", "sweep", "explanation"]

EXPLAINED = ("retention_parts", "word_of_mouth", "connection")
"""Tables of an explanation."""
AGAIN = "run it again, with --force into this folder"
_TABLES = {"run": tuple(COLUMNS), "comparison": (*COLUMNS, "differences")}
_SHOWN = (".png", ".svg", ".html", ".txt")
"""Endings of files that are for the eye: nothing is read from them, and they may be edited."""


@dataclass(frozen=True, eq=False)
class Source:
    """A result folder, opened.

    Attributes:
        folder: Where it is.
        kind: What wrote it.
        record: ``run.json``, or ``sweep.json`` of a sweep.
        plan: The resolved scenario; of a comparison that of the base.
        notes: What cannot be told of it, or is not as it was written without being read.
    """

    folder: Path
    kind: Kind
    record: Mapping[str, Any]
    plan: Scenario
    notes: tuple[str, ...] = ()
    _read: dict[str, dict[str, np.ndarray]] = field(default_factory=dict, repr=False)

    @cached_property
    def files(self) -> dict[str, Path]:
        """Files of tables, by table; what somebody put beside them is none of them."""
        listed = self.record.get("files")
        if listed is None:  # a folder that is still being written
            there = [p for suffix in FORMATS for p in sorted(self.folder.glob(f"*.{suffix}"))]
        else:
            there = [self.folder / file["name"] for file in listed]
        found: dict[str, Path] = {}
        for path in there:
            if path.suffix[1:] in FORMATS and path.parent == self.folder:
                found.setdefault(path.stem, path)
        return found

    def table(self, name: str) -> dict[str, np.ndarray]:
        """The columns of a table.

        Raises:
            Problems: There is no such table, or the file does not hold what such a table holds.
        """
        if name not in self._read:
            if name not in self.files:
                message = f"the table {name} is missing, and a {self.kind} has one"
                raise refused(self.folder, message, AGAIN)
            self._read[name] = self._checked(name, self.files[name])
        return self._read[name]

    def _checked(self, name: str, path: Path) -> dict[str, np.ndarray]:
        from experiments.store.contents import Extent, wrong_columns, wrong_rows

        try:
            columns = read_table(path)
        except Exception as error:  # whatever a library says of a file that is no table
            message = f"{path.name} cannot be read as a table ({_line(error)})"
            raise refused(self.folder, message, AGAIN) from error
        wrong = wrong_columns(name, columns)
        if wrong is None and self.record.get("replications") is not None:
            runs = len(self.record["replications"])
            wrong = wrong_rows(name, columns, Extent(self._months, runs))
        if wrong is not None:
            raise refused(self.folder, f"{path.name} is not the table {name}: {wrong}", AGAIN)
        return columns

    @cached_property
    def _months(self) -> dict[str, int]:
        """The last month, by what the tables call the scenario."""
        compared = self.record.get("scenarios")
        if compared is None:
            return {self.plan.title: self.plan.market.months}
        return {
            one["scenario"]: plan_in(self.folder, one["file"]).market.months for one in compared
        }

    @property
    def seed(self) -> int:
        """The seed of the run or of the design."""
        return int(self.record.get("seed", self.plan.seed))


def opened(folder: Path) -> Source:
    """A result folder of any kind, verified.

    Args:
        folder: What ``run``, ``compare``, ``sweep`` or ``explain`` wrote.

    Raises:
        Problems: It is no such folder, something in it is damaged or missing, or does not hold
            what it should.
    """
    with reading(folder):
        if not folder.is_dir():
            what = "this is a file, not a folder" if folder.exists() else "there is no such folder"
            raise refused(folder, what, "give the folder that a run wrote")
        if (folder / SWEEP_RECORD).exists():
            record = checked_record(folder)
            return Source(folder, "sweep", record, plan_in(folder, SCENARIO), _notes(record, []))
        if not (folder / RECORD).exists():
            raise _no_result(folder)
        record = read_record(folder / RECORD, RunRecord, AGAIN)
        kind: Kind = "comparison" if "comparison" in record else "run"
        kind = "explanation" if "explanation" in record else kind
        shown = _check_files(folder, record)
        source = Source(folder, kind, record, plan_in(folder, SCENARIO), _notes(record, shown))
        for name in _TABLES.get(kind, source.files):
            source.table(name)
        return source


def finished_sweep(folder: Path) -> Source:
    """A sweep that is finished, verified.

    Raises:
        Problems: It is no such folder, or something in it is damaged.
    """
    from experiments.outcomes import trial_keys

    if not (folder / TRIALS).is_file():
        trial_keys(folder)  # says which way there is no finished sweep
    return opened(folder)


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Whatever goes wrong in the block is the folder's fault, and said in a sentence.

    Digests tell what is not as it was written. This is for what somebody else wrote, or an earlier
    version: contents that no check foresaw.

    Raises:
        Problems: Instead of any other exception.
    """
    try:
        yield
    except (Problems, Failure, MemoryError):
        raise
    except OSError as error:
        place = Path(str(error.filename or folder))
        raise refused(place, f"this cannot be read ({error.strerror or error})") from error
    except Exception as error:
        what = (
            f"what is in the folder does not fit together ({type(error).__name__}: {_line(error)})"
        )
        raise refused(folder, what, AGAIN) from error


def _check_files(folder: Path, record: Mapping[str, Any]) -> list[str]:
    """Refuse a folder in which a file that is read has changed; names of others that have."""
    from experiments.store.folder import REPORT

    changed = [file["name"] for file in record["files"] if is_changed(folder, file)]
    problems = [
        damaged(folder / name, AGAIN) if (folder / name).exists() else _missing(folder, name)
        for name in changed
        if not name.endswith(_SHOWN)
    ]
    if problems:
        raise Problems(problems)
    return [name for name in changed if name != REPORT]


def _missing(folder: Path, name: str) -> Problem:
    path = Path(name)
    table = f"the table {path.stem}" if path.suffix[1:] in FORMATS else name
    return Problem("", f"{table} is missing, and run.json lists it", str(folder), suggestion=AGAIN)


def _notes(record: Mapping[str, Any], changed: Sequence[str]) -> tuple[str, ...]:
    notes = [OLD] if record["format"] < FORMAT else []
    if changed:
        names = ", ".join(changed)
        notes.append(f"{names}: missing, or not as the command wrote it; nothing is read from it")
    return tuple(notes)


def _no_result(folder: Path) -> Problems:
    names = [path.name for path in folder.iterdir()]
    if any(name.startswith(STAGING_PREFIX) for name in names):
        return refused(
            folder, "the folder holds what an interrupted run left behind, and no result", AGAIN
        )
    message = f"the folder holds no result: neither {RECORD} nor {SWEEP_RECORD} is in it"
    return refused(folder, message, "give the folder that run, compare, sweep or explain wrote")


def plan_in(folder: Path, name: str) -> Scenario:
    """A resolved scenario of a folder, whether or not it could still be run here.

    Code that it names is not imported, and a network that it was run on need not be there.

    Raises:
        Problems: The file is missing, or is no scenario any more.
    """
    from sim.reading.extends import read_with_bases
    from sim.reading.validation import validated
    from sim.scenario import Scenario

    path = folder / name
    if not path.is_file():
        raise refused(folder, f"{name} is missing, which says what was run", AGAIN)
    found = read_with_bases(path)
    if found.problems:
        raise Problems(found.problems)
    return validated(Scenario, found.root, {"allow_code": True})


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]

"""Opening a result folder: whatever a command that runs markets wrote.

Every command that reads results comes through :func:`opened`, and so does :func:`read_results`.
What is opened is, to the byte, what was written, and holds what its kind must hold by the declared
columns; anything else is told in a sentence that says which file, and what to do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tsunagari.experiments.runs.disk import FORMAT, damaged, refused
from tsunagari.experiments.runs.folder import (
    DECISION_PAGE,
    FIT_PAGE,
    RECORD,
    REPORT,
    SCENARIO,
    STAGING_PREFIX,
)
from tsunagari.experiments.runs.record import RunRecord, read_record
from tsunagari.experiments.runs.sweep_files import (
    OLD,
    TRIALS,
    checked_record,
    is_changed,
    parts_in,
    trial_keys,
)
from tsunagari.experiments.runs.sweep_files import RECORD as SWEEP_RECORD
from tsunagari.experiments.runs.tables import FORMATS, read_table
from tsunagari.sim.measures import (
    COLUMNS,
    FIRM_MEASURES,
    MARKET_MEASURES,
    SEGMENT_MEASURES,
)
from tsunagari.sim.problems import Failure, Problem, Problems

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from tsunagari.sim.scenario import Scenario

_NEVER_EMPTY = ("firms", "market")  # cohorts are where nobody ever joins
_NUMBERS = "iufb"
MEASURES = {
    "firms": FIRM_MEASURES,
    "market": MARKET_MEASURES,
    "segments": SEGMENT_MEASURES,
}
"""Columns of the model's numbers, by table; those of one's own may be there, too."""


def wrong_columns(name: str, columns: Mapping[str, NDArray[np.generic]]) -> str | None:
    """What is wrong with the columns of a table, or None; those of one's own may be there, too.

    Args:
        name: The table's.
        columns: Its columns.
    """
    declared = COLUMNS.get(name, {})
    wanted = [*declared, *MEASURES.get(name, ())]
    missing = [column for column in wanted if column not in columns]
    if missing:
        return f"it has no column {missing[0]}"
    return next(_wrong_kinds(name, columns), None)


def wrong_rows(
    name: str,
    columns: Mapping[str, NDArray[np.generic]],
    months: Mapping[str, int],
    replications: int,
) -> str | None:
    """What is wrong with the rows of a table whose columns are right, or None.

    Args:
        name: The table's.
        columns: Its columns.
        months: The last month, by scenario as the tables call it.
        replications: How many runs the tables are of.
    """
    if name not in COLUMNS:
        return None
    scenario, run = columns["scenario"], columns["replication"]
    if not len(run):
        return "it has no rows" if name in _NEVER_EMPTY else None
    labels = set(scenario.tolist())
    for label in labels:
        if label not in months:
            return f"it has rows of a scenario that was not run ({label})"
        here = scenario == label
        if name in _NEVER_EMPTY and np.unique(run[here]).size != replications:
            return f"it has not all of the {replications} replications"
        times = _times(columns, here)
        if any(int(time.max()) > months[label] for time in times):
            return f"it has months beyond {months[label]}, the last"
        if name == "market":
            expected = replications * (months[label] + 1)
            places = np.unique(np.column_stack([run[here], times[0]]).astype(np.int64), axis=0)
            if not len(places) == here.sum() == expected:
                return "it has not one row for each replication and month"
    if int(run.max()) >= replications:
        return f"it has replications beyond {replications - 1}, the last"
    if name in _NEVER_EMPTY and len(labels) != len(months):
        return "it has not all of the scenarios"
    if name == "firms" and _has_twins([scenario, run, columns["month"], columns["firm"]]):
        return "it has several rows for a replication, month and firm"
    return None


def _times(
    columns: Mapping[str, NDArray[np.generic]], here: NDArray[np.bool_]
) -> list[NDArray[np.generic]]:
    """The months that rows speak of; a cohort's is when it has the tenure of its row."""
    if "month" in columns:
        return [columns["month"][here]]
    if "joined" in columns:
        return [np.add(columns["joined"][here], columns["tenure"][here], dtype=np.int64)]
    return []


def _wrong_kinds(name: str, columns: Mapping[str, NDArray[np.generic]]) -> Iterator[str]:
    for column, (kind, *_) in COLUMNS.get(name, {}).items():
        values = columns[column]
        if not len(values):
            continue
        if kind == "text" and not all(isinstance(value, str) for value in values):
            yield f"its column {column} does not hold texts"
        if kind == "people":
            if values.dtype.kind not in "iuf" or not np.greater_equal(values, 0).all():
                yield f"its column {column} does not hold numbers from 0"
        elif kind != "text" and values.dtype.kind not in "iu":
            yield f"its column {column} does not hold whole numbers"
        elif kind == "whole" and int(values.min()) < 0:
            yield f"its column {column} does not hold whole numbers from 0"
    for column in MEASURES.get(name, ()):
        if columns[column].dtype.kind not in _NUMBERS:
            yield f"its column {column} does not hold numbers"


def _has_twins(columns: list[NDArray[np.generic]]) -> bool:
    codes = [np.unique(column, return_inverse=True)[1] for column in columns]
    return len(np.unique(np.column_stack(codes), axis=0)) < len(codes[0])


type Kind = Literal["run", "comparison", "sweep", "explanation", "fit", "decision"]

EXPLAINED = ("retention_parts", "word_of_mouth", "connection")
"""Tables of an explanation."""
AGAIN = "run it again, with --force into this folder"
FITTED = ("fit", "parameters", "columns", "ensemble")
"""Tables of a fit; it may have a backtest, too."""
FIGURES: Mapping[Kind, str] = {"fit": "fit.json", "decision": "decision.json"}
"""Files of figures, of the kinds whose pages are made from more than tables."""
PAGES: Mapping[Kind, str] = {"fit": FIT_PAGE, "decision": DECISION_PAGE}
"""What a report is called, of the kinds whose commands write it themselves."""
_TABLES = {
    "run": tuple(COLUMNS),
    "comparison": (*COLUMNS, "differences"),
    "fit": FITTED,
    "decision": ("decision",),
}
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

        try:
            columns = read_table(path)
        except Exception as error:  # whatever a library says of a file that is no table
            message = f"{path.name} cannot be read as a table ({_line(error)})"
            raise refused(self.folder, message, AGAIN) from error
        wrong = wrong_columns(name, columns)
        if wrong is None and self.record.get("replications") is not None:
            runs = len(self.record["replications"])
            wrong = wrong_rows(name, columns, self._months, runs)
        if wrong is not None:
            raise refused(self.folder, f"{path.name} is not the table {name}: {wrong}", AGAIN)
        return columns

    @cached_property
    def figures(self) -> Mapping[str, Any]:
        """``fit.json`` of a fit, ``decision.json`` of a decision.

        Raises:
            Problems: It is missing.
        """
        file = self.folder / FIGURES[self.kind]
        if not file.is_file():
            raise refused(self.folder, f"{file.name} is missing, and a {self.kind} has one", AGAIN)
        found: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return found

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
        folder: What ``run``, ``compare``, ``sweep``, ``explain``, ``fit`` or ``decide`` wrote.

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
        kind = "fit" if "fit" in record else kind
        kind = "decision" if "decision" in record else kind
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
    changed = [file["name"] for file in record["files"] if is_changed(folder, file)]
    problems = [
        damaged(folder / name, AGAIN) if (folder / name).exists() else _missing(folder, name)
        for name in changed
        if not name.endswith(_SHOWN)
    ]
    if problems:
        raise Problems(problems)
    return [name for name in changed if name not in (REPORT, *PAGES.values())]


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
    return refused(
        folder, message, "give the folder that run, compare, sweep, explain, fit or decide wrote"
    )


def plan_in(folder: Path, name: str) -> Scenario:
    """A resolved scenario of a folder, whether or not it could still be run here.

    Code that it names is not imported, and a network that it was run on need not be there.

    Raises:
        Problems: The file is missing, or is no scenario any more.
    """
    from tsunagari.sim.reading.loading import read_with_bases
    from tsunagari.sim.reading.validation import validated
    from tsunagari.sim.scenario import Scenario

    path = folder / name
    if not path.is_file():
        raise refused(folder, f"{name} is missing, which says what was run", AGAIN)
    found = read_with_bases(path)
    if found.problems:
        raise Problems(found.problems)
    return validated(Scenario, found.root, {"allow_code": True})


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def read_results(folder: str | Path) -> ResultTables:
    """The tables of what ``run``, ``compare``, ``sweep``, ``explain``, ``fit`` or ``decide`` wrote.

    ``read_results("results/one").firms`` is the table of firms, and so is ``…["firms"]``. Of a
    sweep there are ``trials`` and the tables that were kept, each row with its trial's ``key``.

    Args:
        folder: A finished result folder.

    Raises:
        tsunagari.sim.problems.Problems: It is no result folder, a file in it is damaged or missing,
            or does not hold what it should; the text names the file and says what to do.
        tsunagari.sim.problems.Failure: It is a sweep that is not finished.
    """
    source = opened(Path(folder))
    if source.kind == "sweep" and not (source.folder / TRIALS).exists():
        raise Failure(f"{folder}: the sweep is not finished; the same command goes on with it")
    return ResultTables(source)


class ResultTables(Mapping[str, "pd.DataFrame"]):
    """The tables of a result folder by name, as a mapping or as attributes; read when asked for.

    Attributes:
        folder: Where it is.
        kind: ``run``, ``comparison``, ``sweep``, ``explanation``, ``fit`` or ``decision``.
        record: What ``run.json`` or ``sweep.json`` says.
        scenario: The resolved scenario; of a comparison that of the base.
        notes: What cannot be told of the folder: an earlier version kept no digests.
    """

    def __init__(self, source: Source) -> None:
        self.folder: Path = source.folder
        self.kind: str = source.kind
        self.record: Mapping[str, Any] = source.record
        self.scenario: Scenario = source.plan
        self.notes: tuple[str, ...] = source.notes
        self._source = source
        self._frames: dict[str, pd.DataFrame] = {}
        names = list(source.files)
        if source.kind == "sweep":
            names = [Path(TRIALS).stem, *(n for n in source.record["keep"] if self._parts(n))]
        self._names = tuple(names)

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._frames:
            with reading(self.folder):
                self._frames[name] = self._frame(name)
        return self._frames[name]

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_") or name not in self._names:
            there = ", ".join(self.__dict__.get("_names", ()))
            raise AttributeError(f"there is no table {name} in this folder; there are {there}")
        return self[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._names]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"<results of a {self.kind} in {self.folder}: {', '.join(self._names)}>"

    def _frame(self, name: str) -> pd.DataFrame:
        import pandas as pd

        if self.kind != "sweep":
            return pd.DataFrame(self._source.table(name))
        import pyarrow as pa

        from tsunagari.experiments.runs.tables import read_part

        files = [self.folder / TRIALS] if name == Path(TRIALS).stem else self._parts(name)
        return pa.concat_tables([read_part(file) for file in files]).to_pandas()

    def _parts(self, name: str) -> list[Path]:
        return parts_in(self.folder / name)

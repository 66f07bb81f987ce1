"""``run.json`` and ``sweep.json``: what made a result, and how it is read back.

A record says which run this is, with what it was made and how long it took. It is sealed, and read
by a declared schema.
"""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import os
import platform
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from tsunagari.experiments.runs.disk import DIGEST, FORMAT, is_sealed, refused
from tsunagari.experiments.runs.trial import Trial, digest
from tsunagari.sim.version import version

if TYPE_CHECKING:
    from tsunagari.sim.scenario import Scenario

_MOST_BYTES = 64 * 2**20


def _inside(name: str) -> str:
    """Never follow a path out of the folder."""
    parts = re.split(r"[/\\]", name)
    if "" in parts or "." in parts or ".." in parts or ":" in name:
        raise ValueError("this is no name of a file in the folder")
    return name


type Name = Annotated[str, AfterValidator(_inside)]
type Count = Annotated[int, Field(ge=0)]


class _Part(BaseModel):
    """Something in a record; there may be more in it than is declared here."""

    model_config = ConfigDict(extra="allow", strict=True)


class ListedFile(_Part):
    """A file of the result; a record of format 1 knows no digest."""

    name: Name
    bytes: Count
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class _Replication(_Part):
    replication: Count
    seed: int
    key: str


class _Compared(_Part):
    scenario: str
    file: Name


class _Brief(_Part):
    measure: str
    months: list[Count]


class _Any(_Part):
    format: Annotated[int, Field(ge=1)]
    started: str
    finished: str | None = None
    versions: dict[str, str]
    machine: dict[str, str | int | None]
    files: list[ListedFile] | None = None

    @model_validator(mode="after")
    def _lists_digests(self) -> Self:
        if self.format >= FORMAT and any(file.digest is None for file in self.files or ()):
            raise ValueError("a file is listed without its digest")
        return self


class RunRecord(_Any):
    """``run.json`` of a run, a comparison, an explanation, a fit or a decision."""

    status: Literal["complete"]
    scenario: str
    plan_hash: str
    seed: int
    replications: Annotated[list[_Replication], Field(min_length=1)]
    customers: Annotated[int, Field(ge=1)]
    months: Count
    finished: str
    command: list[str]
    notes: list[str]
    files: list[ListedFile]
    scenarios: Annotated[list[_Compared], Field(min_length=2)] | None = None
    comparison: _Brief | None = None
    explanation: dict[str, Any] | None = None
    fit: dict[str, Any] | None = None
    decision: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _compares_what_it_lists(self) -> Self:
        if (self.comparison is None) != (self.scenarios is None):
            raise ValueError("comparison and scenarios belong together")
        return self


class _Shard(_Part):
    index: Count
    of: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.index >= self.of:
            raise ValueError("there is no such shard")
        return self


class SweepRecord(_Any):
    """``sweep.json``; an unfinished sweep lists no files."""

    status: Literal["unfinished", "complete"]
    design: str
    name: str
    title: str | None
    shard: _Shard | None
    total: Count
    total_of_all_shards: Count
    keep: list[Name]
    done: Count | None = None
    failed: Count | None = None
    seconds: float | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        needed = (self.done, self.failed, self.finished, self.seconds)
        if self.status == "complete" and None in needed:
            raise ValueError("a complete sweep says what came of it")
        if self.status == "complete" and self.format >= FORMAT and self.files is None:
            raise ValueError("a complete sweep lists its files")
        return self


def read_record(path: Path, schema: type[RunRecord | SweepRecord], mend: str) -> dict[str, Any]:
    """What a record says.

    Args:
        path: An existing file.
        schema: What it should say.
        mend: What to do about a damaged one.

    Raises:
        Problems: It cannot be read, is not what was written, or says something else.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise refused(path, "this is too large for a record", mend)
        content = path.read_bytes()
        found = json.loads(content.decode())
    except (OSError, ValueError, RecursionError) as error:
        if hasattr(error, "problems"):
            raise
        why = error.strerror if isinstance(error, OSError) else str(error).splitlines()[0]
        why = "it is no UTF-8 text" if isinstance(error, UnicodeDecodeError) else why
        raise refused(path, f"this cannot be read as a record ({why})", mend) from error
    if not isinstance(found, dict):
        raise refused(path, "this is not the record of a result", mend)
    is_old = found.get("format") == 1 and DIGEST not in found
    if not is_old and not is_sealed(content):
        if DIGEST in found:
            raise refused(path, "the record is damaged: its digest is not that of its text", mend)
        raise refused(path, "the record is damaged, or no record of ours: it has no digest", mend)
    try:
        schema.model_validate(found)
    except ValidationError as error:
        raise refused(path, f"this is no record of a result: {_told(error)}", mend) from error
    if found["format"] > FORMAT:
        raise refused(
            path, f"the record has the format {found['format']}, of a later version",
            "open it with that version, or a later one",
        )  # fmt: skip
    found.pop(DIGEST, None)
    return found


def _told(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(step) for step in first["loc"])
    what = first["msg"].removeprefix("Value error, ")
    return f"{where}: {what[0].lower()}{what[1:]}" if where else what


_PACKAGES = ("mesa", "numpy", "numba", "llvmlite", "pandas", "pyarrow")


def run_record(
    plan: Scenario,
    trials: Sequence[Trial],
    *,
    started: datetime.datetime,
    phases: Mapping[str, float],
    seconds: Iterable[Mapping[str, float]],
    notes: Sequence[str],
    command: Sequence[str],
) -> dict[str, Any]:
    """What ``run.json`` says besides its status and the list of files.

    Args:
        plan: The resolved scenario.
        trials: What was run, replication 0 first.
        started: When the command began, with time zone.
        phases: Wall-clock seconds of the phases of the whole command.
        seconds: Wall-clock seconds per phase of each replication.
        notes: What the user was told.
        command: The command line, program name first.
    """
    now = datetime.datetime.now(datetime.UTC)
    return {
        "format": FORMAT,
        "scenario": plan.title,
        "plan_hash": digest(plan, seed=trials[0].seed),
        "seed": trials[0].seed,
        "replications": [
            {"replication": trial.replication, "seed": trial.seed, "key": trial.key}
            for trial in trials
        ],
        "customers": plan.market.customers,
        "months": plan.market.months,
        "people": plan.market.people,
        "money": plan.money.model_dump(mode="json"),
        "started": started.astimezone(datetime.UTC).isoformat(timespec="milliseconds"),
        "finished": now.isoformat(timespec="milliseconds"),
        "timings": {
            "phases": _rounded(phases),
            "replications": [_rounded(trial) for trial in seconds],
        },
        "command": list(command),
        "notes": list(notes),
        "versions": versions(),
        "machine": machine(),
    }


def versions() -> dict[str, str]:
    """Versions the numbers may depend on; a package that is not installed is left out."""
    found = {"tsunagari": version(), "python": platform.python_version()}
    for name in _PACKAGES:
        loaded = getattr(sys.modules.get(name), "__version__", None)
        if isinstance(loaded, str):  # quicker
            found[name] = loaded
            continue
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def machine() -> dict[str, str | int | None]:
    """What kind of machine this is; nothing that says which one or whose."""
    return {
        "system": platform.system(),
        "release": platform.release(),
        "architecture": platform.machine(),
        "implementation": platform.python_implementation(),
        "processors": os.cpu_count(),
    }


def _rounded(seconds: Mapping[str, float]) -> dict[str, float]:
    return {phase: round(value, 4) for phase, value in seconds.items()}

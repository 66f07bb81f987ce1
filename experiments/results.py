"""``read_results(folder)``: the tables of a result folder as pandas DataFrames, verified."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.opening import Source, opened, reading
from experiments.sweep.layout import TRIALS, chunk_of
from sim.problems import Failure

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario


def read_results(folder: str | Path) -> ResultTables:
    """The tables of what ``run``, ``compare``, ``sweep`` or ``explain`` wrote.

    ``read_results("results/one").firms`` is the table of firms, and so is ``…["firms"]``. Of a
    sweep there are ``trials`` and the tables that were kept, each row with its trial's ``key``.

    Args:
        folder: A finished result folder.

    Raises:
        sim.problems.Problems: It is no result folder, a file in it is damaged or missing, or does
            not hold what it should; the text names the file and says what to do.
        sim.problems.Failure: It is a sweep that is not finished.
    """
    source = opened(Path(folder))
    if source.kind == "sweep" and not (source.folder / TRIALS).exists():
        raise Failure(f"{folder}: the sweep is not finished; the same command goes on with it")
    return ResultTables(source)


class ResultTables(Mapping[str, "pd.DataFrame"]):
    """The tables of a result folder by name, as a mapping or as attributes; read when asked for.

    Attributes:
        folder: Where it is.
        kind: ``run``, ``comparison``, ``sweep`` or ``explanation``.
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

        from experiments.sweep.parts import read_part

        files = [self.folder / TRIALS] if name == Path(TRIALS).stem else self._parts(name)
        return pa.concat_tables([read_part(file) for file in files]).to_pandas()

    def _parts(self, name: str) -> list[Path]:
        folder = self.folder / name
        there = sorted(folder.iterdir()) if folder.is_dir() else []
        return [path for path in there if chunk_of(path.name) is not None]

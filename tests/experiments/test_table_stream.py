"""A table written piece by piece is the table written at once."""

import numpy as np
import pytest

from tsunagari.experiments.runs import tables as module
from tsunagari.experiments.runs.tables import TableStream, read_table, write_table


def piece(number, rows=3):
    return {
        "name": [f"ä {number}", "", None][:rows],
        "value": np.array([0.1 * number, np.nan, 2.5])[:rows],
        "count": np.arange(rows) + number,
    }


def whole(count):
    parts = [piece(number) for number in range(count)]
    columns = {name: [value for part in parts for value in part[name]] for name in parts[0]}
    return columns | {"count": np.array(columns["count"])}


@pytest.mark.parametrize("format", ["parquet", "csv"])
@pytest.mark.parametrize("together", [1, 5, 1000])
def test_pieces_make_the_whole(tmp_path, monkeypatch, format, together):
    monkeypatch.setattr(module, "_ROWS_TOGETHER", together)
    with TableStream(tmp_path / f"stream.{format}", format) as stream:
        for number in range(4):
            stream.add(piece(number))
    write_table(whole(4), tmp_path / f"whole.{format}", format)
    one, two = (read_table(tmp_path / f"{name}.{format}") for name in ("stream", "whole"))
    assert list(one) == list(two)
    for name in one:
        np.testing.assert_array_equal(one[name], two[name])
    if format == "csv":
        assert (tmp_path / "stream.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_pieces_come_to_the_file_before_the_end(tmp_path, monkeypatch):
    import pyarrow.parquet as pq

    monkeypatch.setattr(module, "_ROWS_TOGETHER", 6)
    with TableStream(tmp_path / "t.parquet") as stream:
        for number in range(5):
            stream.add(piece(number))
    assert pq.ParquetFile(tmp_path / "t.parquet").num_row_groups == 3


def test_other_columns_are_refused(tmp_path):
    with TableStream(tmp_path / "t.parquet") as stream:
        stream.add(piece(1))
        with pytest.raises(ValueError, match="other columns"):
            stream.add({"name": ["x"], "value": [1.0]})
        with pytest.raises(ValueError):
            stream.add({"name": ["x"], "value": [1.0, 2.0], "count": [1]})
    with pytest.raises(ValueError, match="not one of"):
        TableStream(tmp_path / "t.xls", "xls")


def test_nothing_added_and_nothing_finished_leave_no_table(tmp_path):
    with TableStream(tmp_path / "none.parquet"):
        pass
    stream = TableStream(tmp_path / "half.parquet")
    stream.add(piece(1))
    stream.__exit__(RuntimeError, RuntimeError(), None)
    assert list(tmp_path.iterdir()) == []

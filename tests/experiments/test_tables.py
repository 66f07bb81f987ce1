"""Tables survive the way to the disk and back, and the same content makes the same file."""

import math

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsunagari.experiments.runs.tables import FORMATS, read_table, write_table

TABLE = {
    "scenario": np.array(["つながり", 'Say "hi", twice', "line\nbreak"], dtype=object),
    "month": np.arange(3, dtype=np.int32),
    "firm": ["2020-01-01", "", "true"],
    "retention": np.array([0.1, math.nan, 1 / 3]),
    "revenue": np.array([1e-300, 5.0, -0.0]),
    "small": np.array([0.1, 0.2, math.nan], dtype=np.float32),
    "source": np.array(["Lean", None, ""], dtype=object),
    "holds": np.array([True, False, True]),
}


def same(left, right):
    """Equal to the bit as far as numbers go; undefined equals undefined."""
    if left is None or right is None or isinstance(left, str):
        return left is right or left == right
    return np.float64(left).tobytes() == np.float64(right).tobytes() or (left != left) & (
        right != right
    )


@pytest.mark.parametrize("format", FORMATS)
def test_a_table_reads_back_as_it_was(tmp_path, format):
    path = tmp_path / f"firms.{format}"
    write_table(TABLE, path, format)
    back = read_table(path)
    assert list(back) == list(TABLE)
    for name, column in TABLE.items():
        if name == "small":
            back[name] = back[name].astype(np.float32)
        pairs = zip(list(column), list(back[name]), strict=True)
        assert all(same(one, other) for one, other in pairs), name


def test_parquet_keeps_types_and_says_null(tmp_path):
    write_table(TABLE, tmp_path / "t.parquet")
    table = pq.read_table(tmp_path / "t.parquet")
    types = {field.name: str(field.type) for field in table.schema}
    assert types["month"] == "int32"
    assert types["small"] == "float"
    assert types["firm"] == "string"
    assert table.column("retention").null_count == 1
    assert table.column("source").null_count == 1
    frame = pd.read_parquet(tmp_path / "t.parquet")
    assert frame["firm"].tolist() == TABLE["firm"]


def test_csv_is_plain(tmp_path):
    write_table(
        {"firm": ["A,B", ""], "fit": [0.1, math.nan], "n": [1, 2]}, tmp_path / "t.csv", "csv"
    )
    text = (tmp_path / "t.csv").read_bytes().decode("utf-8")
    assert text == '\ufefffirm,fit,n\n"A,B",0.1,1\n"",,2\n'
    frame = pd.read_csv(tmp_path / "t.csv", keep_default_na=False, na_values={"fit": [""]})
    assert frame["fit"].isna().tolist() == [False, True]


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_content_is_the_same_bytes(tmp_path, format):
    for name in ("a", "b"):
        write_table(TABLE, tmp_path / name, format)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_an_empty_table_keeps_columns_and_types(tmp_path):
    empty = {
        "firm": np.empty(0, dtype=object),
        "month": np.empty(0, dtype=np.int16),
        "fit": np.empty(0, dtype=np.float32),
        "title": [],
    }
    write_table(empty, tmp_path / "t.parquet")
    back = read_table(tmp_path / "t.parquet")
    assert {name: column.dtype.name for name, column in back.items()} == {
        "firm": "object",
        "month": "int16",
        "fit": "float32",
        "title": "object",
    }
    write_table(empty, tmp_path / "t.csv", "csv")
    assert list(read_table(tmp_path / "t.csv")) == list(empty)


def test_every_kind_of_text_array_is_text(tmp_path):
    kinds = {
        "fixed": np.array(["a", "bc"]),
        "variable": np.array(["a", "bc"], dtype=np.dtypes.StringDType()),
        "object": np.array(["a", "bc"], dtype=object),
        "list": ["a", "bc"],
    }
    write_table(kinds, tmp_path / "t.parquet")
    assert {str(field.type) for field in pq.read_schema(tmp_path / "t.parquet")} == {"string"}


def test_columns_of_different_length_are_refused(tmp_path):
    with pytest.raises(ValueError, match="different length"):
        write_table({"a": [1, 2], "b": [1]}, tmp_path / "t.parquet")


def test_an_unknown_format_is_refused(tmp_path):
    with pytest.raises(ValueError, match="xlsx"):
        write_table({"a": [1]}, tmp_path / "t", "xlsx")
    with pytest.raises(ValueError, match=r"neither a \.parquet nor a \.csv"):
        read_table(tmp_path / "t.xlsx")


@pytest.mark.parametrize(
    ("text", "what"), [("", "is empty"), ("a,b\n1\n", "row 2"), ('a\n"x\n', "never closed")]
)
def test_a_broken_csv_is_refused(tmp_path, text, what):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=what):
        read_table(tmp_path / "t.csv")


@given(
    st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.floats())),
)
def test_csv_reads_back_any_text_and_number(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    names, numbers = [row[0] for row in rows], np.array([row[1] for row in rows])
    write_table({"firm": names, "value": numbers}, path, "csv")
    back = read_table(path)
    assert back["firm"].tolist() == names
    assert all(map(same, numbers, back["value"]))

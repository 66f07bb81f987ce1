"""A strategist's own table: whoever wrote it, and however, it is the same table."""

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.experiments.fitting.written_tables import FIRMS, frame_of, number, plain_rows, text_of
from tsunagari.experiments.fitting.table import read_table
from tsunagari.experiments.runs.tables import write_table
from tsunagari.sim.problems import Problems

HEADER = ("month", "firm", "share", "churn", "price")


def cells(rows):
    return [[str(month), firm, *map(number, numbers)] for month, firm, *numbers in rows]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    path = tmp_path_factory.mktemp("plain") / "market.csv"
    path.write_text(text_of(cells(plain_rows()), HEADER), encoding="utf-8")
    return read_table(path)


def assert_same(one, other):
    assert (one.firms, one.months, one.step) == (other.firms, other.months, other.step)
    assert set(one.values) == set(other.values)
    for name, array in one.values.items():
        np.testing.assert_array_equal(array, other.values[name], err_msg=name)


def test_what_is_read_is_what_is_written(plain):
    assert (plain.firms, plain.months, plain.step, plain.dates) == (FIRMS, 7, 1, None)
    assert set(plain.values) == {"share", "churn", "price"}
    np.testing.assert_array_equal(plain.values["share"][0], [0.5, 0.32, 0.18])
    np.testing.assert_array_equal(plain.values["churn"][1], [0.013, 0.016, 0.019])
    np.testing.assert_array_equal(plain.values["price"][7], [4500, 3800, 3100])
    assert plain.notes == (
        "share was read as fractions (0 to 1)",
        "churn was read as fractions (0 to 1)",
    )


@given(
    order=st.permutations(range(24)),
    separator=st.sampled_from(",;\t|"),
    sign=st.sampled_from(".,"),
    share_percent=st.booleans(),
    churn_percent=st.booleans(),
    thousands=st.sampled_from(["", " ", "'", "\u202f", "\u00a0"]),
    months=st.sampled_from(["number", "date", "iso", "slash", "compact", "kanji"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp932"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_any_hand_writes_the_same_table(
    plain, tmp_path_factory, order, separator, sign, share_percent, churn_percent, thousands,
    months, encoding, end,
):  # fmt: skip
    if encoding == "cp932":
        thousands = thousands if thousands in ("", " ", "'") else ""
    form = {"number": "{}", "date": "2024-{:02d}-01", "iso": "2024-{:02d}", "slash": "2024/{}",
            "compact": "2024{:02d}", "kanji": "2024年{}月"}[months]  # fmt: skip
    rows = plain_rows()
    texts = [
        [
            form.format(month),
            firm,
            number(share, sign, percent=share_percent),
            number(churn, sign, percent=churn_percent),
            number(price, sign, thousands=thousands),
        ]
        for month, firm, share, churn, price in (rows[position] for position in order)
    ]
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(text_of(texts, HEADER, separator).replace("\n", end).encode(encoding))
    table = read_table(path)
    assert_same(table, plain)
    assert (table.dates is None) == (months == "number")


def test_what_excel_says_of_its_separator_is_no_row(plain, tmp_path):
    path = tmp_path / "market.csv"
    path.write_text("sep=;\n" + text_of(cells(plain_rows()), HEADER, ";"), encoding="utf-8")
    assert_same(read_table(path), plain)
    path.write_text(path.read_text(encoding="utf-8").replace("0.012", "x", 1), encoding="utf-8")
    with pytest.raises(Problems, match=r"csv:3 churn: \"x\" is no number"):
        read_table(path)


@pytest.mark.parametrize("sign", [".", ","])
def test_thousands_and_decimals_are_told_apart(tmp_path, sign):
    other = "," if sign == "." else "."
    rows = [
        [str(m), firm, f"1{other}234{other}567", f"1{sign}5%", f"4{other}500{sign}25円"]
        for m in range(1, 7)
        for firm in FIRMS
    ]
    path = tmp_path / "market.csv"
    path.write_text(
        text_of(rows, ("month", "firm", "customers", "churn", "price"), ";"), encoding="utf-8"
    )
    values = read_table(path).values
    assert (values["customers"] == 1_234_567).all()
    assert (values["churn"] == 0.015).all()
    assert (values["price"] == 4500.25).all()


def test_excel_parquet_and_a_data_frame_are_read_like_text(plain, tmp_path):
    columns = dict(zip(HEADER, map(list, zip(*plain_rows(), strict=True)), strict=True))
    for name in HEADER[2:]:
        columns[name] = [float(value) for value in columns[name]]
    frame = pd.DataFrame(columns)
    frame.to_excel(tmp_path / "market.xlsx", index=False)
    write_table(columns, tmp_path / "market.parquet")
    assert_same(read_table(tmp_path / "market.xlsx"), plain)
    assert_same(read_table(tmp_path / "market.parquet"), plain)
    assert_same(read_table(frame), plain)
    assert_same(read_table(frame.set_index(["month", "firm"])), plain)
    dates = frame.assign(month=[datetime.datetime(2024, m, 28) for m in frame["month"]])
    dates.to_excel(tmp_path / "dates.xlsx", index=False)
    dates.to_parquet(tmp_path / "dates.parquet")
    for source in (tmp_path / "dates.xlsx", tmp_path / "dates.parquet", dates):
        read = read_table(source)
        assert_same(read, plain)
        assert read.dates[:2] == ("2024-01", "2024-02")
    nullable = frame.assign(churn=frame["churn"].astype("Float64"), rating=pd.NA)
    assert_same(read_table(nullable), plain)
    periods = frame.assign(month=[pd.Period(f"2024-{m:02d}", "M") for m in frame["month"]])
    assert_same(read_table(periods), plain)


def test_leaves_and_joins_are_parts_of_customers():
    read = read_table(frame_of(leaves=[600, 800] * 8, joins=[700, 700] * 8))
    np.testing.assert_array_equal(read.values["churn"][0], [np.nan, np.nan])
    np.testing.assert_array_equal(read.values["churn"][1:], [[0.01, 0.02]] * 7)
    np.testing.assert_array_equal(read.values["joins"], [[0.007, 0.007]] * 8)
    np.testing.assert_array_equal(read.values["share"], [[0.6, 0.4]] * 8)
    assert "leaves of 1 say nothing: customers before it are unknown" in read.notes


def test_quarters_stand_at_their_last_month_and_their_flows_are_a_months():
    frame = frame_of(leaves=[600, 1200] * 8, nps=[5, -8] * 8)
    frame["month"] = [f"{2023 + (m - 1) // 4}Q{(m - 1) % 4 + 1}" for m in frame["month"]]
    read = read_table(frame)
    assert (read.months, read.step) == (21, 3)
    assert (read.dates[0], read.dates[-1]) == ("2023-03", "2024-12")
    known = np.isfinite(read.values["nps"][:, 0])
    assert np.flatnonzero(known).tolist() == list(range(0, 22, 3))
    assert read.values["churn"][3, 0] == pytest.approx(600 / 60_000 / 3)
    assert any("calendar" in note for note in read.notes)
    every_third = frame.assign(month=[3 * (row // 2) + 3 for row in range(16)])
    assert_same(read_table(every_third), read)


def test_blanks_are_unknown_and_whole_months_give_the_shares():
    nps = [5 if row % 6 == 0 else None for row in range(16)]
    customers = [60_000, 40_000] * 8
    customers[7] = None
    read = read_table(frame_of(nps=nps, customers=customers))
    assert np.isfinite(read.values["nps"]).sum() == 3
    assert np.isnan(read.values["share"][3]).all()
    assert read.values["customers"][3, 0] == 60_000


def test_months_are_told_as_the_table_writes_them():
    frame = frame_of(8)
    dated = read_table(frame.assign(month=[f"2024-{m + 2:02d}" for m in frame["month"]]))
    assert (dated.label(0), dated.label(12)) == ("2024-03", "2025-03")
    assert (dated.month_of("2024-05"), dated.month_of("2025Q1")) == (2, 12)
    assert (dated.month_of(5), dated.month_of("soon")) == (None, None)
    counted = read_table(frame)
    assert (counted.label(0), counted.month_of(5), counted.month_of("2024-05")) == ("1", 4, None)


def test_the_largest_at_the_start_comes_first():
    rows = frame_of().iloc[::-1]
    assert read_table(rows).firms == ("Aoba", "Birch")
    assert read_table(rows.assign(customers=50_000)).firms == ("Aoba", "Birch")
    assert read_table(rows.assign(firm=["b", "a"] * 8)).firms == ("a", "b")


def test_names_that_look_alike_are_one_firm():
    frame = frame_of()
    frame.loc[4, "firm"] = " Ａｏｂａ "
    assert read_table(frame).firms == ("Aoba", "Birch")


def test_a_jump_is_told_as_a_restatement():
    shares = np.array([600, 601, 603, 602, 604, 603, 606, 605, 606, 608, 609, 607]) / 1000
    shares[8:] -= 0.1
    both = np.column_stack([shares, 1 - shares]).ravel()
    read = read_table(frame_of(12).drop(columns="customers").assign(share=both))
    told = [note for note in read.notes if "restatement" in note]
    assert told == [
        "Aoba 60.5 → 50.6 % and Birch 39.5 → 49.4 % look like a restatement in 9: if it is one, "
        "put 9 into the facts under breaks"
    ]
    assert not [n for n in read_table(frame_of(12)).notes if "restatement" in n]


def test_foreign_names_are_mapped_or_left_out():
    foreign = frame_of(region="east").rename(
        columns={"month": "Date", "firm": "operator_name", "customers": "subs"}
    )
    columns = {"month": "date", "firm": "operator_name", "customers": "subs", "ignore": "region"}
    assert_same(read_table(foreign, columns), read_table(frame_of()))

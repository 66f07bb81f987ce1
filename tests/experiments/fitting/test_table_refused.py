"""What is wrong with a table is told all at once, each in a sentence with its row and column."""

import numpy as np
import pandas as pd
import pytest

from tests.experiments.fitting.written_tables import frame_of
from tsunagari.experiments.fitting.columns import likely_column
from tsunagari.experiments.fitting.table import read_table
from tsunagari.sim.problems import Problems

WRONG = """\
month,firm,customers,churn,nps,rating,price,colour
2024-01,Aoba,60000,1.2%,5,4.1,4500,
2024-01,Birch,40000,1.5%,-8,3.9,3800,
2024-02,Aoba,many,1.2%,5,4.1,4500,
2024-02,Birch,40000,150%,-8,3.9,3800,
2024-03,Aoba,60000,1.2%,500,4.1,4500,
2024-03,Birch,-40000,1.5%,-8,9,38%,
spring,Aoba,60000,1.2%,5,4.1,4500,
2024-04,,40000,1.5%,-8,3.9,3800,
2024-05,Aoba,60000,0.012,5,4.1,4500,
2024-05,Total,40000,1.5%,-8,3.9,3800,red
2024-06,Aoba,60000,1.2%,5,4.1,4500,
2024-06,Aoba,60000,1.2%,5,4.1,4500,
"""

TOLD = """\
market.csv:1 colour: unknown column; known are month, firm, customers, share, churn, leaves, \
joins, nps, price, advertising, rating, reviews; leave it out with --column ignore=colour
market.csv:4 customers: "many" is no number; write a number, or leave the cell blank where it is \
unknown
market.csv:5 churn: "150%" is more than all its customers in a month; write a part of one, or %
market.csv:6 nps: nps (per cent promoters less per cent detractors) is from −100 to 100, not \
"500"; write it on that scale
market.csv:7 customers: customers cannot be below 0: "-40000"; write 0 or more, or leave the cell \
blank where it is unknown
market.csv:7 price: price is not in per cent; write 38
market.csv:7 rating: rating (stars) is from 1 to 5, not "9"; write it on that scale
market.csv:8 month: "spring" is no month; write 1, 2, …, 2024-03 or 2024Q1
market.csv:9 firm: the firm is missing; write its name
market.csv:10 churn: "0.012" has no %, and other cells of the column have one; write all with it, \
or none
market.csv:11 firm: Total looks like the sum of the firms; leave its rows out
market.csv:13: Aoba in 2024-06 is already in row 12; leave one of them out
"""


def told(source, columns=None):
    with pytest.raises(Problems) as raised:
        read_table(source, columns)
    return str(raised.value)


def test_all_wrong_cells_are_told_at_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "market.csv").write_text(WRONG, encoding="utf-8")
    lines = told("market.csv").splitlines()
    assert sorted(lines) == sorted(TOLD.splitlines())
    rows = [int(line.split(":")[1].split()[0]) for line in lines]
    assert rows == sorted(rows)


def test_a_wrong_cell_of_a_data_frame_has_its_row(tmp_path):
    said = told(frame_of(nps=[5] * 15 + [101]))
    assert said.startswith("the table: row 16, nps: nps (per cent promoters")


def columns_changed(**columns):
    return frame_of().drop(columns="customers").assign(**columns)


def test_shares_that_do_not_sum_to_one():
    short = [0.6, 0.4] * 8
    short[5] = 0.3
    said = told(columns_changed(share=short))
    assert said == (
        "the table: row 5, share: shares of 3 sum to 0.9, not 1; add the firms that are missing, "
        "or one called Others"
    )
    near = [0.6, 0.4] * 8
    near[5] = 0.395
    read = read_table(columns_changed(share=near))
    assert read.values["share"][2].sum() == pytest.approx(1, abs=1e-15)
    assert any("sum to 0.995 to 1.000" in note for note in read.notes)


def test_shares_against_customers():
    share = [0.6, 0.4] * 8
    share[2:4] = 0.5, 0.5
    said = told(frame_of(share=share)).splitlines()
    assert said[0] == (
        "the table: row 3, share: Aoba has 60 % of the customers of 2, and its share says 50 %; "
        "correct one, or leave one of the columns out"
    )
    assert len(said) == 2


def test_gaps_and_firms_that_come_and_go():
    frame = frame_of()
    assert told(frame[frame["month"] != 4]) == (
        "the table: row 7, month: there are no rows for 4, before 5; add them, with blanks for "
        "what is unknown"
    )
    assert told(frame.drop(index=7)) == (
        "the table: row 9: Birch has no row for 4; add it, with blanks for what is unknown"
    )
    late = frame.drop(index=[1, 3, 5])
    assert told(late) == (
        "the table: row 5: Birch has customers only from 4 on, and the market starts before; leave "
        "Birch out here and write its entry in the facts file, events: [{month: 4, enter: {name: "
        "Birch}}], or let the table begin with 4"
    )
    assert told(frame.assign(customers=[60, 0] * 3 + [60, 40] * 5)).startswith(
        "the table: row 2: Birch has customers only from 4 on"
    )
    assert told(frame.drop(index=[13, 15])) == (
        "the table: row 12: Birch has no customers from 7 on; leave Birch out, or let the table "
        "end before 7 and write in the facts file events: [{month: 7, leave: Birch}]"
    )


@pytest.mark.parametrize("name", ["birch", "ＢＩＲＣＨ", "Bir ch", "Birsch", "Birck"])
def test_one_firm_under_two_names_is_asked_for(name):
    frame = frame_of()
    frame["firm"] = frame["firm"].where((frame["month"] < 3) | (frame["firm"] != "Birch"), name)
    said = told(frame)
    assert "the same firm?" in said
    assert said.count("; ") == 1


def test_a_firm_that_gives_way_to_another_is_another():
    frame = frame_of()
    frame["firm"] = frame["firm"].where((frame["month"] < 3) | (frame["firm"] != "Birch"), "Beech")
    assert "has no customers from" in told(frame)


FOREIGN = """\
month 月 年月 mois Monat mes
firm 会社 企業 entreprise Unternehmen empresa
share シェア part_de_marché Marktanteil cuota
customers 顧客数 会員数 abonnés Kunden clientes
churn 解約率 月次解約率 taux-de-résiliation Abwanderung tasa_de_abandono
price 月額 価格 prix Preis precio
nps 推奨度 NPS-Wert
joins 新規 新規加入 arrivées Zugänge altas
leaves 解約数 départs Kündigungen bajas
advertising 広告費 publicité Werbung publicidad
rating 評点 note Bewertung valoración
reviews 口コミ数 avis Bewertungen reseñas
"""


@pytest.mark.parametrize("line", FOREIGN.splitlines())
def test_columns_are_known_by_their_names_in_five_languages(line):
    what, *names = line.split()
    assert {likely_column(name) for name in names} == {what}


def test_too_few_and_too_many():
    assert told(frame_of(5)) == "the table: has 5 months; a fit needs 6 at least"
    assert told(frame_of()[lambda frame: frame["firm"] == "Aoba"]) == (
        "the table: has one firm, Aoba; a market has two at least; add the others, or one called "
        "Others"
    )
    many = pd.DataFrame(
        {
            "month": np.repeat(range(1, 7), 31),
            "firm": [f"firm {n}" for n in range(31)] * 6,
            "customers": 100,
        }
    )
    assert told(many).startswith("the table: has 31 firms, more than 30; put the smallest")
    yearly = frame_of()
    yearly["month"] = [f"{2000 + m}-01" for m in yearly["month"]]
    assert told(yearly).startswith("the table: its rows are 12 months apart")


def test_months_of_two_kinds():
    frame = frame_of()
    frame["month"] = [f"2024-{m:02d}" for m in frame["month"]]
    frame.loc[3, "month"] = "2024Q1"
    assert told(frame).startswith(
        "the table: row 4, month: this month is a quarter, most are a date; write all in one way"
    )


def test_counts_need_customers():
    frame = columns_changed(share=[0.6, 0.4] * 8, leaves=[600, 800] * 8, joins=[700, 700] * 8)
    assert told(frame).splitlines() == [
        "the table: leaves: leaves are counts, and the table has no customers; add customers, or "
        "write churn instead",
        "the table: joins: joins are counts, and the table has no customers; add customers, or "
        "write joins as parts of all customers",
    ]
    assert "more joined Birch than the 100,000 customers of all firms" in told(
        frame_of(joins=[700, 700_000] * 8)
    )
    assert "lost more" in told(frame_of(leaves=[600, 80_000] * 8))


def test_churn_of_which_nobody_knows_what_it_is():
    said = told(frame_of(churn=[0.9, 0.8] * 8))
    assert said == (
        "the table: row 1, churn: churn may be in per cent or a fraction: half its cells are over "
        "0.85; write % behind it: 0.85%"
    )
    assert read_table(frame_of(churn=[1.9, 0.8] * 8)).values["churn"][0].tolist() == [0.019, 0.008]
    assert "more than all its customers" in told(frame_of(churn=[0.019] * 15 + [1.9]))


def test_decimal_signs_that_nobody_can_tell(tmp_path):
    path = tmp_path / "market.csv"
    rows = [
        f"{m};{firm};1.234;{price}" for m in range(1, 7) for firm, price in (("A", 5), ("B", 6))
    ]
    path.write_text("month;firm;customers;price\n" + "\n".join(rows))
    assert told(path).endswith(
        ':2 customers: "1.234" may be 1234 or 1.2340; write it without a separator of thousands'
    )
    path.write_text("month;firm;customers;price\n" + "\n".join(rows).replace(";5", ";5,5"))
    assert read_table(path).values["customers"][0].tolist() == [1234, 1234]
    path.write_text(path.read_text().replace(";6", ";6.25"))
    assert "has a point before its decimals, row 2 a comma; write all numbers in one way" in told(
        path
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"firm": "operator"}, "--column firm=operator: the table has no column operator"),
        ({"frim": "firm"}, "--column frim=firm: there is no column frim; did you mean firm?"),
        ({"ignore": "month"}, "the table: month: there is no column month"),
    ],
)
def test_options_that_do_not_fit(given, message):
    assert message in told(frame_of(), given)


def test_foreign_names_are_refused_with_the_option_that_helps():
    foreign = frame_of().rename(
        columns={"month": "month_year", "firm": "operator_name", "customers": "gsm_subscribers"}
    )
    said = told(foreign).splitlines()
    assert len(said) == 3
    for line, option in zip(
        said,
        ("month=month_year", "firm=operator_name", "customers=gsm_subscribers"),
        strict=True,
    ):
        assert line.endswith(f"say so with --column {option}")
    columns = {line.rsplit(" ", 1)[1].partition("=")[0]: line.rpartition("=")[2] for line in said}
    assert read_table(foreign, columns).months == 7


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.csv", None, "there is no such file"),
        ("empty.csv", b"", "is empty"),
        ("names.csv", b"month,firm,customers\n", "has no row below the names"),
        ("one.csv", b"month\n1\n", "the first line has no names of columns with commas, semi"),
        ("title.csv", b"Japan,,\nmonth,firm,share\n1,a,1\n", "title.csv:1: the first row is to"),
        ("twice.csv", b"month,firm,share,share\n1,a,1,1\n", "share and share; give one another"),
        ("large.csv", b"month,firm,customers\n1,a,1e400\n", ':2 customers: "1e400" is larger'),
        ("latin.csv", "month,firm,share\n1,Téléphone,1\n".encode("latin-1"), "nor Shift-JIS"),
        ("binary.csv", b"month\0\0", "is a binary file"),
        ("old.xls", b"", ".xls is not read; save it as .xlsx or as CSV"),
        ("bad.xlsx", b"month", "is no workbook of Excel"),
        ("bad.parquet", b"month", "is no Parquet table"),
        ("wide.csv", b"month,firm,customers\n1,Aoba,1,234\n", '4 cells for 3 columns; put numbers'),
        ("quote.csv", b'month,firm,customers\n1,"Aoba,3\n', "cannot be read as a table"),
    ],
)  # fmt: skip
def test_files_that_are_no_tables(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert message in told(tmp_path / name)

"""A measure has one figure of a run, wherever it is shown; and nothing is claimed of nobody."""

import html
import json
import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
import yaml
from reported import typed

from tsunagari.experiments.pictures import figures as pictures
from tsunagari.experiments.pictures.figures import FIGURES, Subject, describe
from tsunagari.experiments.report.evidence import RunTables
from tsunagari.experiments.report.report import report
from tsunagari.experiments.runs.cube import Cube, figures
from tsunagari.experiments.runs.results import opened
from tsunagari.experiments.runs.summary import summary
from tsunagari.experiments.telling.run import as_table
from tsunagari.sim.market import Market
from tsunagari.sim.measures import FIRM_MEASURES, MARKET_MEASURES
from tsunagari.sim.scenario import Scenario

NAMES = ("Lean", "Spark", "Tailor", "Broad")
NOBODY_COMES = {"innovation": 0.0, "imitation": 0.0}
COMING = [
    {"month": 3, "enter": {"name": "Zero", "discipline": "disruptor"}},
    {"month": 9, "leave": "Broad"},
]
MARKETS = {
    "replicated, one enters and one closes": {
        "market": {"customers": 120, "months": 15},
        "looking": {"base": 0.15},
        "replications": 2,
        "events": COMING,
    },
    "short": {"market": {"customers": 60, "months": 5}, "looking": {"base": 0.3}},
    "nobody": {
        "market": {"customers": 30, "months": 3, "start": "empty"},
        "adoption": NOBODY_COMES,
        "replications": 2,
    },
    "one firm": {"firms": [{"name": "Solo"}], "market": {"customers": 20, "months": 4}},
    "one customer": {"market": {"customers": 1, "months": 2}},
    "month 1": {"market": {"customers": 20, "months": 1}},
    "month 0": {"market": {"customers": 20, "months": 0}},
    "everybody leaves": {
        "market": {"customers": 20, "months": 4, "exit": 1.0},
        "adoption": NOBODY_COMES,
    },
    "all closed": {
        "market": {"customers": 20, "months": 5},
        "events": [{"month": 2, "leave": name} for name in NAMES],
        "replications": 2,
    },
    "no ties, no reviews": {
        "market": {"customers": 20, "months": 4},
        "network": {"neighbours": 0},
        "zmot": {"propensity": 0.0},
    },
    "nobody moves": {
        "market": {"customers": 20, "months": 13, "exit": 0.0},
        "looking": {"base": 0.0},
    },
}
SHOWN = ("retention_12", "churn", "stickiness_money", "satisfaction", "nps", "profit")
NOTHING = re.compile(
    r"\b(nan|None|inf|null)\b|of nobody|\b1 (months|replications|customers|firms|moves)\b|-0\.0+\b"
)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A market run by the command line: its folder, what it printed, its tables."""

    @cache
    def run(name):
        home = tmp_path_factory.mktemp("market")
        (home / "it.yaml").write_text(yaml.safe_dump({"format": 1, **MARKETS[name]}))
        options = ("--no-figures", "--no-claims", "--quiet", "--json")
        status, out, said = typed("run", home / "it.yaml", "--out", home / "out", *options)
        assert (status, said) == (0, "")
        tables = ("firms", "market", "segments", "cohorts", "flows")
        read = {table: pd.read_parquet(home / "out" / f"{table}.parquet") for table in tables}
        return home / "out", json.loads(out), RunTables(**read, title="it")

    return run


def by_hand(tables, firm, measure):
    """The figure of a firm, from the tables alone: [replication]."""
    firms, last, found = tables.firms, tables.market["month"].max(), []
    for _, run in firms.groupby("replication"):
        rows = run[run["firm"] == firm]
        if measure == "churn":
            there = rows[rows["month"] < last]["customers"].sum()
            lost = rows[rows["month"] > 0]["leaves"].sum()
            found.append(lost / there if there else np.nan)
        elif measure == "profit":
            found.append(rows[rows["month"] > 0]["profit"].sum(min_count=1))
        elif measure == "market_share":
            end = rows[rows["month"] == last]["market_share"]
            found.append(end.iloc[0] if len(end) else 0.0)
        else:
            found.append(rows[rows["month"] > last - 12][measure].mean())
    return np.array(found, dtype=float)


@cache
def reported(folder, language):
    return report(opened(folder), language)


def mean(values):
    return values[np.isfinite(values)].mean() if np.isfinite(values).any() else np.nan


def column(table, place):
    """A column of the terminal's table by firm; NaN for a dash."""
    rows = {}
    for line in table.splitlines()[3:]:
        cells = re.findall(r"(?:-?[\d.]+[kM]?(?: %)?|–)(?=\s|$)", line[25:])
        if not line.startswith(" ") and len(cells) == 8:
            rows[line[:25].strip()] = cells[place]
    return rows


@pytest.mark.parametrize("name", MARKETS)
def test_every_measure_has_one_figure(name, ran, monkeypatch):
    folder, told, tables = ran(name)
    names = list(dict.fromkeys(tables.firms["firm"]))
    figure = {m: {f: mean(by_hand(tables, f, m)) for f in names} for m in (*SHOWN, "market_share")}
    # JSON, and the terminal's table
    said = {"market_share": "final_share"}
    for measure, values in figure.items():
        for firm in told["firms"]:
            value = firm[said.get(measure, measure)]["mean"]
            value = np.nan if value is None else value
            assert value == pytest.approx(values[firm["name"]], nan_ok=True, abs=1e-12), measure
    table = as_table(summary(tables))
    churn = {f: "–" if np.isnan(v) else f"{100 * v:.1f} %" for f, v in figure["churn"].items()}
    assert column(table, 3) == churn
    # pictures: what is written at the ends of their lines
    drawn = {}
    monkeypatch.setattr(
        pictures, "over_time", lambda page, charts: drawn.update({c.up: c for c in charts})
    )
    subject = Subject.of(tables, customers=1, seed=1)
    for picture in (pictures.market_share, pictures.retention, pictures.satisfaction_nps):
        picture(subject)
    ends = {label.split(" (")[0]: [s.figure for s in c.series] for label, c in drawn.items()}
    for label, measure, scale in (
        ("Share of customers who have a provider", "market_share", 100),
        ("Of the customers a year ago, still there", "retention_12", 100),
        ("Of the customers a month ago, lost", "churn", 100),
        ("Mean satisfaction", "satisfaction", 1),
        ("Promoters less detractors", "nps", 1),
    ):
        wanted = [scale * figure[measure][f] for f in names]
        np.testing.assert_allclose(ends[label], wanted, atol=1e-9, err_msg=measure)
    # the report: key figures, and the last row of the numbers under its charts
    document = reported(folder, "en")
    rows = key_figures(document)
    for place, (measure, digits) in enumerate((("market_share", 1), ("retention_12", 1),
                                               ("churn", 2), ("stickiness_money", 1))):  # fmt: skip
        for f in names:
            value = figure[measure][f]
            text = "–" if np.isnan(value) else f"{100 * value:.{digits}f} %"
            assert rows[f][place + 1].startswith(text.replace("-", "−")), (measure, f)
    for identity, measure in (("loss", "churn"), ("worth", "stickiness_money")):
        numbers = re.search(rf'<figure id="{identity}">.*?</figure>', document, re.S)
        if numbers is not None:
            last = cells_of(numbers[0])[-1][1:]
            wanted = [figure[measure][f] for f in names]
            assert last == [
                "–" if np.isnan(v) else f"{100 * v:.1f}".replace("-", "−") for v in wanted
            ]


def cells_of(text):
    rows = re.findall(r"<tr>(.*?)</tr>", text, re.S)
    strip = lambda cell: html.unescape(re.sub(r"<[^>]+>", " ", cell)).replace("\xa0", " ").strip()  # noqa: E731
    return [
        [strip(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", r, re.S)] for r in rows
    ]


def key_figures(document):
    section = document[document.index('id="answer"') : document.index('id="share"')]
    return {row[0]: row[1:] for row in cells_of(section) if row}


@pytest.mark.parametrize(
    ("name", "language"),
    [*((name, "en") for name in MARKETS), ("nobody", "ja"), ("one customer", "ja")],
)
def test_nothing_is_said_of_nobody(name, language, ran):
    folder, told, tables = ran(name)
    document = re.sub(r"<(script|style).*?</\1>", " ", reported(folder, language), flags=re.S)
    texts = [html.unescape(re.sub(r"<[^>]+>", "\n", document))]
    if language == "en":
        texts += [told["words"], as_table(summary(tables))]
        texts += [describe(picture, tables) for picture in FIGURES]
    for text in texts:
        found = NOTHING.search(text)
        assert found is None, text[max(0, found.start() - 80) : found.end() + 40]
    lonely = {"one firm", "one customer"} & {name}
    for text in texts if lonely else ():
        assert not re.search(r"(most|best|largest|dearest|cheapest)[^.]*(fewest|worst|least)", text)
    if name in ("nobody", "everybody leaves", "all closed"):
        assert "best" not in told["words"]
        assert "At the end no firm has a customer." in told["words"]


def test_every_measure_of_the_tables_is_condensed_in_a_declared_way():
    market = Market(Scenario().with_values({"market.customers": 30, "market.months": 1}))
    market.run_for(1)
    results = market.results
    columns = {*results.firms.select_dtypes("number"), *results.market.select_dtypes("number")}
    declared = {*FIRM_MEASURES, *MARKET_MEASURES}
    assert declared == columns - {"replication", "month"}


def test_figures_of_all_measures_are_those_of_the_table(ran):
    _, _, tables = ran("replicated, one enters and one closes")
    cube = Cube(tables)
    for measure in ("retention_12", "trust", "price", "rating", "clv"):
        found = figures(cube, measure)
        for place, firm in enumerate(cube.names):
            np.testing.assert_allclose(found[:, place], by_hand(tables, firm, measure), rtol=1e-12)

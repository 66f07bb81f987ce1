"""The report: its sentences derived again from the tables, and what it does with any folder."""

import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest
from reported import (
    answer,
    comparison_folder,
    done,
    explanation_folder,
    finding,
    incomplete,
    read_aloud,
    run_folder,
    sweep_folder,
    typed,
)
from scipy import stats

from tsunagari.experiments.report.closing import defaults_section, tables_in
from tsunagari.experiments.report.report import report
from tsunagari.experiments.runs.results import opened
from tsunagari.experiments.studies.swept import swept_in
from tsunagari.experiments.words import Words
from tsunagari.sim.scenario import Scenario

LAST = 26
FIRMS = ["Lean", "Spark", "Tailor", "Broad", "Zero"]
BAND = r"([+-]?[\d.,]+) %? ?\(10–90 %: ([+-]?[\d.,]+) to ([+-]?[\d.,]+)\)"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("report")


@pytest.fixture(scope="module")
def run(home):
    return run_folder(home)


@pytest.fixture(scope="module")
def document(run):
    return report(opened(run))


@pytest.fixture(scope="module")
def firms(run):
    return pd.read_parquet(run / "firms.parquet")


@pytest.fixture(scope="module")
def comparison(home):
    return comparison_folder(home)


@pytest.fixture(scope="module")
def sweep(home):
    return sweep_folder(home)


@pytest.fixture(scope="module")
def explanation(home):
    return explanation_folder(home)


def by_run(firms, column, months):
    """Means over some months, a row for each firm and a column for each replication."""
    late = firms[firms["month"].isin(list(months))]
    return late.groupby(["firm", "replication"])[column].mean().unstack()


def band(values, digits=1, scale=100.0):
    """Mean and 10–90 % band as the report writes them."""
    numbers = scale * values.dropna().to_numpy()
    ends = [numbers.mean(), np.quantile(numbers, 0.1), np.quantile(numbers, 0.9)]
    return [f"{value:.{digits}f}" for value in ends]


def bands_in(text):
    return [list(found) for found in re.findall(BAND, text)]


def top(means):
    """The first firm with the largest mean, in the scenario's order."""
    level = means.round(12)
    order = [name for name in FIRMS if name in level.index]
    return level.reindex(order).idxmax()


def at_end(table, name, most=True):
    """In how many replications a firm is at one end."""
    best = table.max() if most else table.min()
    return int((table.loc[name] == best).sum())


def counts_in(text):
    return [int(number) for number in re.findall(r"\(in (\d+) of 3 replications\)", text)]


# -- the sentences of a run ----------------------------------------------------------------------


def test_the_answer_follows_from_the_tables(document, firms):
    first, second = answer(document)
    share = by_run(firms, "market_share", [LAST])
    leader = top(share.mean(axis=1))
    assert first.startswith(f"{leader} ends with the largest share of customers")
    assert bands_in(first)[0] == band(share.loc[leader])
    assert counts_in(first)[0] == at_end(share, leader)
    own = firms["firm"] == leader
    rates = []
    for rows in (firms[own], firms[~own]):
        by = rows.groupby("replication")
        exposed = rows[rows["month"] < LAST].groupby("replication")["customers"].sum()
        rates += [by[column].sum().div(exposed).mean() * 100 for column in ("joins", "leaves")]
    won, lost, won_elsewhere, lost_elsewhere = (f"{rate:.2f}" for rate in rates)
    told = re.findall(r"([\d.]+) %(?= of its size|; lost|, the others|\)\.)", first)
    assert told == [won, won_elsewhere, lost, lost_elsewhere]

    kept = by_run(firms, "retention_12", range(LAST - 11, LAST + 1))
    best = top(kept.mean(axis=1))
    assert second.startswith(f"{best} keeps its customers best")
    assert bands_in(second)[0] == band(kept.loc[best])
    assert counts_in(second)[0] == at_end(kept, best)


def test_gains_and_losses_of_share(document, firms):
    start, end = (by_run(firms, "market_share", [month]) for month in (0, LAST))
    change = end - start.reindex(end.index).fillna(0.0)
    text = finding(document, "share")
    means = change.mean(axis=1)
    for name, most, sentence in zip(
        (top(means), top(-means)), (True, False), text.split(". "), strict=False
    ):
        assert name in sentence
        mean, low, high = band(change.loc[name])
        signed = [f"{float(value):+.1f}" for value in (mean, low, high)]
        assert f"{signed[0]} points (10–90 %: {signed[1]} to {signed[2]})" in sentence
        assert counts_in(sentence) == [at_end(change, name, most)]


@pytest.mark.parametrize(
    ("figure", "column"),
    [("retention", "retention_12"), ("worth", "stickiness_money")],
)
def test_who_is_best_and_worst(document, firms, figure, column):
    table = by_run(firms, column, range(LAST - 11, LAST + 1))
    text, means = finding(document, figure), table.mean(axis=1)
    best, worst = top(means), top(-means)
    assert text.index(best) < text.index(worst)
    assert bands_in(text) == [band(table.loc[best]), band(table.loc[worst])]
    assert counts_in(text) == [at_end(table, best), at_end(table, worst, most=False)]


def test_customers_lost(document, firms):
    before = firms[firms["month"] < LAST].groupby(["firm", "replication"])["customers"].sum()
    lost = firms[firms["month"] > 0].groupby(["firm", "replication"])["leaves"].sum()
    rate = (lost / before).unstack()
    means = rate.mean(axis=1)
    assert bands_in(finding(document, "loss")) == [
        band(rate.loc[top(means)]),
        band(rate.loc[top(-means)]),
    ]


def test_survival_of_customers_from_the_start(document, run):
    cohorts = pd.read_parquet(run / "cohorts.parquet")
    start = cohorts[cohorts["joined"] <= 0]
    start = start.assign(month=start["joined"] + start["tenure"])
    sizes = start.groupby(["firm", "replication", "month"])["survivors"].sum().unstack()
    kept = (sizes[LAST] / sizes[0]).unstack()
    people = sizes.groupby("firm").sum()
    together, text = people[LAST] / people[0], finding(document, "founders")
    ends = top(together), top(-together)
    assert [told[0] for told in bands_in(text)] == [f"{100 * together[name]:.1f}" for name in ends]
    assert [told[1:] for told in bands_in(text)] == [band(kept.loc[name])[1:] for name in ends]
    assert f"after {LAST} months" in text


def test_survival_by_tenure(document, run):
    """Product-limit estimates, by hand: those seen at a tenure of those seen the month before."""
    cohorts = pd.read_parquet(run / "cohorts.parquet")
    table, pooled = {}, {}
    for firm, of_firm in cohorts.groupby("firm"):
        counts = {}
        for replication, rows in of_firm.groupby("replication"):
            sizes = {(j, t): n for j, t, n in rows[["joined", "tenure", "survivors"]].to_numpy()}
            share = 1.0
            for tenure in range(1, 13):
                seen = [j for j, t in sizes if t == tenure - 1 and j + tenure <= LAST]
                risk = sum(sizes[joined, tenure - 1] for joined in seen)
                still = sum(sizes[joined, tenure] for joined in seen)
                share = share * still / risk if risk else np.nan
                before = counts.get(tenure, (0, 0))
                counts[tenure] = (before[0] + risk, before[1] + still)
            table[firm, replication] = share
        pooled[firm] = np.prod([still / risk for risk, still in counts.values()])
    kept, together = pd.Series(table).unstack(), pd.Series(pooled)
    ends, told = (top(together), top(-together)), bands_in(finding(document, "survival"))
    assert told == [[f"{100 * together[n]:.1f}", *band(kept.loc[n])[1:]] for n in ends]


def test_moves_between_firms(document, run):
    flows = pd.read_parquet(run / "flows.parquet")
    for figure, first in (("moves-whole", 1), ("moves-late", LAST - 11)):
        between = flows[
            (flows["source"] != "") & (flows["destination"] != "") & (flows["month"] >= first)
        ]
        between = between[between["source"] != between["destination"]]
        totals = between.groupby("replication")["customers"].sum()
        streams = between.pivot_table(
            index=["source", "destination"], columns="replication", values="customers",
            aggfunc="sum", fill_value=0,
        )  # fmt: skip
        source, destination = streams.mean(axis=1).idxmax()
        text = finding(document, figure)
        assert bands_in(text) == [
            band(totals, 0, 1.0),
            band(streams.loc[(source, destination)], 0, 1.0),
        ]
        assert f"from {source} to {destination}" in text
        assert counts_in(text) == [at_end(streams, (source, destination))]


def test_promoters_and_detractors(document, firms):
    table = by_run(firms, "nps", range(LAST - 11, LAST + 1))
    means, text = table.mean(axis=1), finding(document, "nps")
    told = bands_in(text)
    assert [[float(v) for v in band_] for band_ in told] == [
        [float(v) for v in band(table.loc[name], 1, 1.0)] for name in (top(means), top(-means))
    ]


def test_offers(document, firms):
    price, content = (
        by_run(firms, name, range(LAST - 11, LAST + 1)).mean(axis=1)
        for name in ("price", "satisfaction")
    )
    text = finding(document, "offers")
    assert f"{top(-price)} is cheapest ({price.min():.2f})" in text
    assert f"{top(price)} dearest ({price.max():.2f})" in text
    assert f"customers of {top(content)} are most content ({content.max():.2f})" in text


def test_the_map_is_of_the_run_itself(document, run, firms):
    assert "its shares are those of the table" in read_aloud(document)
    shown = re.search(r'<figure id="map">.*?</figure>', document, re.S)[0]
    last = firms[(firms["month"] == LAST) & (firms["replication"] == 0)]
    for name, customers in zip(last["firm"], last["customers"], strict=True):
        row = re.search(rf'dir="auto">{name}</span></th>(.*?)</tr>', shown, re.S)[1]
        assert re.findall(r"<td>([^<]*)</td>", row)[-1] == str(customers)


def test_one_replication_is_called_one_history(home):
    folder = home / "single"
    folder.mkdir()
    single = report(opened(run_folder(folder, "--replications", 1, "--customers", 100)))
    assert "10–90" not in read_aloud(single)
    assert "This is one replication" in read_aloud(single)
    assert "replications would tell how much of it is chance" in read_aloud(
        report(opened(run_folder(folder, "--replications", 1, "--set", "events=[]", "--force")))
    )


# -- the other kinds -----------------------------------------------------------------------------


def test_differences_of_a_comparison(comparison):
    firms = pd.read_parquet(comparison / "firms.parquet")
    text = answer(report(opened(comparison)))[0]
    labels = list(dict.fromkeys(firms["scenario"]))
    last = firms[firms["month"] == 12].set_index(["scenario", "firm", "replication"])
    share = last["market_share"].unstack("replication")
    told = {
        name: (float(mean), float(low), float(high))
        for name, mean, low, high in re.findall(
            r"(\w+) by ([+-][\d.]+) points \(95 %: ([+-]?[\d.]+) to ([+-]?[\d.]+)\)", text
        )
    }
    assert told
    for name in share.loc[labels[0]].index:
        pairs = 100 * (share.loc[(labels[1], name)] - share.loc[(labels[0], name)])
        ends = stats.t.interval(0.95, len(pairs) - 1, pairs.mean(), stats.sem(pairs))
        if ends[0] <= 0 <= ends[1]:
            assert name not in told
        else:
            assert told[name] == pytest.approx((pairs.mean(), *ends), abs=0.0051)


def test_a_comparison_shows_what_was_changed(comparison):
    shown = report(opened(comparison))
    row = re.search(r"<code>firms\.Tailor\.price</code></th>(.*?)</tr>", shown, re.S)[1]
    assert re.findall(r"<code>([^<]*)</code>", row) == ["0.8", "1.0"]


@pytest.mark.filterwarnings("ignore:Precision loss")  # few customers: points may have one outcome
def test_outcomes_of_a_sweep(sweep):
    text = answer(report(opened(sweep)))
    firms = pd.concat(pd.read_parquet(part) for part in sorted((sweep / "firms").iterdir()))
    trials = pd.read_parquet(sweep / "trials.parquet").set_index("key")
    last = firms[firms["month"] == 4].copy()
    last["point"] = trials.loc[last["key"], "point"].to_numpy()
    points = last.groupby(["point", "firm"])["market_share"].mean().unstack()
    leader = points.mean().idxmax()
    ahead = int((points[leader] == points.max(axis=1)).sum())
    assert text[0] == (
        f"Over the points of the design {leader} has the highest market share at the end, "
        f"{100 * points[leader].mean():.1f} % on average (from {100 * points[leader].min():.1f} % "
        f"to {100 * points[leader].max():.1f} %); it is ahead in {ahead} of 6 points."
    )
    effects = {}
    for path in ("firms.Lean.price", "stickiness.switching"):
        value = trials.groupby("point")[path].first()
        low, high = (
            points.loc[value[value == end].index, leader] for end in (value.min(), value.max())
        )
        found = stats.ttest_ind(high, low, equal_var=False).confidence_interval()
        effects[path] = (100 * (high.mean() - low.mean()), 100 * found.low, 100 * found.high)
    strongest = max(effects, key=lambda path: abs(effects[path][0]))
    assert strongest in text[1]
    told = re.search(r"([+-][\d.]+) points \(95 %: ([+-]?[\d.]+) to ([+-]?[\d.]+)\)", text[1])
    assert [float(v) for v in told.groups()] == pytest.approx(effects[strongest], abs=0.0051)


def test_a_sweep_that_is_not_finished_says_so(sweep, home):
    folder = incomplete(sweep, home / "part", 7)
    found = swept_in(opened(folder))
    assert (found.total, found.done, found.failed, found.missing) == (12, 7, 1, 4)
    text = read_aloud(report(opened(folder)))
    assert "of 12 trials 7 are done, 1 failed and 4 are missing" in text
    assert found.points.tolist() == [0, 1, 2, 3, 4, 5]
    assert found.runs.tolist() == [2, 1, 1, 1, 1, 1]
    whole = swept_in(opened(sweep))
    assert whole.missing == 0
    shares = found.outcomes["market_share"]
    trials = pd.read_parquet(sweep / "trials.parquet")
    firms = pd.read_parquet(sweep / "firms" / "part-00000.parquet")
    key = trials["key"][3]
    own = firms[(firms["key"] == key) & (firms["month"] == 4)]["market_share"].to_numpy()
    assert shares[3] == pytest.approx(own)


def test_a_sweep_with_nothing_in_it(sweep, home):
    folder = incomplete(sweep, home / "empty", 0)
    assert "nothing can be said" in answer(report(opened(folder)))[0]


def test_an_explanation(explanation):
    text = answer(report(opened(explanation)))
    table = pd.read_parquet(explanation / "word_of_mouth.parquet")
    row = table[(table["firm"] == "") & (table["part"] == "total")].iloc[0]
    part = 100 * row["value"] / row["without_word_of_mouth"]
    ends = [row[f"per_customer{end}"] for end in ("", "_low", "_high")]
    signed = [f"{value:+.3f}" for value in ends]
    assert f"{signed[0]} (95 %: {signed[1]} to {signed[2]})" in text[0]
    assert f"({part:.1f} % of what it is without)" in text[0]
    assert ("which may be chance" in text[0]) == bool(ends[1] <= 0 <= ends[2])
    connection = pd.read_parquet(explanation / "connection.parquet")
    first = connection[(connection["rivals"] == "reacting") & (connection["step"] == 1)].iloc[0]
    assert f"the first unit of money brings {first['marginal']:.2f}" in text[1]


# -- any folder, any scenario --------------------------------------------------------------------


def test_csv_tables_say_the_same(run, home, document):
    again = home / "csv"
    again.mkdir()
    folder = run_folder(again, "--format", "csv")
    assert answer(report(opened(folder))) == answer(document)
    assert finding(report(opened(folder)), "moves-whole") == finding(document, "moves-whole")


def test_what_is_no_result_is_refused_with_a_sentence(run, tmp_path):
    (tmp_path / "stray").mkdir()
    (tmp_path / "stray" / "notes.txt").write_text("x")
    (tmp_path / "cut" / ".writing-7").mkdir(parents=True)
    shutil.copytree(run, tmp_path / "less")
    (tmp_path / "less" / "flows.parquet").unlink()
    shutil.copytree(run, tmp_path / "broken")
    (tmp_path / "broken" / "run.json").write_text("{")
    shutil.copytree(run, tmp_path / "spoilt")
    (tmp_path / "spoilt" / "firms.parquet").write_bytes(b"nothing")
    for name, sentence in (
        ("nowhere", "there is no such folder"),
        ("stray", "neither run.json nor sweep.json"),
        ("cut", "an interrupted run left behind"),
        ("less", "the table flows is missing"),
        ("broken", "cannot be read as a record"),
        ("spoilt", "firms.parquet: the file is damaged"),
    ):
        status, out, said = typed("report", tmp_path / name)
        assert (status, out) == (2, ""), said
        assert sentence in said
        assert "Traceback" not in said
        assert len(said.strip().splitlines()) == 1


def test_the_file_is_not_replaced_unless_told(run, tmp_path):
    shutil.copytree(run, tmp_path / "run")
    status, out, _ = typed("report", tmp_path / "run", "--quiet")
    assert (status, out) == (0, f"Report: {tmp_path / 'run' / 'report.html'}\n")
    assert typed("report", tmp_path / "run")[0] == 2
    done("report", tmp_path / "run", "--force")
    done("report", tmp_path / "run", "--lang", "ja", "--out", tmp_path / "ja.html")
    assert '<html lang="ja">' in (tmp_path / "ja.html").read_text(encoding="utf-8")
    assert typed("report", tmp_path / "run", "--out", tmp_path / "no" / "a.html")[0] == 2
    assert typed("report", tmp_path / "run", "--out", tmp_path)[0] == 2
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".part"]


def test_a_run_writes_its_report(tmp_path):
    folder = run_folder(tmp_path, "--customers", 60, "--months", 3, "--report", "--lang", "ja")
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert "小さな市場" in text
    listed = json.loads((folder / "run.json").read_text(encoding="utf-8"))["files"]
    assert "report.html" in [file["name"] for file in listed]
    status, said, _ = typed("run", tmp_path / "small.yaml", "--lang", "ja", "--out", tmp_path / "b")
    assert status == 0
    assert "小さな市場" in said
    assert "結果：" in said


def test_names_are_never_markup(tmp_path):
    (tmp_path / "odd.yaml").write_text(
        "format: 1\ntitle: '<script>alert(1)</script> & {x}'\nstory: '</script><b>'\n"
        "market: {customers: 60, months: 13}\n"
        "firms:\n  - {name: '<img src=x>&\"'}\n  - {name: '{0} 日本'}\n",
        encoding="utf-8",
    )
    done("run", tmp_path / "odd.yaml", "--no-figures", "--out", tmp_path / "odd")
    text = report(opened(tmp_path / "odd"))
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "</script><b>" not in text
    assert "&lt;img src=x&gt;&amp;&quot;" in text


@pytest.mark.parametrize(
    "scenario",
    [
        "firms: [{name: Alone}]\n",
        "market: {start: empty}\n",
        "firms: [{name: A}, {name: B, share: 0.0}]\nevents: [{month: 2, leave: A}]\n",
    ],
)
@pytest.mark.parametrize("months", [0, 5])
def test_small_and_odd_markets(tmp_path, scenario, months):
    path = tmp_path / "odd.yaml"
    path.write_text(f"format: 1\n{scenario}", encoding="utf-8")
    done(
        "run", path, "--customers", 30, "--months", months, "--no-figures",
        "--out", tmp_path / "odd",
    )  # fmt: skip
    for language in ("en", "ja"):
        assert "nan" not in read_aloud(report(opened(tmp_path / "odd"), language)).split()


@pytest.mark.slow
def test_the_largest_report_is_small_enough(tmp_path):
    path = tmp_path / "many.yaml"
    names = [f"Firm number {n}" for n in range(30)]
    listed = "".join(f"  - {{name: {name}}}\n" for name in names)
    path.write_text(f"format: 1\nfirms:\n{listed}", encoding="utf-8")
    done(
        "run", path, "--customers", 60, "--months", 120, "--replications", 2, "--no-figures",
        "--out", tmp_path / "many",
    )  # fmt: skip
    text = report(opened(tmp_path / "many"))
    assert len(text.encode()) < 8_000_000
    assert all(name in text for name in names)


def test_what_differs_from_the_defaults(document):
    rows = re.search(r'id="defaults".*?</section>', document, re.S)[0]
    found = dict(
        re.findall(r'<th scope="row"><code>([^<]+)</code></th><td><code>([^<]*)</code>', rows)
    )
    assert found["market.customers"] == "300"
    assert found["looking.base"] == "0.12"
    assert "events" in found


def test_nothing_is_fetched(document):
    assert not re.search(r'(?:src|href)="(?!#)', document)
    assert not re.findall(r"url\((?!data:)", document)
    assert "@import" not in document


# -- Japanese ------------------------------------------------------------------------------------


def test_japanese_leaves_no_english_but_names(home, comparison, sweep, explanation):
    done(
        "run", "indulgence", "--customers", 150, "--months", 30, "--replications", 2,
        "--no-figures", "--out", home / "shipped",
    )  # fmt: skip
    for folder in (home / "shipped", comparison, sweep, explanation):
        source = opened(folder)
        text = read_aloud(report(source, "ja"))
        text = re.sub(r"[a-z_]+(?:\.\w+)+(?:=[\w.]+)?", "", text)  # keys of the scenario
        events = [event.enter.name for event in source.plan.events if event.enter is not None]
        own = (*source.plan.firms, *source.plan.segments)
        for name in (*(each.name for each in own), *events):
            text = text.replace(name, "")
        assert not re.findall(".*[A-Za-z]{3}.*", text), folder.name


def test_japanese_numbers_are_the_same(run, document):
    japanese = report(opened(run), "ja")
    for figure in ("share", "retention", "worth", "nps", "moves-whole"):
        numbers = [
            sorted(re.findall(r"\d[\d,]*\.?\d*", re.sub("10–90", "", finding(text, figure))))
            for text in (document, japanese)
        ]
        assert numbers[0] == numbers[1]


def test_a_folder_that_is_still_hidden_shows_its_tables(tmp_path):
    folder = tmp_path / ".being-written"
    (folder / ".parts").mkdir(parents=True)
    for name in ("scenario.yaml", "firms.parquet", ".parts/firms.parquet"):
        (folder / name).touch()
    assert [path.name for path in tables_in(folder)] == ["scenario.yaml", "firms.parquet"]


def test_what_a_firm_says_as_its_discipline_does_is_no_difference():
    says = {"name": "Tailor", "discipline": "customer-intimacy", "capacity": 0.35}
    firms = [{"name": firm.name, "discipline": firm.discipline} for firm in Scenario().firms]
    plan = Scenario(firms=[says if firm["name"] == "Tailor" else firm for firm in firms])
    assert "capacity" not in str(defaults_section(plan, Words("en")).content)

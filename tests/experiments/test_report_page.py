"""The report in a browser: offline, by keyboard, for screen readers, narrow, dark, on paper."""

import base64
import io
import json
import re
import shutil

import pandas as pd
import pytest
from chromium import ARGUMENTS, executable
from reported import (
    comparison_folder,
    decision_folder,
    explanation_folder,
    finding,
    fit_folder,
    read_aloud,
    run_folder,
    sweep_folder,
    typed,
)

from tsunagari.experiments.report.document import FAMILY
from tsunagari.experiments.report.report import report
from tsunagari.experiments.runs.results import Source, opened, read_results

KINDS = ("run", "comparison", "sweep", "explanation", "fit", "decision")
A4_WIDTH, A4_HEIGHT = (210 - 30) / 25.4 * 96, (297 - 34) / 25.4 * 96
"""Of what is left within the margins of the style sheet, in CSS pixels."""


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    path = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A report of every kind in both languages, by kind and language."""
    home = tmp_path_factory.mktemp("pages")
    makers = (run_folder, comparison_folder, sweep_folder, explanation_folder, fit_folder,
              decision_folder)  # fmt: skip
    found = {}
    for kind, make in zip(KINDS, makers, strict=True):
        source = opened(make(home))
        for language in ("en", "ja"):
            path = home / f"{kind}-{language}.html"
            path.write_text(report(source, language), encoding="utf-8")
            found[kind, language] = path
    return found


class Opened:
    """A page, what it asked for, and what its console said."""

    def __init__(self, browser, path, **options):
        self.context = browser.new_context(offline=True, **options)
        self.page = self.context.new_page()
        self.asked, self.said = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(path.as_uri())
        self.page.evaluate("document.fonts.ready.then(() => true)")


@pytest.fixture
def show(chromium, pages):
    shown = []

    def opened_page(kind="run", language="en", **options):
        shown.append(Opened(chromium, pages[kind, language], **options))
        return shown[-1]

    yield opened_page
    for one in shown:
        one.context.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_opens_offline_and_asks_for_nothing(show, pages, kind, language):
    one = show(kind, language)
    asked = [url for url in one.asked if not url.startswith("data:")]
    assert asked == [pages[kind, language].as_uri()]
    assert one.said == []
    assert one.page.evaluate("performance.getEntriesByType('resource').length") == sum(
        url.startswith("data:font") for url in one.asked
    )
    assert one.page.locator("h1").count() == 1
    assert one.page.locator("main section").count() >= 5


@pytest.mark.parametrize(
    ("kind", "language", "scheme"),
    [
        ("run", "en", "light"),
        ("run", "ja", "dark"),
        ("comparison", "en", "dark"),
        ("sweep", "ja", "light"),
        ("explanation", "en", "light"),
        ("fit", "en", "light"),
        ("fit", "ja", "dark"),
        ("decision", "en", "dark"),
        ("decision", "ja", "light"),
    ],
)
def test_axe_finds_nothing_serious(show, kind, language, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = show(kind, language, color_scheme=scheme).page
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    found = Axe().run(page).response["violations"]
    serious = [
        (v["id"], [node["html"][:120] for node in v["nodes"][:3]])
        for v in found
        if v["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_a_fit_says_what_its_tables_say(pages):
    """The sentences of its page, derived again from its tables."""
    folder = pages["fit", "en"].parent / "fitted"
    document = pages["fit", "en"].read_text(encoding="utf-8")
    told = read_aloud(document)
    parameters = pd.read_parquet(folder / "parameters.parquet")
    silent, settled = (parameters["ratio"] > 0.9).sum(), (parameters["ratio"] < 0.5).sum()
    assert f"Of {len(parameters)} numbers your data settle {settled} " in told
    assert told.count("your data say nothing about this; the prior decides") >= silent
    fit = pd.read_parquet(folder / "fit.parquet").dropna(subset=["data"])
    inside = fit["data"].between(fit["low"], fit["high"]).groupby(fit["measure"]).sum()
    for measure in ("share", "churn"):
        of = (fit["measure"] == measure).sum()
        sentence = f"{inside[measure]} of {of} figures lie within the band"
        assert finding(document, f"fit-{measure}").startswith(sentence)
    assert "The table has no figures of it" in finding(document, "fit-nps")
    columns = pd.read_parquet(folder / "columns.parquet")
    left = columns.groupby("column")["ratio"].mean()
    missing = left[["joins", "nps"]]
    if left[""] - missing.min() > 0.01:
        name = {"joins": "joins", "nps": "NPS"}[missing.idxmin()]
        assert f"Collect {name} next" in told
    backtest = pd.read_parquet(folder / "backtest.parquet")
    best = backtest.groupby("method")["crps"].mean().idxmin()
    won = "Of all methods tried the fitted market forecasts shares best"
    assert (won in told) == (best == "market")


def test_the_page_of_a_fit_is_made_anew_from_its_folder(pages, tmp_path):
    folder = shutil.copytree(pages["fit", "en"].parent / "fitted", tmp_path / "fitted")
    page = folder / "fit.html"
    first = page.read_text("utf-8")
    assert typed("report", folder, "--quiet")[0] == 2, "it is there already"
    assert typed("report", folder, "--force", "--quiet") == (0, f"Report: {page}\n", "")
    again = page.read_text("utf-8")
    start, end = again.index("<main"), again.index('<section id="reproduce"')
    assert again[start:end] == first[start:end]
    assert typed("report", folder, "--lang", "ja", "--force", "--quiet")[0] == 0
    assert '<html lang="ja">' in page.read_text("utf-8")
    assert set(read_results(folder)) >= {"fit", "parameters", "columns", "backtest"}
    (folder / "fit.json").write_text("{}", encoding="utf-8")
    status, _, told = typed("report", folder, "--force")
    assert status == 2
    assert "fit.json" in told


@pytest.fixture
def decided(pages):
    """The folder of a decision, its figures and its page in English."""
    folder = pages["decision", "en"].parent / "decided"
    figures = json.loads((folder / "decision.json").read_text("utf-8"))
    return folder, figures, pages["decision", "en"].read_text("utf-8")


def test_a_decision_says_what_its_figures_say(decided):
    """What stands on its page, derived again from figures and tables."""
    folder, figures, document = decided
    headline = re.search(r'<p class="headline">(.*?)</p>', document)[1]
    recommended = figures["recommended"]
    assert headline == (
        "It cannot be told which is best" if recommended is None
        else "Go on as it is" if recommended == "as it is" else f"Take {recommended}"
    )  # fmt: skip
    ranking = re.search(r'<section id="ranking".*?</section>', document, re.S)[0]
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', ranking)
    assert [re.sub("<.*?>", "", name) for name, _ in rows] == [
        option["name"] for option in figures["options"]
    ]
    size = {"million JPY": 1e6, "billion JPY": 1e9, "JPY": 1.0}[
        re.search(r"Amounts in ([^.]*)\.", ranking)[1]
    ]
    for (_, row), option in zip(rows, figures["options"], strict=True):
        cells = re.findall(r"<td>(.*?)</td>", row)
        assert cells[3] == f"{100 * option['probability_best']:.0f} %"
        assert float(cells[4].replace(",", "")) == pytest.approx(option["regret"] / size, rel=0.01)
        if option["name"] != "as it is":
            effect = float(cells[0].replace("−", "-").replace(",", ""))
            assert effect == pytest.approx(option["mean"] / size, rel=0.01)
    table = pd.read_parquet(folder / "decision.parquet")
    means = table[(table.environment == "") & (table.horizon == 4)]
    means = means[means.yardstick == "value"]
    assert dict(zip(means.option, means["mean"], strict=True)) == pytest.approx(
        {option["name"]: option["mean"] for option in figures["options"]}
    )


TURNED = {
    "recommended": "Cheaper",
    "turns_round": [
        {"path": "firms.Broad.service_cost", "mean": 0.3, "deviation": 0.1, "flips": 0.4,
         "above": True, "part": 0.17, "worth": 5e6},
        {"path": "value.price_base", "mean": 2.0, "deviation": 0.5, "flips": None,
         "above": True, "part": 0.0, "worth": 1e6},
    ],
    "measure_next": {"what": "firms.Broad.service_cost", "worth": 5e6, "is_column": False},
    "each_costs": 2e6,
}  # fmt: skip
"""What another decision might have found."""


def told_of(folder, tmp_path, changes, language="en"):
    """What the page says of a decision with other figures; no digests are held against it."""
    copy = shutil.copytree(folder, tmp_path / "changed", dirs_exist_ok=True)
    figures = json.loads((folder / "decision.json").read_text("utf-8"))
    (copy / "decision.json").write_text(json.dumps(figures | changes), encoding="utf-8")
    source = opened(folder)
    record = {key: value for key, value in source.record.items() if key != "files"}
    return report(Source(copy, "decision", record, source.plan), language)


def test_what_turns_a_decision_has_a_plain_name(decided, tmp_path):
    document = told_of(decided[0], tmp_path, TURNED)
    told = read_aloud(document).replace("\xa0", " ")
    assert finding(document, "numbers") == (
        "Nearest is cost of service of Broad: "
        "17 % of what is thought possible lies beyond where it turns."
    )
    assert "it turns where cost of service of Broad is above 0.40 (thought to be 0.30 ±" in told
    assert "Find out cost of service of Broad first" in told
    assert "<code>firms.Broad.service_cost</code>" in document
    assert "how much price counts" not in told, "it does not turn it"
    assert "2.00 million JPY a month each" in told
    japanese = read_aloud(told_of(decided[0], tmp_path, TURNED, "ja"))
    assert "Broad のサービスの費用が 0.40 を上回れば逆になる" in japanese


@pytest.mark.parametrize(
    ("leads", "first", "said"),
    [
        ("Cheaper", "Cheaper", "Firm and customers want the same: Cheaper"),
        ("More service", "More service", "Cheaper leads for the firm, More service leaves"),
        (None, "More service", "It cannot be told whether firm and customers disagree"),
        (None, None, "Nothing can be said of what customers gain"),
    ],
)
def test_where_firm_and_customers_disagree_is_said(decided, tmp_path, leads, first, said):
    figures = decided[1]
    options = sorted(figures["options"], key=lambda option: option["name"] != "Cheaper")
    yardsticks = [
        one | {"leads": leads, "first": first, "chance": 0.8} if one["name"] == "surplus" else one
        for one in figures["yardsticks"]
    ]
    changes = {"options": options, "yardsticks": yardsticks}
    assert said in read_aloud(told_of(decided[0], tmp_path, changes))


def test_a_decision_in_japanese_has_no_english_but_names(pages):
    text = read_aloud(pages["decision", "ja"].read_text("utf-8"))
    for name in ("Broad", "Cheaper", "More service", "Quiet", "Crowded", "JPY"):
        text = text.replace(name, "")
    assert not re.findall(".*[A-Za-z]{3}.*", text)


def test_the_page_of_a_decision_is_made_anew_from_its_folder(decided, tmp_path):
    folder = shutil.copytree(decided[0], tmp_path / "decided")
    page = folder / "decision.html"
    first = page.read_text("utf-8")
    assert typed("report", folder, "--quiet")[0] == 2, "it is there already"
    assert typed("report", folder, "--force", "--quiet") == (0, f"Report: {page}\n", "")
    again = page.read_text("utf-8")
    start, end = again.index("<main"), again.index('<section id="reproduce"')
    assert again[start:end] == first[start:end]
    assert set(read_results(folder)) == {"decision", "search"}
    (folder / "decision.json").write_text("{}", encoding="utf-8")
    status, _, told = typed("report", folder, "--force")
    assert status == 2
    assert "decision.json" in told
    (folder / "decision.json").unlink()
    status, _, told = typed("report", folder, "--force")
    assert status == 2
    assert "decision.json is missing" in told


def test_the_legend_works_from_the_keyboard(show):
    page = show().page
    figure = page.locator("#share")
    button = figure.locator(".legend button").first
    line = figure.locator("svg.wide .series[data-series='0'] path.line")
    assert line.is_visible()
    button.focus()
    assert button.evaluate("b => getComputedStyle(b, null).outlineStyle") != "none"
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "false"
    assert not line.is_visible()
    assert figure.locator("svg.wide .series[data-series='1'] path.line").is_visible()
    page.keyboard.press("Space")
    assert line.is_visible()


def test_the_first_key_leads_to_the_answer(show):
    page = show().page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#answer")


def test_values_under_arrow_keys_and_pointer(show):
    page = show().page
    plot = page.locator("#share .plot")
    plot.focus()
    page.keyboard.press("End")
    said = plot.locator(".unseen").text_content()
    assert said.startswith("Month 26; ")
    for name in ("Lean", "Spark", "Tailor", "Broad"):
        value = page.locator("#share details tr:last-child td").all_text_contents()
        assert name in said
        assert any(cell.split("(")[0][:4] in said for cell in value)
    page.keyboard.press("ArrowLeft")
    assert plot.locator(".unseen").text_content().startswith("Month 25; ")
    page.keyboard.press("Escape")
    assert not plot.locator(".tip").is_visible()
    plot.locator("svg.wide").hover()
    assert "Lean" in plot.locator(".tip").text_content()
    stream = page.locator("#moves-whole .plot")
    stream.focus()
    page.keyboard.press("ArrowRight")
    assert re.search(r"\d", stream.locator(".unseen").text_content())


def test_tabs_and_theme(show):
    page = show(color_scheme="dark").page
    assert not page.locator("#moves-late").is_visible()
    first, second = (page.locator(f"#moves-tab-{number}") for number in (0, 1))
    first.focus()
    page.keyboard.press("ArrowRight")
    assert second.get_attribute("aria-selected") == "true"
    assert page.locator("#moves-late").is_visible()
    assert not page.locator("#moves-whole").is_visible()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator(".theme").press("Enter")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (dark, light) == ("rgb(20, 23, 26)", "rgb(255, 255, 255)")


@pytest.mark.parametrize("kind", KINDS)
def test_a_narrow_screen_scrolls_downwards_only(show, kind):
    page = show(kind, viewport={"width": 400, "height": 800}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    if kind == "run":
        assert page.locator("#share svg.narrow").is_visible()
        assert not page.locator("#share svg.wide").is_visible()


@pytest.mark.parametrize("kind", KINDS)
def test_paper_has_whole_figures(show, kind, tmp_path):
    """No figure is larger than a page, each stays in one piece, and all panels are printed."""
    page = show(kind, viewport={"width": round(A4_WIDTH), "height": 1000}).page
    page.emulate_media(media="print")
    figures = page.evaluate(
        """[...document.querySelectorAll('figure')].map((figure) => ({
            name: figure.id,
            height: figure.getBoundingClientRect().height,
            inside: getComputedStyle(figure).breakInside,
        }))"""
    )
    assert figures
    for figure in figures:
        assert figure["height"] > 50, figure
        assert figure["height"] < A4_HEIGHT, figure
        assert figure["inside"] == "avoid", figure
    tall = page.evaluate("document.documentElement.scrollHeight")
    data = page.pdf(prefer_css_page_size=True, print_background=True)
    pages = len(re.findall(rb"/Type /Page\b", data))
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert {(round(float(w)), round(float(h))) for w, h in boxes} == {(595, 842)}
    # Figures that do not fit move to the next page, so there are more, but not twice as many.
    assert 0.8 * tall / A4_HEIGHT <= pages <= 2 * tall / A4_HEIGHT + 2


def test_without_a_script_everything_is_there(chromium, pages):
    context = chromium.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(pages["run", "en"].as_uri())
    for name in ("share", "moves-whole", "moves-late", "reservoirs-utility", "reservoirs-money"):
        assert page.locator(f"#{name} svg").first.is_visible(), name
    context.close()


def test_every_chart_has_words_and_numbers(show):
    page = show().page
    charts = page.evaluate(
        """[...document.querySelectorAll('figure')].map((figure) => ({
            name: figure.id,
            labels: [...figure.querySelectorAll('svg[role=img]')].map((s) => s.ariaLabel),
            rows: figure.querySelectorAll('details table tbody tr').length,
        }))"""
    )
    assert len(charts) >= 12
    for chart in charts:
        assert chart["labels"], chart
        assert all(len(label) > 30 for label in chart["labels"]), chart
        assert chart["rows"] >= 4, chart


@pytest.mark.parametrize("kind", KINDS)
def test_japanese_glyphs_are_in_the_file(show, pages, kind):
    """Every Japanese character of the page is in the font that the file brings with it."""
    from fontTools.ttLib import TTFont

    text = pages[kind, "ja"].read_text(encoding="utf-8")
    data = re.search(r"url\(data:font/ttf;base64,([^)]+)\)", text)[1]
    held = set(TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap())
    page = show(kind, "ja").page
    seen = page.evaluate("document.body.innerText") + page.locator("svg").first.text_content()
    wanted = {ord(c) for c in seen if "\u3040" <= c <= "\u9fff"}
    assert len(wanted) > 100
    assert wanted <= held
    assert page.evaluate(f"document.fonts.check('16px \"{FAMILY}\"', '市場')")

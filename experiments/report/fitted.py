"""A fit: how near the status quo stands, what is not known, whether to believe it, what to collect.

All is made from the tables and figures in the folder; nothing is run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.experiments.fitting.backtest import OURS
from tsunagari.experiments.fitting.results import LEARNED, TO
from tsunagari.experiments.fitting.simulated import FACTS, IN_POINTS, MONTHLY, QUARTER
from tsunagari.experiments.pictures.chart import (
    Bar,
    BarChart,
    FactChart,
    FirmStyle,
    Series,
    firm_styles,
)
from tsunagari.experiments.pictures.markup import Markup, escaped, paragraph, table, tag, together
from tsunagari.experiments.pictures.svg import colour_of
from tsunagari.experiments.pictures.web import small
from tsunagari.experiments.report.closing import coded
from tsunagari.experiments.report.document import (
    Figure,
    Section,
    answered,
    headings,
    multiples_of,
    named,
    panel,
)
from tsunagari.experiments.telling import fit as telling
from tsunagari.experiments.telling.fit import amount, measure_name, method_name
from tsunagari.experiments.words.numbers import with_doubt, written

if TYPE_CHECKING:
    from tsunagari.experiments.runs.results import Source
    from tsunagari.experiments.words import Words

SETTLED = 0.5
"""Spread after the table, in spreads of the prior, below which it settles most of a parameter."""
_NEAR = 1.0
"""Points of share within which the status quo stands as the table's market did."""
_NORMAL = 1.645
"""Standard deviations to either side that hold 90 %."""
_MOST_NAMES = 3
_LIMITS = (-2.6, 2.6)
"""Ends of the scale of parameters, standard deviations of the prior."""
_SILENT, _ONE, _OTHER = "var(--soft)", "var(--success)", "var(--obligation)"


@dataclass(frozen=True, eq=False)
class Fitted:
    """A fit's folder, as its page is made from it.

    Attributes:
        source: The folder.
        words: The reader's language.
    """

    source: Source
    words: Words

    @property
    def document(self) -> Mapping[str, Any]:
        """The figures."""
        return self.source.figures

    @property
    def firms(self) -> list[str]:
        """The table's firms, in its order."""
        return list(self.document["firms"])

    @cached_property
    def styles(self) -> dict[str, FirmStyle]:
        """How each firm looks, as in every picture of its scenario."""
        return firm_styles(self.firms)

    def label(self, month: int) -> str:
        """A month as the table writes it."""
        return str(self.document["labels"][month])

    @cached_property
    def months(self) -> dict[tuple[str, str], dict[str, np.ndarray]]:
        """By measure and firm ``data, low, mean, high`` float64[months + 1], in points.

        Month 0, the table's first, is the start, of which no market has more than shares.
        """
        rows = self.source.table("fit")
        length = int(rows["month"].max()) + 1
        found = {}
        for measure in MONTHLY:
            for firm in self.firms:
                own = (rows["measure"] == measure) & (rows["firm"] == firm)
                grids = {}
                for name in ("data", "low", "mean", "high"):
                    grid = np.full(length, np.nan)
                    values = rows[name][own].astype(np.float64)
                    grid[rows["month"][own]] = IN_POINTS[measure] * values
                    grids[name] = grid
                found[measure, firm] = grids
        return found

    def inside(self, measure: str, firm: str) -> tuple[int, int]:
        """How many of the table's figures lie within the band, and how many there are."""
        own = self.months[measure, firm]
        known = np.isfinite(own["data"])
        within = (own["low"] <= own["data"]) & (own["data"] <= own["high"])
        return int((known & within).sum()), int(known.sum())

    @cached_property
    def parameters(self) -> list[dict[str, Any]]:
        """The rows of the table of parameters."""
        columns = self.source.table("parameters")
        names = list(columns)
        return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def fit_sections(source: Source, words: Words) -> tuple[list[Section], int]:
    """All that stands in the report on a fit, and its runs."""
    fit = Fitted(source, words)
    sections = [
        answer_section(fit),
        months_section(fit),
        parameters_section(fit),
        backtest_section(fit),
        checks_section(fit),
        columns_section(fit),
    ]
    return sections, int(fit.document["runs"])


# -- the answer ------------------------------------------------------------------------------------


def answer_section(fit: Fitted) -> Section:
    """What market this is, how near the status quo stands, what is not known."""
    words, document = fit.words, fit.document
    command = "tsunagari decide scenario.yaml --options FILE --ensemble ensemble.parquet"
    ready = coded(words, "fitting.ready", command=command)
    content = answered(
        [_summary(fit), words.together([_near(fit), telling.verdict(document, words)])],
        paragraph(telling.untold(document, words)),
        tag("p", ready),
        _levels(fit),
    )
    return Section("answer", words("report.answer"), content)


def _summary(fit: Fitted) -> str:
    words, document = fit.words, fit.document
    us, currency = document["us"], fit.words.currency
    key = "us" if us else "us_none"
    return words(
        "fitting.summary",
        firms=words.counted(len(fit.firms), "firm"),
        months=words.counted(document["months"] + 1, "month"),
        first=fit.label(0),
        last=fit.label(document["months"]),
        prices=words("fitting.prices", currency=currency) if document["currency"] else "",
        us=words(f"fitting.{key}", firm=us or ""),
    )


def _near(fit: Fitted) -> str:
    worst = fit.document["worst_gaps"]["share"]
    key = "near_good" if abs(worst["gap"]) <= _NEAR else "near_far"
    gap = written(abs(worst["gap"]), ".1f")
    return fit.words(f"fitting.{key}", firm=worst["firm"], gap=gap)


def _levels(fit: Fitted) -> Markup:
    """Means over the table's months by firm and measure: data, and below the fitted market."""
    words = fit.words
    measures = [name for name in fit.document["measures"] if name in MONTHLY]
    head = [escaped(words("evidence.firm"))]
    head += [escaped(words(f"fitting.axis_{name}")) for name in measures]
    rows = []
    for firm in fit.firms:
        cells = []
        for name in measures:
            own = fit.months[name, firm]
            known = np.isfinite(own["data"])
            data, mean = (
                amount(float(own[key][known].mean()) if known.any() else math.nan, name)
                for key in ("data", "mean")
            )
            cells.append(together(escaped(data), tag("br"), tag("small", escaped(mean))))
        rows.append([named(firm), *cells])
    return table(head, rows, caption=words("fitting.level"))


# -- fit beside fact -------------------------------------------------------------------------------


def months_section(fit: Fitted) -> Section:
    """Every measure of every firm: the table as dots, the fit as line and band; then the facts."""
    words, known = fit.words, fit.document["measures"]
    shown = [name for name in MONTHLY if name in known or name in _ALWAYS]
    figures = [_months_figure(fit, name).html(words) for name in shown]
    facts = [_facts_table(fit, name) for name in FACTS if name in known]
    content = together(paragraph(words("fitting.months_means")), *figures, *facts)
    return Section("months", words("fitting.section_months"), content)


_FIT = ("month", "firm", "measure", "data", "low", "mean", "high")
_ALWAYS = ("share", "churn", "joins", "nps")
"""Measures of which the page shows what they would be, where the table has nothing of them."""


def _facts_table(fit: Fitted, measure: str) -> Markup:
    """A fact of the whole time beside the fitted market: a row for every figure of it."""
    words, columns = fit.words, fit.source.table("fit")
    rows = []
    for row in zip(*(columns[name].tolist() for name in _FIT), strict=True):
        month, firm, name, *figures = row
        if name.startswith(measure) and np.isfinite(figures[0]):
            fact, low, mean, high = (
                amount(IN_POINTS[measure] * value, measure) for value in figures
            )
            at = escaped(words.counted(month, "month"))
            if measure == "switching":
                at = named(name.removeprefix(TO))
            band = words("common.to", low=low, high=high)
            model = words("common.in_brackets", text=mean, more=band)
            rows.append([named(firm), at, escaped(fact), escaped(model)])
    head = headings(words, "fitting.", "firm", f"head_{measure}", "fact", "fitted_band")
    return table(head, rows, caption=words(f"fitting.axis_{measure}"))


def _months_figure(fit: Fitted, measure: str) -> Figure:
    words, last = fit.words, fit.document["months"]
    charts = [_facts(fit, measure, firm) for firm in fit.firms]
    span = max(high - low for low, high in (chart.ends for chart in charts))
    panels = []
    for firm, chart in zip(fit.firms, charts, strict=True):
        head = tag("h4", escaped(firm), translate="no")
        text = words("fitting.months_panel", measure=measure_name(measure, words), firm=firm,
                     text=_panel_text(fit, measure, firm))  # fmt: skip
        panels.append(tag("div", head, small(replace(chart, span=span), text)))
    title = words("fitting.months_title", measure=measure_name(measure, words))
    first, end = fit.label(0), fit.label(last)
    return Figure(
        identity=f"fit-{measure}",
        title=title[:1].upper() + title[1:],
        finding=_months_finding(fit, measure),
        drawing=multiples_of(panels),
        how=words("fitting.months_how", last=end, first=first),
        numbers=_months_table(fit, measure),
    )


def _facts(fit: Fitted, measure: str, firm: str) -> FactChart:
    words, own = fit.words, fit.months[measure, firm]
    tips = [
        words("fitting.months_tip", firm=firm, month=fit.label(month),
              **{key: amount(float(own[name][month]), measure) for key, name in
                 (("value", "data"), ("mean", "mean"), ("low", "low"), ("high", "high"))})
        for month in range(len(own["data"]))
    ]  # fmt: skip
    place = fit.firms.index(firm)
    line = Series(firm, place, fit.styles[firm], own["mean"], own["low"], own["high"])
    return FactChart(
        line=line,
        facts=own["data"],
        tips=tips,
        known=fit.document["months"],
        ahead=words("fitting.ahead"),
        across=words("fitting.months_axis", first=fit.label(0)),
        up=words(f"fitting.axis_{measure}"),
        span=0.0,
    )


def _panel_text(fit: Fitted, measure: str, firm: str) -> str:
    own, last = fit.months[measure, firm], fit.document["months"]
    inside, of = fit.inside(measure, firm)
    end = len(own["mean"]) - 1
    told = {key: amount(float(own[name][month]), measure) for key, name, month in
            (("fitted", "mean", last), ("ahead", "mean", end), ("low", "low", end),
             ("high", "high", end))}  # fmt: skip
    months = {"last": fit.label(last), "end": fit.label(end)}
    if not of:
        return fit.words("fitting.months_alone", **told, **months)
    return fit.words("fitting.months_text", inside=inside, of=of, **told, **months)


def _months_finding(fit: Fitted, measure: str) -> str:
    words = fit.words
    counts = {firm: fit.inside(measure, firm) for firm in fit.firms}
    inside, of = (sum(count[side] for count in counts.values()) for side in (0, 1))
    if not of:
        return words("fitting.months_none")
    told = [words("fitting.months_finding", inside=inside, of=of)]
    firm = min((f for f in counts if counts[f][1]), key=lambda f: counts[f][0] / counts[f][1])
    least, most = counts[firm]
    if least < most:
        told.append(words("fitting.months_worst", firm=firm, inside=least, of=most))
    return words.together(told)


def _months_table(fit: Fitted, measure: str) -> Markup:
    """A row every quarter: data, and below them mean and band."""
    words, length = fit.words, len(fit.document["labels"])
    head = [escaped(words("fitting.month")), *(named(firm) for firm in fit.firms)]
    rows = []
    for month in range(QUARTER, length, QUARTER):
        cells = []
        for firm in fit.firms:
            told = {key: amount(float(values[month]), measure)
                    for key, values in fit.months[measure, firm].items()}  # fmt: skip
            band = words("common.to", low=told["low"], high=told["high"])
            model = words("common.in_brackets", text=told["mean"], more=band)
            cells.append(together(escaped(told["data"]), tag("br"), tag("small", escaped(model))))
        rows.append([escaped(fit.label(month)), *cells])
    return table(head, rows, caption=words(f"fitting.axis_{measure}"))


# -- what the data say -----------------------------------------------------------------------------


def parameters_section(fit: Fitted) -> Section:
    """Every number of the model before and after the data."""
    words, rows = fit.words, fit.parameters
    ratios = np.array([row["ratio"] for row in rows])
    settled, silent = int((ratios < SETTLED).sum()), int((ratios > LEARNED).sum())
    counted = words("fitting.parameters_counted", all=len(rows), settled=settled, silent=silent,
                    narrowed=len(rows) - settled - silent)  # fmt: skip
    of_market = [row for row in rows if telling.firm_of(row["path"]) is None]
    of_firms = [row for row in rows if telling.firm_of(row["path"]) is not None]
    content = together(
        paragraph(words("fitting.parameters_means")),
        paragraph(counted),
        _market_figure(fit, of_market).html(words),
        _firms_figure(fit, of_firms).html(words),
    )
    return Section("parameters", words("fitting.section_parameters"), content)


def _market_figure(fit: Fitted, rows: Sequence[Mapping[str, Any]]) -> Figure:
    words = fit.words
    ordered = sorted(rows, key=lambda row: float(row["ratio"]))
    name = telling.plain_name(ordered[0]["path"], words)
    return Figure(
        identity="known-market",
        title=words("fitting.parameters_market"),
        finding=words("fitting.parameters_market_finding", name=name, left=_left(fit, ordered[0])),
        drawing=BarChart(
            [_before(fit), *(_known(fit, row, _ONE) for row in ordered)],
            words("fitting.parameters_axis"),
            dots=True,
            limits=_LIMITS,
        ),
        how=words("fitting.parameters_how"),
        numbers=_parameter_table(fit, ordered),
    )


def _firms_figure(fit: Fitted, rows: Sequence[Mapping[str, Any]]) -> Figure:
    words, axis = fit.words, fit.words("fitting.parameters_axis")
    ordered = sorted(rows, key=lambda row: float(row["ratio"]))
    panels = []
    for firm in fit.firms:
        own = [row for row in rows if telling.firm_of(row["path"]) == firm]
        colour = colour_of(fit.styles[firm].colour)
        bars = [_before(fit), *(_known(fit, row, colour) for row in own)]
        panels.append(panel(firm, bars, axis, words, limits=_LIMITS))
    most, least = ordered[0], ordered[-1]
    finding = words(
        "fitting.parameters_firms_finding",
        name=telling.full_name(most["path"], words), left=_left(fit, most),
        least=telling.full_name(least["path"], words), other=_left(fit, least),
    )  # fmt: skip
    return Figure(
        identity="known-firms",
        title=words("fitting.parameters_firms"),
        finding=finding,
        drawing=multiples_of(panels),
        how=words("fitting.parameters_how"),
        numbers=_parameter_table(fit, rows),
    )


def _left(fit: Fitted, row: Mapping[str, Any]) -> str:
    return _of_doubt(fit, float(row["ratio"]))


def _of_doubt(fit: Fitted, left: float) -> str:
    """The part of the earlier doubt that is left; noise of the bank may put it above all."""
    return fit.words.percent(min(1.0, left), 0)


def _before(fit: Fitted) -> Bar:
    name = fit.words("fitting.before")
    return Bar(name, -1, _SILENT, 0.0, -_NORMAL, _NORMAL, tip=name)


def _known(fit: Fitted, row: Mapping[str, Any], colour: str) -> Bar:
    words, ratio, at = fit.words, float(row["ratio"]), float(row["z"])
    name = telling.plain_name(row["path"], words)
    low, high = at - _NORMAL * ratio, at + _NORMAL * ratio
    tip = words("fitting.parameter_tip", name=name, value=written(at, "+.2f"),
                low=written(low, "+.2f"), high=written(high, "+.2f"),
                verdict=words(f"fitting.{_verdict(ratio)}"))  # fmt: skip
    shown = _SILENT if ratio > LEARNED else colour
    at, low, high = np.clip((at, low, high), *_LIMITS).tolist()
    return Bar(name, 0, shown, at, low, high, tip=tip)


def _verdict(ratio: float) -> str:
    return "silent" if ratio > LEARNED else "settled" if ratio < SETTLED else "narrowed"


def _parameter_table(fit: Fitted, rows: Sequence[Mapping[str, Any]]) -> Markup:
    words = fit.words
    names = ("parameter", "key", "prior", "posterior", "ratio", "verdict")
    cells = []
    for row in rows:
        mean, sd = with_doubt(float(row["prior_sd"]), float(row["prior_mean"]))
        prior = words("fitting.spread", mean=mean, sd=sd)
        at = [float(row[key]) for key in ("mean", "low", "high")]
        told, low, high, _ = with_doubt((at[2] - at[1]) / 2.0, *at)
        band = words("common.to", low=low, high=high)
        after = words("common.in_brackets", text=told, more=band)
        verdict = words(f"fitting.{_verdict(float(row['ratio']))}")
        name = telling.full_name(row["path"], words)
        cells.append([escaped(name), tag("code", escaped(row["path"])), escaped(prior),
                      escaped(after), escaped(_left(fit, row)), escaped(verdict)])  # fmt: skip
    label = words("fitting.section_parameters")
    return table(
        headings(words, "fitting.", *names), cells, caption="", label=label, class_="texts"
    )


# -- the backtest ----------------------------------------------------------------------------------


def backtest_section(fit: Fitted) -> Section:
    """How well shares of later months would have been told, beside methods without a market."""
    words = fit.words
    told = paragraph(telling.backtest(fit.document, words))
    figure = _backtest_figure(fit).html(words) if "backtest" in fit.source.files else None
    return Section("backtest", words("fitting.section_backtest"), together(told, figure))


@dataclass(frozen=True)
class _Forecast:
    """Mean scores of a method at a horizon, and over how many starts."""

    method: str
    horizon: int
    starts: int
    crps: float
    mae: float
    covered: float


def _forecasts(fit: Fitted) -> list[_Forecast]:
    columns = fit.source.table("backtest")
    found = []
    for horizon in np.unique(columns["horizon"]).tolist():
        for method in dict.fromkeys([OURS, *columns["method"].tolist()]):
            own = (columns["horizon"] == horizon) & (columns["method"] == method)
            means = [float(np.mean(columns[key][own])) for key in ("crps", "mae", "covered")]
            found.append(_Forecast(method, int(horizon), int(own.sum()), *means))
    return found


def _backtest_figure(fit: Fitted) -> Figure:
    words, found = fit.words, _forecasts(fit)
    largest = max(one.crps for one in found)
    panels, findings, axis = [], [], words("fitting.backtest_axis")
    for horizon in dict.fromkeys(one.horizon for one in found):
        own = [one for one in found if one.horizon == horizon]
        months = words.counted(horizon, "month")
        head = words("fitting.backtest_panel", months=months)
        bars = [_method_bar(fit, one) for one in own]
        limits = (0.0, 1.06 * max(largest, 0.01))
        panels.append(panel(head, bars, axis, words, head, limits))
        best = min(own, key=lambda one: one.crps)
        findings.append(
            words("fitting.backtest_finding", months=months, best=method_name(best.method, words),
                  score=written(best.crps, ".2f"), own=written(own[0].crps, ".2f"))
        )  # fmt: skip
    return Figure(
        identity="forecasts",
        title=words("fitting.backtest_title"),
        finding=words.together(findings),
        drawing=multiples_of(panels),
        how=words("fitting.backtest_how"),
        numbers=_backtest_table(fit, found),
    )


def _method_bar(fit: Fitted, one: _Forecast) -> Bar:
    words, name = fit.words, method_name(one.method, fit.words)
    tip = words("fitting.backtest_tip", method=name, score=written(one.crps, ".2f"),
                covered=words.percent(one.covered, 0))  # fmt: skip
    return Bar(name, 0, _ONE if one.method == OURS else _SILENT, one.crps, tip=tip)


def _backtest_table(fit: Fitted, found: Sequence[_Forecast]) -> Markup:
    words = fit.words
    rows = [
        [
            escaped(method_name(one.method, words)),
            escaped(words.counted(one.horizon, "month")),
            escaped(written(one.crps, ".3f")),
            escaped(written(one.mae, ".3f")),
            escaped(words.percent(one.covered, 0)),
            escaped(one.starts),
        ]
        for one in found
    ]
    head = headings(words, "fitting.", "method", "horizon", "crps", "mae", "covered", "starts")
    return table(head, rows, caption=words("fitting.backtest_title"))


# -- checks ----------------------------------------------------------------------------------------


def checks_section(fit: Fitted) -> Section:
    """Four questions that the fit could fail, each with its verdict."""
    words, document = fit.words, fit.document
    entries = []
    for check in document["checks"]:
        key, class_ = ("fine", "yes") if check["fine"] else ("look", "no")
        mark = tag("span", escaped(words(f"fitting.{key}")), class_=f"verdict {class_}")
        question = tag("h3", escaped(words(f"fitting.check_{check['name']}")))
        told = paragraph(telling.check_in_words(check, document, words))
        entries.append(tag("li", question, tag("p", mark), told))
    content = together(
        paragraph(words.together([telling.verdict(document, words),
                                  words("fitting.checks_means")])),
        tag("ul", *entries, class_="claims"),
    )  # fmt: skip
    return Section("checks", words("fitting.section_checks"), content)


# -- columns ---------------------------------------------------------------------------------------


def columns_section(fit: Fitted) -> Section:
    """What each column tells, and which to collect next."""
    words = fit.words
    content = together(
        paragraph(_next_column(fit)),
        paragraph(words("fitting.columns_means")),
        _columns_figure(fit).html(words),
    )
    return Section("columns", words("fitting.section_columns"), content)


def _ratios(fit: Fitted) -> dict[str, dict[str, float]]:
    """By column, and for none, the spread that is left of every parameter, by its path."""
    columns = fit.source.table("columns")
    found: dict[str, dict[str, float]] = {}
    rows = zip(columns["column"], columns["path"], columns["ratio"], strict=True)
    for column, path, ratio in rows:
        found.setdefault(str(column), {})[str(path)] = float(ratio)
    return found


def _next_column(fit: Fitted) -> str:
    words, ratios = fit.words, _ratios(fit)
    would = telling.gains(fit.document, present=False)
    if not would or max(would.values()) <= telling.NO_GAIN:
        return words.together(telling.columns(fit.document, words)[::-1])
    column = next(iter(would))
    won = {path: left - ratios[column][path] for path, left in ratios[""].items()}
    most = sorted(won, key=lambda path: -won[path])[:_MOST_NAMES]
    left, stands = fit.document["spread_left_with"][column], fit.document["spread_left"]
    return words(
        "fitting.columns_next",
        column=measure_name(column, words),
        left=_of_doubt(fit, left),
        stands=_of_doubt(fit, stands),
        names=words.joined([telling.full_name(path, words) for path in most]),
    )


def _columns_figure(fit: Fitted) -> Figure:
    words, document = fit.words, fit.document
    bars = []
    for present, key, colour in ((True, "has", _ONE), (False, "lacks", _OTHER)):
        lefts = document["spread_left_without" if present else "spread_left_with"]
        for name, gain in telling.gains(document, present=present).items():
            called = words(f"fitting.{key}", column=measure_name(name, words))
            left = _of_doubt(fit, lefts[name])
            tip = words(f"fitting.columns_tip_{key}", column=called, left=left)
            bars.append(Bar(called, 0, colour, 100.0 * gain, tip=tip))
    left = _of_doubt(fit, document["spread_left"])
    return Figure(
        identity="worth",
        title=words("fitting.columns_title"),
        finding=words("fitting.columns_finding", left=left),
        drawing=BarChart(bars, words("fitting.columns_axis")),
        how=words("fitting.columns_how"),
        numbers=_columns_table(fit),
    )


def _columns_table(fit: Fitted) -> Markup:
    words, ratios = fit.words, _ratios(fit)
    has = fit.document["measures"]
    head = [escaped(words("fitting.parameter")), escaped(words("fitting.stands"))]
    head += [
        escaped(words(f"fitting.{'without' if name in has else 'with'}_column",
                      column=measure_name(name, words)))
        for name in ratios if name
    ]  # fmt: skip
    rows = [
        [
            escaped(telling.full_name(path, words)),
            *(escaped(_of_doubt(fit, of[path])) for of in ratios.values()),
        ]
        for path in ratios[""]
    ]
    return table(head, rows, caption=words("fitting.ratio"))

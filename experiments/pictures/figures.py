"""Pictures of a run, and the measures over the months that every place draws.

draw_all(market.results, folder, customers=20_000, seed=7, events=[(24, "location erodes")])
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.pictures.chart import (
    INK,
    RESERVOIR_COLOURS,
    Event,
    FirmStyle,
    LineChart,
    Piles,
    Series,
    firm_styles,
)
from tsunagari.experiments.pictures.page import (
    LEFT,
    NORMAL,
    RIGHT,
    SMALL,
    TOP,
    Page,
    plain_settings,
)
from tsunagari.experiments.pictures.paper import (
    FOOT,
    LANE,
    at_risk,
    compact,
    grid,
    is_lowest,
    key,
    lanes_of,
    line_frame,
    matrix,
    over_time,
    pile_frame,
)
from tsunagari.experiments.pictures.scales import round_ticks
from tsunagari.experiments.pictures.text import short_names, width_of
from tsunagari.experiments.runs.cube import (
    RESERVOIRS,
    YEAR,
    Cube,
    churn_line,
    figures,
    mean_of_finite,
    quantiles,
    window,
)
from tsunagari.experiments.runs.summary import (
    LifeTable,
    Measured,
    Summary,
    by_tenure,
    of_founders,
    summary_of,
)
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.text import isolated
from tsunagari.sim.measures import MEASURES
from tsunagari.sim.measuring import Line, Unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.experiments.runs.cube import Tables

    type Floats = NDArray[np.float64]

_SHOWN = 8
_LEVEL = 1e-12
_NAMED_FLOWS = 11
_MARKS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True)
class OverTime:
    """A measure of firms over the months, drawn alike in folder, report and app.

    Its unit, its digits and its scale are declared with the measure
    (:mod:`tsunagari.sim.measures`), its words are ``evidence.<name>_…`` in both languages. A
    further one needs a row in :data:`OVER_TIME` and, to be in the folder, a place on a page of
    :data:`FIGURES`.

    Attributes:
        measure: The measure.
        section: Of the report in which it stands; empty for none.
        height: Of its frame there, in pixels.
    """

    measure: str
    section: str = ""
    height: float = 300.0

    @property
    def unit(self) -> Unit:
        """In what it is counted."""
        return MEASURES[self.measure].unit

    @property
    def line(self) -> Line:
        """Its scale."""
        line = MEASURES[self.measure].line
        assert line is not None, f"{self.measure} declares no line"
        return line

    def values(self, cube: Cube) -> Floats:
        """What is drawn, [replication, month, firm], in the unit shown."""
        special = {"market_share": Cube.share, "churn": churn_line}.get(self.measure)
        found = special(cube) if special is not None else cube.measure(self.measure)
        return self.unit.scale * found


OVER_TIME = {
    "share": OverTime("market_share", "share"),
    "retention": OverTime("retention_12", "retention", height=240.0),
    "loss": OverTime("churn", "retention", height=240.0),
    "worth": OverTime("stickiness_money", "stickiness"),
    "satisfaction": OverTime("satisfaction"),
    "nps": OverTime("nps"),
}
"""By the name of their texts."""


@dataclass(frozen=True)
class Subject:
    """A run as pictures need it.

    Attributes:
        cube: The firms' measures.
        styles: How each firm looks, in the scenario's order.
        events: The dated events within the run, one per month, in order.
        source: The line at the foot of each picture.
        words: The reader's language.
    """

    cube: Cube
    styles: tuple[FirmStyle, ...]
    events: tuple[Event, ...]
    source: str
    words: Words

    @classmethod
    def of(
        cls,
        tables: Tables,
        *,
        customers: int,
        seed: int,
        events: Sequence[tuple[int, str]] = (),
        words: Words | None = None,
        title: str = "",
    ) -> Subject:
        """Read the tables of a run with so many customers, made with this seed."""
        cube = Cube(tables)
        words = words or Words()
        by_month: dict[int, list[str]] = {}
        for month, text in sorted(events, key=lambda event: event[0]):
            if 0 <= month <= cube.months:
                by_month.setdefault(month, []).append(text)
        source = words(
            "pictures.source", title=title or tables.title, people=words.customers(customers),
            seed=seed, runs=words.counted(cube.replications, "replication"),
        )  # fmt: skip
        return cls(
            cube=cube,
            styles=tuple(firm_styles(cube.names).values()),
            events=tuple(
                Event(
                    month,
                    _MARKS[number] if number < len(_MARKS) else f"({number + 1})",
                    words("common.semicolon").join(texts),
                )
                for number, (month, texts) in enumerate(by_month.items())
            ),
            source=source,
            words=words,
        )

    @cached_property
    def summary(self) -> Summary:
        """What came out, firm by firm: the figures that pictures put beside their lines."""
        return summary_of(self.cube)

    def window(self, measure: str) -> str:
        """What the figure of a measure is of."""
        return window(measure, self.cube.months, self.words)

    @property
    def lanes(self) -> int:
        """Lines of words that the events need above a frame."""
        return lanes_of(self.events)

    @property
    def shown(self) -> list[int]:
        """The firms shown where there is no room for all: the largest by final share."""
        return self.cube.largest(_SHOWN)

    @property
    def shown_words(self) -> str:
        """Says so, or nothing when all are shown."""
        count = len(self.cube.names)
        return self.words("pictures.largest", some=_SHOWN, count=count) if count > _SHOWN else ""

    @property
    def band_words(self) -> str:
        """Says what a line and its band are, or nothing for a single run."""
        runs = self.cube.replications
        return self.words("pictures.band", runs=runs) if runs > 1 else ""

    @property
    def mean_words(self) -> str:
        """Says that values are means, or nothing for a single run."""
        return self.words("pictures.mean") if self.cube.replications > 1 else ""

    def page(self, title: str, subtitle: str, description: str) -> Page:
        """An empty sheet with this run's source line."""
        return Page(title, subtitle, description, self.source)

    def leaders(self) -> list[str]:
        """The firms with the largest final share, as the answer has them; several when level."""
        shares = {firm.name: firm.final_share.mean for firm in self.summary.firms}
        there = [share for share in shares.values() if math.isfinite(share)]
        top = max(there, default=0.0)
        return [isolated(n) for n, s in shares.items() if s > 0 and s >= top - _LEVEL]

    def measured(self, measure: str) -> dict[str, Measured]:
        """The figure of every firm by name, in the unit of the tables."""
        if measure == "market_share":
            return {firm.name: firm.final_share for firm in self.summary.firms}
        each = figures(self.cube, measure).T.tolist()
        return {n: Measured(tuple(v)) for n, v in zip(self.cube.names, each, strict=True)}

    def chart(self, name: str, *, digits: int | None = None) -> LineChart:
        """A measure of every firm over the months with its events; mean and 10–90 % band."""
        row, words = OVER_TIME[name], self.words
        values = row.values(self.cube)
        low, high = quantiles(values, 0.1, 0.9)
        middle, ends = mean_of_finite(values, axis=0), self.measured(row.measure)
        single = self.cube.replications == 1
        lines = [
            Series(
                name=firm,
                place=place,
                style=self.styles[place],
                middle=middle[:, place],
                low=None if single else low[:, place],
                high=None if single else high[:, place],
                figure=row.unit.scale * ends[firm].mean,
            )
            for place, firm in enumerate(self.cube.names)
        ]
        return LineChart(
            lines,
            across=words("evidence.month"),
            up=words(f"evidence.{name}_axis"),
            nothing=words("pictures.nobody_long"),
            suffix=words("common.percent_sign") if row.unit.sign else "",
            digits=row.unit.digits if digits is None else digits,
            zero=row.line.zero,
            months=self.cube.months,
            events=self.events,
            lead=np.argsort(-self.cube.final_shares(), kind="stable").tolist(),
            window=self.window(row.measure),
            band="" if single else "10–90 %",
            height=row.height,
        )

    def survival(self, table: LifeTable, name: str, firms: Sequence[int]) -> LineChart:
        """Survival of some firms' customers on a clock, with how many people it rests on."""
        low, high = (100 * end for end in table.band(0.1, 0.9))
        single, words = self.cube.replications == 1, self.words
        lines = [
            Series(
                name=self.cube.names[firm],
                place=firm,
                style=self.styles[firm],
                middle=100 * table.pooled[firm],
                low=None if single else low[firm],
                high=None if single else high[firm],
                at_risk=table.followed[firm],
            )
            for firm in firms
        ]
        return LineChart(
            lines,
            across=words(f"evidence.{name}_clock"),
            up=words("evidence.survival_axis"),
            suffix=words("common.percent_sign"),
            months=self.cube.months,
            risk=words("evidence.at_risk"),
            band="" if single else "10–90 %",
            height=260.0,
        )

    def reservoirs(self, prefix: str, times: float) -> Floats:
        """Means over replications of the parts of stickiness, [reservoir, month, firm]."""
        names = [f"{prefix}{name}" for name in RESERVOIRS]
        return times * np.stack([mean_of_finite(self.cube.measure(n), axis=0) for n in names])


def market_share(subject: Subject) -> Page:
    """Share of customers who have a provider, per firm and month."""
    leaders = subject.leaders()
    chart = subject.chart("share")
    ends = [line.figure for line in chart.series if line.figure is not None]
    top = max((end for end in ends if np.isfinite(end)), default=0.0)
    firms, words = len(subject.cube.names), subject.words
    if not leaders:
        key = "none"
    elif firms == 1:
        key = "only"
    else:
        key = "one" if len(leaders) == 1 else "level"
    told = {"name": leaders[0] if leaders else "", "count": len(leaders), "share": top}
    title = words(f"pictures.share_{key}", **told)
    description = words(
        "pictures.share_description", title=title, firms=words.counted(firms, "firm"),
        months=words.counted(subject.cube.months, "month"),
    )  # fmt: skip
    page = subject.page(title, words("pictures.share") + subject.band_words, description)
    over_time(page, [chart])
    return page


def retention(subject: Subject) -> Page:
    """12-month retention, and monthly churn as a trailing mean."""
    kept, lost = subject.chart("retention"), subject.chart("loss")
    words = subject.words
    described = _highest(kept, words("pictures.retention_12"), "", words)
    subtitle = words("pictures.retention") + subject.band_words
    page = subject.page(words("pictures.retention_title"), subtitle, described)
    over_time(page, [kept, lost])
    return page


def satisfaction_nps(subject: Subject) -> Page:
    """Mean satisfaction, and Net Promoter Score."""
    satisfaction, nps = subject.chart("satisfaction"), subject.chart("nps")
    words = subject.words
    described = _highest(nps, words("pictures.nps"), words("pictures.points"), words)
    subtitle = words("pictures.satisfaction") + subject.band_words
    page = subject.page(words("pictures.satisfaction_title"), subtitle, described)
    over_time(page, [satisfaction, nps])
    return page


def _highest(chart: LineChart, what: str, unit: str, words: Words) -> str:
    """A sentence on the firms at both ends of a measure, by their figures."""
    there = [
        (line.figure, line.name)
        for line in chart.series
        if line.figure is not None and np.isfinite(line.figure)
    ]
    if not there:
        return words("pictures.highest_none", what=what)
    worst, best = (pick(there, key=lambda one: one[0]) for pick in (min, max))
    key = "highest"
    if len(there) == 1:
        key = "highest_one"
    elif len({round(end, 9) for end, _ in there}) == 1:
        key = "highest_level"
    most, least = (f"{chart.told(end)}{unit}" for end, _ in (best, worst))
    told = {"best": best[1], "worst": worst[1], "most": most, "least": least}
    return words(f"pictures.{key}", what=what, window=chart.window, **told)


def stickiness(subject: Subject) -> Page:
    """Money at the left; at the right, a small stack of the four reservoirs for each firm."""
    words, firms = subject.words, subject.shown
    whole = subject.chart("worth")
    shown = [whole.series[firm] for firm in firms]
    money = replace(whole, series=shown, lead=(), nothing=words("pictures.nothing"))
    told = [
        f"{line.name} {whole.told(line.figure)}"
        for line in whole.series
        if line.figure is not None and np.isfinite(line.figure)
    ]
    page = subject.page(
        words("pictures.stickiness_title"),
        words("pictures.stickiness") + subject.mean_words + subject.shown_words,
        words("pictures.stickiness_money", window=whole.window, firms=_listed(told, words))
        if told
        else words("pictures.stickiness_none"),
    )
    high = TOP - LANE * subject.lanes - FOOT
    line_frame(page, money, (LEFT, FOOT, 330.0, high), months=6, lanes=subject.lanes)
    _reservoirs(page, subject, firms)
    return page


def _reservoirs(page: Page, subject: Subject, firms: list[int]) -> None:
    """One frame per firm, all with the same scales, and the key of the colours above them."""
    left, gap, head = 505.0, 58.0, 34.0
    chart = Piles(
        names=[subject.cube.names[firm] for firm in firms],
        parts=subject.reservoirs("stickiness_", 1.0)[:, :, firms],
        colours=[RESERVOIR_COLOURS[name] for name in RESERVOIRS],
        labels=(),
        up="",
        across=subject.words("evidence.month"),
    )
    columns = 1 if len(firms) <= 3 else 2
    box = (left, FOOT, RIGHT - left, TOP + 2 - FOOT)
    boxes = grid(len(firms), box, gap=gap, head=head, most=columns)
    names = short_names(chart.names, boxes[0][2] - 60 if boxes else 0.0, NORMAL)
    for place, firm in enumerate(firms):
        foot = is_lowest(place, boxes)
        frame = pile_frame(page, chart, place, boxes[place], foot=foot, events=subject.events)
        y = frame.top + 14
        page.line([frame.left, frame.left + 34], [y, y], subject.styles[firm])
        page.text(frame.left + 42, y - 5, names[place], size=NORMAL)
    x, y = left - 50, TOP + 10
    words = subject.words
    page.text(x, y, words("pictures.in_utility"), size=NORMAL)
    x += width_of(words("pictures.in_utility"), NORMAL) + 18
    entries = [(RESERVOIR_COLOURS[name], words(f"evidence.{name}")) for name in RESERVOIRS]
    x = key(page, x, y, entries)
    if chart.hangs:
        page.segments([[(x, y + 6), (x + 22, y + 6)]], colour=INK, width=1.8)
        page.text(x + 30, y, words("pictures.sum"))


def _listed(parts: Sequence[str], words: Words) -> str:
    return words("common.comma").join(parts)


def cohort_survival(subject: Subject) -> Page:
    """Survival by true tenure, and of those who were customers at the start by month of the run."""
    cube, firms = subject.cube, subject.shown
    tables = {"survival": by_tenure(cube), "founders": of_founders(cube)}
    runs, words = cube.replications, subject.words
    together = words("pictures.together", runs=runs) if runs > 1 else ""
    page = subject.page(
        words("pictures.survival_title"),
        words("pictures.survival") + together + subject.shown_words,
        _survival_description(subject, firms, tables),
    )
    row, foot = 22.0, 104.0 + 22.0 * len(firms)
    names = short_names([cube.names[firm] for firm in firms], 220.0, SMALL)
    widest = max([width_of(name, SMALL) for name in names], default=0.0)
    left, gap = max(61.0 + widest + 44, 200.0), 96.0
    width = (RIGHT - left - gap) / 2
    charts = {name: subject.survival(table, name, firms) for name, table in tables.items()}
    shares = [line.middle for chart in charts.values() for line in chart.series]
    least = min((float(np.nanmin(part, initial=100.0)) for part in shares), default=100.0)
    ticks = round_ticks(0.0 if least < 50 else min(least, 99.0), 100.0, 5)
    labels = words("pictures.survival_all"), words("pictures.survival_founders")
    for number, (label, chart) in enumerate(zip(labels, charts.values(), strict=True)):
        limits = ticks[0], ticks[-1]
        shown = replace(chart, up=label, limits=limits, nothing=words("pictures.nobody"))
        box = (left + number * (width + gap), foot, width, TOP - foot)
        frame = line_frame(page, shown, box, months=6)
        at_risk(frame, chart, 6, row)
    page.text(24, foot - 52, words("pictures.followed"))
    for number, (firm, name) in enumerate(zip(firms, names, strict=True)):
        y = foot - 76 - row * number
        page.line([24, 54], [y + 5, y + 5], subject.styles[firm])
        page.text(61.0, y, name)
    return page


def _survival_description(subject: Subject, firms: list[int], tables: dict[str, LifeTable]) -> str:
    last, words = subject.cube.months, subject.words
    told = []
    for name, months in (("survival", min(YEAR, last)), ("founders", last)):
        shares = {subject.cube.names[f]: 100 * tables[name].pooled[f, months] for f in firms}
        texts = [f"{name} {share:.0f} %" for name, share in shares.items() if np.isfinite(share)]
        if texts:
            length = words.counted(months, "month")
            told.append(words(f"pictures.{name}_stay", months=length, firms=_listed(texts, words)))
    return words.together(told) or words("pictures.survival_none")


def flows(subject: Subject) -> Page:
    """Customers who moved, from firm (row) to firm (column), over the whole run."""
    cube = subject.cube
    moved = switching(subject) / cube.replications
    named = list(range(len(cube.names)))
    if len(named) > _NAMED_FLOWS + 1:
        named = cube.largest(_NAMED_FLOWS)
    rest = len(cube.names) - len(named)
    labels = [cube.names[firm] for firm in named]
    words = subject.words
    labels += [words("evidence.other_firms", number=rest)] if rest else []
    labels.append(words("evidence.no_provider"))
    moved = grouped(moved, named)
    months = words.counted(cube.months, "month")
    subtitle = words("pictures.flows", months=months) + subject.mean_words
    if rest:
        subtitle += words("pictures.flows_named", some=len(named), count=len(cube.names))
    described = _moves(labels, moved, words)
    page = subject.page(words("pictures.flows_title"), subtitle, described)
    matrix(page, labels, moved, known=len(named))
    return page


def switching(subject: Subject) -> Floats:
    """Moves of all months and replications, [source, destination]; nobody comes last."""
    cube, table = subject.cube, subject.cube.tables.flows
    size = len(cube.names) + 1
    source = cube.codes(table["source"].to_numpy(dtype=object))
    destination = cube.codes(table["destination"].to_numpy(dtype=object))
    customers = table["customers"].to_numpy(dtype=np.float64)
    return np.bincount(source * size + destination, customers, size * size).reshape(size, size)


def grouped(moved: Floats, named: Sequence[int]) -> Floats:
    """Moves with the firms that are not named put together, before nobody, who comes last."""
    firms = len(moved) - 1
    rest = [firm for firm in range(firms) if firm not in named]
    order = [*named, *rest, firms]
    starts = [*range(len(named)), *([len(named)] if rest else []), firms]
    moved = moved[np.ix_(order, order)]
    return np.add.reduceat(np.add.reduceat(moved, starts, axis=0), starts, axis=1)


def _moves(labels: list[str], moved: Floats, words: Words) -> str:
    between = moved[:-1, :-1] * ~np.eye(len(labels) - 1, dtype=bool)
    if between.sum() <= 0:
        return words("pictures.flows_none")
    row, column = np.unravel_index(np.argmax(between), between.shape)
    key = "flows_one" if between.sum() == 1 else "flows_many"
    return words(
        f"pictures.{key}", moves=compact(between.sum()), most=compact(between[row, column]),
        source=labels[row], destination=labels[column],
    )  # fmt: skip


FIGURES: dict[str, Callable[[Subject], Page]] = {
    "market_share": market_share,
    "retention": retention,
    "stickiness": stickiness,
    "cohort_survival": cohort_survival,
    "flows": flows,
    "satisfaction_nps": satisfaction_nps,
}
"""Every picture of a run's folder by its name, which is also that of its files."""


def draw_all(
    tables: Tables,
    folder: Path,
    *,
    customers: int,
    seed: int,
    events: Sequence[tuple[int, str]] = (),
    names: Sequence[str] = tuple(FIGURES),
    words: Words | None = None,
    title: str = "",
) -> list[Path]:
    """Draw pictures of a run as PNG and SVG.

    Args:
        tables: The run's tables.
        folder: Where the files go; it must exist.
        customers: Number of customers, for the line at the foot.
        seed: The run's seed, for the line at the foot.
        events: Month and short words of each dated event to mark.
        names: Which; all by default.
        words: The reader's language, with the money and the people of the scenario.
        title: What the scenario is called in it; empty: as its tables have it.

    Returns:
        The files written, in the order of the names.

    Raises:
        KeyError: There is no picture of a name.
        OSError: A file cannot be written.
    """
    pictures = {name: FIGURES[name] for name in names}
    with plain_settings():
        subject = Subject.of(
            tables, customers=customers, seed=seed, events=events, words=words, title=title
        )
        return [p for name, make in pictures.items() for p in make(subject).save(folder, name)]


def describe(name: str, tables: Tables) -> str:
    """What a picture shows, in a sentence: its text alternative.

    Raises:
        KeyError: There is no picture of that name.
    """
    picture = FIGURES[name]
    with plain_settings():
        return picture(Subject.of(tables, customers=0, seed=0)).description

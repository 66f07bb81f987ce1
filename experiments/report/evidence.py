"""One scenario's runs, as the figures and sentences of a report are made from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.pictures.chart import FirmStyle, LineChart, Series
from tsunagari.experiments.pictures.figures import Subject
from tsunagari.experiments.pictures.markup import Markup, escaped, table, tag, together
from tsunagari.experiments.pictures.svg import MOST_POINTS, plain
from tsunagari.experiments.report.document import named
from tsunagari.experiments.runs.cube import YEAR, Cube, figures, mean_of_finite
from tsunagari.experiments.runs.results import Source
from tsunagari.experiments.runs.summary import Extreme, Measured
from tsunagari.experiments.telling.scenario import events_of, title_of
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import written
from tsunagari.sim.measures import COLUMNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.experiments.runs.summary import Summary
    from tsunagari.sim.scenario import Scenario

    type Floats = NDArray[np.float64]
    import pandas as pd

_ROWS = 13


@dataclass(frozen=True, eq=False)
class Evidence:
    """The runs of one scenario.

    Attributes:
        words: The reader's language.
        plan: The resolved scenario.
        tables: Its tables.
        prefix: Before the identities of its figures, where a document has several of these.
    """

    words: Words
    plan: Scenario
    tables: RunTables
    prefix: str = ""

    @cached_property
    def subject(self) -> Subject:
        """The tables as arrays, and how each firm looks."""
        return Subject.of(
            self.tables,
            customers=self.plan.market.customers,
            seed=self.plan.seed,
            events=events_of(self.plan, self.words),
            words=self.words,
        )

    @property
    def cube(self) -> Cube:
        """The firms' measures."""
        return self.subject.cube

    @cached_property
    def summary(self) -> Summary:
        """What came out, firm by firm."""
        return self.subject.summary

    @property
    def title(self) -> str:
        """The scenario's title in the reader's language."""
        return title_of(self.plan, self.words)

    @property
    def runs(self) -> str:
        """How many replications there are, in words."""
        return self.words.counted(self.cube.replications, "replication")

    @property
    def firms(self) -> list[tuple[str, FirmStyle]]:
        """Names and looks, for a legend."""
        return list(zip(self.cube.names, self.subject.styles, strict=True))

    def how(self, key: str, measure: str = "") -> str:
        """How to read a chart of lines: what line and band are, and the numbers of a measure."""
        runs, step = self.cube.replications, -(-(self.cube.months + 1) // MOST_POINTS)
        line = "evidence.single" if runs == 1 else "evidence.band"
        told = [self.words(key), self.words(line, count=runs)]
        if step > 1:
            told.append(self.words("evidence.thinned", step=step))
        if measure:
            told.append(self.words("evidence.ends", window=self.window(measure)))
        return self.words.together(told)

    @property
    def when(self) -> str:
        """Of which months figures of the last year are, to begin a sentence."""
        months = self.cube.months
        key = "year" if months >= YEAR else "short" if months else "start"
        return self.words(f"evidence.when_{key}", month=months)

    def window(self, measure: str) -> str:
        """What the figure of a measure is of."""
        return self.subject.window(measure)

    def years(self, measure: str) -> Floats:
        """Means of the first year and of the last, [2, firm]; the first is NaN in a short run.

        The last is the measure's figure, the first is taken the same way.
        """
        first = mean_of_finite(self.cube.measure(measure)[:, 1 : YEAR + 1], axis=1)
        if self.cube.months < 2 * YEAR:
            first = np.full_like(first, np.nan)
        both = np.stack([first, figures(self.cube, measure)])
        return mean_of_finite(both, axis=1)

    def shown(self, value: Measured, *, share: bool, digits: int = 1) -> str:
        """A mean with its 10–90 % band, where there are several replications."""
        text = self.number(value.mean, share=share, digits=digits)
        low, high = value.quantile(0.1), value.quantile(0.9)
        if self.cube.replications == 1 or not np.isfinite(low):
            return text
        ends = [self.number(end, share=share, digits=digits) for end in (low, high)]
        if share:
            ends = [written(100 * end, f".{digits}f") for end in (low, high)]
        return f"{text} ({self.words('common.to', low=ends[0], high=ends[1])})"

    def number(self, value: float, *, share: bool, digits: int = 1) -> str:
        """A share as a percentage, anything else with so many decimals."""
        if share:
            return self.words.percent(value, digits)
        return told(value, digits)


def line_table(chart: LineChart, words: Words) -> Markup:
    """A chart's numbers at about a dozen places, a column for every line.

    The last row has the figures at the ends of the lines, and says of what they are.
    """
    last = max((line.middle.size for line in chart.series), default=1) - 1
    step = max(1, -(-last // (_ROWS - 1)))
    step = 12 * -(-step // 12) if last >= 48 else step
    places = sorted({*range(0, last + 1, step), last})
    head = [escaped(chart.across), *(escaped(line.name) for line in chart.series)]
    rows = [
        [escaped(place), *(_cell(line, place, chart, words) for line in chart.series)]
        for place in places
    ]
    if chart.window:
        ends = [line.figure if line.figure is not None else np.nan for line in chart.series]
        rows.append([escaped(chart.window), *(escaped(told(end, chart.digits)) for end in ends)])
    return table(head, rows, caption=chart.up)


def told(value: float, digits: int) -> str:
    """A number with so many decimals and a true minus sign; a dash for none."""
    return written(value, f",.{digits}f")


def _cell(line: Series, place: int, chart: LineChart, words: Words) -> Markup:
    if place >= line.middle.size or not np.isfinite(line.middle[place]):
        return escaped("–")

    text = escaped(told(float(line.middle[place]), chart.digits))
    if line.low is None or line.high is None:
        return text
    low, high = (told(float(end[place]), chart.digits) for end in (line.low, line.high))
    ends = words("common.to", low=low, high=high)
    return together(text, tag("br"), tag("small", escaped(ends)))


def firm_table(
    evidence: Evidence, columns: Sequence[tuple[str, Sequence[str]]], caption: str
) -> Markup:
    """A row for each firm and a column for each heading."""
    head = [escaped(evidence.words("evidence.firm")), *(escaped(name) for name, _ in columns)]
    rows = [
        [
            named(name),
            *(escaped(cells[firm]) for _, cells in columns),
        ]
        for firm, name in enumerate(evidence.cube.names)
    ]
    return table(head, rows, caption=caption)


def with_level(one: Extreme, words: Words) -> str:
    """A firm at one end of a measure, and with whom it is level."""
    if not one.level:
        return one.name
    return words("evidence.level_with", name=one.name, others=words.joined(one.level))


def count(value: float) -> str:
    """A number of people."""
    return plain(round(value)) if np.isfinite(value) else "–"


# -- tables ----------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class RunTables:
    """The tables of one scenario's runs, as pictures and sentences read them.

    Attributes:
        firms, market, segments, cohorts, flows: Data frames.
        title: What to call the scenario.
        story: The scenario's story.
    """

    firms: pd.DataFrame
    market: pd.DataFrame
    segments: pd.DataFrame
    cohorts: pd.DataFrame
    flows: pd.DataFrame
    title: str
    story: str = ""


def run_tables(source: Source, title: str, label: str | None = None) -> RunTables:
    """The tables of a run; of a comparison those of the scenario with this label."""
    import pandas as pd

    frames = {}
    for name in COLUMNS:
        frame = pd.DataFrame(source.table(name))
        if label is not None:
            frame = frame[(frame["scenario"] == label).to_numpy(dtype=bool)].reset_index(drop=True)
        frames[name] = frame
    return RunTables(**frames, title=title)

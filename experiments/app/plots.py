"""The charts of the page: lines over the months, bars of what holds customers, and a table."""

# ruff: noqa: N802 - components are named like the elements they stand for

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import solara
from mesa.visualization.utils import update_counter

from tsunagari.experiments.app.desk import Desk
from tsunagari.experiments.app.series import DRAWN, ends, lines
from tsunagari.experiments.pictures.chart import (
    RESERVOIR_COLOURS,
    Event,
    FirmStyle,
    LineChart,
    Series,
)
from tsunagari.experiments.pictures.web import live
from tsunagari.experiments.runs.cube import RESERVOIRS, window
from tsunagari.experiments.words import Words, texts
from tsunagari.experiments.words.numbers import UNDEFINED, written
from tsunagari.sim.measuring import Line
from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from tsunagari.experiments.app.session import View

_SIZE = (480.0, 240.0)
"""Of a chart until the browser has told how large its frame is, in pixels of its letters."""
_MOST_SIZE = 10_000
_FIGURES = ("market_share", "retention_12", "churn", "satisfaction", "nps", "stickiness_money")
LABELS = texts("en", "page")
"""What the page itself says."""

type Callback = Callable[[Any], None]
"""Called with what the browser says, or None."""


# Components that are drawn in the browser, one Vue file each. Arguments are what such a file reads;
# those that begin with event_ are what it may call. What it reads is text: compared at once, packed
# once, read once.


@solara.component_vue("vue/plot.vue", vuetify=False)
def plot(what: str, drawing: str, event_choose: Callback, event_resize: Callback) -> None:
    """Lines over the months."""


@solara.component_vue("vue/holds.vue", vuetify=False)
def holds(what: str, now: str, ghost: str, frame: int, event_drawn: Callback) -> None:
    """Stacked bars of what holds customers."""


@solara.component_vue("vue/figures.vue", vuetify=False)
def figures(what: str, rows: str) -> None:
    """A table."""


def as_text(value: Any) -> str:
    """Plain values as the text that a component reads."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@solara.component
def Plot(desk: Desk, slot: str, first: str, *, large: bool = False) -> None:
    """One measure of every firm over the months, the run before behind it.

    Args:
        desk: Whose market.
        slot: Name of the place on the page.
        first: Measure drawn at first.
        large: Whether it is the page's main chart, which always draws that measure.
    """
    update_counter.get()
    chosen, choose = solara.use_state(first)
    size, resize = solara.use_state(_SIZE)
    view, line = desk.session.view, _line(chosen)
    choices = [first] if large else [key for key in DRAWN if key != "market_share"]
    unit = LABELS["unit_and_figures"].format(
        unit=_unit_of(chosen, line, view.series), window=window(chosen, view.month, Words("en"))
    )
    chart = chart_of(view, chosen, with_events=large)
    plot(
        what=as_text(
            {
                "slot": slot,
                "large": large,
                "measure": chosen,
                "label": line.title,
                "unit": unit,
                "choices": [[key, _line(key).title] for key in choices],
                "dotted": _dotted(view.series, view.ghost) if large and view.ghost else "",
                **{key: LABELS[key] for key in ("choose", "nothing")},
            }
        ),
        drawing=live(chart, *size, _spoken(chart, f"{line.title}, {unit}", view.month))
        if any(one.there for one in chart.series)
        else "",
        event_choose=desk.asked(lambda key: choose(_offered(key, choices))),
        event_resize=desk.asked(lambda said: resize(_fitting(said)), by_user=False),
    )


def chart_of(view: View, key: str, *, with_events: bool) -> LineChart:
    """A measure of every firm so far, and faintly that of the run before.

    Args:
        view: What the page shows.
        key: The measure.
        with_events: Whether events are marked.
    """
    measure, line = DRAWN[key], _line(key)
    series = []
    for found, before in ((view.ghost, True), (view.series, False)):
        if found is None:
            continue
        values = zip(found["firms"], lines(found, measure), ends(found, measure), strict=True)
        months = np.array(found["months"], np.float64)
        for place, (firm, middle, end) in enumerate(values):
            look = FirmStyle(firm["colour"], tuple(() if before else firm["dashes"]), "")
            numbers = np.array(middle, np.float64)  # None is NaN
            figure = None if before else np.nan if end is None else end
            series.append(
                Series(firm["name"], place, look, numbers, x=months, figure=figure, before=before)
            )
    return LineChart(
        series,
        across="",
        up="",
        suffix=measure.unit.sign,
        digits=measure.unit.digits,
        zero=line.zero,
        least=line.least,
        months=view.months,
        events=_dated(view.events) if with_events else (),
    )


def _dated(events: Sequence[tuple[int, str]]) -> list[Event]:
    """One mark a month, in their order."""
    months = sorted({month for month, _ in events})
    return [Event(month, "", "; ".join(w for m, w in events if m == month)) for month in months]


def _spoken(chart: LineChart, title: str, month: int) -> str:
    """The chart in words: the firms from the largest value down."""
    there = [
        line for line in chart.series if not line.before and np.isfinite(line.middle[-1:]).any()
    ]
    there.sort(key=lambda line: -line.end)
    told = [
        f"{line.name} {chart.told(np.nan if line.figure is None else line.figure)}"
        for line in there
    ]
    return f"{title}. {LABELS['month']} {month}: {', '.join(told)}"


def _fitting(said: Any) -> tuple[float, float]:
    """The size of a frame that a browser tells, within limits.

    Raises:
        Problems: It is none.
    """
    match said:
        case [int() | float() as width, int() | float() as height] if (
            0 < width < _MOST_SIZE and 0 < height < _MOST_SIZE
        ):
            return max(160.0, float(width)), max(100.0, float(height))
    raise Problems([Problem("", "a chart has no such size; it stays as it was")])


@solara.component
def Holds(desk: Desk) -> None:
    """What holds each firm's customers this month, by reservoir."""
    update_counter.get()
    view = desk.session.view
    holds(
        what=as_text(
            {
                "label": LABELS["holds"],
                "unit": LABELS["holds_unit"],
                "reservoirs": [
                    {"key": name, "word": LABELS[name], "colour": RESERVOIR_COLOURS[name]}
                    for name in RESERVOIRS
                ],
            }
        ),
        now=as_text(_held(view.series)),
        ghost=as_text(_held_then(view.ghost, view.month)),
        frame=view.frame,
        event_drawn=desk.asked(desk.session.drawn, by_user=False),
    )


@solara.component
def Figures(desk: Desk) -> None:
    """The numbers behind the charts, for reading aloud and for those who cannot see lines."""
    update_counter.get()
    view = desk.session.view
    rows = []
    if view.series is not None:
        columns = [ends(view.series, DRAWN[key]) for key in _FIGURES]
        moves = [view.series["measures"][key] for key in ("joins", "leaves")]
        for place, firm in enumerate(view.series["firms"]):
            cells = [
                _cell(column[place], DRAWN[key])
                for key, column in zip(_FIGURES, columns, strict=True)
            ]
            cells += [_whole(move[place][-1]) for move in moves]
            rows.append({"name": firm["name"], "colour": firm["colour"], "cells": cells})
    words, month = Words("en"), view.month
    heads = [
        words("common.in_brackets", text=_line(key).title, more=window(key, month, words))
        for key in _FIGURES
    ] + [LABELS["joined"], LABELS["left"]]
    figures(
        what=as_text({"title": LABELS["figures"], "firm": LABELS["firm"], "heads": heads}),
        rows=as_text(rows),
    )


def _line(key: str) -> Line:
    line = DRAWN[key].line
    assert line is not None
    return line


def _unit_of(key: str, line: Line, series: Any) -> str:
    """What is counted by a line: money in the currency of the scenario, if it has one."""
    unit, currency = DRAWN[key].unit, series and series["currency"]
    return Words("en", currency).unit(unit.name) if unit.is_money and currency else line.unit


def _offered(key: Any, choices: list[str]) -> str:
    """The measure that somebody chose.

    Raises:
        Problems: It is none of those that the chart offers.
    """
    if not isinstance(key, str) or key not in choices:
        raise Problems([Problem("", "this chart does not show such a measure; it stays as it was")])
    return key


def _dotted(series: Any, ghost: Any) -> str:
    """What the dotted lines are: the run before, by name if it was of another scenario."""
    if series is None or ghost is None or series["title"] == ghost["title"]:
        return LABELS["dotted"]
    return LABELS["dotted_other"].format(title=ghost["title"])


def _held(series: Any) -> list[dict[str, Any]]:
    if series is None:
        return []
    parts = [series["measures"][f"stickiness_{name}"] for name in RESERVOIRS]
    return [
        {**firm, "values": [part[place][-1] for part in parts]}
        for place, firm in enumerate(series["firms"])
        if any(part[place][-1] is not None for part in parts)
    ]


def _held_then(series: Any, month: int) -> list[dict[str, Any]]:
    """What held them altogether in the same month of the run before."""
    if series is None or month not in series["months"]:
        return []
    then = series["months"].index(month)
    parts = [series["measures"][f"stickiness_{name}"] for name in RESERVOIRS]
    found = []
    for place, firm in enumerate(series["firms"]):
        values = [part[place][then] for part in parts]
        if None not in values:
            found.append({"name": firm["name"], "total": round(sum(values), 4)})
    return found


def _cell(value: float | None, measure: Any) -> str:
    if value is None:
        return UNDEFINED
    return f"{written(value, f',.{measure.unit.digits}f')}{measure.unit.sign}"


def _whole(value: float | None) -> str:
    return UNDEFINED if value is None else written(value, ",.0f")

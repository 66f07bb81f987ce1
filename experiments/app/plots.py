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
from tsunagari.experiments.app.pairs import Pairs
from tsunagari.experiments.app.pairs import difference as gap
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
from tsunagari.experiments.telling.names import Amounts, name_of
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import UNDEFINED, readable, written
from tsunagari.sim.measuring import Line
from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from tsunagari.experiments.app.session import View

_SIZE = (480.0, 240.0)
"""Of a chart until the browser has told how large its frame is, in pixels of its letters."""
_MOST_SIZE = 10_000
_FIGURES = ("market_share", "retention_12", "churn", "satisfaction", "nps", "stickiness_money")
_OF_DIFFERENCES = ("changed", "choose")

type Callback = Callable[[Any], None]
"""Called with what the browser says, or None."""


# Components that are drawn in the browser, one Vue file each. Arguments are what such a file reads;
# those that begin with event_ are what it may call. What it reads is text: compared at once, packed
# once, read once.


@solara.component_vue("vue/plot.vue", vuetify=False)
def plot(
    what: str,
    drawing: str,
    event_choose: Callback,
    event_pair: Callback,
    event_resize: Callback,
) -> None:
    """Lines over the months; of a difference, what the acts changed in words, too."""


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
def Plot(desk: Desk, slot: str, *, large: bool = False) -> None:
    """One measure of every firm over the months, behind it the untouched market or the run before.

    Args:
        desk: Whose market.
        slot: Name of the place on the page.
        large: Whether it is the page's main chart, which always draws market share.
    """
    update_counter.get()
    chosen = "market_share" if large else desk.charts[slot]
    size, resize = solara.use_state(_SIZE)
    view, words = desk.session.view, desk.words
    choices = [chosen] if large else [key for key in DRAWN if key != "market_share"]
    figure = words("page.figures_are", window=window(chosen, view.month, words))
    chart = chart_of(view, chosen, words, with_events=large)
    plot(
        what=as_text(
            {
                "slot": slot,
                "large": large,
                "measure": chosen,
                "label": title_of(chosen, words),
                "unit": figure,
                "choices": [[key, title_of(key, words)] for key in choices],
                "dotted": _dotted(view, words) if large and view.beside else "",
                **{key: words(f"page.{key}") for key in ("choose", "nothing")},
            }
        ),
        drawing=live(chart, *size, _spoken(chart, title_of(chosen, words), view.month, words))
        if any(one.there for one in chart.series)
        else "",
        event_choose=desk.asked(lambda key: desk.draw(slot, _offered(key, choices))),
        event_pair=desk.asked(lambda _: desk.pair()),
        event_resize=desk.asked(lambda said: resize(_fitting(said)), by_user=False),
    )


def chart_of(view: View, key: str, words: Words, *, with_events: bool) -> LineChart:
    """A measure of every firm so far, and faintly that of the untouched market or the run before.

    Args:
        view: What the page shows.
        key: The measure.
        words: The reader's language.
        with_events: Whether events are marked.
    """
    measure, line = DRAWN[key], _line(key)
    series = []
    for found, before in ((view.beside, True), (view.series, False)):
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
        across=words("page.month_axis"),
        up=_unit_of(key, view.series, words),
        suffix=words("common.percent_sign") if measure.unit.sign else "",
        digits=measure.unit.digits,
        zero=line.zero,
        least=line.least,
        months=view.months,
        events=_dated(view.events) if with_events else (),
    )


@solara.component
def Difference(desk: Desk) -> None:
    """What the acts changed: a measure of every firm less that in the untouched market."""
    update_counter.get()
    size, resize = solara.use_state(_SIZE)
    view, words, chosen = desk.session.view, desk.words, desk.charts["difference"]
    pairs = desk.pairs if desk.pairs is not None and desk.pairs.are_of(view) else None
    count, by_members = desk.histories
    chart = difference_chart(view, chosen, pairs, words)
    title = words("page.difference", measure=title_of(chosen, words))
    plot(
        what=as_text(
            {
                "measure": chosen,
                "label": title,
                "choices": [[key, title_of(key, words)] for key in DRAWN],
                "sentences": differences(view, chosen, words),
                "acted": view.untouched is not None,
                "band": words("page.band", count=len(pairs.histories), month=pairs.month)
                if pairs
                else "",
                "pairing": words("page.pairing", months=desk.pairing, all=2 * count * view.month)
                if desk.pairing >= 0
                else "",
                "histories": words("page.histories", count=count),
                "histories_long": words(
                    "page.histories_members" if by_members else "page.histories_luck", count=count
                ),
                "nothing": words("page.no_difference"),
                **{key: words(f"page.{key}") for key in _OF_DIFFERENCES},
            }
        ),
        drawing=live(chart, *size, _spoken(chart, title, view.month, words))
        if any(one.there for one in chart.series)
        else "",
        event_choose=desk.asked(lambda key: desk.draw("difference", _offered(key, list(DRAWN)))),
        event_pair=desk.asked(lambda _: desk.pair()),
        event_resize=desk.asked(lambda said: resize(_fitting(said)), by_user=False),
    )


def difference_chart(view: View, key: str, pairs: Pairs | None, words: Words) -> LineChart:
    """A measure of every firm less that in the untouched market, with a band."""
    measure, series = DRAWN[key], []
    played, untouched = view.series, view.untouched
    if played is not None and untouched is not None:
        months = np.array(played["months"], np.float64)
        for place, firm in enumerate(played["firms"]):
            middle = gap(played, untouched, measure, firm["name"])
            low, high = (None, None) if pairs is None else pairs.band(measure, firm["name"], months)
            look = FirmStyle(firm["colour"], tuple(firm["dashes"]), "")
            series.append(Series(firm["name"], place, look, middle, low, high, x=months))
    unit = words("page.points") if measure.unit.sign else _unit_of(key, played, words)
    return LineChart(
        series,
        across=words("page.month_axis"),
        up=unit,
        digits=measure.unit.digits + 1,
        zero=False,
        least=0.2 * _line(key).least,
        months=view.months,
    )


def differences(view: View, key: str, words: Words) -> list[str]:
    """For every firm its figure, and how far it is from that in the untouched market."""
    played, untouched = view.series, view.untouched
    if played is None or untouched is None:
        return []
    amounts = Amounts(key, Words(words.language, played["currency"]))
    then = {
        firm["name"]: figure
        for firm, figure in zip(untouched["firms"], untouched["figures"][key], strict=True)
    }
    told = []
    for firm, now in zip(played["firms"], played["figures"][key], strict=True):
        name, before = firm["name"], then.get(firm["name"])
        if now is None:
            told.append(words("page.is_gone", firm=name))
            continue
        value = amounts.value(now)
        if before is None:
            told.append(words("page.is_new", firm=name, measure=amounts.name, value=value))
            continue
        by = now - before
        amount = (
            words("comparing.points", number=written(abs(100 * by), ".1f"))
            if amounts.is_share
            else readable(abs(by))
        )
        same = not amount.strip("0. –" + words("comparing.points", number=""))
        where = "same" if same else "above" if by > 0 else "below"
        told.append(
            words(f"page.is_{where}", firm=name, measure=amounts.name, value=value, by=amount)
        )
    return told


def _dated(events: Sequence[tuple[int, str]]) -> list[Event]:
    """One mark a month, in their order."""
    months = sorted({month for month, _ in events})
    return [Event(month, "", "; ".join(w for m, w in events if m == month)) for month in months]


def _spoken(chart: LineChart, title: str, month: int, words: Words) -> str:
    """The chart in words: the firms from the largest value down."""
    there = [
        line for line in chart.series if not line.before and np.isfinite(line.middle[-1:]).any()
    ]
    there.sort(key=lambda line: -line.end)
    told = [
        f"{line.name} {chart.told(np.nan if line.figure is None else line.figure)}"
        for line in there
    ]
    return words("page.spoken", title=f"{title}, {chart.up}", month=month, values=", ".join(told))


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
    view, words = desk.session.view, desk.words
    holds(
        what=as_text(
            {
                "label": words("page.holds"),
                "unit": words("page.holds_unit"),
                "reservoirs": [
                    {
                        "key": name,
                        "word": words(f"page.{name}"),
                        "colour": RESERVOIR_COLOURS[name],
                    }
                    for name in RESERVOIRS
                ],
            }
        ),
        now=as_text(_held(view.series)),
        ghost=as_text(_held_then(view.beside, view.month)),
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
                _cell(column[place], DRAWN[key], desk.words)
                for key, column in zip(_FIGURES, columns, strict=True)
            ]
            cells += [_whole(move[place][-1]) for move in moves]
            rows.append({"name": firm["name"], "colour": firm["colour"], "cells": cells})
    words, month = desk.words, view.month
    heads = [
        words("common.in_brackets", text=title_of(key, words), more=window(key, month, words))
        for key in _FIGURES
    ] + [words("page.joined"), words("page.left")]
    figures(
        what=as_text({"title": words("page.figures"), "firm": words("page.firm"), "heads": heads}),
        rows=as_text(rows),
    )


def _line(key: str) -> Line:
    line = DRAWN[key].line
    assert line is not None
    return line


def price_told(view: View, words: Words) -> dict[str, str]:
    """What every firm asks for a unit now, in words."""
    if view.series is None:
        return {}
    prices = view.series["measures"]["price"]
    unit = _unit_of("price", view.series, words) if view.series["currency"] else ""
    return {
        firm["name"]: words("page.asks", price=written(line[-1], ".3g"), unit=unit).strip()
        for firm, line in zip(view.series["firms"], prices, strict=True)
        if line[-1] is not None
    }


def title_of(key: str, words: Words) -> str:
    """What a measure is called above its chart."""
    return _line(key).title if words.language == "en" else name_of(key, words)


def _unit_of(key: str, series: Any, words: Words) -> str:
    """What is counted by a line: money in the currency of the scenario, if it has one."""
    unit, currency = DRAWN[key].unit, series and series["currency"]
    if words.language == "en" and not (unit.is_money and currency):
        return _line(key).unit
    told = Words(words.language, currency).unit(unit.name)
    return words("common.percent_sign").strip() if unit.sign else told


def _offered(key: Any, choices: list[str]) -> str:
    """The measure that somebody chose.

    Raises:
        Problems: It is none of those that the chart offers.
    """
    if not isinstance(key, str) or key not in choices:
        raise Problems([Problem("", "this chart does not show such a measure; it stays as it was")])
    return key


def _dotted(view: View, words: Words) -> str:
    """What the dotted lines are: the untouched market, or the run before with its scenario."""
    if view.untouched is not None:
        return words("page.dotted_untouched")
    if view.series is None or view.ghost is None or view.series["title"] == view.ghost["title"]:
        return words("page.dotted")
    return words("page.dotted_other", title=view.ghost["title"])


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


def _cell(value: float | None, measure: Any, words: Words) -> str:
    if value is None:
        return UNDEFINED
    sign = words("common.percent_sign") if measure.unit.sign else ""
    return f"{written(value, f',.{measure.unit.digits}f')}{sign}"


def _whole(value: float | None) -> str:
    return UNDEFINED if value is None else written(value, ",.0f")

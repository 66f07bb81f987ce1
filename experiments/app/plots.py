"""The charts of the page: lines over the months, bars of what holds customers, and a table."""

# ruff: noqa: N802 - components are named like the elements they stand for

from __future__ import annotations

from typing import Any

import solara
from mesa.visualization.utils import update_counter

from experiments.app import widgets
from experiments.app.desk import Desk
from experiments.app.labels import LABELS
from experiments.app.series import DRAWN, ends, lines
from experiments.app.widgets import as_text
from experiments.pictures.chart import RESERVOIR_COLOURS
from experiments.runs.condensed import window
from experiments.runs.cube import RESERVOIRS
from experiments.words import Words
from experiments.words.numbers import UNDEFINED, written
from sim.measures import Line
from sim.problems import Problem, Problems

_FIGURES = ("market_share", "retention_12", "churn", "satisfaction", "nps", "stickiness_money")


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
    view, measure, line = desk.session.view, DRAWN[chosen], _line(chosen)
    choices = [first] if large else [key for key in DRAWN if key != "market_share"]
    ghost = solara.use_memo(lambda: as_text(_ghost(view.ghost, measure)), [id(view.ghost), chosen])
    nothing: dict[str, list[Any]] = {measure.name: []}
    series = view.series or {"firms": [], "months": [0], "measures": nothing, "figures": nothing}
    of = window(measure.name, view.month, Words("en"))
    widgets.plot(
        what=as_text(
            {
                "slot": slot,
                "large": large,
                "measure": chosen,
                "label": line.title,
                "unit": LABELS["unit_and_figures"].format(unit=line.unit, window=of),
                "choices": [[key, _line(key).title] for key in choices],
                "months": view.months,
                "events": view.events if large else (),
                "digits": measure.unit.digits,
                "sign": measure.unit.sign,
                "zero": line.zero,
                "least": line.least,
                "dotted": _dotted(view.series, view.ghost),
                **{key: LABELS[key] for key in ("choose", "nothing", "month")},
            }
        ),
        series=as_text(
            {
                "firms": series["firms"],
                "months": series["months"],
                "lines": lines(dict(series), measure),
                "ends": ends(dict(series), measure),
            }
        ),
        ghost=ghost,
        event_choose=desk.asked(lambda key: choose(_offered(key, choices))),
    )


@solara.component
def Holds(desk: Desk) -> None:
    """What holds each firm's customers this month, by reservoir."""
    update_counter.get()
    view = desk.session.view
    widgets.holds(
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
        columns = [ends(dict(view.series), DRAWN[key]) for key in _FIGURES]
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
    widgets.figures(
        what=as_text({"title": LABELS["figures"], "firm": LABELS["firm"], "heads": heads}),
        rows=as_text(rows),
    )


def _line(key: str) -> Line:
    line = DRAWN[key].line
    assert line is not None
    return line


def _offered(key: Any, choices: list[str]) -> str:
    """The measure that somebody chose.

    Raises:
        Problems: It is none of those that the chart offers.
    """
    if not isinstance(key, str) or key not in choices:
        raise Problems([Problem("", "this chart does not show such a measure; it stays as it was")])
    return key


def _ghost(series: Any, measure: Any) -> list[dict[str, Any]]:
    """The lines of the run before, each with the firm's colour."""
    if series is None:
        return []
    drawn = lines(dict(series), measure)
    return [
        {"name": firm["name"], "colour": firm["colour"], "months": series["months"], "values": line}
        for firm, line in zip(series["firms"], drawn, strict=True)
    ]


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
    return "–" if value is None else f"{value:,.0f}"

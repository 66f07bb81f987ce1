"""Charts for browsers: SVG in the report, on the app's page and in classes.

A chart of a document is drawn twice, for wide and for narrow pages, from the same numbers; the
style sheet (``web.css``) shows one of them. What is told under the pointer is in ``data-tip`` or
beside the drawing as JSON.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.pictures.chart import (
    Bar,
    BarChart,
    CloudChart,
    FactChart,
    FirmStyle,
    LineChart,
    Moves,
    Piles,
    PointChart,
    Series,
    Spot,
    SpotMap,
    Triangle,
)
from tsunagari.experiments.pictures.markup import Markup, escaped, tag, together
from tsunagari.experiments.pictures.scales import (
    inner_ticks,
    month_ticks,
    padded,
    round_ticks,
    spread,
)
from tsunagari.experiments.pictures.svg import (
    TEXT,
    Plot,
    band_of,
    box,
    circle,
    colour_of,
    crowd,
    dashes_of,
    path_of,
    plain,
    points_of,
    rounded,
    rule,
    text_at,
    text_width,
)
from tsunagari.experiments.pictures.text import short_names, shortened
from tsunagari.experiments.words.numbers import written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

type Drawable = LineChart | BarChart | PointChart | SpotMap | Triangle | Moves
"""A chart that stands by itself in a report."""

WIDE, NARROW, SMALL = 860.0, 380.0, 300.0
"""Widths of drawings, in CSS pixels at full size: a page, a narrow one, one among others."""

_POINTS_OF_PILES, _DOTS_OF_CLOUD = 130, 400
_ROW = 18.0
_LEAD, _SHORT_LEAD = 26.0, 12.0
"""From the end of a line to its name."""
_MARGIN, _NODE, _NAMES = 12.0, 14.0, 170.0


def style() -> str:
    """The rules of style for all charts; they need ``--ink``, ``--soft``, ``--grid``, ``--paper``,
    ``--black``, ``--faint`` and ``--half``.
    """  # noqa: D205
    return files("tsunagari.experiments.pictures").joinpath("web.css").read_text(encoding="utf-8")


def drawn(chart: Drawable, label: str) -> Markup:
    """A chart for wide and for narrow pages, with its numbers for the script where there are some.

    Args:
        chart: What is drawn.
        label: The text alternative.
    """
    both = [
        _plot(chart, width).svg(label, name) for width, name in ((WIDE, "wide"), (NARROW, "narrow"))
    ]
    return together(*both, _numbers(chart) if isinstance(chart, LineChart) else None)


def small(chart: LineChart | BarChart | CloudChart | FactChart, label: str) -> Markup:
    """A chart that stands among others."""
    return _plot(chart, SMALL).svg(label, "small")


def live(chart: LineChart, width: float, height: float, label: str) -> Markup:
    """Lines that grow, filling a frame of any size, with events in words.

    Args:
        chart: What is drawn.
        width: In pixels at which words have :data:`TEXT`.
        height: Likewise.
        label: The text alternative.
    """
    top = 44.0 if chart.events else 26.0  # the unit, and under it the words of events
    most = max(1, int((height - top - 24.0) // _ROW))
    now = max((line.across[-1] for line in chart.series if not line.before), default=0.0)
    lines = [
        line
        for line in (chart.series[n] for n in chart.strong(most))
        if line.across[line.last] == now
    ]
    room = 0.2 * width
    column = min(max(_column(chart, lines, room, _SHORT_LEAD), 0.12 * width), 0.48 * width)
    # Round numbers at both ends: a scale that seldom changes while lines grow.
    ticks = round_ticks(*chart.ups(most), 3 if height < 200 else 5)
    left = max(map(text_width, map(plain, ticks))) + 14.0
    plot = Plot(width, height, (left, column, top, 24.0), chart.acrosses, (ticks[0], ticks[-1]))
    plot.edge = width
    plot.grid_up(ticks, plain, "")
    plot.words(2, 13, chart.up, class_="tick")
    months = max(2, int((plot.right - plot.left) / 45))
    plot.grid_across(month_ticks(plot.across[1], months), plain, "", lines=False)
    plot.words(width - 2, plot.bottom + 18, chart.across, "end", "tick")
    _dated(plot, chart)
    _draw_lines(plot, chart, lines, room, _SHORT_LEAD)
    for line in lines:
        at = float(plot.x(now)), float(plot.y(line.end))
        plot.group(line.place, line.style.colour, circle(*at, "dot", 4))
    return plot.svg(label, "live", data_month=f"{now:g}")


def multiples(chart: Piles) -> Markup:
    """Piles, a small frame for each firm."""
    frames = []
    for firm, name in enumerate(chart.names):
        plot = _pile_plot(chart, firm).svg(chart.labels[firm], "small")
        frames.append(tag("div", tag("h4", escaped(name), translate="no"), plot))
    return tag("div", *frames, class_="multiples")


def swatch(look: FirmStyle) -> Markup:
    """A piece of a firm's line."""
    line = tag("line", x1=0, x2=26, y1=6, y2=6, class_="line", stroke_dasharray=dashes_of(look))
    return tag(
        "svg", line, viewBox="0 0 26 12", width=26, height=12, aria_hidden="true", class_="chart",
        style=f"--c:{colour_of(look.colour)}",
    )  # fmt: skip


@functools.singledispatch
def _plot(chart: object, width: float) -> Plot:
    """A chart in a frame of a width."""
    raise TypeError(f"no drawing of {type(chart).__name__}")


# --- lines


@_plot.register
def _lines(chart: LineChart, width: float) -> Plot:
    if width == SMALL:
        return _ladder(chart)
    is_wide = width == WIDE
    lines = [chart.series[n] for n in chart.strong()]
    column = _column(chart, lines, _NAMES) if is_wide and lines else _MARGIN
    left = 58.0
    if chart.risk and is_wide:
        short = short_names([line.name for line in lines], _NAMES, TEXT * 72 / 100)
        left = max(52.0, max(map(text_width, short), default=0.0) + 40)
    rows = (1 + len(chart.series)) * _ROW + 10 if chart.risk else 0.0
    lift = 16.0 if chart.events else 0.0  # the marks of events stand under the label
    margins = (left, column, 34.0 + lift, 44 + rows)
    height = chart.height + 34.0 + lift + 44 + rows
    plot = Plot(width, height, margins, chart.acrosses, chart.ups())
    plot.grid_up(inner_ticks(*plot.up, 5), lambda v: plain(v) + chart.suffix, chart.up, lift)
    ticks = month_ticks(plot.across[1], 9 if is_wide else 6)
    plot.grid_across(ticks, plain, chart.across, lines=False)
    for event in chart.events:
        x = float(plot.x(event.month))
        plot.add(rule(x, plot.top, x, plot.bottom, "event"))
        plot.words(x, plot.top - 5, event.mark, "middle", "tick")
    _draw_lines(plot, chart, lines, _NAMES if is_wide else 0.0)
    if chart.risk:
        _at_risk(plot, chart, ticks, named=is_wide)
    return plot


def _draw_lines(
    plot: Plot, chart: LineChart, lines: Sequence[Series], room: float, lead: float = _LEAD
) -> None:
    """All lines, and names at the ends of some where there is room for names."""
    for line in chart.series:
        _draw(plot, line, strong=line in lines)
    if room:
        _name_lines(plot, chart, lines, room, lead)


def _draw(plot: Plot, line: Series, *, strong: bool) -> None:
    points = points_of(line.middle.size)
    x, y = plot.x(line.across[points]), plot.y(line.middle[points])
    parts = []
    if strong and line.low is not None and line.high is not None:
        area = band_of(x, plot.y(line.low[points]), plot.y(line.high[points]))
        parts.append(tag("path", d=area, class_="band") if area else None)
    class_ = "line before" if line.before else "line" if strong else "line thin"
    dashes = dashes_of(line.style)
    parts.append(tag("path", d=path_of(x, y), class_=class_, stroke_dasharray=dashes))
    if np.isfinite(y).sum() == 1:
        at = int(np.flatnonzero(np.isfinite(y))[0])
        parts.append(circle(float(x[at]), float(y[at]), "dot", 4))
    plot.group(line.place, line.style.colour, *parts)


def _texts(chart: LineChart, lines: Sequence[Series], room: float) -> list[str]:
    """What stands at the ends of lines: names, cut to a room, and figures."""
    names = short_names([line.name for line in lines], room, TEXT * 72 / 100)
    ends = [line.figure if line.figure is not None else line.end for line in lines]
    return [f"{name} {chart.told(end)}" for name, end in zip(names, ends, strict=True)]


def _column(chart: LineChart, lines: Sequence[Series], room: float, lead: float = _LEAD) -> float:
    """Width that names and figures at the right need."""
    return max(map(text_width, _texts(chart, lines, room)), default=0.0) + lead + 8


def _name_lines(
    plot: Plot, chart: LineChart, lines: Sequence[Series], room: float, lead: float
) -> None:
    """Beside the end of the longest line, each as near to the end of its own as they fit."""
    wanted = [float(plot.y(line.end)) for line in lines]
    places = spread(wanted, 17.0, plot.top, plot.bottom - 4.0)
    ends = [float(plot.x(line.across[line.last])) for line in lines]
    edge = max(ends, default=plot.right)
    texts = _texts(chart, lines, room)
    for line, text, at, real, place in zip(lines, texts, ends, wanted, places, strict=True):
        way = path_of(np.array([at + 3, edge + lead]), np.array([real, place]))
        name = text_at(edge + lead + 4, place + 4.5, text)
        way_there = tag("path", d=way, class_="lead")
        plot.group(line.place, line.style.colour, way_there, name)


def _dated(plot: Plot, chart: LineChart) -> None:
    """Events with their words, cut where the next one begins; all of them are in the title."""
    places = [*(float(plot.x(event.month)) for event in chart.events), plot.width]
    for event, x, end in zip(chart.events, places[:-1], places[1:], strict=True):
        y, room = plot.top - 10, end - x - 12
        words = shortened(event.words, room, TEXT * 72 / 100) if room > 40 else ""
        title, line = tag("title", escaped(event.words)), rule(x, y - 8, x, plot.bottom, "event")
        plot.add(tag("g", title, line, text_at(x + 4, y, words, class_="tick")))


def _at_risk(plot: Plot, chart: LineChart, ticks: Sequence[float], *, named: bool) -> None:
    """How many people every line rests on, under the ticks, one row a line."""
    y = plot.bottom + 37 + _ROW + 6
    plot.words(2, y, chart.risk, class_="label")
    names = short_names([line.name for line in chart.series], _NAMES, TEXT * 72 / 100)
    for name, line in zip(names, chart.series, strict=True):
        y += _ROW
        parts = [text_at(2, y, name) if named else rule(2, y - 4, 24, y - 4, "line")]
        for tick in ticks:
            if line.at_risk is not None and int(tick) < line.at_risk.size:
                count = plain(round(float(line.at_risk[int(tick)])))
                parts.append(text_at(float(plot.x(tick)), y, count, "middle", "tick"))
        plot.group(line.place, line.style.colour, *parts)


def _ladder(chart: LineChart) -> Plot:
    """A small frame of lines over amounts: every step a dot, intervals as whiskers."""
    most = max((float(line.across.max()) for line in chart.series if line.across.size), default=1.0)
    limits = chart.ups()
    plot = Plot(SMALL, 250.0, (42.0, 12.0, 28.0, 44.0), (0.0, 1.06 * (most or 1.0)), limits)
    plot.grid_up(inner_ticks(*limits, 4), plain, chart.up)
    plot.grid_across(inner_ticks(*plot.across, 3), plain, chart.across, lines=False)
    if chart.level is not None:
        one = float(plot.y(chart.level))
        plot.add(rule(plot.left, one, plot.right, one, "event"))
    for line in chart.series:
        x, y = plot.x(line.across), plot.y(np.clip(line.middle, *limits))
        dashes = dashes_of(line.style)
        parts = [tag("path", d=path_of(x, y), class_="line", stroke_dasharray=dashes)]
        for step in np.flatnonzero(np.isfinite(line.middle)).tolist():
            at = float(x[step])
            if line.low is not None and line.high is not None and np.isfinite(line.low[step]):
                ends = plot.y(np.clip([line.low[step], line.high[step]], *limits)).tolist()
                parts.append(rule(at, ends[0], at, ends[1], "whisker"))
            spent, gain = float(line.across[step]), float(line.middle[step])
            tip = f"{plain(round(spent, 3))} → {written(gain, '.2f')}"
            parts.append(circle(at, float(y[step]), "dot", 4, data_tip=tip))
        plot.add(tag("g", *parts, style=f"--c:{colour_of(line.style.colour)}"))
    return plot


@_plot.register
def _facts(chart: FactChart, width: float) -> Plot:
    line, months = chart.line, chart.line.middle.size - 1
    plot = Plot(width, 200.0, (44.0, 10.0, 28.0, 44.0), (0.0, float(max(months, 1))), chart.ups)
    plot.grid_up(inner_ticks(*plot.up, 4), plain, chart.up)
    plot.grid_across(month_ticks(months, 6), plain, chart.across, lines=False)
    end = float(plot.x(chart.known))
    plot.add(rule(end, plot.top, end, plot.bottom, "event"))
    plot.words(plot.right, plot.bottom - 6, chart.ahead, "end", "tick")
    _draw(plot, line, strong=True)
    x, y = plot.x(line.across), plot.y(chart.facts)
    dots = [
        circle(float(x[at]), float(y[at]), "dot", 3.2, data_tip=chart.tips[at])
        for at in np.flatnonzero(np.isfinite(chart.facts)).tolist()
    ]
    plot.group(line.place, line.style.colour, *dots)
    return plot


def _numbers(chart: LineChart) -> Markup:
    """What the script shows under the pointer."""
    points = points_of(max((line.middle.size for line in chart.series), default=1))

    def listed(values: Floats | None) -> list[float | None] | None:
        if values is None:
            return None
        found = values[points[points < values.size]].tolist()
        return [round(v, chart.digits + 1) if math.isfinite(v) else None for v in found]

    numbers = {
        "x": points.tolist(),
        "across": chart.across,
        "suffix": chart.suffix,
        "digits": chart.digits,
        "band": chart.band,
        "series": [
            {
                "name": line.name,
                "place": line.place,
                "colour": line.style.colour,
                **{end: listed(getattr(line, end)) for end in ("middle", "low", "high")},
            }
            for line in chart.series
        ],
    }
    text = json.dumps(numbers, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
    return tag("script", Markup(text), type="application/json", class_="numbers")


# --- rows


@_plot.register
def _bars(chart: BarChart, width: float) -> Plot:
    is_wide = width == WIDE
    room = 220.0 if is_wide else width - 20
    names = short_names([bar.name for bar in chart.bars], room, TEXT * 72 / 100)
    left = max(map(text_width, names), default=0.0) + 24 if is_wide else 12.0
    row = (30.0 if is_wide else 40.0) if chart.dots else (44.0 if is_wide else 58.0)
    height = 8 + row * max(len(chart.bars), 1) + 46
    plot = Plot(width, height, (left, 26.0, 8.0, 46.0), chart.scale)
    ticks = inner_ticks(*plot.across, 7 if is_wide else 3)
    plot.grid_across(ticks, plain, chart.across, lines=True)
    for number, (bar, name) in enumerate(zip(chart.bars, names, strict=True)):
        middle = plot.top + (number + 0.5) * row + (0 if is_wide else 8)
        above = 12 if chart.dots else 17  # letters such as p reach below their line
        at = (left - 12, middle + 4.5) if is_wide else (left, middle - above)
        parts = _dot(plot, bar, middle) if chart.dots else _bar(plot, bar, middle)
        plot.group(bar.place, bar.colour, tag("g", *parts, data_tip=bar.tip))
        plot.words(*at, name, "end" if is_wide else "start", "halo")
    return plot


def _bar(plot: Plot, bar: Bar, middle: float) -> list[Markup]:
    zero = float(plot.x(min(max(0.0, plot.across[0]), plot.across[1])))
    parts = []
    for value, top, height, class_ in (
        (bar.before, middle - 13, 8, "bar pale"),
        (bar.value, middle - 4, 17, "bar"),
    ):
        if math.isfinite(value):
            end = float(plot.x(value))
            wide = max(abs(end - zero), 0.8)
            parts.append(box(min(zero, end), top, wide, rounded(height), class_))
    return [*parts, *_whisker(plot, bar, middle + 4.5)]


def _dot(plot: Plot, bar: Bar, middle: float) -> list[Markup]:
    parts = _whisker(plot, bar, middle)
    if math.isfinite(bar.value):
        parts.append(circle(float(plot.x(bar.value)), middle, "dot", 6))
    return parts


def _whisker(plot: Plot, bar: Bar, y: float) -> list[Markup]:
    if not (math.isfinite(bar.low) and math.isfinite(bar.high)):
        return []
    low, high = (float(plot.x(v)) for v in (bar.low, bar.high))
    if math.isfinite(bar.least) and math.isfinite(bar.most):
        least, most = (float(plot.x(v)) for v in (bar.least, bar.most))
        behind = rule(least, y, most, y, "whisker")
        return [behind, box(low, y - 4, max(high - low, 0.8), rounded(8), "bar pale")]
    ends = [(low, y, high, y), (low, y - 5, low, y + 5), (high, y - 5, high, y + 5)]
    return [rule(*end, "whisker") for end in ends]


@_plot.register
def _points(chart: PointChart, width: float) -> Plot:
    across, up = (padded(values, zero=True) for values in (chart.x, chart.y))
    plot = Plot(width, 340.0, (62.0, 30.0, 34.0, 46.0), across, up)
    plot.grid_up(inner_ticks(*up, 5), plain, chart.up)
    ticks = inner_ticks(*across, 7 if width == WIDE else 4)
    plot.grid_across(ticks, plain, chart.across, lines=True)
    x, y = plot.x(chart.x), plot.y(chart.y)
    on = np.flatnonzero(chart.front)
    on = on[np.argsort(x[on])]
    if chart.joined and on.size > 1:
        way = tag("path", d=path_of(x[on], y[on]), class_="line thin")
        plot.group(0, "var(--success)", way)
    for number, tip in enumerate(chart.tips):
        is_on = bool(chart.front[number])
        dot = circle(float(x[number]), float(y[number]), "dot", 6 if is_on else 5, data_tip=tip)
        plot.group(0, "var(--success)" if is_on else "var(--soft)", dot)
    at = float(x[chart.best]), float(y[chart.best])
    plot.group(0, "none", circle(*at, "ring", 9))
    is_left = at[0] + text_width(chart.name) + 30 > width
    place = (at[0] - 14, "end") if is_left else (at[0] + 14, "start")
    plot.words(place[0], at[1] - 8, chart.name, place[1], "halo strong")
    return plot


# --- piles, clouds and maps


def _pile_plot(chart: Piles, firm: int) -> Plot:
    months = chart.parts.shape[1] - 1
    across = (0.0, float(max(months, 1)))
    plot = Plot(SMALL, 190.0, (40.0, 10.0, 26.0, 42.0), across, chart.scale)
    points = points_of(months + 1, _POINTS_OF_PILES)
    x = plot.x(points)
    for part, near, far in chart.areas(firm, points):
        area = band_of(x, plot.y(near), plot.y(far))
        plot.add(tag("path", d=area, style=f"fill:{chart.colours[part]}"))
    plot.grid_up(inner_ticks(*plot.up, 4), plain, chart.up)
    plot.grid_across(month_ticks(months, 6), plain, chart.across, lines=False)
    if chart.hangs:
        total = plot.y((chart.above + chart.below)[-1, points, firm])
        plot.add(tag("path", d=path_of(x, total), class_="sum"))
    return plot


@_plot.register
def _clouds(chart: CloudChart, width: float) -> Plot:
    seen = np.concatenate([np.empty(0), *(cloud.x for cloud in chart.clouds)])
    names = chart.names
    across = (-0.5, len(names) - 0.5) if names else padded(seen, zero=False)
    plot = Plot(width, 230.0, (44.0, 10.0, 26.0, 28.0), across, chart.limits)
    plot.grid_up(inner_ticks(*chart.limits, 4), plain, chart.up)
    ticks = [float(n) for n in range(len(names))] if names else inner_ticks(*across, 4)
    plot.grid_across(
        ticks, lambda value: names[int(value)][:12] if names else plain(value), "", lines=False
    )
    for cloud in chart.clouds:
        step = max(1, cloud.x.size // _DOTS_OF_CLOUD)
        parts = [crowd(plot.x(cloud.x[::step]), plot.y(cloud.y[::step]))]
        if cloud.group_x.size > 1:
            line = path_of(plot.x(cloud.group_x), plot.y(cloud.group_y))
            parts.append(tag("path", d=line, class_="line"))
        plot.group(cloud.place, cloud.colour, *parts)
    return plot


@_plot.register
def _offers(chart: SpotMap, width: float) -> Plot:
    seen = [spot for spot in chart.spots if spot.there]
    scales = []
    for axis in ("x", "y"):
        places = [getattr(s, name) for s in seen for name in (axis, f"from_{axis}")]
        low, high = padded(np.array(places), zero=False)
        scales.append((low - 0.12 * (high - low), high + 0.12 * (high - low)))
    plot = Plot(width, 420.0, (56.0, 30.0, 34.0, 46.0), scales[0], scales[1])
    plot.grid_up(inner_ticks(*plot.up, 5), plain, chart.up)
    ticks = inner_ticks(*plot.across, 7 if width == WIDE else 4)
    plot.grid_across(ticks, plain, chart.across, lines=True)

    def radius(share: float) -> float:
        """Of a circle whose area is the share, and a little more so that it can be seen."""
        return 5 + 36 * math.sqrt(max(share, 0.0))

    for spot in sorted(seen, key=lambda s: -s.size):
        _spot(plot, spot, (spot.x, spot.y), radius(spot.size))
    _name_spots(plot, [(spot, spot.x, spot.y, radius(spot.size)) for spot in seen])
    return plot


@_plot.register
def _triangle(chart: Triangle, width: float) -> Plot:
    high = math.sqrt(3) / 2
    side = min(width - 90.0, 520.0)
    margin = (width - side) / 2
    plot = Plot(width, side * high + 74, (margin, margin, 34.0, 40.0), (0.0, 1.0), (0.0, high))
    edge = zip(plot.x([0, 0.5, 1, 0]).tolist(), plot.y([0, high, 0, 0]).tolist(), strict=True)
    path = "M" + "L".join(f"{rounded(a)} {rounded(b)}" for a, b in edge)
    plot.add(tag("path", d=path, class_="axis", fill="none"))
    foot = plot.bottom + 22
    ends = (width / 2, plot.top - 12), (plot.left, foot), (plot.right, foot)
    for (x, y), corner in zip(ends, chart.corners, strict=True):
        plot.words(x, y, corner, "middle", "label strong")
    for firm in (-1, *range(len(chart.spots))):
        cost, _, solution = chart.weights[chart.provider == firm].T
        if cost.size:
            colour = chart.spots[firm].colour if firm >= 0 else "var(--soft)"
            plot.group(firm, colour, crowd(plot.x(solution + 0.5 * cost), plot.y(high * cost)))
    seen = [
        (spot, 1.0 - spot.x - spot.y + 0.5 * spot.y, high * spot.y, 9.0)
        for spot in chart.spots
        if math.isfinite(spot.x)
    ]
    for spot, across, up, radius in seen:
        _spot(plot, spot, (across, up), radius)
    _name_spots(plot, seen)
    return plot


def _spot(plot: Plot, spot: Spot, at: tuple[float, float], radius: float) -> None:
    """A firm's circle, and the way to it from where it was."""
    x, y = float(plot.x(at[0])), float(plot.y(at[1]))
    parts = []
    if math.isfinite(spot.from_x) and math.isfinite(spot.from_y):
        x0, y0 = float(plot.x(spot.from_x)), float(plot.y(spot.from_y))
        way = path_of(np.array([x0, x]), np.array([y0, y]))
        parts += [tag("path", d=way, class_="line thin"), circle(x0, y0, "dot", 4)]
    parts.append(circle(x, y, "dot", rounded(radius), stroke_width=2, data_tip=spot.tip))
    plot.group(spot.place, spot.colour, *parts)


def _name_spots(plot: Plot, spots: Sequence[tuple[Spot, float, float, float]]) -> None:
    """Names beside the spots, moved apart where they would lie on each other."""
    wanted = [float(plot.y(up)) for _, _, up, _ in spots]
    places = spread(wanted, 17.0, plot.top + 8, plot.bottom - 4)
    for (spot, across, _, radius), y in zip(spots, places, strict=True):
        x, away = float(plot.x(across)), radius + 7
        is_left = x + text_width(spot.name) + 20 + away > plot.width
        at, anchor = (x - away, "end") if is_left else (x + away, "start")
        name = text_at(at, y + TEXT * 0.35, spot.name, anchor, "halo strong")
        plot.group(spot.place, spot.colour, name)


# --- who went where


@_plot.register
def _moves(chart: Moves, width: float) -> Plot:
    """Streams from the places at the left to the places at the right, as wide as they are large."""
    is_wide = width == WIDE
    names = short_names(chart.names, 170.0 if is_wide else 92.0, TEXT * 72 / 100)
    column = max(map(text_width, names), default=0.0) + (70.0 if is_wide else 14.0)
    height = (400.0 if is_wide else 420.0) + 8 * len(names)
    plot = Plot(width, height, (column, column, 34.0, 10.0))
    plot.words(column, 20, chart.left, "end", "label")
    plot.words(width - column, 20, chart.right, class_="label")
    totals = chart.moved.sum(axis=1), chart.moved.sum(axis=0)
    there = [np.flatnonzero(total > 0) for total in totals]
    free = plot.bottom - plot.top - _MARGIN * max(0, *(len(side) - 1 for side in there))
    per_one = free / max(float(chart.moved.sum()), 1e-9)
    starts: list[dict[int, float]] = [{}, {}]
    for side, found in enumerate(there):
        used = per_one * totals[side][found].sum() + _MARGIN * (len(found) - 1)
        y = plot.top + (plot.bottom - plot.top - float(used)) / 2
        for place in found.tolist():
            starts[side][place] = y
            size = float(totals[side][place]) * per_one
            number = plain(round(float(totals[side][place])))
            text = f"{names[place]} {number}" if is_wide else names[place]
            x = plot.right if side else plot.left - _NODE
            tip = f"{chart.names[place]}: {number}"
            node = box(x, y, _NODE, f"{max(size, 1):.2f}", "node", tip)
            plot.group(chart.places[place], chart.colours[place], node)
            at = plot.right + _NODE + 6 if side else plot.left - _NODE - 6
            plot.words(at, y + size / 2 + 4.5, text, "start" if side else "end")
            y += size + _MARGIN
    for source, destination in np.ndindex(*chart.moved.shape):
        if chart.moved[source, destination] > 0:
            _ribbon(plot, chart, (source, destination), starts, per_one)
    return plot


def _ribbon(
    plot: Plot, chart: Moves, way: tuple[int, int], starts: list[dict[int, float]], per_one: float
) -> None:
    number = float(chart.moved[way])
    size = number * per_one
    a, b = starts[0][way[0]], starts[1][way[1]]
    c, d = a + size, b + size
    starts[0][way[0]], starts[1][way[1]] = c, d
    x1, x2, m = (rounded(v) for v in (plot.left, plot.right, (plot.left + plot.right) / 2))
    curve = (
        f"M{x1} {a:.2f}C{m} {a:.2f} {m} {b:.2f} {x2} {b:.2f}"
        f"L{x2} {d:.2f}C{m} {d:.2f} {m} {c:.2f} {x1} {c:.2f}Z"
    )
    tip = chart.tip.format(
        source=chart.names[way[0]],
        destination=chart.names[way[1]],
        number=plain(round(number)) if number >= 10 else f"{number:.1f}",
    )
    ribbon = tag("path", d=curve, class_="ribbon", data_tip=tip)
    plot.group(chart.places[way[0]], chart.colours[way[0]], ribbon)

"""Pictures of studies: differences over time, what an outcome depends on, regret by option."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.pictures.chart import (
    GRID,
    INK,
    SOFT,
    Bar,
    BarChart,
    FirmStyle,
    LineChart,
    Series,
    firm_styles,
)
from tsunagari.experiments.pictures.page import (
    NORMAL,
    SMALL,
    TOP,
    WIDTH,
    Frame,
    Page,
    plain_settings,
    rectangle,
)
from tsunagari.experiments.pictures.paper import bar_frame, grid, over_time
from tsunagari.experiments.pictures.scales import inner_ticks, padded
from tsunagari.experiments.pictures.text import short_names, width_of
from tsunagari.experiments.runs.statistics import t_interval
from tsunagari.experiments.studies.indices import Effect, MorrisEffect
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import compact, counted, written
from tsunagari.sim.measures import unit_of

if TYPE_CHECKING:
    from tsunagari.experiments.studies.best_replies import BestReplies, Curve, Reply
    from tsunagari.experiments.studies.compare import Comparison
    from tsunagari.experiments.studies.discovery import Discovery
    from tsunagari.experiments.studies.sensitivity import Finding, Sensitivity
    from tsunagari.experiments.studies.tally import Course


_MOST_FACTORS, _MOST_FIRMS, _MOST_OPTIONS = 12, 6, 12
_LEFT, _RIGHT, _REGRET_RIGHT, _BOTTOM = 330.0, 1240.0, 1126.0, 96.0
_PANEL_GAP, _NAME_ROOM = 60.0, 280.0
_RADIUS = 5.0
_INTERVAL = ("mean", "low", "high")
_LANES = 7  # points of an option lie in so many lines, one after another, not upon each other


def draw_differences(found: Comparison, folder: Path) -> list[Path]:
    """Draw the measure followed, a picture for each scenario but the base, as PNG and SVG.

    One picture is ``differences``; of several, each has the number of its scenario.

    Returns:
        The files written.

    Raises:
        OSError: A file cannot be written.
    """
    paths = []
    with plain_settings():
        for number, page in enumerate(pages(found), start=2):
            name = "differences" if len(found.courses) == 1 else f"differences-{number}"
            paths += page.save(folder, name)
    return paths


def pages(found: Comparison) -> list[Page]:
    """The pictures, one for each scenario but the base."""
    base, *others = found.alternatives
    pairs = zip(others, found.courses, strict=True)
    return [_difference_page(found, base.label, other.label, course) for other, course in pairs]


def course_chart(
    course: Course, *, across: str, up: str, market: str, times: float = 1.0, single: bool = False
) -> LineChart:
    """The differences of every line over the months, with their intervals unless one run is all.

    Args:
        course: The differences.
        across: What the scale below is called.
        up: What is measured, with its unit.
        market: What the market as a whole is called.
        times: Factor from the measure's unit to the one shown.
        single: Whether there is no interval.
    """
    styles = styles_of(course.lines)
    return LineChart(
        [
            Series(
                name=name or market,
                place=place,
                style=styles[place],
                middle=times * course.difference[place],
                low=None if single else times * course.low[place],
                high=None if single else times * course.high[place],
            )
            for place, name in enumerate(course.lines)
            if np.isfinite(course.difference[place]).any()
        ],
        across=across,
        up=up,
        signed=True,
        months=course.difference.shape[1] - 1,
        level=0.0,
        band="95 %",
        nothing="nothing to show: the measure is never defined in both scenarios",
    )


def styles_of(lines: tuple[str, ...]) -> list[FirmStyle]:
    """A firm's colour is the one it has in the pictures of a run; the market is ink."""
    return [FirmStyle(INK, (), "")] if lines == ("",) else list(firm_styles(lines).values())


def _difference_page(found: Comparison, base: str, label: str, course: Course) -> Page:
    customers = found.alternatives[0].plan.market.customers
    count = counted(found.replications, "replication")
    words = Words.of(found.alternatives[0].plan)
    unit, several = words.unit(unit_of(found.measure)), found.replications > 1
    title = f"Difference in {found.measure}: {label}"
    band = ", band: 95 % interval of it" if several else ""
    chart = course_chart(
        course, across="Month", market="market", single=not several,
        up=f"Difference in {found.measure}{f' ({unit})' if unit else ''}",
    )  # fmt: skip
    page = Page(
        title,
        f"Less {base} · line: mean of {count} with the same customers and luck{band}",
        _largest(course, chart, title),
        f"Tsunagari · {customers:,} customers · seed {found.seed} · {count} · prices "
        f"{found.prices}",
    )
    over_time(page, [chart])
    return page


def _largest(course: Course, chart: LineChart, title: str) -> str:
    """The picture in a sentence or two: whose difference is largest in the last month."""
    last, half = course.difference[:, -1], (course.high[:, -1] - course.low[:, -1]) / 2
    if not np.isfinite(last).any():
        return f"{title}: nothing is defined in both scenarios in the last month."
    line = int(np.nanargmax(np.abs(last)))
    whose = course.lines[line] or "the market"
    sure = f" ± {half[line]:.2g}" if math.isfinite(half[line]) else ""
    value = chart.told(float(last[line]))
    return f"{title}. Month {chart.months}: largest for {whose}, {value}{sure}."


def draw_sensitivity(found: Sensitivity, folder: Path) -> list[Path]:
    """Draw the indices as ``sensitivity.png`` and ``sensitivity.svg``.

    Raises:
        OSError: A file cannot be written.
    """
    with plain_settings():
        return sensitivity_page(found).save(folder, "sensitivity")


def sensitivity_page(found: Sensitivity) -> Page:
    """The picture: a panel for mu* and sigma, or for ST and S1; a row for each factor."""
    shown = _shown(found)
    factors = _strongest(shown, found.factors)
    unit = f" ({found.unit})" if found.unit else ""
    when = "in the last month" if found.month is None else f"in month {found.month}"
    page = Page(
        f"What {found.measure} depends on",
        _subtitle(found, shown, when),
        _description(found, shown, when),
        _source(found),
    )
    top = TOP - 26.0 - (22.0 if len(shown) > 1 or shown[0].firm is not None else 0.0)
    _row_names(page, factors, top)
    labels = (
        (f"mu*: mean size of the effect{unit}", f"sigma: how much it varies{unit}")
        if found.design == "morris"
        else ("ST: share of variance it has a part in", "S1: share it explains alone")
    )
    width = (_RIGHT - _LEFT - _PANEL_GAP) / 2
    styles = _styles(found, shown)
    panels = [
        [
            Bar(path, 0, style.colour, *_values(_of(finding, path), number))
            for path in factors
            for finding, style in zip(shown, styles, strict=True)
        ]
        for number in range(len(labels))
    ]
    seen = [value for bars in panels for b in bars for value in (b.value, b.low, b.high)]
    limits = padded(np.array(seen), zero=True)  # of both: they are in the same unit
    for number, (label, bars) in enumerate(zip(labels, panels, strict=True)):
        box = (_LEFT + number * (width + _PANEL_GAP), _BOTTOM, width, top - _BOTTOM)
        bar_frame(page, BarChart(bars, label, dots=True, limits=limits), box)
    _legend(page, shown, styles)
    return page


def _shown(found: Sensitivity) -> list[Finding]:
    """Those that there is room for: of the first option, the firms that most happens to."""
    first = [f for f in found.findings if f.option == found.findings[0].option]
    by_size = sorted(first, key=lambda finding: -_size(finding))[:_MOST_FIRMS]
    return [finding for finding in first if finding in by_size]


def _size(finding: Finding) -> float:
    weights = [e.weight for e in finding.effects if np.isfinite(e.weight)]
    return max(weights, default=0.0)


def _strongest(shown: Sequence[Finding], factors: Sequence[str]) -> list[str]:
    """The factors by the largest index that any firm shown has for them."""
    weights = {
        path: max((np.nan_to_num(_of(f, path).weight, nan=-1.0) for f in shown), default=-1.0)
        for path in factors
    }
    return sorted(factors, key=lambda path: -weights[path])[:_MOST_FACTORS]


def _of(finding: Finding, path: str) -> Effect:
    return next(effect for effect in finding.effects if effect.factor == path)


def _values(effect: Effect, number: int) -> tuple[float, float, float]:
    """Middle and ends of one of a factor's two indices; sigma has no interval."""
    if isinstance(effect, MorrisEffect):
        if number == 1:
            return effect.sigma, np.nan, np.nan
        return effect.mu_star, effect.mu_star_low, effect.mu_star_high
    if number == 1:
        return effect.s1, effect.s1_low, effect.s1_high
    return effect.st, effect.st_low, effect.st_high


def _row_names(page: Page, factors: Sequence[str], top: float) -> None:
    height = (top - _BOTTOM) / max(len(factors), 1)
    for number, name in enumerate(short_names(factors, _NAME_ROOM, NORMAL)):
        y = top - (number + 0.5) * height
        page.text(_LEFT - 20, y - 5, name, size=NORMAL, across="right")
        if number:
            edge = top - number * height
            page.segments([[(30, edge), (_RIGHT, edge)]], colour=GRID)


def _legend(page: Page, shown: Sequence[Finding], styles: Sequence[FirmStyle]) -> None:
    """The firms' names above the panels."""
    if shown[0].firm is None:
        return
    room = (WIDTH - 60) / len(shown) - 40
    names = short_names([finding.firm or "" for finding in shown], room, NORMAL)
    x = 30.0
    for name, style in zip(names, styles, strict=True):
        page.shapes([rectangle(x, TOP - 10, 12, 12)], style.colour)
        page.text(x + 20, TOP - 9, name, size=NORMAL)
        x += 20 + width_of(name, NORMAL) + 30


def _styles(found: Sensitivity, shown: Sequence[Finding]) -> list[FirmStyle]:
    """A firm's colour is the one it has in the pictures of a run."""
    names = list(dict.fromkeys(f.firm for f in found.findings if f.firm is not None))
    styles = firm_styles(names)
    return [FirmStyle(INK, (), "") if f.firm is None else styles[f.firm] for f in shown]


def _subtitle(found: Sensitivity, shown: Sequence[Finding], when: str) -> str:
    words = "95 % intervals" if found.design == "sobol" else "bar: 95 % interval of mu*"
    parts = [f"{when[:1].upper()}{when[1:]} · factors from the strongest down · {words}"]
    if len(found.factors) > _MOST_FACTORS:
        parts.append(f"the {_MOST_FACTORS} strongest of {len(found.factors)}")
    options = len({finding.option for finding in found.findings})
    if options > 1:
        levers = ", ".join(f"{path} = {value}" for path, value in shown[0].levers.items())
        parts.append(f"the first of {options} options: {levers}")
    firms = len(found.findings) // options
    if firms > len(shown):
        parts.append(f"{len(shown)} of {firms} firms")
    return " · ".join(parts)


def _description(found: Sensitivity, shown: Sequence[Finding], when: str) -> str:
    parts = []
    for finding in shown:
        strongest = finding.ranked[0]
        whose = f" for {finding.firm}" if finding.firm is not None else ""
        if np.isfinite(strongest.weight) and strongest.weight > 0:
            index = "mu*" if isinstance(strongest, MorrisEffect) else "ST"
            parts.append(f"{strongest.factor}{whose} ({index} {strongest.weight:.2g})")
    if not parts:
        return f"What {found.measure} depends on {when}: nothing varies."
    return f"What {found.measure} depends on most {when}: {', '.join(parts)}."


def _source(found: Sensitivity) -> str:
    runs = counted(found.replications, "replication")
    draws = f" · {found.networks} networks" if found.networks > 1 else ""
    size = f"{found.blocks} {found.block_words} ({found.design})"
    source = f"Tsunagari · {found.title} · {found.customers:,} customers · {size} · {runs}{draws}"
    return f"{source} · seed {found.seed}"


def draw_regret(found: Discovery, folder: Path) -> list[Path]:
    """Draw the regrets as ``regret.png`` and ``regret.svg``.

    Raises:
        OSError: A file cannot be written.
    """
    with plain_settings():
        return regret_page(found).save(folder, "regret")


def regret_page(found: Discovery) -> Page:
    """The picture: a row for each option, the one with the least mean regret above."""
    regret, shown = found.regret, found.options[:_MOST_OPTIONS]
    some = (
        f" · {_MOST_OPTIONS} of {len(found.options)} options"
        if len(found.options) > _MOST_OPTIONS
        else ""
    )
    title = f"{shown[0].name} is least regretted of {regret.firm}'s options"
    worst = max(shown, key=lambda option: option.largest_regret)
    description = (
        f"{title}: mean regret {shown[0].mean_regret:.3g}. The largest of all regrets, "
        f"{worst.largest_regret:.3g}, is that of {worst.name}."
    )
    runs = regret.values.shape[2]
    source = f"Tsunagari · {found.title} · {found.customers:,} customers · seed {found.seed}"
    counts = f"{regret.compared.size} environments, {counted(runs, 'run')} each"
    subtitle = f"Point: an environment · bar: mean · right: share of environments won{some}"
    page = Page(title, subtitle, description, f"{source} · {counts}")
    frame = _regret_frame(found, page)
    row = frame.height / len(shown)
    names = short_names([option.name for option in shown], _NAME_ROOM, NORMAL)
    colour = firm_styles(found.firms)[regret.firm].colour
    for place, (option, name) in enumerate(zip(shown, names, strict=True)):
        middle = frame.top - (place + 0.5) * row
        values = regret.regret[option.number, regret.compared]
        lanes = (np.arange(values.size) % _LANES - (_LANES - 1) / 2) / _LANES * 0.6 * row
        dots = np.column_stack((frame.x(values), middle + lanes))
        page.shapes([_dot(x, y) for x, y in dots], colour, alpha=0.45)
        mean = float(frame.x(option.mean_regret))
        page.segments(
            [[(mean, middle - 0.36 * row), (mean, middle + 0.36 * row)]], colour=INK, width=2.4
        )
        page.text(_LEFT - 16, middle - 6, name, size=NORMAL, across="right")
        won = f"best in {100 * option.won:.0f} %"
        page.text(WIDTH - 24, middle - 5, won, size=SMALL, colour=SOFT, across="right")
        if place:
            edge = frame.top - place * row
            page.segments([[(frame.left, edge), (frame.right, edge)]], colour=GRID)
    return page


def _regret_frame(found: Discovery, page: Page) -> Frame:
    largest = max(option.largest_regret for option in found.options[:_MOST_OPTIONS])
    scale = (0.0, 1.04 * largest if largest > 0 else 1.0)
    height = TOP + 20 - _BOTTOM
    frame = Frame(page, _LEFT, _BOTTOM, _REGRET_RIGHT - _LEFT, height, scale, (0.0, 1.0))
    unit = found.unit
    of = found.regret.measure + (f" ({unit})" if unit else "")
    for tick in inner_ticks(*scale, 6):
        x = float(frame.x(tick))
        page.segments([[(x, frame.bottom), (x, frame.top)]], colour=GRID)
        text = f"{tick:,.0f}" if abs(tick) >= 1000 else f"{tick:g}"
        page.text(x, frame.bottom - 24, text, across="center")
    page.segments([[(frame.left, frame.bottom), (frame.right, frame.bottom)]], colour=SOFT)
    middle = frame.left + frame.width / 2
    label = f"Regret in {of}: what the environment's best option would have brought more"
    page.text(middle, frame.bottom - 50, label, size=SMALL, across="center")
    return frame


def _dot(x: float, y: float) -> np.ndarray:
    """The outline of a small circle, [12, 2]."""
    angles = np.linspace(0.0, 2 * np.pi, 12, endpoint=False)
    return np.column_stack((x + _RADIUS * np.cos(angles), y + _RADIUS * np.sin(angles)))


def draw_replies(found: BestReplies, folder: Path) -> list[Path]:
    """Draw the curves as ``replies.png`` and ``replies.svg``.

    Raises:
        OSError: A file cannot be written.
    """
    with plain_settings():
        return replies_page(found).save(folder, "replies")


def replies_page(found: BestReplies) -> Page:
    """The picture: a panel for each firm, the first six."""
    words = Words.of(found.plan)
    shown = list(zip(found.curves, found.replies, strict=True))[:_MOST_FIRMS]
    lever = found.lever.replace("_", " ")
    told = [
        f"{one.firm} {written(one.factor.mean, '.2f')}" for _, one in shown if one.verdict == "best"
    ]
    title = f"What firms would earn at multiples of their {lever}"
    best = f"Best factors: {', '.join(told)}." if told else "No best factor can be told."
    some = f" · {len(shown)} of {len(found.curves)} firms" if len(found.curves) > len(shown) else ""
    unit = f" ({words.unit('money')})" if words.unit("money") else ""
    counted_as = "the last year for ever" if found.is_forever else "nothing discounted"
    page = Page(
        title,
        f"Value of profits{unit} less that at today's · band: 95 % interval · grey: today's · "
        f"dashed: best, shaded: its interval{some}",
        f"{title}. {best}",
        f"Tsunagari · {found.plan.title} · {found.plan.market.customers:,} customers · from month "
        f"{found.month}, {found.horizon} months, {counted_as} · "
        f"{counted(found.replications, 'run')} each",
    )
    styles = firm_styles([firm.name for firm in found.plan.firms])
    boxes = grid(len(shown), (96.0, 84.0, WIDTH - 130.0, TOP - 84.0), gap=110.0, head=64.0)
    for (curve, reply), box in zip(shown, boxes, strict=True):
        _reply_panel(page, curve, reply, styles[curve.firm], box)
    return page


def _reply_panel(
    page: Page,
    curve: Curve,
    reply: Reply,
    style: FirmStyle,
    box: tuple[float, float, float, float],
) -> None:
    """A firm's curve over the logarithm of the factor, with today's level and the best one."""
    gains = [t_interval(row - curve.told[curve.own]) for row in curve.told]
    middle, low, high = (np.array([getattr(g, end) for g in gains]) for end in _INTERVAL)
    logs = np.log(curve.factors)
    across = (float(logs[0]), float(logs[-1]))
    frame = Frame(page, *box, across, padded(np.concatenate([middle, low, high]), zero=True))
    frame.scales(
        label=curve.firm,
        across_label="",
        across_ticks=logs.tolist(),
        up_ticks=inner_ticks(*frame.up, 4),
        tick_text=lambda value: compact(value, ".3g"),
    )
    for factor, x in zip(curve.factors, frame.x(logs), strict=True):
        page.text(float(x), frame.bottom - 22, f"×{factor:g}", across="center")
    today = float(frame.x(0.0))
    page.segments([[(today, frame.bottom), (today, frame.top)]], colour=SOFT, width=1.6)
    places = frame.x(logs)
    page.band(places, frame.y(low), frame.y(high), style.colour)
    page.line(places, frame.y(middle), style)
    if reply.verdict != "best":
        page.text(frame.right, frame.top + 10, reply.verdict, colour=SOFT, across="right")
        return
    best, *ends = (float(x) for x in frame.x(np.log([*vars(reply.factor).values()])))
    page.shapes([rectangle(ends[0], frame.bottom, ends[1] - ends[0], frame.height)], INK, alpha=0.1)
    page.line([best, best], [frame.bottom, frame.top], FirmStyle(INK, (4.0, 3.0), ""), width=1.6)
    text = f"best ×{written(reply.factor.mean, '.2f')}"
    page.text(frame.right, frame.top + 10, text, across="right")

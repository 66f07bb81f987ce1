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
from tsunagari.experiments.telling.best_replies import lever_name
from tsunagari.experiments.telling.compare import label_of
from tsunagari.experiments.telling.names import column_name
from tsunagari.experiments.telling.scenario import title_of
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import compact, written
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
    words = Words.of(found.alternatives[0].plan)
    base = label_of(found, 0, words)
    return [
        _difference_page(found, base, label_of(found, number, words), course)
        for number, course in enumerate(found.courses, start=1)
    ]


def course_chart(
    course: Course,
    *,
    across: str,
    up: str,
    market: str,
    times: float = 1.0,
    single: bool = False,
    nothing: str = "",
) -> LineChart:
    """The differences of every line over the months, with their intervals unless one run is all.

    Args:
        course: The differences.
        across: What the scale below is called.
        up: What is measured, with its unit.
        market: What the market as a whole is called.
        times: Factor from the measure's unit to the one shown.
        single: Whether there is no interval.
        nothing: What is written where nothing is drawn.
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
        nothing=nothing,
    )


def styles_of(lines: tuple[str, ...]) -> list[FirmStyle]:
    """A firm's colour is the one it has in the pictures of a run; the market is ink."""
    return [FirmStyle(INK, (), "")] if lines == ("",) else list(firm_styles(lines).values())


def _difference_page(found: Comparison, base: str, label: str, course: Course) -> Page:
    words = Words.of(found.alternatives[0].plan)
    count = words.counted(found.replications, "replication")
    several = found.replications > 1
    measure = words("comparing.difference_in", measure=column_name(found.measure, words))
    measure = measure[:1].upper() + measure[1:]
    title = words("common.colon", head=measure, text=label)
    chart = course_chart(
        course, across=words("evidence.month"), market=words("pictures.market"),
        up=_with(measure, words.unit(unit_of(found.measure)), words), single=not several,
        nothing=words("pictures.never_in_both"),
    )  # fmt: skip
    people = words.customers(found.alternatives[0].plan.market.customers)
    prices = words(f"explaining.mouth_prices_{found.prices.replace('-', '_')}")
    page = Page(
        title,
        words("pictures.less", base=base, runs=count)
        + (words("pictures.less_band") if several else ""),
        _largest(course, chart, title, words),
        words("pictures.compared", people=people, seed=found.seed, runs=count, prices=prices),
    )
    over_time(page, [chart])
    return page


def _with(text: str, unit: str, words: Words) -> str:
    return words("common.in_brackets", text=text, more=unit) if unit else text


def _largest(course: Course, chart: LineChart, title: str, words: Words) -> str:
    """The picture in a sentence or two: whose difference is largest in the last month."""
    last, half = course.difference[:, -1], (course.high[:, -1] - course.low[:, -1]) / 2
    if not np.isfinite(last).any():
        return words("pictures.defined_nowhere", title=title)
    line = int(np.nanargmax(np.abs(last)))
    whose = course.lines[line] or words("pictures.the_market")
    sure = f" ± {half[line]:.2g}" if math.isfinite(half[line]) else ""
    told = {"title": title, "month": chart.months, "name": whose}
    return words("pictures.largest_for", value=chart.told(float(last[line])) + sure, **told)


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
    words = Words()
    page = Page(
        words("sweeping.indices_title", measure=column_name(found.measure, words)),
        _subtitle(found, shown, words),
        _description(found, shown, words),
        _source(found, words),
    )
    top = TOP - 26.0 - (22.0 if len(shown) > 1 or shown[0].firm is not None else 0.0)
    _row_names(page, factors, top)
    labels = (
        [_with(words(f"pictures.{key}"), found.unit, words) for key in ("mu_star", "sigma")]
        if found.design == "morris"
        else [words("pictures.st"), words("pictures.s1")]
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


def _when(found: Sensitivity, words: Words) -> str:
    if found.month is None:
        return words("pictures.in_the_last_month")
    return words("pictures.in_month", month=found.month)


def _subtitle(found: Sensitivity, shown: Sequence[Finding], words: Words) -> str:
    when = _when(found, words)
    parts = [f"{when[:1].upper()}{when[1:]}", words("pictures.strongest_down"),
             words(f"pictures.interval_{found.design}")]  # fmt: skip
    if len(found.factors) > _MOST_FACTORS:
        some = {"some": _MOST_FACTORS, "count": len(found.factors)}
        parts.append(words("pictures.strongest_of", **some))
    options = len({finding.option for finding in found.findings})
    if options > 1:
        levers = [f"{path} = {value}" for path, value in shown[0].levers.items()]
        told = words("common.comma").join(levers)
        parts.append(words("pictures.first_option", count=options, levers=told))
    firms = len(found.findings) // options
    if firms > len(shown):
        parts.append(words("pictures.some_firms", some=len(shown), count=firms))
    return words("pictures.dot").join(parts)


def _description(found: Sensitivity, shown: Sequence[Finding], words: Words) -> str:
    parts = []
    for finding in shown:
        strongest = finding.ranked[0]
        key = "of_nobody" if finding.firm is None else "of_firm"
        if np.isfinite(strongest.weight) and strongest.weight > 0:
            index = "mu*" if isinstance(strongest, MorrisEffect) else "ST"
            told = {"factor": strongest.factor, "firm": finding.firm or ""}
            size = f"{index} {strongest.weight:.2g}"
            parts.append(words(f"pictures.depends_{key}", size=size, **told))
    measure = {"measure": column_name(found.measure, words), "when": _when(found, words)}
    if not parts:
        return words("pictures.depends_on_nothing", **measure)
    factors = words("common.comma").join(parts)
    return words("pictures.depends_on", factors=factors, **measure)


def _source(found: Sensitivity, words: Words) -> str:
    runs = words.counted(found.replications, "replication")
    blocks = words(f"pictures.blocks_{found.design}", count=found.blocks)
    networks = [words("pictures.networks", count=found.networks)] if found.networks > 1 else []
    people = words.customers(found.customers)
    return words(
        "pictures.analysed", title=found.title, people=people, seed=found.seed,
        size=words("pictures.dot").join([blocks, runs, *networks]),
    )  # fmt: skip


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
    words, options = Words(), len(found.options)
    some = {"some": _MOST_OPTIONS, "count": options}
    more = words("pictures.some_options", **some) if options > _MOST_OPTIONS else ""
    title = words("pictures.regret_title", option=shown[0].name, firm=regret.firm)
    worst = max(shown, key=lambda option: option.largest_regret)
    description = words(
        "pictures.regret_description", title=title, mean=shown[0].mean_regret,
        most=worst.largest_regret, option=worst.name,
    )  # fmt: skip
    source = words(
        "pictures.regret_source", title=found.title, people=words.customers(found.customers),
        seed=found.seed, count=regret.compared.size,
        runs=words.counted(regret.values.shape[2], "run"),
    )  # fmt: skip
    page = Page(title, words("pictures.regret") + more, description, source)
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
        won = words("pictures.best_in", part=100 * option.won)
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
    words = Words()
    of = _with(column_name(found.regret.measure, words), found.unit, words)
    for tick in inner_ticks(*scale, 6):
        x = float(frame.x(tick))
        page.segments([[(x, frame.bottom), (x, frame.top)]], colour=GRID)
        text = f"{tick:,.0f}" if abs(tick) >= 1000 else f"{tick:g}"
        page.text(x, frame.bottom - 24, text, across="center")
    page.segments([[(frame.left, frame.bottom), (frame.right, frame.bottom)]], colour=SOFT)
    middle = frame.left + frame.width / 2
    label = words("pictures.regret_axis", measure=of)
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
    told = [
        f"{one.firm} {written(one.factor.mean, '.2f')}" for _, one in shown if one.verdict == "best"
    ]
    title = words("pictures.replies_title", lever=lever_name(found.lever, words))
    listed = words("common.comma").join(told)
    best = words("pictures.best_factors", firms=listed) if told else words("pictures.no_factor")
    some = {"some": len(shown), "count": len(found.curves)}
    more = words("pictures.dot") + words("pictures.some_firms", **some)
    counted_as = "for_ever" if found.is_forever else "nothing_discounted"
    profits = _with(words("pictures.value_of_profits"), words.unit("money"), words)
    page = Page(
        title,
        words("pictures.replies", value=profits)
        + (more if len(found.curves) > len(shown) else ""),
        words("pictures.replies_description", title=title, best=best),
        words(
            "pictures.replies_source", title=title_of(found.plan, words), month=found.month,
            people=words.customers(found.plan.market.customers), horizon=found.horizon,
            counted_as=words(f"pictures.{counted_as}"),
            runs=words.counted(found.replications, "run"),
        ),
    )  # fmt: skip
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
        verdict = Words()(f"pictures.verdict_{reply.verdict.replace(' ', '_')}")
        page.text(frame.right, frame.top + 10, verdict, colour=SOFT, across="right")
        return
    best, *ends = (float(x) for x in frame.x(np.log([*vars(reply.factor).values()])))
    page.shapes([rectangle(ends[0], frame.bottom, ends[1] - ends[0], frame.height)], INK, alpha=0.1)
    page.line([best, best], [frame.bottom, frame.top], FirmStyle(INK, (4.0, 3.0), ""), width=1.6)
    text = Words()("pictures.best_times", factor=written(reply.factor.mean, ".2f"))
    page.text(frame.right, frame.top + 10, text, across="right")

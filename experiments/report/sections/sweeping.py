"""Outcomes of a sweep over its factors, and their indices if there are any."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.pictures.chart import Cloud, CloudChart, FirmStyle, firm_styles
from experiments.pictures.markup import Markup, escaped, paragraph, table, tag, together
from experiments.pictures.scales import padded
from experiments.pictures.web import colour_of, small
from experiments.report.figure import Figure
from experiments.report.sections.indices import indices
from experiments.report.sections.section import Section, tabs
from experiments.report.source import Source
from experiments.report.swept import Swept, swept_in
from experiments.runs.statistics import Interval, t_quantile
from experiments.studies.changes import in_yaml
from experiments.telling.names import Amounts
from experiments.words import Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEVELS, _GROUPS = 6, 5
_SHOWN = 8
_ERRORS = 5


@dataclass(frozen=True)
class Effect:
    """How an outcome of a firm differs between the two ends of a factor.

    Attributes:
        factor: Its path.
        ends: What its values are at the low and the high end, or at the worst and the best level.
        means: Mean outcomes there.
        difference: Second less first with its 95 % interval (Welch 1947), points being
            independent.
    """

    factor: str
    ends: tuple[str, str]
    means: tuple[float, float]
    difference: Interval


def sweep_sections(source: Source, words: Words) -> tuple[list[Section], int]:
    """All that stands in the report on a sweep, and its replications at a point."""
    found = swept_in(source)
    told = answer_in_words(found, words)
    errors = [tag("li", tag("code", escaped(error))) for error in found.errors[:_ERRORS]]
    answer = together(
        tag("div", *(paragraph(text) for text in told[:2]), class_="answer"),
        *(paragraph(text) for text in told[2:]),
        tag("div", paragraph(state_in_words(found, words)),
            tag("ul", *errors) if errors else None,
            class_="warning" if found.missing or found.failed else None),
    )  # fmt: skip
    sections = [
        Section("answer", words("report.answer"), answer),
        Section("design", words("sweeping.design"), _design(found, words)),
    ]
    if found.outcomes:
        panels = [(Amounts(m, words).name, _outcomes(found, m, words)) for m in found.outcomes]
        content = tabs("outcomes", panels, words("sweeping.measures"))
        sections.append(Section("outcomes", words("sweeping.outcomes"), content))
    of_factors = indices(source, found, words)
    if of_factors is not None:
        sections.append(Section("indices", words("sweeping.indices"), of_factors))
    return sections, found.experiment.design.replications


def state_in_words(found: Swept, words: Words) -> str:
    """How many trials are done, failed and missing."""
    key = "sweeping.complete" if not (found.missing or found.failed) else "sweeping.incomplete"
    counts = {"total": found.total, "done": found.done, "failed": found.failed}
    told = [words(key, **counts, missing=found.missing)]
    if found.unplaced:
        told.append(words("sweeping.unplaced", number=found.unplaced))
    return words.together(told)


def answer_in_words(found: Swept, words: Words) -> list[str]:
    """Which firm is ahead, in how many points; and what moves that most."""
    if not found.outcomes:
        return [words("sweeping.nothing")]
    measure = next(iter(found.outcomes))
    values, amounts = found.outcomes[measure], Amounts(measure, words)
    means = _column_means(values)
    first = int(np.nanargmax(means))
    rows = np.isfinite(values).any(axis=1)
    best = np.nanmax(np.where(np.isfinite(values), values, -np.inf)[rows], axis=1)
    times = int((values[rows, first] >= best).sum())
    own = values[np.isfinite(values[:, first]), first]
    told = [
        words(
            "sweeping.ahead", firm=found.firms[first], measure=amounts.name,
            mean=amounts.value(float(means[first])), low=amounts.value(float(own.min())),
            high=amounts.value(float(own.max())), times=times, points=int(rows.sum()),
        )
    ]  # fmt: skip
    effects = effects_of(found, measure, first)
    if effects:
        told.append(effect_in_words(effects[0], found.firms[first], amounts, words))
    return told


def effect_in_words(effect: Effect, firm: str, amounts: Amounts, words: Words) -> str:
    """How far a factor moves an outcome of a firm, and whether that is more than chance."""
    sure = effect.difference.excludes(0.0)
    return words(
        "sweeping.effect" if sure else "sweeping.effect_unsure",
        factor=effect.factor, firm=firm, measure=amounts.name,
        low=effect.ends[0], high=effect.ends[1],
        first=amounts.value(effect.means[0]), second=amounts.value(effect.means[1]),
        difference=amounts.interval(effect.difference),
    )  # fmt: skip


def effects_of(found: Swept, measure: str, firm: int) -> list[Effect]:
    """Effects of all factors on an outcome of a firm, the largest first."""
    effects = []
    for factor in found.experiment.factors:
        x, names = _places(found, factor)
        y = found.outcomes[measure][:, firm]
        groups = _groups(x, y, is_named=bool(names))
        if len(groups) < 2:
            continue
        if names:
            groups.sort(key=lambda group: group[1].mean())
        (x0, low), (x1, high) = groups[0], groups[-1]
        ends = (names[round(x0)], names[round(x1)]) if names else (f"{x0:.3g}", f"{x1:.3g}")
        means = float(low.mean()), float(high.mean())
        effects.append(Effect(factor, ends, means, _welch(low, high)))
    return sorted(effects, key=lambda effect: -abs(effect.difference.mean))


def _welch(low: NDArray[np.float64], high: NDArray[np.float64]) -> Interval:
    """Difference of the means of two independent groups with its interval (Welch 1947)."""
    mean = float(high.mean() - low.mean())
    if min(low.size, high.size) < 2:
        return Interval(mean, math.nan, math.nan)
    parts = [float(group.var(ddof=1)) / group.size for group in (low, high)]
    error = sum(parts)
    if error <= 0:
        return Interval(mean, mean, mean)
    freedom = error**2 / sum(
        part**2 / (group.size - 1) for part, group in zip(parts, (low, high), strict=True)
    )
    half = float(t_quantile(0.975, freedom)) * math.sqrt(error)
    return Interval(mean, mean - half, mean + half)


def _places(found: Swept, factor: str) -> tuple[NDArray[np.float64], list[str]]:
    """A factor's values at the points that have outcomes: numbers, or places with their names."""
    values = found.values[factor]
    if all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        return np.array(values, np.float64), []
    texts = [in_yaml(value) for value in values]
    names = list(dict.fromkeys(in_yaml(p.values[factor]) for p in found.experiment.points))
    return np.array([names.index(text) for text in texts], np.float64), names


def _groups(
    x: NDArray[np.float64], y: NDArray[np.float64], *, is_named: bool
) -> list[tuple[float, NDArray[np.float64]]]:
    """Outcomes by level of a factor, or by fifths of its range where there are many levels."""
    x, y = x[np.isfinite(y)], y[np.isfinite(y)]
    levels = np.unique(x)
    if is_named or levels.size <= _LEVELS:
        return [(float(level), y[x == level]) for level in levels]
    order = np.argsort(x, kind="stable")
    parts = np.array_split(order, _GROUPS)
    return [(float(x[part].mean()), y[part]) for part in parts if part.size]


def _column_means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    from experiments.runs.cube import mean_of_finite

    return mean_of_finite(values, axis=0)


def _styles(found: Swept) -> list[FirmStyle]:
    return list(firm_styles(found.firms).values())


def _shown(found: Swept, measure: str) -> list[int]:
    means = np.nan_to_num(_column_means(found.outcomes[measure]), nan=-np.inf)
    return sorted(np.argsort(-means, kind="stable")[:_SHOWN].tolist())


def _outcomes(found: Swept, measure: str, words: Words) -> Markup:
    """A panel for each factor."""
    amounts, values = Amounts(measure, words), found.outcomes[measure]
    shown, styles = _shown(found, measure), _styles(found)
    limits = padded(amounts.scale * values[:, shown], zero=False)
    panels, rows = [], []
    for factor in found.experiment.factors:
        x, names = _places(found, factor)
        clouds = []
        for firm in shown:
            y = amounts.scale * values[:, firm]
            groups = _groups(x, y, is_named=bool(names))
            at = np.array([place for place, _ in groups])
            means = np.array([group.mean() for _, group in groups])
            colour = colour_of(styles[firm].colour)
            clouds.append(Cloud(found.firms[firm], firm, colour, x, y, at, means))
        label = words("sweeping.panel", measure=amounts.name, factor=factor)
        drawing = small(CloudChart(clouds, limits, names, amounts.label), label)
        panels.append(tag("div", tag("h4", tag("code", escaped(factor))), drawing))
    for firm in shown:
        for effect in effects_of(found, measure, firm):
            cells = [
                f"{effect.ends[0]} → {effect.ends[1]}", amounts.value(effect.means[0]),
                amounts.value(effect.means[1]), amounts.interval(effect.difference),
            ]  # fmt: skip
            name = together(escaped(found.firms[firm]), escaped(" · "),
                            tag("code", escaped(effect.factor)))  # fmt: skip
            rows.append([name, *(escaped(cell) for cell in cells)])
    head = [escaped(words(f"sweeping.head_{n}")) for n in ("who", "ends", "low", "high", "effect")]
    title = words("sweeping.outcome_title", measure=amounts.name)
    first = max(shown, key=lambda firm: _column_means(values)[firm])
    effects = effects_of(found, measure, first)
    finding = effect_in_words(effects[0], found.firms[first], amounts, words) if effects else ""
    figure = Figure(
        identity=f"outcome-{measure}",
        title=title,
        finding=finding,
        drawing=tag("div", *panels, class_="multiples"),
        how=words("sweeping.how", points=len(found.points)),
        firms=[(found.firms[firm], styles[firm]) for firm in range(len(found.firms))],
        numbers=table(head, rows, caption=words("sweeping.effects")),
        keys=False,
    )
    return figure.html(words)


def _design(found: Swept, words: Words) -> Markup:
    """The factors and their values."""
    from experiments.telling.names import meaning_of
    from experiments.telling.scenario import authored

    design = found.experiment.design
    intro = words("sweeping.design_intro", design=words(f"sweeping.{design.design}"),
                  points=len(found.experiment.points), total=found.total)  # fmt: skip
    rows = []
    for path in found.experiment.factors:
        values = [point.values[path] for point in found.experiment.points]
        unit, meaning = meaning_of(path, words)
        lever = words("sweeping.lever" if path in design.levers else "sweeping.uncertain")
        rows.append([tag("code", escaped(path)), tag("code", escaped(_span(values))),
                     escaped(lever), escaped(unit), authored(meaning, words)])  # fmt: skip
    head = [escaped(words(f"sweeping.head_{n}")) for n in ("factor", "values", "who_decides")]
    head += [escaped(words(f"method.{n}")) for n in ("unit", "meaning")]
    label = words("sweeping.design")
    return together(paragraph(intro), table(head, rows, caption="", label=label, class_="texts"))


def _span(values: Sequence[Any]) -> str:
    texts = list(dict.fromkeys(map(in_yaml, values)))
    if len(texts) <= _LEVELS:
        return ", ".join(texts)
    if all(isinstance(v, int | float) for v in values):
        return f"{min(values):.4g} … {max(values):.4g}"
    return ", ".join([*texts[:_LEVELS], "…"])

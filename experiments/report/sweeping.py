"""Outcomes of a sweep over its factors, and their indices if there are any."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tsunagari.experiments.pictures.chart import Bar, Cloud, CloudChart, FirmStyle, firm_styles
from tsunagari.experiments.pictures.markup import Markup, escaped, paragraph, table, tag, together
from tsunagari.experiments.pictures.scales import padded
from tsunagari.experiments.pictures.svg import colour_of
from tsunagari.experiments.pictures.web import small
from tsunagari.experiments.report.document import (
    Figure,
    Section,
    answered,
    headings,
    multiples_of,
    panel,
    tabs,
)
from tsunagari.experiments.runs.results import Source
from tsunagari.experiments.studies.changes import in_yaml
from tsunagari.experiments.studies.swept import (
    MOST_LEVELS,
    Effect,
    Swept,
    effects_of,
    groups_of,
    swept_in,
)
from tsunagari.experiments.telling.names import Amounts
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import readable

_SHOWN, _FACTORS = 8, 12
_ERRORS = 5


def sweep_sections(source: Source, words: Words) -> tuple[list[Section], int]:
    """All that stands in the report on a sweep, and its replications at a point."""
    found = swept_in(source)
    told = answer_in_words(found, words)
    errors = [tag("li", tag("code", escaped(error))) for error in found.errors[:_ERRORS]]
    answer = answered(
        told,
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
    means = found.means(measure)
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


def _styles(found: Swept) -> list[FirmStyle]:
    return list(firm_styles(found.firms).values())


def _shown(found: Swept, measure: str) -> list[int]:
    means = np.nan_to_num(found.means(measure), nan=-np.inf)
    return sorted(np.argsort(-means, kind="stable")[:_SHOWN].tolist())


def _outcomes(found: Swept, measure: str, words: Words) -> Markup:
    """A panel for each factor."""
    amounts, values = Amounts(measure, words), found.outcomes[measure]
    shown, styles = _shown(found, measure), _styles(found)
    limits = padded(amounts.scale * values[:, shown], zero=False)
    panels, rows = [], []
    for factor in found.experiment.factors:
        x, names = found.places(factor)
        clouds = []
        for firm in shown:
            y = amounts.scale * values[:, firm]
            groups = groups_of(x, y, is_named=bool(names))
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
    head = headings(words, "sweeping.head_", "who", "ends", "low", "high", "effect")
    title = words("sweeping.outcome_title", measure=amounts.name)
    first = max(shown, key=lambda firm: found.means(measure)[firm])
    effects = effects_of(found, measure, first)
    finding = effect_in_words(effects[0], found.firms[first], amounts, words) if effects else ""
    figure = Figure(
        identity=f"outcome-{measure}",
        title=title,
        finding=finding,
        drawing=multiples_of(panels),
        how=words("sweeping.how", points=len(found.points)),
        firms=[(found.firms[firm], styles[firm]) for firm in range(len(found.firms))],
        numbers=table(head, rows, caption=words("sweeping.effects")),
        keys=False,
    )
    return figure.html(words)


def _design(found: Swept, words: Words) -> Markup:
    """The factors and their values."""
    from tsunagari.experiments.telling.names import meaning_of
    from tsunagari.experiments.telling.scenario import authored

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
    head = headings(words, "sweeping.head_", "factor", "values", "who_decides")
    head += headings(words, "method.", "unit", "meaning")
    label = words("sweeping.design")
    return together(paragraph(intro), table(head, rows, caption="", label=label, class_="texts"))


def _span(values: Sequence[Any]) -> str:
    texts = list(dict.fromkeys(map(in_yaml, values)))
    if len(texts) <= MOST_LEVELS:
        return ", ".join(texts)
    if all(isinstance(v, int | float) for v in values):
        return f"{min(values):.4g} … {max(values):.4g}"
    return ", ".join([*texts[:MOST_LEVELS], "…"])


# -- indices ---------------------------------------------------------------------------------------


def indices(source: Source, found: Swept, words: Words) -> Markup | None:
    """The indices, or how to get them; None for a design that has none."""
    kind = found.experiment.design.design
    if kind not in ("morris", "sobol"):
        return None
    if "sensitivity" not in source.files:
        text = words("sweeping.no_indices")
        return together(
            paragraph(text), tag("pre", escaped(f"tsunagari sensitivity {source.folder}"))
        )
    columns = source.table("sensitivity")
    main, second = ("mu_star", "sigma") if kind == "morris" else ("st", "s1")
    rows = []
    bars_of: dict[str, list[Bar]] = {}
    styles = firm_styles([str(f) for f in dict.fromkeys(columns["firm"]) if f])
    amounts = Amounts(str(columns["measure"][0]), words)
    for row in range(len(columns["factor"])):
        firm = columns["firm"][row] or words("comparing.market")
        option = int(columns["option"][row])
        value, low, high, other = (
            float(columns[name][row]) for name in (main, f"{main}_low", f"{main}_high", second)
        )
        factor = str(columns["factor"][row])
        style = styles.get(firm)
        colour = colour_of(style.colour if style is not None else "#000000")
        interval = words("common.to", low=readable(low), high=readable(high))
        name = firm if option == 0 else f"{firm} ({option})"
        tip = f"{name}\n{factor}: {readable(value)} ({interval})"
        bars_of.setdefault(name, []).append(
            Bar(factor, row, colour, value, low, high, math.nan, tip)
        )
        rows.append([escaped(name), tag("code", escaped(factor)), escaped(readable(value)),
                     escaped(interval), escaped(readable(other))])  # fmt: skip
    panels = []
    for name, bars in list(bars_of.items())[:_SHOWN]:
        ordered = sorted(bars, key=lambda bar: -np.nan_to_num(bar.value, nan=-1))[:_FACTORS]
        panels.append(panel(name, ordered, words(f"sweeping.{main}"), words))
    head = headings(words, "sweeping.", "head_firm", "head_factor", main, "interval", second)
    title = words("sweeping.indices_title", measure=amounts.name)
    figure = Figure(
        identity="sensitivity",
        title=title,
        finding=_strongest(bars_of, words, main),
        drawing=multiples_of(panels),
        how=words(f"sweeping.how_{kind}"),
        numbers=table(head, rows, caption=title),
    )
    return figure.html(words)


def _strongest(bars_of: dict[str, list[Bar]], words: Words, main: str) -> str:
    """Each firm's strongest factor."""
    told = []
    for name, bars in bars_of.items():
        there = [bar for bar in bars if math.isfinite(bar.value)]
        if there:
            best = max(there, key=lambda bar: bar.value)
            told.append(words("sweeping.strongest_of", firm=name, factor=best.name,
                              value=readable(best.value)))  # fmt: skip
    if not told:
        return words("sweeping.nothing_varies")
    return words(
        "sweeping.strongest", index=words(f"sweeping.{main}"), firms=words.joined(told[:_SHOWN])
    )

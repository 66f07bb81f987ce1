"""Morris or Sobol indices of a sweep's factors, if ``sensitivity`` has written them."""

from __future__ import annotations

import math

import numpy as np

from experiments.pictures.chart import Bar, BarChart, firm_styles
from experiments.pictures.markup import Markup, escaped, paragraph, table, tag, together
from experiments.pictures.web import colour_of, small
from experiments.report.figure import Figure
from experiments.report.source import Source
from experiments.report.swept import Swept
from experiments.telling.names import Amounts
from experiments.words import Words
from experiments.words.numbers import readable

_SHOWN, _FACTORS = 8, 12


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
        label = words.joined([b.tip.replace("\n", " ") for b in ordered])
        chart = BarChart(ordered, words(f"sweeping.{main}"), dots=True)
        panels.append(tag("div", tag("h4", escaped(name)), small(chart, label)))
    head = [escaped(words(f"sweeping.head_{n}")) for n in ("firm", "factor")]
    head += [escaped(words(f"sweeping.{n}")) for n in (main, "interval", second)]
    title = words("sweeping.indices_title", measure=amounts.name)
    figure = Figure(
        identity="sensitivity",
        title=title,
        finding=_strongest(bars_of, words, main),
        drawing=tag("div", *panels, class_="multiples"),
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

"""Lesson: there is more than one way to be best, and none is to be everything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from docs.makers.lessons import slide, telling
from docs.makers.lessons.lesson import Derived
from docs.makers.lessons.results import Found
from tsunagari.experiments.pictures.chart import GRID, INK, SOFT, FirmStyle, firm_styles
from tsunagari.experiments.pictures.page import WIDTH, Frame, rectangle
from tsunagari.experiments.pictures.scales import padded, spread
from tsunagari.experiments.pictures.text import width_of
from tsunagari.experiments.runs.cube import quantiles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tsunagari.experiments.runs.statistics import Floats

_PLAIN = ("price", "product")
_CHOICES = ("operational-excellence", "product-leadership", "customer-intimacy")
_ROWS = (
    ("Price", "price", 1.0),
    ("Product level", "product", 1.0),
    ("Kept a year, %", "retention", 100.0),
)


def derive(results: Path) -> Derived:
    """What the page says of ``results/disciplines`` and ``results/disciplines-choose``."""
    found, chosen = Found(results / "disciplines"), Found(results / "disciplines-choose")
    measures = {
        "share": {firm: found.at_end("market_share", firm) for firm in found.firms},
        "retention": {firm: found.last_year("retention_12", firm) for firm in found.firms},
        "product": {firm: found.last_year("product", firm) for firm in found.firms},
        "price": {firm: found.last_year("price", firm) for firm in found.firms},
    }
    first = {name: _first(name, values) for name, values in measures.items()}
    figures = {
        f"{name}-{firm}": telling.amount(values, 2) if name in _PLAIN else telling.share(values)
        for name, firms in measures.items()
        for firm, values in firms.items()
    }
    statements = {
        "Lean is the cheapest": first["price"] == "Lean",
        "Tailor keeps them best": first["retention"] == "Tailor",
        "Spark has the best product": first["product"] == "Spark",
        "Broad is first at nothing": "Broad" not in first.values(),
        "Broad wins no share": not telling.is_above(measures["share"]["Broad"] - 0.25),
        "none of them has half of the market": all(
            np.all(one < 0.5) for one in measures["share"].values()
        ),
    }
    base, before = (chosen.at_end(name, "Broad") for name in ("cash", "market_share"))
    won, earned, lost = {}, {}, {}
    for number, (choice, rival) in enumerate(zip(_CHOICES, found.firms, strict=False), start=1):
        won[choice] = chosen.at_end("market_share", "Broad", number) - before
        earned[choice] = chosen.at_end("cash", "Broad", number) - base
        copied = chosen.at_end("market_share", rival, number)
        lost[choice] = copied - chosen.at_end("market_share", rival)
        figures |= {
            f"{choice}-share": telling.points(won[choice]),
            f"{choice}-cash": telling.change(earned[choice]),
            f"{choice}-rival": telling.points(lost[choice]),
        }
    statements |= {
        "copying Lean earns nothing that could be told": not telling.is_above(earned[_CHOICES[0]]),
        "copying Tailor earns nothing that could be told": not telling.is_above(
            earned[_CHOICES[2]]
        ),
        "copying Spark pays": telling.is_above(earned[_CHOICES[1]]),
        "copying Lean wins share": telling.is_above(won[_CHOICES[0]]),
        "copying the two others costs share": all(telling.is_below(won[c]) for c in _CHOICES[1:]),
        "the firm that is copied loses share": all(map(telling.is_below, lost.values())),
    }
    return Derived(figures, statements, _picture(found, measures))


def _first(name: str, measure: Mapping[str, Floats]) -> str:
    """Who has the highest mean; of prices, the lowest."""
    sign = -1.0 if name == "price" else 1.0
    return max(measure, key=lambda firm: sign * float(np.mean(measure[firm])))


def _picture(found: Found, measures: Mapping[str, Mapping[str, Floats]]) -> slide.Slide:
    """A strip for each measure; a large disc for its first, a small one for everybody else."""
    best = {name: _first(name, measures[name]) for _, name, _ in _ROWS}
    told = "; ".join(f"{title}: {best[name]} first" for title, name, _ in _ROWS)
    page = slide.slide(
        "Each is first at what it chose, Broad at nothing",
        f"{told}. Broad, which spreads its money, is first at nothing.",
        f"一位は、価格では {best['price']}、製品水準では {best['product']}、年間維持率では "
        f"{best['retention']}。何にでも均等にお金を使う Broad は、どれでも一位ではない。",
        f"{found.source()} · disc: mean, bar: 10–90 %",
    )
    styles = firm_styles(found.firms)
    height = 160.0
    for number, (title, name, scale) in enumerate(_ROWS):
        bottom = 460.0 - number * (height + 15.0)
        values = {firm: scale * one for firm, one in measures[name].items()}
        across = padded(np.concatenate(list(values.values())), zero=False)
        frame = Frame(page, 420.0, bottom, WIDTH - 500.0, height, across, (0.0, 1.0))
        slide.words(page, slide.MARGIN, bottom + 62, title)
        first = best[name]
        slide.words(page, slide.MARGIN, bottom + 24, f"first: {first}", styles[first].colour)
        _strip(frame, values, styles, first)
    return page


def _strip(
    frame: Frame, values: Mapping[str, Floats], styles: Mapping[str, FirmStyle], first: str
) -> None:
    """Discs on a line; the first is named below it, the others above, each with a leader."""
    page, y = frame.page, frame.bottom + 62.0
    page.segments([[(frame.left, y), (frame.right, y)]], colour=GRID, width=3)
    means = {firm: float(np.mean(one)) for firm, one in values.items()}
    texts = {firm: _named(firm, mean, means) for firm, mean in means.items()}
    others = [firm for firm in means if firm != first]
    gap = max(width_of(texts[firm], slide.LEGIBLE) for firm in others) + 16
    wanted = [float(frame.x(means[firm])) for firm in others]
    places = spread(wanted, gap, frame.left + gap / 2, frame.right - gap / 2)
    for number, (firm, there, place) in enumerate(zip(others, wanted, places, strict=True)):
        page.segments([[(there, y), (place, y + 40)]], colour=SOFT, width=1.4)
        page.text(place, y + 46, texts[firm], size=slide.LEGIBLE, colour=SOFT, across="center")
        _disc(frame, values[firm], y, styles[firm].colour, 11.0, below=6.0 + 7.0 * number)
    _disc(frame, values[first], y, styles[first].colour, 19.0, below=27.0)
    wide = width_of(texts[first], slide.LEGIBLE)
    x = min(max(float(frame.x(means[first])) - wide / 2, frame.left - 20), frame.right - wide)
    slide.words(page, x, y - 58, texts[first], INK, slide.LEGIBLE)


def _disc(
    frame: Frame, values: Floats, y: float, colour: str, radius: float, *, below: float
) -> None:
    """The mean as a disc on the line, and a bar of the middle 80 % so far below it."""
    low, high = (float(frame.x(end)) for end in quantiles(values, 0.1, 0.9))
    frame.page.shapes([rectangle(low, y - below - 5, high - low, 5)], colour, alpha=0.6)
    slide.disc(frame.page, float(frame.x(np.mean(values))), y, radius, colour)


def _named(firm: str, mean: float, means: Mapping[str, float]) -> str:
    """A firm with its figure; numbers below ten have decimals."""
    return f"{firm} {mean:.2f}" if max(means.values()) < 10 else f"{firm} {mean:.0f}"

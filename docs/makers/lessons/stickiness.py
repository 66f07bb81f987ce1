"""Lesson: what held customers erodes, and what is left is their own success."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from docs.makers.lessons import slide, telling
from docs.makers.lessons.lesson import Derived
from docs.makers.lessons.results import Found
from tsunagari.experiments.pictures.chart import INK, RESERVOIR_COLOURS, SOFT
from tsunagari.experiments.pictures.page import WIDTH, Frame, Page, rectangle
from tsunagari.experiments.pictures.scales import padded
from tsunagari.experiments.pictures.text import width_of
from tsunagari.experiments.runs.cube import RESERVOIRS
from tsunagari.experiments.words import Words

if TYPE_CHECKING:
    from tsunagari.experiments.runs.statistics import Floats

_YEAR = 12
_BEFORE = 24
"""The last month before anything changes."""
_LONG_HELD = "Broad"


def derive(results: Path) -> Derived:
    """What the page says of ``results/stickiness`` and ``results/stickiness-switching``."""
    found, one = Found(results / "stickiness"), Found(results / "stickiness-switching")
    parts = {firm: _years(found, firm) for firm in found.firms}
    lost = {
        firm: found.last_year("retention_12", firm) - found.last_year("retention_12", firm, 1)
        for firm in found.firms
    }
    alone = {
        firm: one.last_year("retention_12", firm, 1) - one.last_year("retention_12", firm)
        for firm in one.firms
    }
    money = {firm: found.last_year("stickiness_money", firm) for firm in found.firms}
    kept = {firm: found.last_year("retention_12", firm) for firm in found.firms}
    before, after = (
        [np.mean([years[when, :, r].mean() for years in parts.values()]) for r in range(4)]
        for when in (0, 1)
    )
    figures = {
        f"{reservoir}-{when}": telling.number(float(values[number]), 2)
        for when, values in (("before", before), ("after", after))
        for number, reservoir in enumerate(RESERVOIRS)
    }
    for firm in found.firms:
        figures |= {
            f"lost-{firm}": telling.points(lost[firm]),
            f"alone-{firm}": telling.points(alone[firm]),
            f"money-{firm}": telling.share(money[firm]),
            f"kept-{firm}": telling.share(kept[firm]),
            f"success-{firm}": telling.number(float(parts[firm][1, :, 3].mean()), 2),
        }
    early = {firm: found.of_firm("retention_12", firm)[:, _BEFORE] for firm in ("Lean", "Broad")}
    figures |= {f"early-{firm}": telling.share(values) for firm, values in early.items()}
    held = {firm: float(parts[firm][1, :, 3].mean()) for firm in found.firms}
    first = parts[_LONG_HELD][0]
    return Derived(
        figures=figures,
        statements={
            "all firms lose retention": all(map(telling.is_below, lost.values())),
            "place, switching cost and obligation shrink to less than half": bool(
                all(a < b / 2 for a, b in zip(after[:3], before[:3], strict=True))
            ),
            "success speaks against Broad from the first year on": telling.is_below(first[:, 3]),
            "but its customers were held in the first year": telling.is_above(first.sum(axis=1)),
            "in the end nothing holds them": telling.is_below(money[_LONG_HELD]),
            "Tailor's success reservoir is above zero in the end": held["Tailor"] > 0,
            "Broad's is the lowest of all": min(held, key=held.__getitem__) == _LONG_HELD,
            "switching cost alone explains less than half of the loss": all(
                abs(alone[firm].mean()) < abs(lost[firm].mean()) / 2 for firm in found.firms
            ),
            "switching cost alone lowers retention of every firm": all(
                map(telling.is_below, alone.values())
            ),
        },
        picture=_picture(found, parts),
    )


def _years(found: Found, firm: str) -> Floats:
    """Reservoirs in the first and in the last year, [2, replication, reservoir]."""
    values = [found.of_firm(f"stickiness_{reservoir}", firm) for reservoir in RESERVOIRS]
    early = [one[:, 1 : _YEAR + 1].mean(axis=1) for one in values]
    late = [one[:, -_YEAR:].mean(axis=1) for one in values]
    return np.stack((np.column_stack(early), np.column_stack(late)))


def _picture(found: Found, parts: dict[str, Floats]) -> slide.Slide:
    """Two columns for each firm: the first year and the last."""
    sums = {firm: [year.sum(axis=1).mean() for year in years] for firm, years in parts.items()}
    told = ", ".join(f"{firm} from {a:.2f} to {b:.2f}" for firm, (a, b) in sums.items())
    in_japanese = "、".join(f"{firm} は {a:.2f} から {b:.2f}" for firm, (a, b) in sums.items())
    page = slide.slide(
        "Bonds melt; what is left is whether customers succeed",
        f"What holds customers, first year and last year, in utility units: {told}.",
        f"顧客を引き留めているもの、最初の年から最後の年へ（効用の単位）：{in_japanese}。",
        f"{found.source()} · mean, in utility; numbers: sum",
    )
    means = {firm: years.mean(axis=1) for firm, years in parts.items()}
    ends = [np.maximum(m, 0).sum(axis=1) for m in means.values()]
    ends += [np.minimum(m, 0).sum(axis=1) for m in means.values()]
    frame = Frame(page, 40.0, 120.0, WIDTH - 80.0, 405.0, (0.0, float(len(parts))),
                  padded(np.concatenate(ends), zero=True))  # fmt: skip
    _key(page)
    wide = frame.width / len(parts)
    for place, (firm, both) in enumerate(means.items()):
        left = frame.left + place * wide
        for when, label in enumerate(("first year", "last year")):
            x = left + 0.06 * wide + when * 0.44 * wide
            _column(frame, x, 0.36 * wide, both[when])
            middle, total = x + 0.18 * wide, float(both[when].sum())
            top = float(frame.y(np.maximum(both[when], 0.0).sum()))
            page.text(middle, frame.bottom - 26, label, size=17, colour=SOFT, across="center")
            page.text(middle, top + 10, telling.number(total, 1), size=slide.LEGIBLE,
                      across="center")  # fmt: skip
        page.text(left + 0.46 * wide, frame.bottom - 58, firm, size=slide.BIG, across="center")
    zero = float(frame.y(0.0))
    page.segments([[(frame.left, zero), (frame.right, zero)]], colour=INK, width=2)
    return page


def _column(frame: Frame, x: float, wide: float, values: Floats) -> None:
    """Parts that hold pile up from zero, parts that drive away hang down."""
    ends = {1.0: 0.0, -1.0: 0.0}
    for reservoir, value in zip(RESERVOIRS, values, strict=True):
        sign = 1.0 if value >= 0 else -1.0
        low, high = sorted(float(y) for y in frame.y([ends[sign], ends[sign] + value]))
        frame.page.shapes([rectangle(x, low, wide, high - low)], RESERVOIR_COLOURS[reservoir])
        ends[sign] += value


def _key(page: Page) -> None:
    x, y = slide.MARGIN, 575.0
    for reservoir in RESERVOIRS:
        label = Words("en")(f"evidence.{reservoir}")
        page.shapes([rectangle(x, y - 3, 30, 26)], RESERVOIR_COLOURS[reservoir])
        slide.words(page, x + 42, y, label)
        x += 42 + width_of(label, slide.BIG) + 40

"""Lesson: more customers are not more money."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from docs.makers.lessons import slide, telling
from docs.makers.lessons.lesson import Derived
from docs.makers.lessons.results import Found
from tsunagari.experiments.pictures.chart import INK, SOFT, firm_styles
from tsunagari.experiments.pictures.page import WIDTH, Frame, rectangle
from tsunagari.experiments.pictures.scales import inner_ticks, padded
from tsunagari.experiments.runs.statistics import t_interval
from tsunagari.experiments.words.numbers import written

if TYPE_CHECKING:
    from tsunagari.experiments.runs.statistics import Floats

_FIRM = "Tailor"
_MONEY = ("cash", "each")
_COLOUR = firm_styles((_FIRM,))[_FIRM].colour  # the first firm of its scenario


def derive(results: Path) -> Derived:
    """What the page says of ``results/right-customers`` and ``results/choosier``."""
    found, choosier = Found(results / "right-customers"), Found(results / "choosier")
    chosen, everybody = (_outcomes(found, scenario) for scenario in (0, 1))
    more, most = (_outcomes(choosier, scenario) for scenario in (0, 1))
    figures: dict[str, str] = {}
    for name in chosen:
        told = telling.amount if name in _MONEY else telling.share
        differs = telling.change if name in _MONEY else telling.points
        figures |= {
            f"{name}-chosen": told(chosen[name]),
            f"{name}-everybody": told(everybody[name]),
            f"{name}-difference": differs(everybody[name] - chosen[name]),
            f"{name}-choosier": differs(most[name] - more[name]),
        }
    change = {name: everybody[name] / chosen[name] - 1.0 for name in chosen}
    figures |= {f"{name}-change": telling.points(one).replace(" points", " %", 1)
                for name, one in change.items()}  # fmt: skip
    return Derived(
        figures=figures,
        statements={
            "taking everybody wins customers": telling.is_above(change["share"]),
            "by more than a fifth": bool(t_interval(change["share"]).low > 0.2),
            "but hardly any more money": bool(t_interval(change["cash"]).high < 0.1),
            "each customer brings less": telling.is_below(change["each"]),
            "fewer of its customers succeed": telling.is_below(change["success"]),
            "its customers buy a smaller part of it": telling.is_below(change["wallet"]),
            "and fewer of them stay": telling.is_below(change["retention"]),
            "being choosier still costs share": telling.is_below(most["share"] - more["share"]),
            "and earns nothing that could be told": not telling.is_above(
                most["cash"] - more["cash"]
            ),
        },
        picture=_picture(found, change),
    )


def _outcomes(found: Found, scenario: int) -> dict[str, Floats]:
    return {
        "share": found.at_end("market_share", _FIRM, scenario),
        "success": found.last_year("success_rate", _FIRM, scenario),
        "wallet": found.last_year("share_of_customer", _FIRM, scenario),
        "retention": found.last_year("retention_12", _FIRM, scenario),
        "cash": found.at_end("cash", _FIRM, scenario),
        "each": found.at_end("cash", _FIRM, scenario) / found.at_end("customers", _FIRM, scenario),
    }


def _picture(found: Found, change: dict[str, Floats]) -> slide.Slide:
    """Three bars from zero: more customers, fewer successes, less money."""
    rows = [("Customers", "share"), ("Success rate", "success"), ("Cash", "cash")]
    means = {name: 100 * t_interval(change[name]).mean for _, name in rows}
    page = slide.slide(
        "Take everybody: more customers, hardly more money",
        "Taking everybody against choosing, in per cent: "
        + ", ".join(f"{title.lower()} {means[name]:+.0f}" for title, name in rows)
        + ".",
        "合う顧客を選ぶ場合と比べて、誰でも受け入れると、"
        f"顧客は {means['share']:+.0f}%、成功率は {means['success']:+.0f}%、"
        f"現金は {means['cash']:+.0f}%。",
        f"{found.source()} · pairs of markets, mean and 95 % interval",
    )
    ends = [
        100 * e for _, n in rows for e in (t_interval(change[n]).low, t_interval(change[n]).high)
    ]
    across = padded(np.array(ends), zero=True)
    frame = Frame(page, 470.0, 120.0, WIDTH - 640.0, 420.0, across, (0.0, float(len(rows))))
    ticks = inner_ticks(*across, 4)
    slide.scales(
        frame,
        up_ticks=[],
        across_ticks=ticks,
        tick_text=str,
        across_text=lambda value: f"{written(value, '+g')} %" if value else "0",
        across_label=f"{_FIRM}: taking everybody against choosing",
    )
    zero = float(frame.x(0.0))
    for number, (title, name) in enumerate(rows):
        found_here = t_interval(100 * change[name])
        middle = float(frame.y(len(rows) - 0.5 - number))
        low, high = sorted((zero, float(frame.x(found_here.mean))))
        page.shapes([rectangle(low, middle - 42, high - low, 84)], _COLOUR)
        whisker = [(float(frame.x(e)), middle) for e in (found_here.low, found_here.high)]
        page.segments([whisker], colour="white", width=7)
        page.segments([whisker], colour=INK, width=3)
        page.text(frame.left - 30, middle - 12, title, size=slide.BIG, across="right")
        label = f"{written(found_here.mean, '+.0f')} %"
        end = max(high, whisker[1][0]) + 16 if found_here.mean > 0 else zero + 16
        slide.words(page, end, middle - 12, label)
    page.segments([[(zero, frame.bottom), (zero, frame.top)]], colour=SOFT, width=2.5)
    return page

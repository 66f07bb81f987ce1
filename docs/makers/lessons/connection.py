"""Lesson: what a connection is worth is not the average, but what the next unit of money brings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from docs.makers.lessons import slide, telling
from docs.makers.lessons.lesson import Derived
from docs.makers.lessons.results import source_of
from tsunagari.experiments.pictures.chart import INK, SOFT, firm_styles
from tsunagari.experiments.pictures.page import WIDTH, Frame, rectangle
from tsunagari.experiments.pictures.scales import padded

if TYPE_CHECKING:
    import pandas as pd

_FIRMS = ("Tailor", "Broad")


def derive(results: Path) -> Derived:
    """What the page says of ``results/connection`` and ``results/connection-soon``."""
    first = {firm: _steps(results / "connection", firm)[0] for firm in _FIRMS}
    broad = _steps(results / "connection", "Broad")
    soon = _steps(results / "connection-soon", "Broad")[0]
    figures: dict[str, str] = {}
    for firm, step in first.items():
        figures |= {
            f"{firm}-average": telling.number(step["clv"], 2),
            f"{firm}-marginal": _interval(step, "marginal"),
            f"{firm}-kept": _interval(step, "money_per_customer_kept", 1),
        }
    figures |= {
        "Broad-last": _interval(broad[-1], "marginal"),
        "Broad-soon": _interval(soon, "marginal"),
        "replications": telling.number(broad[0]["replications"]),
        "never": telling.number(soon["never_pays"]),
    }
    tailor, other = (first[firm] for firm in _FIRMS)
    return Derived(
        figures=figures,
        statements={
            "on average Tailor's customers are worth more": tailor["clv"] > other["clv"],
            "Broad's first unit of money brings back more than itself": other["marginal_low"] > 1,
            "Tailor's brings back less than that": tailor["marginal_high"] < other["marginal_low"],
            "Broad's last step brings back less than its first": (
                broad[-1]["marginal_high"] < other["marginal_low"]
            ),
            "it still pays": broad[-1]["marginal_low"] > 1,
            "within two years one cannot tell whether it pays at Broad": (
                soon["marginal_low"] < 1 < soon["marginal_high"]
            ),
        },
        picture=_picture(results / "connection", first),
    )


def _steps(folder: Path, firm: str) -> list[dict[str, Any]]:
    """The rows of a firm where rivals react, the first step first."""
    import pandas as pd

    table: pd.DataFrame = pd.read_parquet(folder / "connection.parquet")
    rows = table[(table["firm"] == firm) & (table["rivals"] == "reacting")]
    return rows.sort_values("step").to_dict("records")


def _interval(step: dict[str, Any], name: str, digits: int = 2) -> str:
    """A column with its 95 % interval."""
    mean, low, high = (
        telling.number(step[f"{name}{end}"], digits) for end in ("", "_low", "_high")
    )
    return f"{mean} ({low} to {high})"


def _picture(folder: Path, first: dict[str, dict[str, Any]]) -> slide.Slide:
    """Left what a customer is worth on average, right what the next unit of money brings."""
    page = slide.slide(
        "The average says Tailor, the next unit of money says Broad",
        "; ".join(
            f"{firm}: a customer is worth {step['clv']:.1f} on average, one more unit of money for "
            f"service brings back {step['marginal']:.2f}"
            for firm, step in first.items()
        )
        + ".",
        "".join(
            f"{firm}：顧客一人の価値は平均 {step['clv']:.1f}、サービスへの次の一単位の支出で"
            f"戻るのは {step['marginal']:.2f}。"
            for firm, step in first.items()
        ),
        f"{source_of(folder)} · right: 95 % interval",
    )
    panels = (
        ("A customer is worth on average", "clv", False, "{:.1f}"),
        ("The next unit of money brings back", "marginal", True, "{:.2f}"),
    )
    width = (WIDTH - 3 * 60.0) / 2
    for number, (title, name, has_ends, form) in enumerate(panels):
        ends = [step[f"{name}_high"] if has_ends else step[name] for step in first.values()]
        up = padded(np.array([*ends, 1.0]), zero=True)
        left = 60.0 + number * (width + 60.0)
        frame = Frame(page, left, 120.0, width, 380.0, (0.0, 2.0), up)
        slide.words(page, left, 575, title, SOFT, 21)
        page.segments([[(left, frame.bottom), (frame.right, frame.bottom)]], colour=SOFT, width=2)
        _columns(frame, first, name, has_ends=has_ends, form=form)
        if has_ends:
            y = float(frame.y(1.0))
            page.segments([[(left, y), (frame.right, y)]], colour=INK, width=3)
            page.text(frame.right, y + 10, "it comes back", size=slide.LEGIBLE, across="right")
    return page


def _columns(
    frame: Frame, first: dict[str, dict[str, Any]], name: str, *, has_ends: bool, form: str
) -> None:
    styles = firm_styles(("Lean", "Spark", "Tailor", "Broad"))
    for place, (firm, step) in enumerate(first.items()):
        page, colour = frame.page, styles[firm].colour
        x = frame.left + 16 + place * 205.0
        top = float(frame.y(step[name]))
        page.shapes([rectangle(x, frame.bottom, 110, top - frame.bottom)], colour)
        if has_ends:
            ends = [(x + 55, float(frame.y(step[f"{name}_{end}"]))) for end in ("low", "high")]
            page.segments([ends], colour="white", width=7)
            page.segments([ends], colour=INK, width=3)
        words = form.format(step[name])
        page.text(x + 55, frame.bottom + 20, words, size=slide.BIG, across="center")
        page.text(x + 55, frame.bottom - 40, firm, size=slide.BIG, across="center")

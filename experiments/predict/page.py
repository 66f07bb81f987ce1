"""The page on which classes predict before they see: one HTML file that needs no network.

Until a student has predicted, what came out is in no text and in no picture of the page.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.pictures.chart import MARKET_COLOUR, firm_styles
from experiments.pictures.scales import round_ticks
from experiments.predict.surface import Surface
from experiments.predict.topic import Size

if TYPE_CHECKING:
    from experiments.runs.statistics import Floats

_UNDEFINED = 65535
_POINTS = 6
_PARTS = ("<!-- style -->", "<!-- script -->", "<!-- data -->")


def page_of(found: Sequence[Surface], size: Size, replications: int) -> str:
    """The page as one text; the same surfaces give the same page."""
    from sim.version import version

    data = {
        "source": f"Tsunagari {version()} · {size.customers:,} customers · seed {size.seed} · "
        f"{replications} markets for each setting",
        "replications": replications,
        "topics": [_topic(one) for one in found],
    }
    # Nothing in the data may end the script that it stands in.
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    page, style, script = (_asset(f"predict.{kind}") for kind in ("html", "css", "js"))
    for part, text in zip(_PARTS, (style, script, written), strict=True):
        page = page.replace(part, text)
    return page


def _topic(found: Surface) -> dict[str, Any]:
    topic = found.topic
    ticks = _scale(found)
    low, high = ticks[0], ticks[-1]
    colours = [style.colour for style in firm_styles([str(place) for place in range(4)]).values()]
    steps = len(topic.months) - 1
    return {
        "name": topic.name,
        "title": topic.title,
        "question": topic.question,
        "setting": topic.setting,
        "values": [topic.told(value) for value in topic.values],
        "shipped": topic.values.index(topic.shipped),
        "measured": topic.measured,
        "unit": topic.unit,
        "decimals": topic.decimals,
        "since": topic.since,
        "months": list(topic.months),
        "points": [round(steps * (n + 1) / _POINTS) for n in range(_POINTS)],
        "ticks": ticks,
        "colour": MARKET_COLOUR if topic.firm is None else colours[topic.firm],
        "debrief": list(topic.debrief),
        "scale": [low, high],
        "band": _packed(found.band, low, high),
    }


def _scale(found: Surface) -> list[float]:
    """Round numbers around all settings, with some room: the scale must not tell the answer."""
    low, high = float(np.nanmin(found.band)), float(np.nanmax(found.band))
    room = 0.15 * (high - low)
    least = low - room if low < 0 else max(low - room, 0.0)
    return round_ticks(least, min(high + room, found.topic.most), 5)


def _packed(band: Floats, low: float, high: float) -> str:
    """[3, value, axis] as whole numbers of 16 bits, little-endian, in base 64: small, not read."""
    part = (band - low) / (high - low) * (_UNDEFINED - 1)
    whole = np.where(np.isnan(part), _UNDEFINED, np.round(np.nan_to_num(part)))
    return base64.b64encode(whole.astype("<u2").tobytes()).decode("ascii")


def _asset(name: str) -> str:
    return (resources.files("experiments.predict") / name).read_text(encoding="utf-8")

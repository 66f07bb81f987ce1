"""``python -m experiments.lessons.predict``: the page on which classes predict before they see.

One HTML file, to be opened from a disk without a network. All settings of all topics are run here
and put into it; until a student has predicted, what came out is in no text and in no picture of the
page. If a debrief says something that is not so, it is named; for the page of the documentation the
exit status is then 1. Few or small markets of one's own may well differ.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.figures.frame import round_ticks
from experiments.figures.style import firm_styles
from experiments.lessons.slide import MARKET_COLOUR
from experiments.lessons.surface import Surface, surfaces
from experiments.lessons.topic import Size
from experiments.lessons.topics import TOPICS

if TYPE_CHECKING:
    from experiments.statistics import Floats

PAGE = Path(__file__).resolve().parents[2] / "docs" / "_static" / "predict.html"

_CUSTOMERS, _REPLICATIONS, _SEED = 2000, 10, 1
_UNDEFINED = 65535
_POINTS = 6
_PARTS = ("<!-- style -->", "<!-- script -->", "<!-- data -->")


def main(arguments: Sequence[str]) -> int:
    """Run all settings and write the page; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m experiments.lessons.predict",
        description="Make the page on which classes predict before they see.",
    )
    parser.add_argument("--out", type=Path, default=PAGE, help="the file to write")
    parser.add_argument("--only", action="append", choices=[topic.name for topic in TOPICS])
    parser.add_argument("--customers", type=int, default=_CUSTOMERS, help="of each market")
    parser.add_argument("--replications", type=int, default=_REPLICATIONS, help="of each setting")
    parser.add_argument("--seed", type=int, default=_SEED, help="what all chance depends on")
    parser.add_argument("--workers", type=int, default=min(4, os.cpu_count() or 1))
    asked = parser.parse_args(arguments)
    for name in ("customers", "replications", "workers"):
        if getattr(asked, name) < 1:
            parser.error(f"--{name} must be at least 1")
    size = Size(asked.customers, asked.seed)
    chosen = [topic for topic in TOPICS if not asked.only or topic.name in asked.only]
    found = surfaces(chosen, size, asked.replications, workers=asked.workers, told=_tell)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(page_of(found, size, asked.replications), "utf-8", newline="\n")
    print(f"{asked.out.name}: {asked.out.stat().st_size / 1000:.0f} kB")
    untrue = [(one.topic.name, statement) for one in found for statement in one.untrue]
    for name, statement in untrue:
        print(f"{name}: it is not so any more that {statement}", file=sys.stderr)
    return 1 if untrue and asked.out == PAGE else 0


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
    return (resources.files("experiments.lessons") / name).read_text(encoding="utf-8")


def _tell(done: int, count: int) -> None:
    if sys.stderr.isatty() and (done % 20 == 0 or done == count):
        print(f"\r{done} of {count} courses", end="\n" if done == count else "", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

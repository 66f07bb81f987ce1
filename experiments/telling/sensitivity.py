"""Indices of a sweep's factors: for the terminal and for programs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.studies.indices import Effect, MorrisEffect
from tsunagari.experiments.telling.names import column_name
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import brief, plain
from tsunagari.experiments.words.terminal import cut_to, table_line, wrapped

if TYPE_CHECKING:
    from tsunagari.experiments.studies.sensitivity import Finding, Sensitivity

_ENGLISH = Words("en")
_NAME, _CELLS = 31, (27, 31, 11)


def as_text(found: Sensitivity, words: Words = _ENGLISH) -> str:
    """What the command prints, at most 100 columns wide."""
    name = column_name(found.measure, words)
    if found.unit:
        name = words("common.in_brackets", text=name, more=found.unit)
    when = "last_month" if found.month is None else "month"
    head = words("sweeping.head", name=name, when=words(f"sweeping.{when}", month=found.month))
    blocks = [head, *(_block(found, finding, words) for finding in found.findings)]
    blocks.append("\n".join(wrapped(words(f"sweeping.means_{found.design}"))))
    return "\n\n".join(blocks)


def as_json(found: Sensitivity) -> dict[str, Any]:
    """The same as plain values; what is undefined is null."""
    told: dict[str, Any] = plain(
        {
            "design": found.design,
            "measure": found.measure,
            "unit": found.unit,
            "month": found.month,
            "replications": found.replications,
            "networks": found.networks,
            "blocks": found.blocks,
            "findings": [
                {
                    "firm": finding.firm,
                    "option": finding.option,
                    "levers": finding.levers,
                    "blocks": finding.blocks,
                    "effects": finding.ranked,
                    "variance": finding.components,
                }
                for finding in found.findings
            ],
            "notes": found.notes,
        }
    )
    return told


def _block(found: Sensitivity, finding: Finding, words: Words) -> str:
    whose = finding.firm if finding.firm is not None else words("comparing.market")
    under = "".join(f" · {path} = {value}" for path, value in finding.levers.items())
    blocks = {"used": finding.blocks, "count": found.blocks}
    counted = words(f"sweeping.blocks_{found.design}", **blocks)
    is_morris = found.design == "morris"
    names = ("mu*", "mu", "sigma") if is_morris else ("ST", "S1")
    lines = [cut_to(f"{whose}{under} · {counted}"), table_line("", names, _NAME, _CELLS)]
    lines += [table_line(e.factor, _cells(e), _NAME, _CELLS) for e in finding.ranked]
    if finding.components:
        heads = [words(f"sweeping.head_{name}") for name in ("share", "variance")]
        lines += ["", table_line(words("sweeping.variance"), heads, _NAME, _CELLS)]
        for part in finding.components:
            cells = (
                _between(part.share, part.share_low, part.share_high),
                _between(part.variance, part.low, part.high),
            )
            lines.append(table_line(words(f"sweeping.of_{part.part}"), cells, _NAME, _CELLS))
    return "\n".join(lines)


def _cells(effect: Effect) -> list[str]:
    if isinstance(effect, MorrisEffect):
        return [
            _between(effect.mu_star, effect.mu_star_low, effect.mu_star_high),
            _between(effect.mu, effect.mu_low, effect.mu_high),
            brief(effect.sigma),
        ]
    return [
        _between(effect.st, effect.st_low, effect.st_high),
        _between(effect.s1, effect.s1_low, effect.s1_high),
    ]


def _between(value: float, low: float, high: float) -> str:
    ends = "" if math.isnan(low) else f" [{brief(low)}, {brief(high)}]"
    return brief(value) + ends

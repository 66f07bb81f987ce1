"""Indices for the terminal and for programs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from experiments.studies.indices import Effect, MorrisEffect
from experiments.words.terminal import columns_of, cut_to, wrapped

if TYPE_CHECKING:
    from experiments.studies.indices import Component
    from experiments.studies.sensitivity import Finding, Sensitivity

_WIDTH = 100
_NAME = 30
_CELLS = (28, 31, 11)
_MEANING = {
    "morris": (
        "mu* is how much the outcome changes on average over the whole range of a factor, mu the "
        "same with its sign; a sigma of the size of mu* says that the effect is not the same "
        "everywhere."
    ),
    "sobol": (
        "S1 is the share of the outcome's variance that a factor explains alone, ST the share it "
        "has a part in; where ST is larger, the factor acts together with others."
    ),
}
_PARTS = {"parameters": "parameters", "network": "network drawn", "behaviour": "luck of behaviour"}


def as_text(found: Sensitivity) -> str:
    """What the command prints, at most 100 columns wide."""
    unit = f" ({found.unit})" if found.unit else ""
    when = "the last month of each run" if found.month is None else f"month {found.month}"
    head = f"{found.measure}{unit}, {when}; intervals of 95 %"
    blocks = [head, *(_block(found, finding) for finding in found.findings)]
    blocks.append("\n".join(wrapped(_MEANING[found.design], _WIDTH)))
    return "\n\n".join(blocks)


def as_json(found: Sensitivity) -> dict[str, Any]:
    """The same as plain values; what is undefined is null."""
    return {
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
                "levers": dict(finding.levers),
                "blocks": finding.blocks,
                "effects": [_plain(asdict(effect)) for effect in finding.ranked],
                "variance": [_plain(asdict(part)) for part in finding.components],
            }
            for finding in found.findings
        ],
        "notes": list(found.notes),
    }


def _block(found: Sensitivity, finding: Finding) -> str:
    whose = finding.firm if finding.firm is not None else "the market"
    under = "".join(f" · {path} = {value}" for path, value in finding.levers.items())
    counted = f"{finding.blocks} of {found.blocks} {found.block_words}"
    is_morris = found.design == "morris"
    names = ("mu*", "mu", "sigma") if is_morris else ("ST", "S1")
    lines = [cut_to(f"{whose}{under} · {counted}", _WIDTH), _row("", names)]
    lines += [_row(effect.factor, _cells(effect)) for effect in finding.ranked]
    if finding.components:
        lines += ["", _row("where the variance comes from", ("share", "variance"))]
        lines += [_row(_PARTS[part.part], _of_part(part)) for part in finding.components]
    return "\n".join(lines)


def _cells(effect: Effect) -> Sequence[str]:
    if isinstance(effect, MorrisEffect):
        return (
            _between(effect.mu_star, effect.mu_star_low, effect.mu_star_high),
            _between(effect.mu, effect.mu_low, effect.mu_high),
            _number(effect.sigma),
        )
    return (
        _between(effect.st, effect.st_low, effect.st_high),
        _between(effect.s1, effect.s1_low, effect.s1_high),
    )


def _of_part(part: Component) -> Sequence[str]:
    return (
        _between(part.share, part.share_low, part.share_high),
        _between(part.variance, part.low, part.high),
    )


def _between(value: float, low: float, high: float) -> str:
    ends = "" if math.isnan(low) else f" [{_number(low)}, {_number(high)}]"
    return _number(value) + ends


def _number(value: float) -> str:
    if math.isnan(value):
        return "–"
    return f"{value:.3g}".replace("-", "−") if value else "0"


def _row(name: str, cells: Sequence[str]) -> str:
    short = cut_to(name, _NAME)
    padded = short + " " * (_NAME - columns_of(short))
    return (
        padded + "".join(f"{cell:>{width}}" for cell, width in zip(cells, _CELLS, strict=False))
    ).rstrip()


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in values.items()
    }

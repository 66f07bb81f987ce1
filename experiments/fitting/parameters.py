"""What a fit may move, and what is believed of it before any data: the documented priors.

Every parameter is a number z that is standard normal before the data. It is told as a value of the
scenario: the schema's default times ``exp(spread·z)``, or plus ``spread·z``. So what the data leave
alone stays where the model's literature put it, as uncertain as is said here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tsunagari.sim.paths import path_of, text_of
from tsunagari.sim.schema.firms import FirmPlan, OperatingModel
from tsunagari.sim.schema.scenario import Keys


@dataclass(frozen=True)
class Parameter:
    """One of the numbers that a fit moves.

    Attributes:
        paths: Keys of the scenario that it moves together, each from its own default.
        spread: Standard deviation before the data, of the logarithm or of the number itself.
        is_factor: Whether it multiplies the defaults; otherwise it is added.
        low: Smallest value that the keys take.
        high: Largest.
    """

    paths: tuple[str, ...]
    spread: float
    is_factor: bool
    low: float = -math.inf
    high: float = math.inf

    @property
    def path(self) -> str:
        """The first of its keys, by which it is called."""
        return self.paths[0]

    def value(self, z: float, path: str | None = None) -> float:
        """The value of one of its keys, its first if none is named."""
        usual = default_of(path or self.path)
        moved = usual * math.exp(self.spread * z) if self.is_factor else usual + self.spread * z
        return min(self.high, max(self.low, moved))


def default_of(path: str) -> float:
    """A key's value where nothing is said of it; of a firm, that of no discipline."""
    head, *rest = path_of(path)
    if head == "firms":
        key = str(rest[-1])
        own = FirmPlan if key == "brand" else OperatingModel
        return float(own.model_fields[key].default)
    section, key = str(head), str(rest[0])
    return float(getattr(Keys.model_fields[section].default, key))


def _factor(*paths: str, spread: float, high: float = 50.0) -> Parameter:
    return Parameter(paths, spread, True, 0.0, high)


OF_THE_MARKET = (
    _factor("looking.base", spread=0.6, high=1.0),
    _factor("value.price_base", "value.price_slope", spread=0.5),
    _factor("judgement.level", spread=0.4, high=10.0),
    _factor("looking.satisfaction", spread=0.4, high=10.0),
    _factor("looking.stimulus", spread=0.6, high=10.0),
    _factor("zmot.advertising", spread=0.6, high=10.0),
    _factor("value.solution", spread=0.3),
    _factor("stickiness.obligation_strength", spread=0.5),
    _factor("zmot.friend", spread=0.5),
    _factor("value.taste", spread=0.4, high=9.0),
    Parameter(("zmot.recommendation_base",), 0.8, False, 0.0, 10.0),
)
"""Of the market: readiness to look, sensitivity to price, judging, advertising, word of mouth,
taste, and where the scale of recommendation begins."""
OF_A_FIRM = (("brand", 0.5, False, 20.0), ("integration", 0.8, True, 10.0),
             ("service", 0.5, False, 9.0), ("recommended", 0.3, False, 9.0))  # fmt: skip
"""Of every firm: ``brand`` moves whom it wins, ``integration`` whom it keeps, ``service`` how
content they are, ``recommended`` what they answer beyond that: NPS and staying go together loosely
from firm to firm (Morgan & Rego 2006; Keiningham et al. 2007)."""

COSTS = (("service_cost", 1.0, 10.0),)
"""Of every firm: what no table of a market tells, but what decisions hang on. Not moved by a fit;
drawn for every member, by key, spread of the logarithm and highest value."""


def costs_of(firms: Sequence[str]) -> tuple[Parameter, ...]:
    """What is drawn for members besides: costs, of which a market's months say nothing."""
    own = (
        _factor(text_of(("firms", firm, key)), spread=spread, high=high)
        for key, spread, high in COSTS
        for firm in firms
    )
    of_all = (
        _factor("finance.attention_cost", spread=0.5),
        _factor("finance.advertising_cost", spread=0.8),
    )
    return (*of_all, *own)


def parameters_of(firms: Sequence[str]) -> tuple[Parameter, ...]:
    """All that a fit of a market of these firms moves: of the market, then key by key of firms."""
    own = (
        Parameter((text_of(("firms", firm, key)),), spread, factor, 0.0 if factor else -high, high)
        for key, spread, factor, high in OF_A_FIRM
        for firm in firms
    )
    return (*OF_THE_MARKET, *own)


def values_of(parameters: Sequence[Parameter], z: np.ndarray) -> Mapping[str, Any]:
    """Value by path of the scenario, at a point float64[parameters]."""
    return {
        path: parameter.value(float(at), path)
        for parameter, at in zip(parameters, z, strict=True)
        for path in parameter.paths
    }

"""Kinds of entrants, in words and in numbers: where they are cheaper, and what they lack.

The numbers are assumptions of this program, made to be argued with: ratios to the market that is
entered, not measurements of anybody. What each rests on stands beside it. How well liked an entrant
is cannot be known before; it is drawn anew for every member of an ensemble (:data:`UNKNOWN`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

UNKNOWN = 0.5
"""Standard deviation, in utility, of how much better or worse an entrant is liked than is said:
that which a fit has for the firms of a market before any data."""


@dataclass(frozen=True)
class Archetype:
    """A kind of entrant.

    Attributes:
        asks: Its price, as a part of the mean price of the market that it enters.
        brand: How it is liked, in utility, against the firms there (on average 0).
        keys: Keys of the firm that differ from those of no discipline.
    """

    asks: float
    brand: float
    keys: Mapping[str, Any] = field(default_factory=dict)


ARCHETYPES: Mapping[str, Archetype] = {
    # Buys capacity wholesale and sells without shops and service: mobile virtual operators, fuel
    # and insurance sold by discounters. Known by advertising only.
    "no-frills-reseller": Archetype(
        0.70, -0.5,
        {"contract": 0, "attention": 0.1, "service": -0.2, "integration": 0.2, "reach": 0.6},
    ),
    # Next to no cost of a further user, better the more use it (Rochet & Tirole 2003).
    "platform": Archetype(
        0.80, -0.5,
        {"contract": 0, "attention": 0.05, "marginal_cost": 0.5, "complements": 0.8,
         "integration": 0.3, "reach": 0.6},
    ),
    # Sells what is sold here together with something else that its customers have already.
    "bundle-rival": Archetype(
        0.90, 0.0, {"contract": 24, "wallet_breadth": 0.2, "integration": 1.0, "reach": 0.8}
    ),
    # One more of those who are there: the same prices, known to everybody at once.
    "incumbent": Archetype(1.00, 0.0, {"contract": 24}),
    # Known to few, near to those.
    "regional": Archetype(1.00, 0.3, {"attention": 0.7, "reach": 0.2}),
}  # fmt: skip

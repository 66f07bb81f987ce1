"""A market that nobody has tuned, for claims that must hold in more than the default market.

Its values were chosen once, to be unlike the calibrated defaults in what matters to the claims:
customers, network, contracts, firms, tastes and luck. They were not changed to suit any claim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.scenario import Scenario

SEGMENTS: list[dict[str, Any]] = [
    {"name": "routine", "share": 0.55, "cost": 2.0, "product": 0.5, "wallet": 0.8},
    {
        "name": "demanding",
        "share": 0.45,
        "product": 1.5,
        "solution": 2.0,
        "wallet": 1.3,
        "need": 0.3,
        "need_spread": 0.8,
    },
]
FIRMS: list[dict[str, Any]] = [
    {"name": "Frugal", "discipline": "operational-excellence", "contract": 6},
    {"name": "Pioneer", "discipline": "product-leadership", "contract": 24},
    {"name": "Adviser", "discipline": "customer-intimacy", "contract": 6, "capacity": 0.3},
    {"name": "Middling", "discipline": "none", "contract": 12, "position": 0.3},
    {"name": "Usual", "discipline": "none", "contract": 6, "position": 0.6},
]
"""One of each discipline, and two in the middle."""

VALUES: dict[str, Any] = {
    "segments": SEGMENTS,
    "firms": FIRMS,
    "network.kind": "random",
    "network.neighbours": 16,
    "network.homophily": 0.4,
    "zmot.connectivity": 1.6,
    "value.taste": 0.7,
    "value.noise": 0.7,
    "looking.base": 0.06,
    "market.wallet_spread": 0.8,
    "market.exit": 0.004,
}


def another_market(people: int, months: int) -> Scenario:
    """The untuned market, of a size and a length."""
    from sim.scenario import Scenario

    size = {"market.customers": people, "market.months": months}
    return Scenario().with_values({**VALUES, **size})


def default_market(people: int, months: int) -> Scenario:
    """The calibrated defaults, of a size and a length."""
    from sim.scenario import Scenario

    return Scenario().with_values({"market.customers": people, "market.months": months})

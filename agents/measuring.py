"""How a firm measures itself by its customers, and what that does to its budgets.

Measures alone move nothing: budgets move by signal × purpose × use. The three multiply, so any of
them at 0 leaves budgets where the discipline puts them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from agents.chance import absorbed, decision_word, normal, word_of
from agents.customer_data import data_quality

if TYPE_CHECKING:
    from agents.conditions import Conditions
    from agents.firm import Firm

MEASURING = word_of("measuring")
MOST_SIGNAL = 2.0
"""Largest signal on either side: no budget changes by more than a factor of ``e^2``."""


def signals(firm: Firm, conditions: Conditions) -> dict[str, float]:
    """How much more a firm ought to spend on each capability, as it measures it this month.

    ``signal_d = 3·w_d·(market's mean_d − own_d) + error·N(0, 1)``, within ±2; ``w_d`` is the mean
    weight that the firm's own customers put on cost, product or solution, a third if they put equal
    weight on all. Below 0 it is ahead of its market. Without customers there is nothing to measure.

    Args:
        firm: The firm that measures.
        conditions: What it knows of its market.

    Returns:
        The signal by capability; empty without customers.
    """
    chance = absorbed(decision_word(firm.model.seed_word, MEASURING, conditions.month), firm.word)
    error = standard_error(conditions.technology.measurement_noise, data_quality(firm, conditions))
    measured = {}
    for name, weight in firm.standing.valued.items():
        behind = 3.0 * weight * (conditions.means[name] - firm.capabilities[name])
        noisy = behind + error * normal(absorbed(chance, word_of(name)))
        measured[name] = min(MOST_SIGNAL, max(-MOST_SIGNAL, noisy))
    return measured


def standard_error(noise: float, data_quality: float) -> float:
    """Error of a measurement, in capability: ``2·noise/(1 + quality of data)``.

    ``noise`` with data of the usual quality, twice as much without any, none with perfect data.
    """
    return 2.0 * noise / (1.0 + data_quality)


def tilted(
    spread: dict[str, float], measured: dict[str, float], strength: float
) -> dict[str, float]:
    """A spread moved by what was measured: ``part_d·exp(strength·signal_d)``, to a sum of 1.

    Args:
        spread: Parts of the budget as the discipline has them; they sum to 1.
        measured: Signal by capability (:func:`signals`).
        strength: Purpose × use, in [0, 1].
    """
    if strength <= 0.0 or not measured:
        return spread
    parts = {name: part * math.exp(strength * measured[name]) for name, part in spread.items()}
    total = sum(parts.values())
    return {name: part / total for name, part in parts.items()} if total > 0.0 else spread

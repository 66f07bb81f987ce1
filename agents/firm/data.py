"""A firm's data on its customers: how many, how good, and what it measures itself by with them.

Measures alone move nothing: budgets move by signal × purpose × use. The three multiply, so any of
them at 0 leaves budgets where the discipline puts them.
"""

from __future__ import annotations

import math

from agents.chance import absorbed, normal, word_of
from agents.firm.books import Conditions
from agents.firm.state import State, firm_word

MEASURING = word_of("measuring")
MOST_SIGNAL = 2.0
"""Largest signal on either side: no budget changes by more than a factor of ``e^2``."""


def data_quality(firm: State, conditions: Conditions) -> float:
    """How fast contact becomes knowledge, with all that a firm has made of its data."""
    terms, technology = firm.terms, conditions.technology
    quality = usable(
        terms.data_quality,
        firm.data,
        technology.data_worth,
        technology.data_clutter,
        terms.governance,
    )
    return quality * shared(terms.learning, firm.customers / conditions.reference_people)


def gathered(before: float, rate: float, contact: float) -> float:
    """Quantity of data a month later, in [0, 1]: ``Q += min(1, rate·contact)·(1 − Q)``.

    Args:
        before: Quantity so far; 1 is all there can be.
        rate: Part of what is missing that a reference firm in full contact gathers, per month.
        contact: Customers times contact with each, in reference firms in full contact.
    """
    return before + min(1.0, rate * contact) * (1.0 - before)


def usable(own: float, quantity: float, worth: float, clutter: float, governance: float) -> float:
    """Quality of data: ``own·(1 + worth·Q)·(1 − clutter·Q·(1 − governance))``.

    More data tell more, but records that nobody keeps in order go wrong as fast as they come
    (Redman 1998); governance keeps what quantity would cost.

    Args:
        own: The firm's own quality of data, 1 is usual.
        quantity: Quantity of data, in [0, 1].
        worth: How much better all data there can be make them.
        clutter: Part lost again without governance, in [0, 1].
        governance: How far data are kept in order, in [0, 1].
    """
    return own * (1.0 + worth * quantity) * (1.0 - clutter * quantity * (1.0 - governance))


def shared(learning: float, customers: float) -> float:
    """Factor on the quality of data from best practice: ``1 + learning·ln(1 + customers)``.

    What is learned with one account helps with the next, ever less so: teams that tell each other
    (Argote & Epple 1990).

    Args:
        learning: How far accounts learn from each other.
        customers: Customers, in those of a reference firm.
    """
    return 1.0 + learning * math.log1p(customers)


def signals(firm: State, conditions: Conditions) -> dict[str, float]:
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
    chance = firm_word(firm, MEASURING, conditions.month)
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

"""A firm's data on its customers: how many there are, and how good they are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.conditions import Conditions
    from agents.firm import Firm


def data_quality(firm: Firm, conditions: Conditions) -> float:
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

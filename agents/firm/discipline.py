"""Value disciplines: operating models in code.

A discipline decides, month after month, how a firm spends, prices, launches and whom it takes. Its
numbers are the firm's own (``firm.terms``, from the scenario); the methods here only use them, and
no discipline is given anything that another is not. Treacy & Wiersema (1995) name the three.

A discipline of one's own is a subclass, named in a scenario as ``discipline: my_module:MyClass``.
"""

from __future__ import annotations

from typing import Any, ClassVar

from tsunagari.agents.firm.books import CAPABILITIES, Conditions


class Discipline:
    """No discipline in particular: an even spread, judged by par in everything.

    Its methods are handed the :class:`~tsunagari.agents.firm.firm.Firm` that decides, and what it
    knows.

    Attributes:
        name: As in the ``discipline`` column of the tables.
        leads: Capabilities in which the firm sets the standard; par is asked of it in the others.
    """

    name: ClassVar[str] = "none"
    leads: ClassVar[tuple[str, ...]] = ()

    def spread(self, firm: Any, conditions: Conditions) -> dict[str, float]:
        """How this month's investment is spread over the capabilities; the parts sum to 1."""
        parts = {name: getattr(firm.terms, name) for name in CAPABILITIES}
        total = sum(parts.values())
        if total <= 0.0:
            return dict.fromkeys(CAPABILITIES, 0.0)
        return {name: part / total for name, part in parts.items()}

    def asking_price(self, firm: Any, conditions: Conditions) -> float:
        """Price asked for one unit, before the scenario's own factor on it."""
        premium = 1.0 + firm.terms.launch_premium * firm.novelty
        return firm.full_cost(conditions) * (1.0 + firm.own_markup) * premium

    def launches(self, firm: Any, conditions: Conditions, luck: float) -> bool:
        """Whether a new product comes out this month; ``luck`` is uniform in (0, 1)."""
        return luck < firm.terms.launch_rate

    def acceptance(self, firm: Any, conditions: Conditions) -> float:
        """Probability that somebody new is taken on.

        It falls evenly from 1 to 0 over the last twentieth of capacity: a door that shut at once
        would open and close in turns.
        """
        if firm.terms.capacity >= 1.0:
            return 1.0
        room = firm.terms.capacity * conditions.people
        return min(1.0, max(0.0, (room - firm.customers) / (0.05 * room)))


class OperationalExcellence(Discipline):
    """Leads in total cost: process, price, handling time."""

    name = "operational-excellence"
    leads = ("operations",)


class ProductLeadership(Discipline):
    """Leads in product: launches in irregular jumps."""

    name = "product-leadership"
    leads = ("innovation",)


class CustomerIntimacy(Discipline):
    """Leads in solution: knows its customers, and takes those it can serve."""

    name = "customer-intimacy"
    leads = ("intimacy",)


class Disruptor(Discipline):
    """A new technology with a cost structure of its own; par is asked of it as of anybody else."""

    name = "disruptor"
    leads = ("operations",)


DISCIPLINES: dict[str, type[Discipline]] = {
    kind.name: kind
    for kind in (
        Discipline,
        OperationalExcellence,
        ProductLeadership,
        CustomerIntimacy,
        Disruptor,
    )
}

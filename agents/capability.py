"""How a firm's capabilities grow: by budgets, by a culture, by what it sees in rivals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.measuring import tilted

if TYPE_CHECKING:
    from agents.conditions import Conditions
    from agents.firm import Firm


def gains(firm: Firm, conditions: Conditions, revenue: float) -> dict[str, float]:
    """Capability gained by a month's budgets: ``η·culture·(budget/reference)^θ``.

    ``culture`` is the firm's own factor times ``1 + worth·grown`` (:func:`cultivated`). Budgets
    follow the discipline's spread, tilted by what the firm measured and makes use of.
    """
    technology = conditions.technology
    spread = tilted(
        firm.discipline.spread(firm, conditions),
        firm.measured,
        firm.terms.purpose * firm.terms.use,
    )
    intensity = firm.terms.investment / technology.reference_investment
    size = (revenue / conditions.reference_revenue) ** technology.scale if revenue > 0 else 0.0
    focus = 1.5 * (max(spread.values()) - 1.0 / 3.0)
    bonus = 1.0 + technology.alignment * max(0.0, focus)
    return {
        name: technology.gain
        * firm.terms.culture
        * (1.0 + technology.culture_worth * firm.culture)
        * bonus
        * (3.0 * part * intensity * size) ** technology.returns
        for name, part in spread.items()
    }


def cultivated(grown: float, purpose: float, rate: float, is_steady: bool) -> float:
    """A culture a month later, in [0, 1]: ``c += rate·(purpose − c)`` while the course is steady.

    It takes a decade at a rate of 1 % a month, and is gone when purpose or discipline changes.
    That a shared purpose, held for long, raises what a firm can do is the claim of Collins & Porras
    (1994); what it is worth is not settled, so it is nothing by default.
    """
    return grown + rate * (purpose - grown) if is_steady else 0.0


def imitated(firm: Firm, conditions: Conditions) -> dict[str, float]:
    """Capability gained by imitation: ``reaction·part_d·(best visible rival − own)⁺``.

    Costs and handling time come with operations, solutions with intimacy; products are imitated
    whether firms react or not (:meth:`agents.firm.Firm.plan`). What is learned in one firm spills
    over to others (Griliches 1992); the part is a setting.
    """
    technology = conditions.technology
    parts = {
        "operations": technology.reaction * technology.cost_imitation,
        "intimacy": technology.reaction * technology.solution_imitation,
    }
    return {
        name: part * conditions.gap(firm.name, name, firm.capabilities[name])
        for name, part in parts.items()
    }


def lent(firm: Firm, conditions: Conditions, capability: str) -> float:
    """A capability with what partners lend: ``own + partners·(best visible − own)⁺``.

    Only for capabilities in which the firm does not lead: it borrows what it needs for par and
    keeps what sets it apart (hollow delivery, Treacy & Wiersema 1995).
    """
    own = firm.capabilities[capability]
    return own + firm.terms.partners * conditions.gap(firm.name, capability, own)

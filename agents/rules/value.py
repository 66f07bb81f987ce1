"""What an offer is worth to a customer, and what is lived.

Utility units throughout: the scale of the Gumbel term of the choice is 1.
"""

from __future__ import annotations

import math

from tsunagari.agents.compiled import rule


@rule
def price_sensitivity(weight_cost: float, base: float, slope: float) -> float:
    """Utility lost per log point of price: ``β_i = β₀ + β₁·w_cost``.

    The base is above zero so that stickiness has a price for everybody.
    """
    return base + slope * weight_cost


@rule
def felt_price(log_price: float, curvature: float) -> float:
    """What a price weighs: ``f(p) = (p^c − 1)/c`` (Box & Cox 1964), ``ln p`` where c is 0.

    ``c = 1 − η`` with the elasticity η of what is bought: then demand is that of one consistent
    utility (:func:`bought`), and dear prices weigh more than their logarithm.
    """
    if curvature == 0.0:
        return log_price
    return math.expm1(curvature * log_price) / curvature


@rule
def bought(log_price: float, elasticity: float) -> float:
    """Units bought at a price, of those bought at price 1: ``p^(−η)``.

    By Roy's identity the demand of whoever weighs a price as :func:`felt_price`, whose slope it is
    (Dubin & McFadden 1984).
    """
    return math.exp(-elasticity * log_price)


@rule
def ring_distance(one: float, other: float) -> float:
    """Distance of two positions on a ring of circumference 1: between 0 and ½.

    A ring has no middle, so no position is favoured before the market begins.
    """
    apart = abs(one - other)
    return min(apart, 1.0 - apart)


@rule
def fit(distance: float, knowledge: float, authority: float, breadth: float) -> float:
    """How well an offer suits a need, in (0, 1]: ``exp(−½·(d·(1 − a·k)/b)²)``.

    Tailoring closes part of the distance: knowledge of the customer (0–1) in the hands of staff
    with authority (0–1) to act on it.
    """
    remaining = distance * (1.0 - authority * knowledge) / breadth
    return math.exp(-0.5 * remaining * remaining)


@rule
def helped(competence: float, independence: float, renewal: float) -> float:
    """Part of a solution that still helps, in [0, 1].

    Customers become able to do the old things themselves (competence × independence); a firm that
    opens new areas (renewal, 0–1) stays of use.
    """
    return 1.0 - independence * competence * (1.0 - renewal)


@rule
def solution_quality(
    weight: float, worth: float, knowledge: float, solution: float, fitted: float, help_left: float
) -> float:
    """Quality of the solution: ``w_sol·b·knowledge·solution·fit·helped``."""
    return weight * worth * knowledge * solution * fitted * help_left


@rule
def created_together(effort: float, competence: float, attention: float) -> float:
    """Factor on a solution of what its customer does for it: ``1 + e·competence·attention``.

    Customers create value with the firm, not after it (Vargo & Lusch 2004). What they bring is
    their own ability (Bendapudi & Leone 2003), and it counts as far as somebody of the firm is
    there to work with (Chan, Yim & Lam 2010).
    """
    return 1.0 + effort * competence * attention


@rule
def quality(weight_product: float, product_value: float, product: float, solved: float) -> float:
    """Experienced quality ``Q = w_prod·a·product + Q_sol`` (:func:`solution_quality`)."""
    return weight_product * product_value * product + solved


@rule
def delivered(experienced: float, service: float) -> float:
    """Quality with the service beyond what was asked: what people tell of a firm, and hear."""
    return experienced + service


@rule
def offer_value(
    sensitivity: float,
    felt: float,
    time_weight: float,
    log_time: float,
    experienced: float,
) -> float:
    """Value of an offer ``V = −β·f(price) − τ·ln time + Q`` (:func:`felt_price`)."""
    return experienced - sensitivity * felt - time_weight * log_time


@rule
def outcome(value: float, service: float, noise: float, luck: float) -> float:
    """What this month brought: ``x = V + service + σ·ε``, ε standard normal."""
    return value + service + noise * luck


@rule
def channel_noise(noise: float, inconsistency: float) -> float:
    """Spread of outcomes: ``σ·(1 + inconsistency)``; channels that disagree add luck."""
    return noise * (1.0 + inconsistency)


@rule
def unsettled(strength: float, launched: float, weight_product: float) -> float:
    """Outcome lost to a launch by those who did not wait for it: ``u·(1 − w_prod)`` that month."""
    return strength * launched * (1.0 - weight_product)


@rule
def service_value(service: float, foresight: float, knowledge: float) -> float:
    """Outcome to be expected beyond what was asked: ``service + foresight·knowledge``.

    What is foreseen hits as often as the firm knows the customer.
    """
    return service + foresight * knowledge


@rule
def refund_value(slope: float, guarantee: float, curvature: float) -> float:
    """Utility of getting a part of the bill back: ``β·(f(p) − f(p·(1 − guarantee)))``.

    ``slope`` is ``β·p^c``, the utility of a log point of the price as it stands.
    """
    return -slope * felt_price(math.log(1.0 - guarantee), curvature)


@rule
def gain_paid(share: float, lived: float, usual: float) -> float:
    """Utility paid for a gain: a share of what was lived above what the market gives."""
    return share * max(0.0, lived - usual)


@rule
def settlement(paid: float, slope: float, refunded: float) -> float:
    """What is settled after the month, as a part of the bill: ``gain/(β·p^c) − refund``."""
    return paid / slope - refunded


@rule
def outside_value(
    base: float, competence: float, worth: float, connectivity: float, worth_connected: float
) -> float:
    """Utility of doing without a provider, which the competent and connected can do better.

    ``outside + competence·(c₀ + c₁·ln connectivity)``: who can produce for oneself needs both the
    skill and the sources (Toffler 1980).
    """
    return base + (worth * competence + worth_connected * competence * math.log(connectivity))


@rule
def success_density(expected: float, need: float, noise: float) -> float:
    """How fast the probability of success rises with what is expected: ``φ((V − need)/σ)/σ``."""
    apart = (need - expected) / noise
    return 0.3989422804014327 * math.exp(-0.5 * apart * apart) / noise


@rule
def either(one: float, other: float) -> float:
    """Utility of having a choice of two, over the luck of it: ``ln(e^a + e^b)``.

    The expected maximum of utilities with Gumbel luck, up to a constant (Small & Rosen 1981; Train
    2009, chapter 3).
    """
    return max(one, other) + math.log1p(math.exp(-abs(one - other)))


@rule
def worth_in_money(utility: float, sensitivity: float, spent: float) -> float:
    """Money a month that makes up for a loss of utility: ``utility·spent/β``.

    ``spent`` is what the customer spends a month at price 1. By Roy's identity the marginal utility
    of money is ``β/spent``, whatever the price, where units bought and the weight of a price are
    one demand; so the compensating and the equivalent variation are the same.
    """
    return utility * spent / sensitivity


@rule
def success_probability(expected: float, need: float, noise: float) -> float:
    """Probability that the outcome meets the need: ``Φ((V − need)/σ)``."""
    return 0.5 * math.erfc((need - expected) / (noise * 1.4142135623730951))

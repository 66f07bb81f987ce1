"""How a firm grows: its data on customers, what it can do, and its product.

With its data, which are so many and so good, it measures itself; it can do more by budgets, rivals
and trials, and its product grows by launches.

Measures alone move nothing: budgets move by signal × purpose × use. The three multiply, so any of
them at 0 leaves budgets where the discipline puts them.
"""

from __future__ import annotations

import math

import numpy as np

from tsunagari.agents.chance import absorbed, normals, uniform, word_of
from tsunagari.agents.firm.books import CAPABILITIES, Conditions
from tsunagari.agents.firm.state import State, firm_word

MEASURING = word_of("measuring")
_WORDS = np.array([word_of(name) for name in CAPABILITIES], np.uint64)
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
    quality *= firm.direct  # what intermediaries learn of customers they keep
    return quality * shared(terms.learning, firm.customers / conditions.reference_people)


def followed(before: float, users: float, months: float) -> float:
    """Complementors a month later, of all whom everybody as users would draw: ``C += (u − C)/m``.

    They come where users are, with a lag, and users come where they are (Rochet & Tirole 2003).

    Args:
        before: Complementors so far.
        users: Share of all people who are users.
        months: Mean time until they follow.
    """
    return before + (users - before) / months


def complemented(product: float, worth: float, complementors: float) -> float:
    """Level of a product with what complementors add to it: ``product·(1 + worth·C)``."""
    return product * (1.0 + worth * complementors)


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
    valued = firm.standing.valued
    if not valued:
        return {}
    found = np.empty(len(CAPABILITIES))
    normals(np.uint64(firm_word(firm, MEASURING, conditions.month)), _WORDS, found)
    error = standard_error(conditions.technology.measurement_noise, data_quality(firm, conditions))
    measured = {}
    for name, luck in zip(CAPABILITIES, found.tolist(), strict=True):
        behind = 3.0 * valued[name] * (conditions.means[name] - firm.capabilities[name])
        measured[name] = min(MOST_SIGNAL, max(-MOST_SIGNAL, behind + error * luck))
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


# -- capabilities and product ----------------------------------------------------------------------

LAUNCH = word_of("launch")
LAUNCH_SIZE = word_of("launch size")
TRIAL = word_of("trial")
TRIAL_COUNT = word_of("number of trials")
TRIAL_PLACE = word_of("what a trial changes")
TRIAL_HARM = word_of("harm of a trial")
TRIAL_SIZE = word_of("size of a trial")
USUAL_DRIFT = 0.02
"""Drift of the frontier, per month, at which a good trial is worth its size."""


def gains(firm: State, conditions: Conditions, revenue: float) -> dict[str, float]:
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


def imitated(firm: State, conditions: Conditions) -> dict[str, float]:
    """Capability gained by imitation: ``reaction·part_d·(best visible rival − own)⁺``.

    Costs and handling time come with operations, solutions with intimacy; products are imitated
    whether firms react or not (:func:`develop`). What is learned in one firm spills over to others
    (Griliches 1992); the part is a setting.
    """
    technology = conditions.technology
    parts = {
        "operations": firm.terms.reaction * technology.cost_imitation,
        "intimacy": firm.terms.reaction * technology.solution_imitation,
    }
    return {
        name: part and part * conditions.gap(firm.name, name, firm.capabilities[name])
        for name, part in parts.items()
    }


def lent(firm: State, conditions: Conditions, capability: str) -> float:
    """A capability with what partners lend: ``own + partners·(best visible − own)⁺``.

    Only for capabilities in which the firm does not lead: it borrows what it needs for par and
    keeps what sets it apart (hollow delivery, Treacy & Wiersema 1995).
    """
    own = firm.capabilities[capability]
    if firm.terms.partners == 0.0:
        return own
    return own + firm.terms.partners * conditions.gap(firm.name, capability, own)


def trial_count(wanted: float, luck: float) -> int:
    """Trials of a month: the whole number in ``wanted``, one more with the rest as probability."""
    whole = math.floor(wanted)
    return whole + (luck < wanted - whole)


def trial_worth(size: float, is_harmful: bool, drift: float) -> float:
    """What a trial adds to a capability: ``size·drift/0.02`` if it is good, else ``−size/2``.

    A try is worth more where the frontier moves fast and nobody knows the way yet (exploration
    against exploitation, March 1991); of what does harm, half is noticed and undone.
    """
    return -0.5 * size if is_harmful else size * drift / USUAL_DRIFT


def trials(firm: State, conditions: Conditions) -> list[tuple[str, float]]:
    """The trials of a firm in a month: the capability that each changes, and by how much.

    Sizes are exponential with mean ``technology.trial_size``: most change little.
    """
    if firm.terms.experiments == 0.0:
        return []
    technology = conditions.technology
    month = conditions.month
    count = trial_count(firm.terms.experiments, uniform(firm_word(firm, TRIAL_COUNT, month)))
    made = []
    for number in range(count):
        word = absorbed(firm_word(firm, TRIAL, month), number)
        place = int(uniform(absorbed(word, TRIAL_PLACE)) * len(CAPABILITIES))
        size = -technology.trial_size * math.log(uniform(absorbed(word, TRIAL_SIZE)))
        is_harmful = uniform(absorbed(word, TRIAL_HARM)) < technology.trial_harm
        made.append((CAPABILITIES[place], trial_worth(size, is_harmful, technology.drift)))
    return made


def develop(firm: State, conditions: Conditions) -> None:
    """Bring a firm's product forward by a month.

    Steadily, ``product += improvement·(innovation − product)``, or by launches, which may go beyond
    innovation. Then a part ``technology.imitation`` of the gap to the best product seen is closed.
    """
    technology = conditions.technology
    innovation = firm.capabilities["innovation"]
    firm.novelty *= 1.0 - technology.novelty_fading
    firm.launched = False
    firm.product *= 1.0 - (technology.drift if firm.terms.launch_rate > 0 else 0.0)
    luck = uniform(firm_word(firm, LAUNCH, conditions.month))
    if firm.forced_launch > 0.0 or firm.discipline.launches(firm, conditions, luck):
        jump = uniform(firm_word(firm, LAUNCH_SIZE, conditions.month)) * firm.terms.launch_size
        launched = innovation * (1.0 + jump) + firm.forced_launch
        firm.product = max(firm.product, launched)
        firm.novelty = 1.0
        firm.launched = True
        firm.forced_launch = 0.0
    elif firm.terms.launch_rate <= 0.0:
        firm.product += technology.improvement * (innovation - firm.product)
    rivals = (level for name, level in conditions.products.items() if name != firm.name)
    gap = max(0.0, max(rivals, default=0.0) - firm.product)
    firm.product += technology.imitation * gap

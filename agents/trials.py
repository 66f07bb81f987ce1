"""Experiments: everybody in a firm may try something, and some of it does harm."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from agents.chance import absorbed, decision_word, uniform, word_of
from agents.compiled import Word
from agents.discipline import CAPABILITIES

if TYPE_CHECKING:
    from agents.conditions import Conditions
    from agents.firm import Firm

TRIAL = word_of("trial")
TRIAL_COUNT = word_of("number of trials")
TRIAL_PLACE = word_of("what a trial changes")
TRIAL_HARM = word_of("harm of a trial")
TRIAL_SIZE = word_of("size of a trial")
USUAL_DRIFT = 0.02
"""Drift of the frontier, per month, at which a good trial is worth its size."""


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


def trials(firm: Firm, conditions: Conditions) -> list[tuple[str, float]]:
    """The trials of a firm in a month: the capability that each changes, and by how much.

    Sizes are exponential with mean ``technology.trial_size``: most change little.
    """
    technology = conditions.technology
    count = trial_count(firm.terms.experiments, uniform(_word(firm, conditions, TRIAL_COUNT)))
    made = []
    for number in range(count):
        word = absorbed(_word(firm, conditions, TRIAL), number)
        place = int(uniform(absorbed(word, TRIAL_PLACE)) * len(CAPABILITIES))
        size = -technology.trial_size * math.log(uniform(absorbed(word, TRIAL_SIZE)))
        is_harmful = uniform(absorbed(word, TRIAL_HARM)) < technology.trial_harm
        made.append((CAPABILITIES[place], trial_worth(size, is_harmful, technology.drift)))
    return made


def _word(firm: Firm, conditions: Conditions, decision: Word) -> Word:
    chance = decision_word(firm.model.seed_word, decision, conditions.month)
    return absorbed(chance, firm.word)

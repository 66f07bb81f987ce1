"""Why customers stay, in closed form: the chance of choosing the provider with each hold on or off.

Only the luck of the choice is averaged out (a logit over what this month's search would find); all
else is as it stands: states, offers, reviews read, who is admitted.
"""

from __future__ import annotations

import math

import numpy as np

from agents.chance import decision_word
from agents.columns import CONTRACT_LEFT, INDEBTEDNESS, LIKING, PROVIDER, SWITCHING_COST
from agents.compiled import row_kernel, rule
from agents.offer import HOLDS
from agents.phases.choose import (
    ADMISSION,
    CONSIDERED,
    READING,
    UTILITY,
    incumbency,
    outside_utility,
    weigh_up,
)
from agents.phases.common import obligation_weight, switching_weight
from agents.phases.look import looking_of
from agents.rules.looking import buys_anew
from agents.rules.stickiness import obligation

CHOICE_HOLDS = HOLDS[:-1]
"""The holds that act on the choice; inattention acts before it."""
COALITIONS = 2 ** len(CHOICE_HOLDS)
"""Ways of switching them on and off; in the number of one, bit k is 1 if the k-th hold is on."""


@rule
def logit_weight(utility: float, highest: float) -> float:
    """Weight of an option in a logit choice, against the best of them."""
    return math.exp(utility - highest)


@row_kernel
def stay(
    rows, month, seed, state, marks, face, starts, friends, ties, crowd, posts, offers, p,
    beliefs, pull, flags, staying, looking,
):  # fmt: skip
    """Fill ``staying`` (float64[rows, COALITIONS]) and ``looking`` (float64[rows]).

    ``staying`` is the probability that the row would choose its provider if it looked around this
    month, ``looking`` the probability that it does. Rows must have a provider, and must have gone
    through the month as far as looking around.
    """
    admission = decision_word(seed, ADMISSION, month)
    reading = decision_word(seed, READING, month)
    for k in range(rows.shape[0]):
        i = rows[k]
        provider = marks[PROVIDER, i]
        looking[k] = looking_of(
            i, offers[provider], state, marks, p, p.zmot_connectivity,
            p.looking_connectivity_power, p.looking_friends_left,
        )  # fmt: skip
        if buys_anew(marks[CONTRACT_LEFT, i], offers[provider].contract, offers[provider].renews):
            looking[k] = 1.0
        for coalition in range(COALITIONS):
            # Bits 1 and 2 add to the provider's utility only: one search serves all four.
            if coalition & 6 != 0:
                continue
            location, success = float(coalition & 1), float((coalition >> 3) & 1)
            knowledge, experience = float((coalition >> 4) & 1), float((coalition >> 5) & 1)
            weigh_up(
                i, provider, location, success, knowledge, experience, admission, reading, seed,
                state, marks, face, starts, friends, ties, crowd, posts, offers, p, beliefs, pull,
                flags,
            )  # fmt: skip
            outside = outside_utility(i, state, p)
            bare = beliefs[UTILITY, provider]
            rival = outside
            for g in range(offers.shape[0]):
                if flags[CONSIDERED, g] and g != provider:
                    rival = max(rival, beliefs[UTILITY, g])
            for further in range(4):
                own = bare + incumbency(
                    state[SWITCHING_COST, i],
                    switching_weight(float(further & 1), p),
                    obligation(state[LIKING, i], state[INDEBTEDNESS, i]),
                    obligation_weight(float(further >> 1), p),
                )
                highest = max(own, rival)
                others = logit_weight(outside, highest)
                for g in range(offers.shape[0]):
                    if flags[CONSIDERED, g] and g != provider:
                        others += logit_weight(beliefs[UTILITY, g], highest)
                mine = logit_weight(own, highest)
                staying[k, coalition | further << 1] = mine / (mine + others)


def answers(rows):
    """Empty arrays for so many rows: ``staying`` and ``looking``."""
    return np.empty((rows, COALITIONS)), np.empty(rows)

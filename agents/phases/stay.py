"""Why customers stay, in closed form: the chance of choosing the provider with each hold on or off.

Only the luck of the choice is averaged out (a logit over what this month's search would find); all
else is as it stands: states, offers, reviews read, who is admitted.
"""

from __future__ import annotations

import math

import numpy as np

from agents.compiled import part, row_kernel
from agents.firm.offer import HOLDS
from agents.phases.choose import incumbency_of, outside_utility
from agents.phases.look import looking_of
from agents.phases.search import Held, weigh_up
from agents.row import Row, fixed
from agents.rules.looking import buys_anew

CHOICE_HOLDS = HOLDS[:-1]
"""The holds that act on the choice; inattention acts before it."""
COALITIONS = 2 ** len(CHOICE_HOLDS)
"""Ways of switching them on and off; in the number of one, bit k is 1 if the k-th hold is on."""


@part
def held_in(coalition):
    """The holds of a coalition."""
    return Held(
        float(coalition & 1),
        float((coalition >> 1) & 1),
        float((coalition >> 2) & 1),
        float((coalition >> 3) & 1),
        float((coalition >> 4) & 1),
        float((coalition >> 5) & 1),
    )


@part
def staying_of(c, held, month, findings):
    """Probability of choosing the provider among the findings."""
    outside = outside_utility(c, month.p)
    own = findings[c.provider].utility + incumbency_of(c, held, month.p)
    highest = max(own, outside)  # against the best, so that no exponential is too large
    for g in range(len(month.offers)):
        if findings[g].considered == 1 and g != c.provider:
            highest = max(highest, findings[g].utility)
    others = math.exp(outside - highest)
    for g in range(len(month.offers)):
        if findings[g].considered == 1 and g != c.provider:
            others += math.exp(findings[g].utility - highest)
    mine = math.exp(own - highest)
    return mine / (mine + others)


@row_kernel
def stay_rows(rows, people, month, circle, posts, findings, staying, looking):
    """Fill ``staying`` (float64[rows, COALITIONS]) and ``looking`` (float64[rows]).

    ``staying`` is the probability that the row would choose its provider if it looked around this
    month, ``looking`` the probability that it does. Rows must have a provider, and must have gone
    through the month as far as looking around.
    """
    now, heard = fixed(month), fixed(circle)
    for k in range(len(rows)):
        c = Row(people, rows[k])
        offer = now.offers[c.provider]
        looking[k] = looking_of(c, now)
        if buys_anew(c.contract_left, offer.contract, offer.renews):
            looking[k] = 1.0
        for coalition in range(COALITIONS):
            # Bits 1 and 2 add to the provider's utility only: one search serves all four.
            if coalition & 6 != 0:
                continue
            weigh_up(c, held_in(coalition), now, heard, posts, findings)
            for further in range(0, 8, 2):
                held = held_in(coalition | further)
                staying[k, coalition | further] = staying_of(c, held, now, findings)


def answers(rows):
    """Empty arrays for so many rows: ``staying`` and ``looking``."""
    return np.empty((rows, COALITIONS)), np.empty(rows)

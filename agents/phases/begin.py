"""Before month 1: traits are drawn, and those who are customers already are seated."""

from __future__ import annotations

import math

from tsunagari.agents.chance import absorbed, gumbel, normal, uniform, word_of
from tsunagari.agents.columns import NEVER, NOBODY, By
from tsunagari.agents.compiled import Word, part, row_kernel, rule
from tsunagari.agents.phases import worth
from tsunagari.agents.phases.live import judge, live, share
from tsunagari.agents.phases.search import Worth, choice_utility
from tsunagari.agents.phases.settle import join, switching_cost_of
from tsunagari.agents.phases.survey import appraise
from tsunagari.agents.row import Row, fixed, over_rows
from tsunagari.agents.rules.judgement import aspired
from tsunagari.agents.rules.relation import wallet_share
from tsunagari.agents.rules.search import tenure_expected
from tsunagari.agents.rules.value import service_value, success_probability

TRAITS = word_of("traits")
SEAT = word_of("seat")
SEGMENT_COLUMNS = 8
"""Columns of the segments' table: share up to here, Dirichlet concentrations on cost, product and
solution, centre and width of needs, mean wallet, spread of wallets (log points)."""


@rule
def gamma(word: Word, shape: float) -> float:
    """A gamma number of this shape and scale 1 (Marsaglia & Tsang 2000)."""
    boost = 1.0
    if shape < 1.0:
        boost = uniform(absorbed(word, 1)) ** (1.0 / shape)
        shape = shape + 1.0
    third = shape - 1.0 / 3.0
    step = 1.0 / math.sqrt(9.0 * third)
    trial = word
    while True:
        trial = absorbed(trial, 2)
        luck = normal(trial)
        root = 1.0 + step * luck
        cube = root * root * root  # a power would be rounded otherwise where it is interpreted
        if cube > 0.0:
            chance = uniform(absorbed(trial, 3))
            if chance < 1.0 - 0.0331 * (luck * luck) * (luck * luck):  # spares most logarithms
                return boost * third * cube
            if math.log(chance) < 0.5 * luck * luck + third * (1.0 - cube + math.log(cube)):
                return boost * third * cube


@rule
def readiness_drawn(word: Word, spread: float) -> float:
    """Lasting readiness to look: a gamma number of mean 1 and variance ``spread``.

    Differences that last make those who stay the ones who stay longer (Vaupel, Manton & Stallard
    1979; Schmittlein, Morrison & Colombo 1987).
    """
    if spread <= 0.0:
        return 1.0
    return spread * gamma(word, 1.0 / spread)


@rule
def log_normal(word: Word, mean: float, spread: float) -> float:
    """A log-normal number of this mean; ``spread`` is the standard deviation of its logarithm."""
    return mean * math.exp(spread * normal(word) - 0.5 * spread * spread)


@rule
def around(word: Word, centre: float, width: float) -> float:
    """A position on the ring, even within ``width`` around the centre."""
    position = centre + width * (uniform(word) - 0.5)
    return position - math.floor(position)


@rule
def district_of(location: float, districts: int) -> int:
    """District of a location on the ring."""
    return int(min(districts - 1.0, math.floor(location * districts)))


@part
def draw_traits(c, word, segments, districts, time_spread, p):
    """Draw who this customer is; everybody starts without provider, memory or rating."""
    where = uniform(absorbed(word, 1))
    s = 0
    while s < len(segments) - 1 and where >= segments[s, 0]:
        s += 1
    segment = segments[s]
    c.segment = s
    cost = gamma(absorbed(word, 2), segment[1])
    product = gamma(absorbed(word, 3), segment[2])
    solution = gamma(absorbed(word, 4), segment[3])
    total = cost + product + solution
    c.weight_cost = cost / total
    c.weight_product = product / total
    c.weight_solution = solution / total
    c.time_weight = log_normal(absorbed(word, 5), p.value_time, time_spread)
    c.need_position = around(absorbed(word, 6), segment[4], segment[5])
    c.location = uniform(absorbed(word, 7))
    c.district = district_of(c.location, districts)
    c.wallet = log_normal(absorbed(word, 8), segment[6], segment[7])
    # An exponential spread: a few write most of the reviews.
    eagerness = -math.log(uniform(absorbed(word, 9)))
    c.review_propensity = min(1.0, p.zmot_propensity * eagerness)
    c.sources = log_normal(absorbed(word, 10), p.zmot_sources, 0.5)
    c.readiness = readiness_drawn(absorbed(word, 11), p.looking_spread)
    c.provider = NOBODY
    c.contact_at = NOBODY
    c.contact_moved = NEVER
    c.previous_provider = NOBODY
    c.rated_provider = NOBODY
    c.left_provider = NOBODY
    c.joined_month = NEVER
    c.adopted_month = NEVER
    c.rated_month = NEVER


@row_kernel
def draw_rows(first, last, people, seed, segments, districts, time_spread, p):
    """Draw who these people are."""
    chance = absorbed(seed, TRAITS)
    for i in range(first, last):
        draw_traits(Row(people, i), absorbed(chance, i), segments, districts, time_spread, p)


@part
def enter(c, month):
    """The norm, and the need at the entry into the market: a margin below what the market gives."""
    c.norm, _, _ = appraise(c, month, False)
    c.need = c.norm - month.p.judgement_need_margin


need_rows = over_rows(enter)


@part
def first_utility(c, offer, month):
    """Utility of a firm at the start, with the luck of that first choice.

    Minus infinity where the firm does not take the customer. How far a firm reaches plays no part:
    whoever is its customer knows it.
    """
    p, sensitivity = month.p, worth.sensitivity_of(c, month.p)
    weights = worth.weights_of(p)
    fitted, believed = worth.at_face_value(c, offer, offer.knowledge, p)
    if fitted < offer.minimum_fit:
        return -math.inf
    value = worth.value_of(c, offer, sensitivity, believed, 0)
    terms = Worth(
        -sensitivity * offer.felt[0],
        -c.time_weight * offer.log_time,
        believed,
        0.0,
        weights.success * success_probability(value, c.need, worth.noise_of(offer, p)),
        -weights.location * worth.distance_of(c, offer, month),
        worth.taste_of(c, offer, month),
        offer.reputation,
        0.0,
        0.0,
        0.0,
    )
    luck = absorbed(absorbed(month.seed, SEAT), c.row)
    return choice_utility(terms) + gumbel(absorbed(luck, offer.word))


@row_kernel
def appraise_rows(first, last, people, month, utilities):
    """Fill ``utilities`` (float64[last - first, firms]) for these rows (:func:`first_utility`)."""
    now = fixed(month)
    for i in range(first, last):
        for g in range(len(now.offers)):
            utilities[i - first, g] = first_utility(Row(people, i), now.offers[g], now)


@part
def seat(c, firm, mean_tenure, month):
    """Make somebody a customer of the firm chosen for them, with a past of their own.

    Tenure is geometric around its mean, which is longer for the less ready to look; knowledge,
    liking and competence have grown with it.
    """
    p, offer = month.p, month.offers[firm]
    word = absorbed(absorbed(absorbed(month.seed, SEAT), c.row), SEAT)
    _, c.belief = worth.at_face_value(c, offer, offer.knowledge, p)
    c.decided_by = By.NOTHING
    c.heard_through = By.NOTHING
    join(c, firm, month)
    # Geometric: in whole months, with a constant chance of ending.
    usual = tenure_expected(mean_tenure, c.readiness, p.market_exit)
    months = math.floor(worth.exponential(absorbed(word, 1), usual))
    c.tenure = months
    c.joined_month = -months
    if offer.contract > 0:
        c.contract_left = 1 + int(uniform(absorbed(word, 2)) * offer.contract)
    learning = p.relation_knowledge_rate * offer.attention * offer.data_quality
    grown = 1.0 - math.exp(-(learning + p.relation_knowledge_decay) * months)
    c.knowledge = grown * offer.knowledge
    liked = 1.0 - (1.0 - p.relation_liking_rate) ** months
    c.liking = offer.warmth * offer.attention * liked
    c.competence = 1.0 - math.exp(-(p.relation_competence_rate * offer.knowledge) * months)
    value = worth.value_of(
        c, offer, worth.sensitivity_of(c, p), c.belief, worth.tariff_of(c, firm, offer)
    )
    c.expectation = value + offer.comfort
    c.success = success_probability(value, c.need, worth.noise_of(offer, p))
    c.wallet_share = wallet_share(
        0.0, 0.0, c.success, 0.0, 1.0, p.wallet_base, p.wallet_trust, p.wallet_success
    )
    c.switching_cost = switching_cost_of(c, offer, p)


@row_kernel
def seat_rows(first, last, people, month, chosen, tenures):
    """Seat these rows with the firms chosen for them, -1 for none; mean tenure by firm."""
    now = fixed(month)
    for i in range(first, last):
        firm = chosen[i - first]
        if firm >= 0:
            seat(Row(people, i), firm, tenures[firm], now)


@part
def settle_in(c, month):
    """Let somebody seated ask for what customers of such offers come to ask for, if needs move.

    Needs then stand where ``need += ν·(asked − need)`` leaves them alone, and the record of success
    is that of these needs.
    """
    if c.provider < 0:
        return
    p, offer = month.p, month.offers[c.provider]
    value = worth.value_of(
        c, offer, worth.sensitivity_of(c, p), c.belief, worth.tariff_of(c, c.provider, offer)
    )
    gives = value + service_value(offer.service, offer.foresight, c.knowledge)
    if p.judgement_need_rate > 0.0:
        c.need = aspired(c.norm, gives, p.judgement_need_market, p.judgement_need_aspiration)
    c.success = success_probability(gives, c.need, worth.noise_of(offer, p))


settle_in_rows = over_rows(settle_in)


@part
def live_past(c, month):
    """Live, judge and rate a month before the start, if one was a customer then.

    The month's number is 0 for the last of them, −1 for the one before, and so on. Nobody comes or
    goes: those who came and went left no trace with those who are there.
    """
    if c.provider < 0 or c.tenure + month.number <= 0:
        return
    tenure = c.tenure
    c.tenure = tenure + month.number - 1
    live(c, month)
    judge(c, month)
    share(c, month)
    c.tenure = tenure


past_rows = over_rows(live_past)

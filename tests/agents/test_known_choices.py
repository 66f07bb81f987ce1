"""What rules of looking, search and stickiness must answer: by hand, at limits, and never."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsunagari.agents.columns import By
from tsunagari.agents.phases.look import intensity_of, urge_of
from tsunagari.agents.phases.search import Worth, choice_utility
from tsunagari.agents.rules.relation import discount, discount_per_unit, obligation
from tsunagari.agents.rules.search import (
    adoption_probability,
    advertising_effect,
    attention_to_friend,
    carried_over,
    claim_precision,
    contract_phase,
    defections_felt,
    looking_probability,
    own_precision,
    reviews_read,
    star_precision,
    star_signal,
    tenure_expected,
)
from tsunagari.agents.rules.value import bought, felt_price

approx = pytest.approx
shares = st.floats(0.0, 1.0)

# -- looking -------------------------------------------------------------------------------------


def test_contracts_hold_until_they_are_due():
    assert contract_phase(0, 0, 0.5, 3.0) == 1.0
    assert contract_phase(1, 12, 0.5, 3.0) == 3.0
    assert contract_phase(2, 12, 0.5, 3.0) == 0.5


def test_looking_intensity_is_a_product():
    p = SimpleNamespace(
        looking_base=0.045,
        looking_connectivity_power=0.5,
        looking_satisfaction=0.8,
        looking_friends_left=1.8,
        looking_friends_here=0.5,
        looking_referred=0.0,
        looking_referred_power=0.0,
        looking_referred_settling=0.0,
        looking_in_contract=0.5,
        looking_when_due=3.0,
    )

    circle = SimpleNamespace(crowd=[], usual=10.0, starts=[0, 20])

    def intensity(
        *, connectivity=1.0, satisfied=0.0, left=0.0, here=0.0, rating=1.0, stimulus=1.0,
        ready=1.0, through=0, tenure=0,
    ):  # fmt: skip
        p.zmot_connectivity = connectivity
        c = SimpleNamespace(
            row=0,
            provider=0,
            tenure=tenure,
            readiness=ready,
            contract_left=0,
            joined_through=through,
            satisfaction=satisfied,
            defections=left,
            friends_here=here,
        )
        offer = SimpleNamespace(contract=0, rating_effect=rating, stimulus=stimulus)
        return intensity_of(urge_of(c, SimpleNamespace(p=p, offers=[offer]), circle))

    assert intensity() == approx(0.045)
    assert intensity(connectivity=4.0) == approx(2.0 * 0.045)
    assert intensity(left=1.0) == approx(1.8 * 0.045)
    assert intensity(left=2.0) == approx(1.8**2 * 0.045)
    assert intensity(satisfied=1.0) == approx(0.045 * math.exp(-0.8))
    assert intensity(here=1.0) == approx(0.045 * math.exp(-0.5))
    assert intensity(rating=1.2, stimulus=1.5) == approx(0.045 * 1.8)
    assert intensity(ready=0.3, rating=1.2) == 0.3 * intensity(rating=1.2)
    p.looking_referred = 0.7
    referred = {"here": 0.5, "through": By.REFERRAL}
    assert intensity(**referred) == approx(0.045 * math.exp(-0.6))
    assert intensity(here=0.5, tenure=24) == approx(0.045 * math.exp(-0.25))
    p.looking_referred_power, p.looking_referred_settling = 1.0, 0.25
    assert intensity(**referred) == approx(0.045 * math.exp(-0.95))
    assert intensity(**referred, tenure=24) == approx(0.045 * math.exp(-0.25 - 0.7 / 1.5))
    p.looking_referred_power = p.looking_referred_settling = p.looking_referred = 0.0
    assert defections_felt(1.0, 2.0, 0.5) == 2.5


@given(st.floats(0.0, 1e300))
def test_looking_probability(intensity):
    assert looking_probability(0.0) == 0.0
    assert looking_probability(math.log(2.0)) == approx(0.5)
    assert 0.0 <= looking_probability(intensity) <= 1.0


@given(shares, st.floats(0.0, 100.0), shares, shares)
def test_adoption(innovation, stimulus, imitation, adopters):
    assert adoption_probability(0.02, 1.0, 0.4, 0.5) == approx(0.22)
    assert adoption_probability(innovation, 0.0, imitation, 0.0) == 0.0
    assert 0.0 <= adoption_probability(innovation, stimulus, imitation, adopters) <= 1.0


def test_the_diffusion_of_bass_is_the_limit_on_a_complete_network():
    adopted, curve = 0.0, []
    for _ in range(60):
        adopted += (1.0 - adopted) * adoption_probability(0.01, 1.0, 0.3, adopted)
        curve.append(adopted)
    growth = np.diff([0.0, *curve])
    # Bass (1969): the peak comes at ln(q/p)/(p+q), with q/p = 30 after 11 months.
    assert abs(int(growth.argmax()) - math.log(30.0) / 0.31) <= 2
    assert curve[-1] > 0.999


def test_attention_is_shared_by_many_friends():
    assert attention_to_friend(0, 15.0) == 1.0
    assert attention_to_friend(15, 15.0) == 1.0
    assert attention_to_friend(60, 15.0) == 0.25


# -- search --------------------------------------------------------------------------------------


def test_stars_as_signals():
    assert star_signal(4.0, 4.0, 0.45, 1.7) == 1.7
    assert star_signal(2.0, 4.0, 0.45, 1.7) == approx(0.8)
    assert star_precision(0.4, 4.0, 4.0, 1.5) == 0.4
    assert star_precision(0.4, 3.0, 4.0, 1.5) == approx(0.6)


def test_precisions():
    assert claim_precision(1.5, 6.0, 0.0, 1.0, 0.0, 0.9) == 1.5
    assert claim_precision(1.5, 6.0, 0.5, 1.0, 5.0, 0.0) == approx(0.375)
    assert claim_precision(1.5, 6.0, 0.0, 3.0, 0.0, 0.0) == approx(0.5)
    assert claim_precision(1.5, 6.0, 0.0, 3.0, 5.0, 0.2) == approx(1.0)
    assert own_precision(0.15, 0.0, 24.0) == 0.0
    assert own_precision(0.15, 10.0, 24.0) == approx(1.5)
    assert own_precision(0.15, 100.0, 24.0) == approx(3.6)
    assert [reviews_read(5.2, c, 10.0) for c in (0.05, 1.0, 1.5, 9.0)] == [0, 5, 8, 10]


def test_choice_utility_adds_up():
    assert choice_utility(Worth(*[0.0] * 11)) == 0.0
    terms = [2.0**power * (-1) ** power for power in range(11)]
    assert choice_utility(Worth(*terms)) == math.fsum(terms)


@given(st.floats(0.0, 100.0), shares, shares, st.floats(0.0, 10.0))
def test_a_larger_guarantee_is_believed_more(signal, one, other, record):
    less, more = sorted((one, other))
    believed = [claim_precision(1.5, 6.0, record, 1.0, signal, part) for part in (less, more)]
    assert believed[0] <= believed[1] <= believed[0] * (1.0 + signal * (more - less)) * (1 + 1e-12)


levels = st.floats(0.0, 100.0)


@given(levels, levels, shares)
def test_advertising_in_mind_lies_between_what_was_and_what_is(before, now, carry):
    assert carried_over(before, now, 0.0) == now
    assert carried_over(before, now, 1.0) == before
    low, high = sorted((before, now))
    assert low * (1 - 1e-12) <= carried_over(before, now, carry) <= high * (1 + 1e-12)


@given(levels, st.floats(0.0, 10.0))
def test_each_doubling_of_advertising_adds_the_same(level, weight):
    assert advertising_effect(0.0, level) == 0.0
    assert advertising_effect(weight, 1.0) == 0.0
    assert advertising_effect(weight, level) <= advertising_effect(weight, 2.0 * level)
    more = advertising_effect(weight, 2.0 * level) - advertising_effect(weight, level)
    gained = weight * math.log(2.0) if level >= 0.02 else more
    assert more == approx(gained, abs=1e-9)


@given(st.floats(0.1, 600.0), st.floats(0.0, 5.0), st.floats(0.0, 5.0), shares)
def test_the_less_ready_have_been_there_longer(mean, one, other, leaving):
    assert tenure_expected(mean, 1.0, leaving) == mean
    assert tenure_expected(mean, 1.0 + 1e-9, leaving) == approx(mean, rel=1e-6)
    assert tenure_expected(24.0, 0.5, 0.0) == approx(48.0)
    longer, shorter = (tenure_expected(mean, ready, leaving) for ready in sorted((one, other)))
    assert longer >= shorter * (1.0 - 1e-12)
    assert longer <= max(mean, 1200.0) * (1.0 + 1e-12)


# -- stickiness ----------------------------------------------------------------------------------


CURVATURES = st.sampled_from([-1.0, -0.2, 0.0, 0.5, 1.0])


@given(st.floats(-50.0, 50.0), st.floats(0.05, 50.0), st.floats(-2.0, 2.0), CURVATURES)
def test_discount_makes_an_identical_rival_as_good(theta, sensitivity, log_price, curvature):
    slope = sensitivity * math.exp(curvature * log_price)
    cut = discount(theta, slope, curvature)
    assert -1.0 <= cut <= 1.0
    assert cut == -discount(-theta, slope, curvature)
    if abs(cut) < 1.0 - 1e-6:  # closer to 1 than that, logarithms see nothing
        cheaper = felt_price(log_price + math.log1p(-abs(cut)), curvature)
        gained = sensitivity * (felt_price(log_price, curvature) - cheaper)
        assert gained == approx(abs(theta), rel=1e-5, abs=1e-9)
    elif curvature > 0.0:  # a gift would not do
        free = sensitivity * math.exp(curvature * log_price) / curvature
        assert abs(theta) > free * (1.0 - 1e-2)
    assert obligation(0.3, 0.2) == 0.5


@given(st.lists(st.floats(-5.0, 5.0), min_size=4, max_size=4), st.floats(0.05, 50.0), CURVATURES)
def test_parts_of_the_discount_add_up(reservoirs, slope, curvature):
    theta = sum(reservoirs)
    per_unit = discount_per_unit(theta, slope, curvature)
    parts = [reservoir * per_unit for reservoir in reservoirs]
    spread = sum(map(abs, reservoirs)) / slope
    assert sum(parts) == approx(discount(theta, slope, curvature), abs=1e-6 * spread + 1e-9)


@pytest.mark.parametrize("curvature", [0.0, 0.5])
def test_parts_of_no_discount_are_the_limit(curvature):
    assert discount_per_unit(0.0, 2.0, curvature) == 0.5
    assert discount_per_unit(1e-7, 2.0, curvature) == 0.5
    assert discount_per_unit(-1e-5, 2.0, curvature) == approx(0.5, rel=1e-5)


# -- one consistent demand -----------------------------------------------------------------------


@given(st.floats(-3.0, 3.0), st.floats(0.0, 3.0))
def test_what_is_bought_is_the_slope_of_what_a_price_weighs(log_price, elasticity):
    """Roy's identity: units are minus the slope of utility in price, by that in money."""
    step, price = 1e-5, math.exp(log_price)
    ends = [felt_price(math.log(price + way * step), 1.0 - elasticity) for way in (-1.0, 1.0)]
    assert bought(log_price, elasticity) == approx((ends[1] - ends[0]) / (2.0 * step), rel=1e-4)


@given(st.floats(-3.0, 3.0), st.floats(0.0, 3.0))
def test_price_one_weighs_nothing_and_dear_prices_more(log_price, elasticity):
    assert felt_price(0.0, 1.0 - elasticity) == 0.0
    assert felt_price(log_price, 1.0 - elasticity) <= felt_price(log_price + 0.1, 1.0 - elasticity)
    assert felt_price(log_price, 0.0) == log_price
    assert felt_price(log_price, 1e-9) == approx(log_price, abs=1e-7)

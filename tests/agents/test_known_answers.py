"""What rules of value, judgement and relation must answer: by hand, at limits, and never."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rulebook import RULES

from tsunagari.agents.rules.judgement import (
    adapted,
    aspired,
    impressed,
    met,
    need,
    rating_impression,
    recommendation,
    review_probability,
    satisfaction_earned,
    stars,
    surprise_value,
)
from tsunagari.agents.rules.relation import (
    competence,
    joint_progress,
    knowledge,
    points,
    potential_found,
    switching_cost,
    wallet_share,
)
from tsunagari.agents.rules.search import (
    claim_heard,
    hold_of_friends,
    likeness,
    referral_lift,
    susceptibility,
    volume_effect,
)
from tsunagari.agents.rules.value import (
    channel_noise,
    created_together,
    delivered,
    fit,
    gain_paid,
    helped,
    offer_value,
    outcome,
    outside_value,
    price_sensitivity,
    quality,
    refund_value,
    ring_distance,
    service_value,
    settlement,
    solution_quality,
    success_density,
    success_probability,
    unsettled,
)

approx = pytest.approx
shares = st.floats(0.0, 1.0)
utilities = st.floats(-1e6, 1e6)
positive = st.floats(1e-3, 1e3)


def test_every_rule_has_an_answer_here_or_beside():
    files = Path(__file__).parent.glob("test_*.py")
    asked = "".join(file.read_text(encoding="utf-8") for file in files)
    assert [rule.__name__ for rule in RULES if f"{rule.__name__}(" not in asked] == []


# -- value ---------------------------------------------------------------------------------------


def test_price_sensitivity_grows_with_the_weight_on_cost():
    assert price_sensitivity(0.0, 0.75, 3.5) == 0.75
    assert price_sensitivity(1.0, 0.75, 3.5) == 4.25


def test_delivered_quality_includes_service():
    assert delivered(1.5, 0.25) == 1.75


@given(shares, shares, shares)
def test_ring_distance(one, other, shift):
    assert ring_distance(0.1, 0.9) == approx(0.2)
    assert ring_distance(one, one) == 0.0
    assert ring_distance(one, other) == ring_distance(other, one)
    assert 0.0 <= ring_distance(one, other) <= 0.5
    turned = ring_distance((one + shift) % 1.0, (other + shift) % 1.0)
    assert turned == approx(ring_distance(one, other), abs=1e-12)


@given(st.floats(0.0, 0.5), shares, shares, st.floats(0.05, 10.0))
def test_fit(distance, known, authority, breadth):
    assert fit(0.0, known, authority, breadth) == 1.0
    assert fit(breadth, 0.0, authority, breadth) == approx(math.exp(-0.5))
    assert fit(distance, 1.0, 1.0, breadth) == 1.0
    assert 0.0 <= fit(distance, 0.0, authority, breadth) <= fit(distance, known, authority, breadth)
    assert fit(distance, known, authority, breadth) <= 1.0


@given(shares, shares, shares)
def test_help_is_lost_to_competence_and_won_back_by_renewal(able, independence, renewal):
    assert helped(0.0, independence, renewal) == 1.0
    assert helped(1.0, 1.0, 0.0) == 0.0
    assert helped(able, independence, 1.0) == 1.0
    assert 0.0 <= helped(able, independence, renewal) <= 1.0


def test_quality_adds_product_and_solution():
    assert solution_quality(0.0, 3.7, 0.9, 1.0, 0.9, 1.0) == 0.0
    assert solution_quality(0.5, 3.0, 0.5, 2.0, 0.8, 1.0) == approx(1.2)
    assert solution_quality(0.5, 3.0, 0.0, 2.0, 1.0, 1.0) == 0.0
    assert quality(0.5, 4.0, 1.5, 0.0) == 3.0
    assert quality(0.0, 4.0, 1.5, 1.2) == approx(1.2)


def test_offer_value_and_outcome():
    assert offer_value(2.0, 0.0, 0.5, 0.0, 1.3) == 1.3
    assert offer_value(2.0, math.log(2.0), 0.5, 0.0, 1.3) == approx(1.3 - 2.0 * math.log(2.0))
    assert offer_value(2.0, 0.0, 0.5, math.log(2.0), 1.3) == approx(1.3 - 0.5 * math.log(2.0))
    assert outcome(1.0, 0.25, 0.6, 0.0) == 1.25
    assert outcome(1.0, 0.25, 0.6, -1.0) == approx(0.65)


def test_channels_launches_and_service():
    assert channel_noise(0.6, 0.0) == 0.6
    assert channel_noise(0.6, 0.5) == approx(0.9)
    assert unsettled(0.8, 1.0, 0.25) == approx(0.6)
    assert unsettled(0.8, 0.0, 0.25) == unsettled(0.8, 1.0, 1.0) == 0.0
    assert service_value(0.5, 2.0, 0.25) == 1.0
    assert service_value(0.5, 0.0, 1.0) == 0.5


def test_guarantee_and_gain():
    assert refund_value(2.0, 0.0, 0.0) == 0.0
    assert refund_value(2.0, 0.5, 0.0) == approx(2.0 * math.log(2.0))
    assert refund_value(2.0, 0.75, 0.5) == approx(2.0 * 2.0 * (1.0 - 0.5))
    assert gain_paid(0.5, 3.0, 1.0) == 1.0
    assert gain_paid(0.5, 0.0, 1.0) == 0.0
    assert settlement(1.0, 2.0, 0.25) == 0.25


def test_doing_without_takes_skill_and_sources():
    assert outside_value(-1.5, 0.0, 0.3, 2.0, 0.4) == -1.5
    assert outside_value(-1.5, 1.0, 0.3, 1.0, 0.4) == approx(-1.2)
    assert outside_value(-1.5, 0.5, 0.3, math.e, 0.4) == approx(-1.15)


@given(utilities, utilities, st.floats(0.01, 10.0))
def test_success_probability(expected, needed, noise):
    assert success_probability(needed, needed, noise) == 0.5
    assert success_probability(1.959964 * noise, 0.0, noise) == approx(0.975, abs=1e-6)
    assert 0.0 <= success_probability(expected, needed, noise) <= 1.0
    either = success_probability(expected, needed, noise) + success_probability(
        needed, expected, noise
    )
    assert either == approx(1.0)


# -- judgement -----------------------------------------------------------------------------------


def test_losses_count_double():
    assert surprise_value(0.5, 2.0) == 0.5
    assert surprise_value(-0.5, 2.0) == -1.0
    assert surprise_value(0.0, 2.0) == 0.0


@pytest.mark.parametrize("loss_aversion", [1.0, 2.0, 5.0])
@pytest.mark.parametrize("noise", [0.1, 0.6, 3.0])
def test_satisfaction_is_unbiased_under_symmetric_noise(loss_aversion, noise):
    luck = np.linspace(-9.0, 9.0, 180_001)
    density = np.exp(-0.5 * luck * luck)
    earned = [
        satisfaction_earned(noise * z, noise * z, loss_aversion, noise, 0.35, 0.5)
        for z in luck.tolist()
    ]
    assert np.average(earned, weights=density) == approx(0.0, abs=1e-6)


def test_satisfaction_moves_to_a_blend_of_level_and_surprise():
    # Without noise: .35 × 2 above the norm, .5 × 1 above expectation; a loss counts twice.
    assert satisfaction_earned(2.0, 1.0, 2.0, 0.0, 0.35, 0.5) == approx(1.2)
    assert satisfaction_earned(0.0, -1.0, 2.0, 0.0, 0.35, 0.5) == approx(-1.0)
    unbiased = 0.5 * 0.6 / math.sqrt(2.0 * math.pi)
    assert satisfaction_earned(0.0, 0.0, 2.0, 0.6, 0.35, 0.5) == approx(unbiased)


def test_the_first_month_counts_more():
    assert impressed(0.2, 0, 1.5) == 0.5
    assert impressed(0.2, 1, 1.5) == 0.2
    assert impressed(0.6, 0, 1.5) == 1.0
    assert impressed(0.2, 0, 0.0) == 0.2


def test_averages_successes_and_needs():
    assert adapted(1.0, 3.0, 0.25) == 1.5
    assert adapted(1.0, 3.0, 0.0) == 1.0
    assert adapted(1.0, 3.0, 1.0) == 3.0
    assert met(1.0, 1.0)
    assert not met(0.999, 1.0)
    assert need(1.0, 1.0, 0.002, 0.02, 0.005, 0.0, 9.0) == approx(1.002)
    assert need(1.0, 2.0, 0.0, 0.02, 0.005, 0.0, 9.0) == approx(1.02)
    assert need(1.0, 0.0, 0.0, 0.02, 0.005, 0.0, 9.0) == approx(0.995)
    assert need(1.0, 1.0, 0.0, 0.02, 0.005, 0.03, 2.0) == approx(1.03)
    assert aspired(1.0, 3.0, 0.6, 0.12) == approx(1.92)


@given(utilities, utilities, shares, utilities, st.floats(0.01, 1.0))
def test_needs_settle_where_people_ask(before, norm, market, aspiration, rate):
    # Where the market gives what is lived, they end a margin above it, wherever they began.
    asked, now = aspired(norm, norm, market, aspiration), before
    assert asked == approx(norm + aspiration, abs=1e-9)
    for _ in range(60):
        after = need(now, norm, 0.0, 0.0, 0.0, rate, asked)
        assert abs(after - asked) <= abs(now - asked) + 1e-9
        now = after
    assert abs(now - asked) <= (1.0 - rate) ** 60 * abs(before - asked) + 1e-9


@given(utilities, utilities, shares, shares, st.floats(0.0, 1.0))
def test_the_old_rule_of_needs_is_a_limit_to_the_bit(before, lived, up, down, technology):
    rate = up if lived > before else down
    old = before + technology + rate * (lived - before)
    assert need(before, lived, technology, up, down, 0.0, 3.3) == old


@given(st.floats(0.0, 10.0), shares, shares, shares)
def test_what_two_create_together_takes_both(effort, able, attention, more):
    assert created_together(0.0, able, attention) == 1.0
    assert created_together(effort, 0.0, attention) == 1.0
    assert created_together(effort, able, 0.0) == 1.0
    assert created_together(0.5, 0.4, 0.5) == approx(1.1)
    abler = min(1.0, able + more)
    assert created_together(effort, able, attention) <= created_together(effort, abler, attention)


def test_ratings():
    assert rating_impression(0.5, -1.0, True, 0.6, 0.3, 0.4) == approx(1.2)
    assert rating_impression(0.5, -1.0, False, 0.6, 0.3, 0.4) == approx(0.4)
    given_ = [stars(step / 10.0, 0.4) for step in range(-40, 41)]
    assert given_ == sorted(given_)
    assert set(given_) == {1, 2, 3, 4, 5}
    assert [stars(value, 0.4) for value in (-0.9, -0.4, 0.0, 0.19, 0.21, 0.4, 0.8)] == [
        *(1, 2, 3, 3, 4, 4, 5),
    ]


@given(utilities, positive)
def test_stars_stay_between_one_and_five(impression, step):
    assert stars(impression, step) in range(1, 6)


@given(shares, utilities, positive, shares)
def test_the_lukewarm_stay_silent(propensity, impression, extremity, lukewarm):
    assert review_probability(1.0, 0.0, extremity, lukewarm) == approx(lukewarm)
    assert review_probability(0.3, 100.0 * extremity, extremity, lukewarm) == approx(0.3)
    writes = review_probability(propensity, impression, extremity, lukewarm)
    assert 0.0 <= writes <= propensity
    assert writes == review_probability(propensity, -impression, extremity, lukewarm)


@given(utilities, utilities, positive)
def test_recommendation_is_on_its_scale(satisfied, trusted, scale):
    assert recommendation(0.0, 0.0, 7.5, scale) == 7.5
    assert recommendation(1.0, 0.0, 7.5, 2.0) == approx(8.9)
    assert 0.0 <= recommendation(satisfied, trusted, 7.5, scale) <= 10.0


@given(st.floats(0.1, 100.0), st.floats(0.0, 3.0), st.integers(0, 600), st.floats(0.0, 3.0))
def test_the_well_connected_hear_a_defection_and_the_settled_do_not(usual, power, tenure, settling):
    assert susceptibility(usual, usual, power, 0, settling) == approx(1.0)
    assert susceptibility(20.0, 10.0, 1.0, 0, 0.0) == approx(2.0)
    assert susceptibility(10.0, 10.0, 1.0, 24, 0.25) == approx(1.0 / 1.5)
    later = susceptibility(usual, usual, power, tenure + 1, settling)
    assert later <= susceptibility(usual, usual, power, tenure, settling)


def test_people_like_oneself_count_in_full():
    assert likeness(3, 3, 0.25) == 1.0
    assert likeness(3, 4, 0.25) == 0.25


def test_a_referral_makes_friends_hold_more():
    assert hold_of_friends(0.3, 0.7, False, 5.0) == 0.3
    assert hold_of_friends(0.3, 0.7, True, 1.0) == 0.3 + 0.7
    assert hold_of_friends(0.3, 0.7, True, 0.5) == approx(0.65)


def test_broken_promises_are_taken_off_the_next():
    assert claim_heard(1.0, 2.0, 0.0) == 1.0
    assert claim_heard(1.0, 2.0, 0.75) == -0.5


@given(st.floats(0.0, 10.0), st.floats(0.0, 1e6))
def test_many_reviews_speak_for_a_firm_and_each_for_less(weight, reviews):
    assert volume_effect(weight, 0.0) == 0.0
    assert volume_effect(0.25, math.e - 1.0) == approx(0.25)
    more = volume_effect(weight, reviews + 1.0) - volume_effect(weight, reviews)
    assert 0.0 <= more <= weight * math.log(2.0) + 1e-9


# -- what grows ----------------------------------------------------------------------------------


@given(shares, st.floats(0.0, 1.0), st.floats(0.0, 10.0), shares, shares)
def test_knowledge_stays_a_share(before, attention, data, rate, decay):
    assert 0.0 <= knowledge(before, attention, data, rate, decay, 1.0, 0.0, 0.5) <= 1.0
    assert 0.0 <= knowledge(before, attention, data, rate, decay, 0.5, 10.0, 0.5) <= 1.0


def test_digital_contact_reaches_its_ceiling_and_indulgence_slows_staff():
    assert knowledge(0.0, 0.0, 1.0, 0.1, 0.0, 1.0, 1.0, 0.5) == approx(0.05)
    assert knowledge(0.5, 0.0, 1.0, 0.1, 0.0, 1.0, 10.0, 0.5) == 0.5
    assert knowledge(0.2, 0.0, 1.0, 1.0, 0.0, 1.0, 9.0, 0.5) == approx(0.5)
    assert joint_progress(0.0, 0.7) == 1.0
    assert joint_progress(0.5, 0.7) == approx(0.65)
    assert joint_progress(9.0, 0.7) == 0.0
    slowed = knowledge(0.0, 0.5, 1.0, 0.12, 0.0, joint_progress(0.5, 1.0), 0.0, 0.5)
    assert slowed == approx(0.03)


@given(shares, shares, shares, shares)
def test_potential_is_found_up_to_what_there_is(before, potential, known, discovery):
    assert potential_found(before, before, known, discovery) == before
    assert potential_found(0.0, 0.6, 0.5, 0.1) == approx(0.03)
    found = potential_found(before, potential, known, discovery)
    assert before <= found <= max(before, potential) + 1e-12


def test_knowledge_settles_where_learning_meets_forgetting():
    known = 0.0
    for _ in range(400):
        known = knowledge(known, 0.5, 1.0, 0.12, 0.04, 1.0, 0.0, 0.5)
    assert known == approx(0.06 / 0.10)


@given(shares, shares, shares)
def test_competence_grows_and_stays_a_share(before, known, rate):
    assert before <= competence(before, known, rate) <= 1.0
    assert competence(before, 0.0, rate) == before
    assert competence(0.0, 1.0, 1.0) == 1.0


def test_switching_cost_adds_integration_contacts_and_fee():
    assert switching_cost(0, 0.5, 0, 0.6, 24.0, 0.3, 0.5) == approx(0.15)
    assert switching_cost(0, 0.0, 12, 0.6, 24.0, 0.3, 0.5) == approx(0.5)
    assert switching_cost(24, 0.0, 0, 0.6, 24.0, 0.3, 0.5) == approx(0.6 * (1.0 - math.exp(-1.0)))
    assert switching_cost(10_000, 0.0, 0, 0.6, 24.0, 0.3, 0.5) == approx(0.6)


def test_points_add_up_until_the_first_are_given_back():
    assert points(0, 0.05, 12) == 0.0
    assert points(7, 0.05, 12) == approx(0.35)
    assert points(12, 0.05, 12) == points(240, 0.05, 12) == approx(0.6)
    assert points(240, 0.0, 12) == points(240, 0.05, 0) == 0.0


@given(st.floats(0.0, 10.0), st.floats(0.0, 5.0), positive)
def test_a_reward_makes_praise_heard_and_soon_no_more_with_its_size(reward, most, scale):
    assert referral_lift(0.0, most, scale) == 0.0
    assert referral_lift(scale * math.log(2.0), most, scale) == approx(most / 2.0)
    lifts = [referral_lift(times * reward, most, scale) for times in (1.0, 2.0, 3.0)]
    assert lifts[0] <= lifts[1] <= lifts[2] <= most
    assert lifts[2] - lifts[1] <= lifts[1] - lifts[0] + 1e-12


@given(st.floats(-8.0, 8.0), st.floats(-8.0, 8.0), st.floats(0.3, 5.0))
def test_success_rises_as_fast_as_its_probability_does(expected, need, noise):
    step = 1e-4
    above = success_probability(expected + step, need, noise)
    below = success_probability(expected - step, need, noise)
    assert success_density(expected, need, noise) == approx((above - below) / (2 * step), abs=1e-6)
    assert success_density(need, need, noise) == approx(1.0 / (noise * math.sqrt(math.tau)))


@given(st.floats(0.02, 1.0), utilities, shares, st.floats(-1.0, 1.0), shares)
def test_wallet_share_stays_a_share(before, trusted, succeeded, breadth, rate):
    after = wallet_share(before, trusted, succeeded, breadth, rate, 0.45, 0.2, 0.25)
    assert 0.02 - 1e-12 <= after <= 1.0 + 1e-12
    assert wallet_share(0.3, 1.0, 1.0, 0.05, 1.0, 0.45, 0.2, 0.25) == approx(0.95)

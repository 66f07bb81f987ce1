"""The small rules that stand with the phases: faces, tastes, distances, draws at the start."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsunagari.agents.chance import absorbed, word_of
from tsunagari.agents.columns import By
from tsunagari.agents.phases.begin import (
    around,
    district_of,
    gamma,
    log_normal,
    readiness_drawn,
)
from tsunagari.agents.phases.live import averaging_rate
from tsunagari.agents.phases.look import (
    face,
    left_seen,
    provider_seen,
    rated_seen,
    segment_seen,
    share_of,
    stars_seen,
)
from tsunagari.agents.phases.research import looking_response, millionths, odds
from tsunagari.agents.phases.survey import (
    again_probability,
    channel_of,
    tenure_class,
    whole_wallet,
)
from tsunagari.agents.phases.worth import (
    aware,
    distance,
    exponential,
    place_word,
    reach_for,
    taste,
    taste_word,
)
from tsunagari.agents.rules.search import buys_anew

approx = pytest.approx
SEED = word_of("a seed")
FIRM, RIVAL = word_of("Lean"), word_of("Spark")
WORDS = [absorbed(SEED, number) for number in range(20_000)]
firms = st.integers(-1, 253)
words = st.integers(0, 2**64 - 1)
shares = st.floats(0.0, 1.0)


@given(firms, firms, st.integers(0, 5), firms, st.integers(0, 31))
def test_a_face_shows_what_was_put_on_it(provider, rated, stars, left, segment):
    seen = face(provider, rated, stars, left, segment)
    assert provider_seen(seen) == provider
    assert rated_seen(seen) == rated
    assert stars_seen(seen) == stars
    assert left_seen(seen) == left
    assert segment_seen(seen) == segment
    assert 0 <= seen < 2**32


def test_a_district_is_as_far_from_a_firm_for_everybody_in_it():
    far = [distance(place_word(SEED, district), FIRM) for district in range(2000)]
    other = [distance(place_word(SEED, district), RIVAL) for district in range(2000)]
    assert far == [distance(place_word(SEED, district), FIRM) for district in range(2000)]
    assert 0.0 < min(far) < 0.01
    assert 0.99 < max(far) < 1.0
    assert abs(np.corrcoef(far, other)[0, 1]) < 0.1


def test_tastes_are_lasting_and_ones_own():
    tastes = [taste(taste_word(SEED, person), FIRM, 0.5) for person in range(5000)]
    others = [taste(taste_word(SEED, person), RIVAL, 0.5) for person in range(5000)]
    assert np.mean(tastes) == approx(0.0, abs=0.03)
    assert np.std(tastes) == approx(0.5, abs=0.02)
    assert abs(np.corrcoef(tastes, others)[0, 1]) < 0.06
    assert taste(taste_word(SEED, 7), FIRM, 0.0) == 0.0
    assert taste_word(SEED, 7) != place_word(SEED, 7)


def test_awareness_grows_with_reach_and_never_shrinks():
    known = [{person for person in range(2000) if aware(SEED, person, FIRM, reach)}
             for reach in (0.0, 0.3, 0.7, 1.0)]  # fmt: skip
    assert known[0] < known[1] < known[2] < known[3]
    assert len(known[0]) == 0
    assert len(known[1]) == approx(600, abs=70)
    assert len(known[3]) == 2000


def test_arithmetic():
    assert share_of(1.0, 4.0) == 0.25
    assert share_of(0.0, 0.0) == 0.0
    assert reach_for(0.8, 0.5, True) == 0.8
    assert reach_for(0.8, 0.5, False) == approx(0.4)
    assert exponential(0x8000_0000_0000_0000, 2.0) == approx(2.0 * math.log(2.0))
    assert whole_wallet(2.0, 0.25) == 2.5
    assert buys_anew(1, 12, 0.0)
    assert not buys_anew(2, 12, 0.0)
    assert not buys_anew(1, 12, 1.0)
    assert not buys_anew(0, 0, 0.0)


def test_research_counts_in_millionths_and_weighs_against_the_best():
    assert [millionths(value) for value in (0.0, 0.25, -0.25, 4e-7, 6e-7)] == [
        *(0, 250_000, -250_000, 0, 1),
    ]
    assert odds(3.0, 3.0) == 1.0
    assert odds(3.0 - math.log(4.0), 3.0) == approx(0.25)
    assert odds(-5000.0, 3.0) == 0.0


@given(st.floats(1e-3, 30.0))
def test_where_many_look_more_reason_makes_few_more_look(intensity):
    step = 1e-5
    more, fewer = (-math.expm1(-intensity * math.exp(s)) for s in (step, -step))
    slope = (math.log(more) - math.log(fewer)) / (2 * step)
    assert looking_response(intensity) == approx(slope, abs=1e-6)
    assert looking_response(0.0) == 1.0


def test_classes_of_tenure_and_channels():
    assert [tenure_class(joined, 25) for joined in (24, 13, 12, 1)] == [0, 0, 1, 1]
    assert tenure_class(0, 25) == tenure_class(-1, 25) == tenure_class(1, 10_000)
    assert channel_of(By.STIMULUS) == 0
    assert channel_of(By.MEMORY) == By.MEMORY - By.STIMULUS
    assert channel_of(By.MEMORY + 1) == channel_of(By.MEMORY)
    assert channel_of(By.STIMULUS - 1) == channel_of(By.MEMORY)


def test_an_average_of_few_months_is_their_mean():
    average = 0.0
    for months, quality in enumerate([4.0, 1.0, 7.0]):
        average += averaging_rate(months, 24.0) * (quality - average)
    assert average == approx(4.0)
    assert averaging_rate(100, 24.0) == 1.0 / 24.0
    assert averaging_rate(100, 0.0) == 1.0


@given(st.floats(-300.0, 300.0), st.floats(-300.0, 300.0))
def test_again_probability(own, rival):
    assert again_probability(own, own) == 0.5
    assert again_probability(own, -math.inf) == 1.0
    assert 0.0 <= again_probability(own, rival) <= 1.0
    assert again_probability(own, rival) + again_probability(rival, own) == approx(1.0)


@pytest.mark.parametrize("shape", [0.3, 1.0, 1.5, 4.0, 30.0])
def test_gamma_has_the_moments_of_its_shape(shape):
    drawn = np.array([gamma(word, shape) for word in WORDS])
    error = math.sqrt(shape / len(WORDS))
    assert drawn.min() >= 0.0
    assert drawn.mean() == approx(shape, abs=5 * error)
    assert drawn.var() == approx(shape, rel=0.1)


@pytest.mark.parametrize("spread", [0.1, 0.5, 1.0, 2.0])
def test_readiness_to_look_is_one_on_average(spread):
    drawn = np.array([readiness_drawn(word, spread) for word in WORDS])
    assert drawn.min() >= 0.0
    assert drawn.mean() == approx(1.0, abs=5 * math.sqrt(spread / len(WORDS)))
    assert drawn.var() == approx(spread, rel=0.15)
    assert {readiness_drawn(word, 0.0) for word in WORDS} == {1.0}


def test_log_normal_has_the_mean_it_is_given():
    drawn = np.array([log_normal(word, 3.0, 0.6) for word in WORDS])
    assert drawn.mean() == approx(3.0, rel=0.02)
    assert np.log(drawn).std() == approx(0.6, rel=0.03)
    assert log_normal(WORDS[0], 3.0, 0.0) == 3.0


@given(words, shares, shares)
def test_around_stays_on_the_ring(word, centre, width):
    position = around(word, centre, width)
    assert 0.0 <= position <= 1.0
    apart = abs(position - centre)
    assert min(apart, 1.0 - apart) <= width / 2.0 + 1e-9


@given(shares, st.integers(1, 10**6))
def test_districts_are_numbered_from_nought(location, districts):
    assert 0 <= district_of(location, districts) < districts
    assert district_of(1.0, 10) == 9
    assert district_of(0.35, 10) == 3


def test_exponential_numbers_and_whole_months_of_them():
    assert np.mean([exponential(word, 24.0) for word in WORDS]) == approx(24.0, rel=0.03)
    drawn = np.array([math.floor(exponential(word, 24.0)) for word in WORDS])
    assert drawn.min() == 0
    # The mean of an exponential number rounded down is 1/(e^(1/m) − 1).
    assert drawn.mean() == approx(1.0 / math.expm1(1.0 / 24.0), rel=0.03)
    assert exponential(WORDS[0], 0.0) == 0.0

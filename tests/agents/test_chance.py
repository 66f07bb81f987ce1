"""Chance: even, independent of order, and nobody's the same as anybody else's."""

import importlib
import math
import random
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from tsunagari.agents import chance
from tsunagari.agents.chance import (
    _far_tail,
    _tail,
    absorbed,
    decision_word,
    generator,
    gumbel,
    nearly_normal,
    normal,
    seed_word,
    uniform,
    word_of,
)
from tsunagari.agents.phases.choose import NOBODY_WORD

approx = pytest.approx
words = st.integers(0, 2**64 - 1)
MANY = 40_000
GOLDEN = 0x9E37_79B9_7F4A_7C15


def luck_of(seed=1, decision="look", month=1, people=MANY):
    """Words of so many people in one decision of one month."""
    word = decision_word(seed_word(seed), word_of(decision), month)
    return [absorbed(word, person) for person in range(people)]


def unevenness(numbers, cells=256):
    """Chi-square of numbers in (0, 1) over equal cells, in standard deviations from its mean."""
    counts = np.bincount((np.asarray(numbers) * cells).astype(int), minlength=cells)
    expected = len(numbers) / cells
    chi_square = ((counts - expected) ** 2 / expected).sum()
    return (chi_square - (cells - 1)) / math.sqrt(2 * (cells - 1))


def test_known_vectors_of_split_mix_64():
    """Absorbing k·golden into nothing is the (k+1)-th output of SplitMix64 seeded with 0."""
    outputs = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC]
    states = [index * GOLDEN % 2**64 for index in range(4)]
    assert [absorbed(state, 0) for state in states] == outputs
    assert [absorbed(0, state) for state in states] == outputs
    # … and seeded with 1234567, as other implementations list it.
    states = [(1234567 + index * GOLDEN) % 2**64 for index in range(3)]
    assert [absorbed(state, 0) for state in states] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


@given(words)
def test_uniform_never_reaches_its_ends(word):
    assert 0.0 < uniform(word) < 1.0
    assert math.isfinite(gumbel(word))
    assert math.isfinite(normal(word))
    assert abs(nearly_normal(word)) < 3.4642


def test_the_ends():
    assert uniform(0) == 2.0**-53
    assert uniform(2**64 - 1) == 1.0 - 2.0**-53
    assert nearly_normal(0) == approx(-nearly_normal(2**64 - 1))
    assert nearly_normal(2**64 - 1) == approx(3.464, abs=1e-3)


@pytest.mark.parametrize("decision", ["look", "choice", "outcome"])
def test_luck_is_even(decision):
    numbers = [uniform(word) for word in luck_of(decision=decision)]
    assert abs(unevenness(numbers)) < 5.0
    # Neighbours' luck, in pairs on a grid of 16 by 16.
    pairs = np.floor(np.array(numbers[:-1]) * 16) + np.array(numbers[1:])
    assert abs(unevenness(pairs / 16)) < 5.0


def test_every_bit_is_even():
    ones = np.zeros(64)
    for word in luck_of():
        ones += [word >> bit & 1 for bit in range(64)]
    assert np.abs(ones / MANY - 0.5).max() < 5 * 0.5 / math.sqrt(MANY)


@pytest.mark.parametrize("field", range(4))
def test_one_bit_of_any_field_changes_half_of_the_word(field):
    luck = random.Random(field)
    changed = []
    for _ in range(2000):
        fields = [luck.getrandbits(64) for _ in range(4)]
        others = list(fields)
        others[field] ^= 1 << luck.randrange(64)
        one, other = chance_of(fields), chance_of(others)
        changed.append((one ^ other).bit_count())
    assert np.mean(changed) == approx(32.0, abs=0.5)
    assert min(changed) > 8


def chance_of(fields):
    word = fields[0]
    for field in fields[1:]:
        word = absorbed(word, field)
    return word


def test_the_order_of_fields_matters():
    seed = seed_word(1)
    assert chance_of([seed, 1, 2]) != chance_of([seed, 2, 1])
    assert chance_of([seed, 0]) != seed
    assert chance_of([seed, 0, 0]) != chance_of([seed, 0])


def correlation(one, other):
    return np.corrcoef([uniform(word) for word in one], [uniform(word) for word in other])[0, 1]


LIMIT = 5.0 / math.sqrt(MANY)


def test_neighbouring_seeds_months_and_decisions_are_unrelated():
    base = luck_of()
    assert abs(correlation(base, luck_of(seed=2))) < LIMIT
    assert abs(correlation(base, luck_of(month=2))) < LIMIT
    assert abs(correlation(base, luck_of(decision="choice"))) < LIMIT
    assert abs(correlation(base[:-1], base[1:])) < LIMIT
    # A seed must not be another's stream shifted by a month, or by a person.
    assert abs(correlation(base[:-1], luck_of(seed=2)[1:])) < LIMIT
    assert abs(correlation(luck_of(month=2), luck_of(seed=2))) < LIMIT
    several = [luck_of(seed, month=month, people=500) for seed in range(8) for month in range(8)]
    assert len({word for luck in several for word in luck}) == 64 * 500


def test_replications_are_unrelated_and_the_first_is_the_seeds_own():
    assert seed_word(7) == seed_word(7, 0)
    several = {seed_word(seed, replication) for seed in range(40) for replication in range(40)}
    assert len(several) == 1600
    assert seed_word(2**64 + 7) == seed_word(7)


def test_luck_does_not_depend_on_order_or_on_who_else_draws():
    everybody = dict(enumerate(luck_of(people=200)))
    order = random.Random(1).sample(range(200), 50)
    word = decision_word(seed_word(1), word_of("look"), 1)
    assert {person: absorbed(word, person) for person in order} == {
        person: everybody[person] for person in order
    }


@given(words)
def test_normal_is_the_inverse_of_its_distribution(word):
    assert normal(word) == approx(float(ndtri(uniform(word))), rel=1e-14, abs=1e-15)


@given(st.floats(0.0, 3.4), st.floats(0.0, 1.1))
def test_the_tails_of_the_normal_distribution(middle, far):
    for answer, r in ((_tail(middle), middle + 1.6), (_far_tail(far), far + 5.0)):
        assert answer == approx(-float(ndtri(math.exp(-r * r))), rel=1e-12)


def test_normal_numbers():
    drawn = np.array([normal(word) for word in luck_of()])
    assert drawn.mean() == approx(0.0, abs=5 / math.sqrt(MANY))
    assert drawn.std() == approx(1.0, abs=0.02)
    assert (drawn**3).mean() == approx(0.0, abs=0.1)
    assert (drawn**4).mean() == approx(3.0, abs=0.2)
    evened = [0.5 * math.erfc(-number / math.sqrt(2.0)) for number in drawn.tolist()]
    assert abs(unevenness(evened)) < 5.0


def test_gumbel_numbers():
    drawn = np.array([gumbel(word) for word in luck_of()])
    assert drawn.mean() == approx(0.5772, abs=0.04)
    assert drawn.var() == approx(math.pi**2 / 6.0, rel=0.05)
    assert abs(unevenness(np.exp(-np.exp(-drawn)))) < 5.0


def test_gumbel_luck_makes_the_choice_a_logit():
    utilities = {"Lean": 0.0, "Spark": 0.7, "Tailor": -0.4}
    chosen = dict.fromkeys(utilities, 0)
    for luck in luck_of(decision="choice"):
        scores = {name: u + gumbel(absorbed(luck, word_of(name))) for name, u in utilities.items()}
        chosen[max(scores, key=scores.get)] += 1
    total = sum(map(math.exp, utilities.values()))
    for name, utility in utilities.items():
        assert chosen[name] / MANY == approx(math.exp(utility) / total, abs=0.012)


def test_nearly_normal_numbers():
    drawn = np.array([nearly_normal(word) for word in luck_of()])
    assert drawn.mean() == approx(0.0, abs=5 / math.sqrt(MANY))
    assert drawn.var() == approx(1.0, rel=0.02)
    assert (drawn**3).mean() == approx(0.0, abs=0.06)
    assert (drawn**4).mean() == approx(2.7, abs=0.1)  # Irwin–Hall of four: 3 − 6/(5·4)


def test_words_of_names():
    name = "Café 東京が"
    assert word_of(unicodedata.normalize("NFC", name)) == word_of(
        unicodedata.normalize("NFD", name)
    )
    assert word_of("Lean") != word_of("lean") != word_of("lean ")
    # Kept in results of all runs: a change of these is a change of everybody's luck.
    assert word_of("tsunagari") == 0xFDEB37632215E318
    assert word_of("Lean") == 0xB778B025158A545B


def test_decisions_and_nobody_have_words_of_their_own():
    names = {
        value: name
        for module in modules_with_decisions()
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, int) and value >> 63
    }
    assert len(names) > 12
    listed = [f"Firm {number}" for number in range(5000)]
    taken = {word_of(name) for name in [*listed, "", "nobody", "∅", "Nobody", "None"]}
    assert len(taken) == 5005
    assert NOBODY_WORD in names
    assert not taken & set(names)


def modules_with_decisions():
    names = ("begin", "choose", "live", "look", "search", "settle", "worth")
    return [importlib.import_module(f"tsunagari.agents.phases.{name}") for name in names] + [
        importlib.import_module("tsunagari.agents.firm.state"),
        importlib.import_module("tsunagari.agents.firm.growth"),
    ]


def test_generators_are_keyed_by_their_fields():
    one = generator(seed_word(1), word_of("firm"), word_of("Lean")).random(5)
    assert (
        generator(seed_word(1), word_of("firm"), word_of("Lean")).random(5).tolist() == one.tolist()
    )
    assert (
        generator(seed_word(1), word_of("firm"), word_of("Spark")).random(5).tolist()
        != one.tolist()
    )
    assert (
        generator(seed_word(2), word_of("firm"), word_of("Lean")).random(5).tolist() != one.tolist()
    )


def test_constants_are_unsigned_for_the_compiler():
    for name in ("_ALL_BITS", "_GOLDEN", "_FIRST", "_SECOND"):
        assert getattr(chance, name) >> 63 == 1
    assert NOBODY_WORD >> 63 == 1

"""A rule computes the same, to the bit, compiled and as the Python it is."""

import random

import numba
import numpy as np
import pytest
from rulebook import RULES, inputs_of, types_of

from agents import chance
from agents.compiled import Word, kernel, rule
from agents.rules import judgement, value

MACHINE = {float: np.float64, int: np.int64, bool: np.bool_, Word: np.uint64}
TRIES = 3000


def compiled(function, *kinds):
    """The rule in a loop over columns of these types, as kernels call it."""
    names, result = types_of(function)
    columns = ", ".join(names)
    values = ", ".join(f"{name}[row]" for name in names)
    space = {"a_rule": function}
    code = f"def loop(out, {columns}):\n for row in range(len(out)):\n  out[row] = a_rule({values})"
    exec(code, space)
    loop = numba.njit(nogil=True, error_model="numpy")(space["loop"])
    kinds = kinds or [MACHINE[kind] for kind in names.values()]

    def run(inputs):
        out = np.zeros(len(inputs), MACHINE[result])
        columns = zip(*inputs, strict=True)
        loop(out, *(np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)))
        return out

    return run


def bits(values):
    """Bits of numbers, with one NaN for all NaNs."""
    values = np.asarray(values)
    if values.dtype.kind != "f":
        return values
    return np.where(np.isnan(values), np.nan, values).view(np.int64)


def test_there_are_rules():
    names = {function.__name__ for function in RULES}
    assert {
        "satisfaction_earned",
        "absorbed",
        "taste",
        "stars",
        "discount",
    } <= names
    assert len(RULES) > 50
    assert len(names) == len(RULES)


@pytest.mark.parametrize("function", RULES, ids=lambda function: function.__name__)
def test_compiled_and_interpreted_agree_to_the_bit(function):
    inputs, results = inputs_of(function, TRIES, seed=1)
    assert len(inputs) > TRIES / 2
    expected = np.array(results, MACHINE[types_of(function)[1]])
    np.testing.assert_array_equal(bits(compiled(function)(inputs)), bits(expected))


@pytest.mark.parametrize(
    "function",
    [judgement.satisfaction_earned, value.quality, value.success_probability, value.fit],
    ids=lambda function: function.__name__,
)
def test_numbers_straight_from_storage_are_widened_first(function):
    inputs, _ = inputs_of(function, TRIES, seed=2)
    stored = [tuple(float(np.float32(number)) for number in numbers) for numbers in inputs]
    stored = [numbers for numbers in stored if all(map(np.isfinite, numbers))]
    found, expected = [], []
    narrow = compiled(function, *[np.float32] * len(stored[0]))
    for numbers, result in zip(stored, narrow(stored), strict=True):
        try:
            expected.append(function(*numbers))
        except (ArithmeticError, ValueError):
            continue
        found.append(result)
    assert len(found) > TRIES / 2
    np.testing.assert_array_equal(bits(found), bits(expected))


def test_whole_numbers_straight_from_storage_are_widened_first():
    """A month of 32 bits and a customer of 64 give the word that Python's numbers give."""
    luck = random.Random(3)
    inputs = [(luck.getrandbits(64), luck.getrandbits(64), luck.randrange(1200)) for _ in range(99)]
    narrow = compiled(chance.decision_word, np.uint64, np.uint64, np.int32)
    expected = [chance.decision_word(*values) for values in inputs]
    assert narrow(inputs).tolist() == expected


def test_a_number_is_not_taken_for_a_word_or_a_whole_number():
    @kernel
    def draw(words, out):
        for row in range(len(out)):
            out[row] = chance.uniform(words[row])

    with pytest.raises(numba.TypingError, match="uniform: word is float64, not uint64"):
        draw(np.zeros(1), np.zeros(1))


def test_a_rule_stays_the_function_it_is():
    def twice(number: float) -> float:
        return 2.0 * number

    assert rule(twice) is twice
    assert twice(1.5) == 3.0


def test_a_rule_needs_scalars():
    def lost(number: float, name: str, other) -> float:
        return number

    with pytest.raises(TypeError, match="rule lost: annotate name, other as a scalar"):
        rule(lost)

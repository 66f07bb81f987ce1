"""A rule computes the same, to the bit, compiled and as the Python it is."""

import random

import numba
import numpy as np
import pytest
from rulebook import RULES, inputs_of, types_of

from tsunagari.agents import chance
from tsunagari.agents.compiled import Word, kernel, rule
from tsunagari.agents.rules import judgement, value

MACHINE = {float: np.float64, int: np.int64, bool: np.bool_, Word: np.uint64}
TRIES = 3000


def compiled(given):
    """What rules give where kernels call them, by rule: one compiled loop after another.

    Args:
        given: For every rule, arrays of its parameters.
    """
    tables, lines = [], []
    for number, (function, columns) in enumerate(given.items()):
        names, result = types_of(function)
        kinds = [(name, column.dtype) for name, column in zip(names, columns, strict=True)]
        table = np.zeros(len(columns[0]), [*kinds, ("result", MACHINE[result])])
        for name, column in zip(names, columns, strict=True):
            table[name] = column
        tables.append(table)
        values = ", ".join(f"row.{name}" for name in names)
        lines += [f" for row in table{number}:", f"  row.result = rule{number}({values})"]
    space = {f"rule{number}": function for number, function in enumerate(given)}
    code = [f"def loops({', '.join(f'table{n}' for n in range(len(tables)))}):", *lines]
    exec("\n".join(code), space)
    numba.njit(nogil=True, error_model="numpy")(space["loops"])(*tables)
    return {function: table["result"] for function, table in zip(given, tables, strict=True)}


def arrays_of(function, inputs, kind_of=MACHINE.get):
    """The parameters of a rule as arrays: of their machine types, if nothing else is said."""
    names, _ = types_of(function)
    columns = zip(*inputs, strict=True)
    return [np.array(c, kind_of(kind)) for c, kind in zip(columns, names.values(), strict=True)]


@pytest.fixture(scope="module")
def agreed():
    """Inputs of every rule, what it gives interpreted, and what it gives compiled."""
    tried = {function: inputs_of(function, TRIES, seed=1) for function in RULES}
    given = {function: arrays_of(function, inputs) for function, (inputs, _) in tried.items()}
    found = compiled(given)
    return {function: (*tried[function], found[function]) for function in RULES}


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
def test_compiled_and_interpreted_agree_to_the_bit(agreed, function):
    inputs, results, found = agreed[function]
    assert len(inputs) > TRIES / 2
    expected = np.array(results, MACHINE[types_of(function)[1]])
    np.testing.assert_array_equal(bits(found), bits(expected))


def test_numbers_straight_from_storage_are_widened_first():
    rules = (judgement.satisfaction_earned, value.quality, value.success_probability, value.fit)
    stored = {}
    for function in rules:
        inputs, _ = inputs_of(function, TRIES, seed=2)
        narrow = [tuple(float(np.float32(number)) for number in numbers) for numbers in inputs]
        stored[function] = [numbers for numbers in narrow if all(map(np.isfinite, numbers))]
    found_by = compiled({f: arrays_of(f, stored[f], lambda _: np.float32) for f in rules})
    for function in rules:
        found, expected = [], []
        for numbers, result in zip(stored[function], found_by[function], strict=True):
            try:
                expected.append(function(*numbers))
            except (ArithmeticError, ValueError):
                continue
            found.append(result)
        assert len(found) > TRIES / 2
        np.testing.assert_array_equal(bits(found), bits(expected), function.__name__)


def test_whole_numbers_straight_from_storage_are_widened_first():
    """A month of 32 bits and a customer of 64 give the word that Python's numbers give."""
    luck = random.Random(3)
    inputs = [(luck.getrandbits(64), luck.getrandbits(64), luck.randrange(1200)) for _ in range(99)]
    narrow = {Word: np.uint64, int: np.int32}
    columns = arrays_of(chance.decision_word, inputs, narrow.get)
    expected = [chance.decision_word(*values) for values in inputs]
    found = compiled({chance.decision_word: columns})[chance.decision_word]
    assert found.tolist() == expected


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

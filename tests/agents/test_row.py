"""A cell is one number: read and written alike in compiled code and out of it."""

import importlib
import inspect
import pkgutil
from typing import Any, NamedTuple

import numba
import numpy as np
import pytest

import tsunagari.agents.phases
import tsunagari.agents.rules
from tsunagari.agents.columns import MARKS, REALS
from tsunagari.agents.compiled import part, row_kernel
from tsunagari.agents.row import Row, Table, fixed, plain

MOST_PARAMETERS = 8


def table(people=3):
    rng = np.random.default_rng(1)
    state = rng.normal(size=(len(REALS), people)).astype(np.float32)
    return Table(state, rng.integers(-5, 5, (len(MARKS), people)).astype(np.int32))


NAMES = [column.name for column in (*REALS, *MARKS)]
TWICE = "@part\ndef twice(c):\n" + "".join(
    f" c.{column.name} = c.{column.name} * {'1.1' if column in REALS else '3'}\n"
    for column in (*REALS, *MARKS)
)  # fmt: skip
space: dict[str, Any] = {"part": part}
exec(TWICE, space)
twice = space["twice"]


@row_kernel
def twice_rows(first, last, people):
    for i in range(first, last):
        twice(Row(people, i))


def test_every_column_compiled_and_interpreted():
    compiled, interpreted = table(), table()
    twice_rows(1, 3, compiled)
    for row in (1, 2):
        twice(Row(interpreted, row))
    np.testing.assert_array_equal(compiled.state, interpreted.state)
    np.testing.assert_array_equal(compiled.marks, interpreted.marks)
    before = table()
    np.testing.assert_array_equal(compiled.state[:, 0], before.state[:, 0])
    assert not np.array_equal(compiled.state[:, 1], before.state[:, 1])


def test_a_cell_is_read_wide_and_written_narrow():
    people = table()
    c = Row(people, 2)
    c.satisfaction = 0.1
    assert c.satisfaction == float(np.float32(0.1)) != 0.1
    assert type(c.satisfaction) is float
    c.tenure = 7
    assert type(c.tenure) is int
    assert (c.tenure, c.row) == (7, 2)


def test_what_is_no_column_is_refused():
    c = Row(table(), 0)
    with pytest.raises(AttributeError, match="no column 'satisfied'"):
        c.satisfied  # noqa: B018
    with pytest.raises(AttributeError, match="no column 'satisfied'"):
        c.satisfied = 1.0

    @row_kernel
    def misspelt(people):
        Row(people, 0).satisfied = 1.0

    with pytest.raises(numba.TypingError, match="satisfied"):
        misspelt(table())


class Numbers(NamedTuple):
    p: Any
    offers: Any


def test_an_array_of_no_dimension_becomes_its_record():
    record = np.array([(1.5, 2)], [("x", np.float64), ("k", np.int64)])

    @row_kernel
    def read(numbers, out):
        now = fixed(numbers)
        out[0] = now.p.x + now.p.k + now.offers[0].x

    numbers, out = Numbers(record.reshape(()), record), np.zeros(1)
    read(numbers, out)
    assert out[0] == 5.0
    now = fixed(numbers)
    assert (type(now), type(now.p.x), type(now.offers)) == (Numbers, float, list)
    assert now.p.x + now.p.k + now.offers[0].x == 5.0


def test_plain_numbers_are_pythons():
    assert [type(value) for value in plain(np.ones(2, np.float32))] == [float, float]
    assert (type(plain(np.uint64(3))), plain("as it is")) == (int, "as it is")


def test_nothing_of_the_engine_has_more_than_eight_parameters():
    names = [
        f"{package.__name__}.{module.name}"
        for package in (tsunagari.agents.phases, tsunagari.agents.rules)
        for module in pkgutil.iter_modules(package.__path__)
    ]
    counted = {}
    for module in map(
        importlib.import_module, [*names, "tsunagari.agents.row", "tsunagari.agents.population"]
    ):
        for name, value in vars(module).items():
            function = getattr(value, "py_func", value)
            if inspect.isfunction(function) and function.__module__ == module.__name__:
                counted[f"{module.__name__}.{name}"] = len(inspect.signature(function).parameters)
    assert len(counted) > 150
    assert [name for name, count in counted.items() if count > MOST_PARAMETERS] == []

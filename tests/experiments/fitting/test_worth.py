"""What a column is worth, in a bank in which it is known what each figure tells."""

from __future__ import annotations

import numpy as np
import pytest
from written_tables import frame_of

from tsunagari.experiments.fitting.bank import Bank
from tsunagari.experiments.fitting.estimation import discrepancy, disturbed
from tsunagari.experiments.fitting.simulated import Held
from tsunagari.experiments.fitting.table import read_table
from tsunagari.experiments.fitting.worth import columns_worth

MONTHS, DRAWS = 12, 400
OTHERS = ("rating", "reviews", "survival", "switching")


@pytest.fixture(scope="module")
def bank():
    """A bank in which shares tell the first number, NPS the second, and nothing the third."""
    rng = np.random.default_rng(3)
    z = rng.standard_normal((DRAWS, 3))
    shape = (DRAWS, MONTHS + 1, 2)
    share = np.empty(shape)
    share[..., 0] = 0.5 + 0.03 * z[:, :1]
    share[..., 1] = 1.0 - share[..., 0]
    nps = np.broadcast_to(20.0 * z[:, 1, None, None], shape)
    found = {"share": share, "churn": np.full(shape, 0.02), "joins": np.full(shape, 0.01)}
    found |= {"nps": nps, "rating": np.full(shape, 3.5), "reviews": np.full(shape, 0.5)}
    found |= {"survival": np.full(shape, 0.8), "switching": np.full((DRAWS, 3, 2), 0.9)}
    return Bank(z, {name: rows.astype(np.float32) for name, rows in found.items()})


def worths(bank, **columns):
    held = Held(read_table(frame_of(MONTHS + 1, **columns)), MONTHS)
    measures, firms, _ = held.labels()
    off = discrepancy(measures, firms)
    return columns_worth(bank, held, disturbed(bank.seen(held), off, np.random.default_rng(1)))


def test_a_column_that_is_missing_would_tell_what_it_tells(bank):
    found = worths(bank, churn=0.02)
    assert [(item.column, item.present) for item in found] == [
        ("", True), ("share", True), ("churn", True), ("joins", False), ("nps", False),
        *((name, False) for name in OTHERS),
    ]  # fmt: skip
    stands = found[0].ratios
    assert stands[0] < 0.3
    assert (stands[1:] > 0.9).all()
    by_name = {item.column: item.ratios for item in found}
    assert by_name["share"][0] > 0.9, "nothing else tells of it"
    np.testing.assert_allclose(by_name["churn"], stands, atol=0.02)
    assert by_name["nps"][1] < 0.3 < 0.9 < by_name["nps"][2]
    assert found[4].left < min(item.left for item in (*found[:4], *found[5:]))


def test_a_column_is_worth_before_what_it_is_worth_after(bank):
    would = {item.column: item.ratios for item in worths(bank)}["nps"]
    does = worths(bank, nps=10.0)[0].ratios
    np.testing.assert_allclose(would, does, atol=0.05)


def test_a_table_of_one_column_is_not_judged_without_it(bank):
    assert [item.column for item in worths(bank)] == ["", "churn", "joins", "nps", *OTHERS]

"""Other markets than the example's: drawn tables are fitted, and stand as they stood.

``python tests/experiments/fitting/test_drawn_tables.py`` prints the documentation's table.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest

from tsunagari.experiments.fitting.fit import Size, fit
from tsunagari.experiments.fitting.results import gaps

pytestmark = [pytest.mark.slow, pytest.mark.exhaustive]

MONTHS = 24
KINDS = {
    "three firms": {"firms": 3, "seed": 1},
    "four firms": {"firms": 4, "seed": 2},
    "eight firms": {"firms": 8, "seed": 3},
    "no contracts": {"firms": 4, "seed": 4, "contract": 0},
    "a trend": {"firms": 4, "seed": 5, "trend": 0.15},
}


def drawn(firms, seed, contract=12, trend=0.0):
    """A market of flows: who leaves goes to others by their pull; one firm pulls more and more."""
    rng = np.random.default_rng(seed)
    names = [f"F{place}" for place in range(firms)]
    share = np.sort(rng.dirichlet(np.full(firms, 6.0)))[::-1]
    churn = np.sort(rng.uniform(0.009, 0.02, firms)) * (1.6 if contract == 0 else 1.0)
    price = np.round(np.sort(rng.uniform(3200, 4800, firms))[::-1], -1)
    nps = rng.uniform(-6, 8, firms)
    pull = share * churn / (share * churn).sum()
    rows = []
    for month in range(1, MONTHS + 1):
        now = pull * np.where(np.arange(firms) == firms - 1, 1 + trend * month / 12, 1.0)
        leaves = share * churn * (1 + 0.05 * rng.standard_normal(firms))
        joins = leaves.sum() * now / now.sum()
        share = (share - leaves + joins) / (share - leaves + joins).sum()
        for place, name in enumerate(names):
            rows.append(
                {"month": month, "firm": name, "share": share[place], "price": price[place],
                 "churn": leaves[place] / share[place], "nps": nps[place] + rng.standard_normal()}
            )  # fmt: skip
    return pd.DataFrame(rows), {"currency": "JPY", "people": 10_000_000, "contract": contract}


def worst(kind):
    """Largest gap in points by measure: of firms of a tenth of the market or more, and of all."""
    table, facts = drawn(**KINDS[kind])
    found = fit(table, facts, size=Size(members=8), workers=2)
    shares = dict(zip(found.table.firms, found.table.values["share"][0], strict=True))
    large, every = {}, {}
    for measure, firm, largest, mean in gaps(found):
        gap = abs(largest if measure == "share" else mean)
        every[measure] = max(gap, every.get(measure, 0.0))
        if shares[firm] >= 0.1:
            large[measure] = max(gap, large.get(measure, 0.0))
    return large, every


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawn_market_stands_as_it_stood(kind):
    """What is reached; the recommendations of some are farther off (the page says look here)."""
    large, every = worst(kind)
    assert every["share"] < 1.0
    assert large["churn"] < 0.4


if __name__ == "__main__":
    for name in sys.argv[1:] or KINDS:
        print(name, *worst(name), flush=True)

"""With every new form off, the market is the one that was there before them.

The files in ``former/`` are the golden runs of the market before prices had a curvature, needs
followed the market, people differed for good in readiness to look, and advertising stayed in
people's minds. They are not written anew.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.sim.test_golden import differences, numbers_of, small
from tsunagari.sim.market import Market

FORMER = Path(__file__).parent / "former"
OFF = {
    "value.elasticity": 1.0,
    "wallet.elasticity": 0.0,
    "judgement.need_rate": 0.0,
    "looking.spread": 0.0,
    "looking.referred_power": 0.0,
    "adoption.friends_power": 0.0,
    "zmot.advertising": 0.0,
    "zmot.advertising_carry": 0.0,
    "zmot.guarantee_signal": 0.0,
}
"""Every new form at the limit in which it does nothing."""
AS_BEFORE = {
    "value.price_slope": 3.5,
    "judgement.need_up": 0.02,
    "judgement.need_down": 0.005,
    "judgement.need_technology": 0.002,
    "zmot.negative_friends": 1.5,
    "zmot.sources": 5.2,
    "market.wallet_spread": 0.6,
    "disciplines.none.markup": 0.30,
    "disciplines.operational-excellence.markup": 0.30,
    "disciplines.product-leadership.markup": 0.25,
    "disciplines.customer-intimacy.markup": 0.40,
    "disciplines.disruptor.marginal_cost": 0.35,
    "disciplines.disruptor.network_effect": 0.8,
    "disciplines.disruptor.complements": 0.0,
}
"""Numbers that have moved since."""
TOLD_ANEW = ("clv", "referral_value")
"""Measures that are defined otherwise now."""


@pytest.mark.parametrize("name", [path.stem for path in sorted(FORMER.glob("*.json"))])
def test_with_all_new_forms_off_the_market_is_as_it_was(name):
    own = small(name).model_dump(mode="json", exclude_unset=True)
    market = Market(small(name).with_values({**OFF, **AS_BEFORE, **set_by(own)}))
    market.run_for(market.plan.market.months)
    now = numbers_of(market)
    before = json.loads((FORMER / f"{name}.json").read_text(encoding="utf-8"))
    kept = {
        key: value
        for key, value in before.items()
        if not any(f" {measure}" in key.partition(": ")[2] for measure in TOLD_ANEW)
        and not any(f": {measure} in" in key for measure in TOLD_ANEW)
    }
    assert len(kept) > 0.9 * len(before)
    assert differences(kept, {key: now.get(key) for key in kept}) == []


def set_by(own: dict) -> dict:
    """What the scenario itself says of the same numbers."""
    found = {}
    for path in (*OFF, *AS_BEFORE):
        value = own
        for key in path.split("."):
            value = value.get(key, {}) if isinstance(value, dict) else {}
        if value != {}:
            found[path] = value
    return found

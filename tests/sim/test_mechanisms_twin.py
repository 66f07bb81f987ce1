"""Every mechanism that can be off, switched on: engine and twin still tell one story."""

import pytest
from test_plain import LIVELY, assert_twins, plan_of

from tests.sim.test_former import AS_BEFORE, OFF
from tsunagari.sim.market import Market

FIRM_ON = {  # what firms do
    "technology.transition": 0.3,
    "technology.culture_rate": 0.2,
    "technology.culture_worth": 0.9,
    "technology.data_growth": 0.3,
    "technology.data_worth": 0.9,
    "technology.data_clutter": 0.8,
    "technology.measurement_noise": 0.7,
    "technology.reaction": 0.9,
    "technology.price_reaction": 0.5,
    "technology.cost_imitation": 0.1,
    "technology.solution_imitation": 0.1,
    "technology.handed_over": 0.9,
    "technology.trial_size": 0.05,
    "technology.trial_harm": 0.2,
    "finance.technology_cost": 0.05,
    "finance.partner_cost": 0.1,
    "finance.trial_cost": 0.05,
    "value.purpose_liking": 0.5,
    "firms.Tailor.purpose": 0.8,
    "firms.Tailor.use": 0.9,
    "firms.Tailor.plan_months": 5,
    "firms.Tailor.governance": 0.7,
    "firms.Tailor.partners": 0.8,
    "firms.Lean.learning": 0.5,
    "firms.Lean.experiments": 2.3,
    "firms.Zero.expansion": 0.02,
    "firms.Zero.expansion_most": 0.5,
    "firms.Zero.complements": 0.7,
    "firms.Zero.complement_months": 3.0,
    "firms.Lean.fragmentation": 0.8,
    "firms.Spark.intermediaries": 0.4,
    "firms.Spark.intermediary_reach": 0.9,
    "finance.intermediary_margin": 0.3,
}
_PURPOSE = {"firms.Tailor.purpose": 0.8}
_MEASURING = {**_PURPOSE, "firms.Tailor.use": 0.9}
_CULTURE = {**_PURPOSE, "technology.culture_rate": 0.2}
_DATA = {"technology.data_growth": 0.3}
_REACTION = {"technology.reaction": 0.9}
_PARTNERS = {"firms.Tailor.partners": 0.8}
_TRIALS = {"firms.Lean.experiments": 2.3}
NEW_DISCIPLINE = {"month": 8, "set": "firms.Zero.discipline", "to": "product-leadership"}
FIRM_NEEDS = {  # and what must be there besides for it to matter
    "technology.transition": {"events": [NEW_DISCIPLINE]},
    "technology.culture_rate": _PURPOSE,
    "technology.culture_worth": _CULTURE,
    "technology.data_worth": _DATA,
    "technology.data_clutter": _DATA,
    "technology.measurement_noise": _MEASURING,
    "technology.price_reaction": _REACTION,
    "technology.cost_imitation": _REACTION,
    "technology.solution_imitation": _REACTION,
    "technology.handed_over": _PARTNERS,
    "technology.trial_size": _TRIALS,
    "technology.trial_harm": _TRIALS,
    "finance.technology_cost": {"technology.extended_staff": 1.5},
    "finance.partner_cost": _PARTNERS,
    "finance.trial_cost": _TRIALS,
    "value.purpose_liking": _PURPOSE,
    "firms.Tailor.purpose": {"firms.Tailor.use": 0.9},
    "firms.Tailor.use": _PURPOSE,
    "firms.Tailor.plan_months": _MEASURING,
    "firms.Tailor.governance": _DATA,
    "firms.Zero.expansion_most": {"firms.Zero.expansion": 0.02},
    "firms.Zero.complement_months": {"firms.Zero.complements": 0.7},
    "firms.Spark.intermediary_reach": {"firms.Spark.intermediaries": 0.4, "firms.Spark.reach": 0.3},
    "finance.intermediary_margin": {"firms.Spark.intermediaries": 0.4},
}
REFERRED = {"looking.referred": 2.0, "looking.base": 0.3, "network.kind": "scale-free"}
FORM_NEEDS = {
    "judgement.need_market": {"judgement.need_rate": 0.03},
    "judgement.need_aspiration": {"judgement.need_rate": 0.03},
    "zmot.guarantee_signal": {"firms.Broad.guarantee": 0.4},
    "zmot.advertising": {"firms.Spark.advertising": 2.0},
    "zmot.advertising_carry": {
        "zmot.advertising": 0.4,
        "events": [{"month": 3, "set": "firms.Spark.advertising", "to": 4.0}],
    },
    "adoption.friends_power": {"market.start": "empty", "adoption.imitation": 0.3},
    "looking.referred_power": REFERRED,
    "looking.referred_settling": {**REFERRED, "looking.settling": 20.0},
}
ON = {
    **FIRM_ON,
    "value.outside_connectivity": 2.0,
    "value.effort": 0.5,
    "judgement.need_rate": 0.03,
    "judgement.need_market": 0.3,
    "judgement.need_aspiration": 0.5,
    "looking.spread": 0.5,
    "looking.referred_power": None,
    "looking.referred_settling": None,
    "adoption.friends_power": None,
    "zmot.negative_friends": 1.0,
    "zmot.guarantee_signal": 5.0,
    "zmot.advertising": 0.4,
    "zmot.advertising_carry": 0.75,
    "judgement.halo": 2.0,
    "judgement.unsettling": 0.8,
    "judgement.review": 0.05,
    "relation.indulgence_drag": 0.7,
    "relation.job_change": 0.04,
    "wallet.potential": 0.5,
    "finance.indulgence_cost": 0.1,
    "finance.digital_cost": 0.05,
    "zmot.connectivity": 2.0,
    "firms.Lean.inconsistency": 0.6,
    "firms.Lean.digital": 1.0,
    "firms.Lean.renews": 0.0,
    "firms.Lean.contract": 3,
    "firms.Spark.target": "curious",
    "firms.Spark.focus": 0.8,
    "firms.Spark.reach": 0.7,
    "firms.Spark.joiner_price": 0.6,
    "firms.Spark.winback_price": 0.4,
    "firms.Spark.joiner_months": 5,
    "firms.Lean.loyalty": 0.2,
    "firms.Lean.loyalty_months": 7,
    "firms.Spark.referral_reward": 0.3,
    "zmot.rewarded": 2.0,
    "zmot.reward_scale": 1.0,
    "firms.Tailor.foresight": 0.8,
    "firms.Tailor.discovery": 0.2,
    "firms.Tailor.minimum_potential": 0.1,
    "firms.Tailor.drops_below": 0.85,
    "firms.Tailor.gain_share": 0.3,
    "firms.Broad.guarantee": 0.4,
    "events": [
        {"month": 4, "poach": "Tailor", "by": "Broad", "size": 0.5},
        {"month": 6, "leave": "Broad"},
        {"month": 7, "poach": "Tailor", "by": "Broad"},
        NEW_DISCIPLINE,
        {"month": 9, "poach": "Lean", "by": "Zero", "size": 1.0},
    ],
}


@pytest.fixture(scope="module")
def engine():
    plan = plan_of(400).with_values({**LIVELY, **ON, "judgement.review": 0.03})
    return assert_twins(plan, seed=21)


def test_all_at_once(engine):
    flows = engine.results.flows
    assert "dismissal" in set(flows["decided_by"])
    firms = engine.results.firms.groupby("firm")
    assert firms["settlement"].sum()["Tailor"] > 0.0
    assert firms["settlement"].sum()["Broad"] < 0.0
    assert (engine.population.column("returned") == 1).any()
    assert (engine.population.column("found") > 0.0).any()


def test_on_a_complete_network():
    plan = plan_of(60, network__kind="complete").with_values({**LIVELY, **ON})
    assert_twins(plan, seed=22)


@pytest.mark.parametrize("key", [key for key in ON if key != "events"])
def test_each_by_itself_changes_something(key):
    # A mechanism that nothing reads would pass the comparison with the twin.
    needs = {**FIRM_NEEDS, **FORM_NEEDS,
             "firms.Spark.joiner_months": {"firms.Spark.joiner_price": 0.6},
             "firms.Spark.joiner_price": {"firms.Spark.joiner_months": 5},
             "firms.Spark.winback_price": {"firms.Spark.joiner_months": 5},
             "firms.Lean.loyalty_months": {"firms.Lean.loyalty": 0.2},
             "zmot.rewarded": {"firms.Spark.referral_reward": 0.3},
             "zmot.reward_scale": {"firms.Spark.referral_reward": 0.3},
             "firms.Spark.focus": {"firms.Spark.target": "curious"},
             "firms.Spark.target": {"firms.Spark.focus": 0.8},
             "firms.Lean.renews": {"firms.Lean.contract": 3},
             "relation.indulgence_drag": {"firms.Lean.indulgence": 0.5},
             "judgement.unsettling": {"firms.Spark.launch_rate": 0.9},
             "finance.indulgence_cost": {"firms.Lean.indulgence": 0.5},
             "finance.digital_cost": {"firms.Lean.digital": 1.0},
             "value.outside_connectivity": {"zmot.connectivity": 2.0},
             "wallet.potential": {"firms.Tailor.discovery": 0.2},
             "firms.Tailor.discovery": {"wallet.potential": 0.5},
             "firms.Tailor.minimum_potential": {"wallet.potential": 0.5}}  # fmt: skip
    without = {**LIVELY, **OFF, **AS_BEFORE, "value.independence": 1.0}
    base = plan_of(300).with_values({**without, **needs.get(key, {})})
    tables = []
    for plan in (base, base.with_values({key: ON[key]})):
        market = Market(plan, seed=23)
        market.run_for(12)
        tables.append(market.results.firms)
    assert not tables[0].equals(tables[1])

"""The firms' own mechanisms in a market: off they are not there, on they do what they say."""

import copy

import pytest
from test_mechanisms_twin import FIRM_NEEDS, FIRM_ON
from test_plain import FIVE, LIVELY, plan_of
from test_same_to_the_bit import assert_same, tables_of, without

from tsunagari.agents.firm.books import CAPABILITIES
from tsunagari.sim.market import Market
from tsunagari.sim.policies import DECISIONS

SWITCHES = {  # at these nothing happens, whatever the rest says
    "technology.transition": 0.0,
    "technology.culture_rate": 0.0,
    "technology.data_growth": 0.0,
    "technology.reaction": 0.0,
    "finance.technology_cost": 0.0,
    "value.purpose_liking": 0.0,
}
OWN_SWITCHES = (
    "purpose", "use", "learning", "partners", "experiments", "expansion",
    "intermediaries", "fragmentation",
)  # fmt: skip
BESIDES = {  # what only says how, should anything happen
    "technology.culture_worth": 3.0,
    "technology.data_worth": 2.0,
    "technology.data_clutter": 1.0,
    "technology.measurement_noise": 5.0,
    "technology.price_reaction": 1.0,
    "technology.cost_imitation": 0.9,
    "technology.solution_imitation": 0.9,
    "technology.handed_over": 1.0,
    "technology.trial_size": 1.0,
    "technology.trial_harm": 1.0,
    "finance.partner_cost": 5.0,
    "finance.intermediary_margin": 0.9,
    "finance.trial_cost": 5.0,
}
OWN_BESIDES = {
    "plan_months": 7, "governance": 1.0, "expansion_most": 9.0,
    "intermediary_reach": 0.9,
}  # fmt: skip
NEW_COURSE = [{"month": 4, "set": "firms.Lean.discipline", "to": "product-leadership"}]


def firms_with(**terms):
    return [{**firm, **terms} for firm in FIVE]


def run(plan, months=10, seed=31):
    market = Market(plan, seed, threads=1)
    market.run_for(months)
    return market


@pytest.fixture(scope="module")
def everything():
    values = {**LIVELY, **FIRM_ON, "technology.extended_staff": 1.3, "events": NEW_COURSE}
    return plan_of(300).with_values(values)


def test_off_changes_no_bit():
    plan = plan_of(300, events=NEW_COURSE).with_values(LIVELY)
    terms = dict.fromkeys(OWN_SWITCHES, 0.0)
    off = plan.with_values({"firms": firms_with(**terms, **OWN_BESIDES), **SWITCHES, **BESIDES})
    assert_same(tables_of(plan, months=12, seed=5), tables_of(off, months=12, seed=5))


@pytest.mark.parametrize("missing", ["purpose", "use"])
def test_measures_move_nothing_without_purpose_and_use(missing):
    both = {"purpose": 1.0, "use": 1.0}
    plan = plan_of(200)
    moved = plan.with_values({"firms": firms_with(**both)})
    not_moved = plan.with_values({"firms": firms_with(**{**both, missing: 0.0})})
    neither = tables_of(plan, months=6)
    assert_same(neither, tables_of(not_moved, months=6))
    assert (
        tables_of(moved, months=6)["firms"]["price"].tolist() != neither["firms"]["price"].tolist()
    )


def test_a_change_of_discipline_costs_a_part_of_every_capability():
    plan = plan_of(200, events=NEW_COURSE)
    base, paid = (
        run(plan.with_values({"technology.transition": part}), months=4).firm("Lean")
        for part in (0.0, 0.3)
    )
    before = run(plan, months=3).firm("Lean").capabilities
    for name in CAPABILITIES:
        lost = base.capabilities[name] - paid.capabilities[name]
        assert lost == pytest.approx(0.3 * 0.98 * before[name])  # the frontier takes 2 % of less


def test_culture_is_set_back_by_a_change_of_course():
    events = [*NEW_COURSE, {"month": 6, "set": "firms.Spark.purpose", "to": 0.9}]
    values = {"firms": firms_with(purpose=0.5), "technology.culture_rate": 0.1}
    market = Market(plan_of(100, events=events).with_values(values), seed=3)
    grown = {name: [] for name in ("Lean", "Spark", "Tailor")}
    for _ in range(8):
        market.step()
        for name, culture in grown.items():
            culture.append(market.firm(name).culture)

    def steady(purpose, months):
        return [purpose * (1.0 - 0.9**month) for month in range(1, months + 1)]

    approx = pytest.approx
    assert grown["Tailor"] == approx(steady(0.5, 8))
    assert grown["Lean"] == approx([*steady(0.5, 3), 0.0, *steady(0.5, 4)])
    assert grown["Spark"] == approx([*steady(0.5, 5), 0.0, *steady(0.9, 2)])


def test_a_plan_holds_for_its_months():
    firms = [{**FIVE[0], "plan_months": 5}, FIVE[1]]
    market = Market(plan_of(200, firms=firms), seed=3)
    measured = {"Lean": [], "Spark": []}
    for _ in range(12):
        market.step()
        for name, signals in measured.items():
            signals.append(tuple(market.firm(name).measured.values()))
    changes = {
        name: [month + 1 for month in range(1, 12) if signals[month] != signals[month - 1]]
        for name, signals in measured.items()
    }
    assert changes == {"Lean": [6, 11], "Spark": list(range(2, 13))}
    assert len(measured["Lean"][0]) == 3


def test_a_newcomer_measures_as_soon_as_it_has_customers():
    entry = [{"month": 2, "enter": {"name": "Late", "plan_months": 60, "price": 0.7}}]
    market = Market(plan_of(300, events=entry).with_values(LIVELY), seed=3)
    market.run_for(2)
    assert market.firm("Late").measured == {}
    market.run_for(1)
    assert market.firm("Late").customers > 0
    market.run_for(1)
    assert len(market.firm("Late").measured) == 3
    assert market.firm("Late").measured_in in (3, 4)


def reacting(**more):
    values = {"technology.reaction": 1.0, "technology.price_reaction": 0.5}
    return plan_of(300, **more).with_values({**LIVELY, **values})


def test_prices_move_after_a_loss_of_share_only_and_never_below_what_pays():
    firms = [*firms_with(), {"name": "Dear", "markup": 1.0}, {"name": "Loss", "markup": -0.1}]
    market = Market(reacting(firms=firms), seed=8)
    market.step()
    assert {firm.concession for firm in market.firms} == {0.0}  # nothing has been lost yet
    raised = lowered = at_cost = 0
    for _ in range(24):
        before = {firm.name: (firm.concession, firm.standing.lost) for firm in market.firms}
        market.begin_month()  # books are last month's still, prices this month's
        floors = {firm.name: firm.break_even(market.conditions) for firm in market.firms}
        market.step()
        for firm in market.firms:
            conceded, lost = before[firm.name]
            asked = firm.terms.price * firm.discipline.asking_price(firm, market.conditions)
            assert asked + 1e-12 >= firm.price >= min(asked, floors[firm.name]) - 1e-12
            at_cost += conceded > 0.0 and firm.price == floors[firm.name] < asked
            if lost <= 0.0:
                assert firm.concession <= conceded
            raised += firm.concession > conceded
            lowered += firm.concession < conceded
    assert min(raised, lowered) > 10
    assert market.firm("Loss").concession == 0.0
    assert at_cost > 0


def test_a_frozen_rival_keeps_its_price_policy():
    market = run(reacting().with_values({"technology.reaction": 0.0}))
    assert {firm.concession for firm in market.firms} == {0.0}
    assert any(firm.standing.lost > 0.0 for firm in market.firms)


def test_a_firm_that_nobody_sees_changes_nothing_though_all_react(everything):
    ghost = {"name": "Ghost", "reach": 0.0, "share": 0.0, "price": 0.1, "investment": 1.0}
    ghost |= {"operations": 9.0, "innovation": 9.0, "intimacy": 9.0}
    own = [firm.model_dump(exclude_none=True) for firm in everything.firms]

    def tables(ghost):
        firms = [own[0], *ghost, *own[1:]]
        return tables_of(everything.with_values({"firms": firms}), months=14, seed=6)

    alone = tables([])
    assert_same(alone, without(tables([ghost]), "Ghost"))
    with pytest.raises(AssertionError):
        assert_same(alone, without(tables([ghost | {"reach": 1.0}]), "Ghost"))


def test_what_a_plan_sets_is_recorded_and_replayed(everything):
    market = Market(everything, seed=9, threads=1)
    market.run_for(3)
    before = {firm.name: copy.deepcopy(decided(firm)) for firm in market.firms}
    twin = copy.deepcopy(market)
    policies = market.record_policies(8)
    changed = {
        name
        for firm in market.firms
        for name, value in decided(firm).items()
        if value != before[firm.name][name]
    }
    own = {"standing", "accounts", "cash", "overpromise", "adstock", "months_in_trouble", "closed"}
    own |= {"costs"}
    assert changed - own <= set(DECISIONS)
    assert {"course", "culture", "data", "measured", "measured_in", "concession"} <= changed
    freed = copy.deepcopy(twin)
    twin.replay(policies)
    freed.replay(policies, ["Tailor"])
    for again in (twin, freed):
        again.run_for(8)
        assert_same(market.results.tables, again.results.tables)


def decided(firm):
    """Attributes of a firm that are values, not its surroundings."""
    around = {"model", "pos", "own_rng", "unique_id", "discipline", "terms", "random", "rng"}
    return {name: value for name, value in vars(firm).items() if name not in around}


def test_trials_and_technology_are_paid_for():
    plan = plan_of(200)
    base = run(plan, months=1).firm("Lean").accounts
    values = {"firms.Lean.experiments": 3.0, "finance.trial_cost": 0.1}
    paid = run(plan.with_values(values), months=1).firm("Lean").accounts
    assert paid.investment - base.investment == pytest.approx(3 * 0.1 * 0.25 * 200)

    extended = plan.with_values({"technology.extended_staff": 3.0})
    base = run(extended, months=1).firm("Lean")
    paid = run(extended.with_values({"finance.technology_cost": 0.05}), months=1).firm("Lean")
    customers = Market(extended, 31).firm("Lean").customers
    assert paid.accounts.attention - base.accounts.attention == pytest.approx(0.1 * customers)
    assert paid.price - base.price == pytest.approx(0.1 * (1.0 + base.terms.markup))


def test_partners_are_paid_by_the_unit():
    plan = plan_of(200, finance__partner_cost=0.2)
    base = run(plan, months=1).firm("Tailor")
    paid = run(plan.with_values({"firms.Tailor.partners": 0.5}), months=1).firm("Tailor")
    assert paid.unit_cost - base.unit_cost == pytest.approx(0.1)


def test_every_mechanism_is_tried_and_has_what_it_needs():
    assert set(FIRM_NEEDS) <= set(FIRM_ON)
    keys = {key.rpartition(".")[2] for key in FIRM_ON}
    switches = {key.rpartition(".")[2] for key in (*SWITCHES, *BESIDES)}
    own = {*OWN_SWITCHES, *OWN_BESIDES, "complements", "complement_months"}  # a disruptor has them
    assert keys == {*switches, *own}

"""What the parts of a firm's month answer: by hand, at their limits, and never."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsunagari.agents.chance import seed_word, word_of
from tsunagari.agents.firm.books import CAPABILITIES, Conditions, Rival
from tsunagari.agents.firm.discipline import CustomerIntimacy, Discipline
from tsunagari.agents.firm.firm import cheaper_price, conceded, reduced
from tsunagari.agents.firm.growth import (
    MOST_SIGNAL,
    cultivated,
    data_quality,
    gains,
    gathered,
    imitated,
    lent,
    shared,
    signals,
    standard_error,
    tilted,
    trial_count,
    trial_worth,
    trials,
    usable,
)
from tsunagari.agents.firm.offer import breadth_reached, knowledge_reached, renewed, reputation
from tsunagari.sim.live import LiveScenario
from tsunagari.sim.scenario import Scenario

approx = pytest.approx
shares = st.floats(0.0, 1.0)
LEVELS = {"operations": 1.2, "innovation": 0.9, "intimacy": 0.7}


def conditions_of(month=1, seen=None, means=None, **values):
    """What a firm knows of a market of 400 people, with values by path."""
    plan = Scenario().with_values({name.replace("__", "."): v for name, v in values.items()})
    means = means or dict.fromkeys(CAPABILITIES, 1.0)
    return Conditions(
        month=month,
        people=400,
        reference_revenue=100.0,
        means=means,
        par={name: plan.technology.par * mean for name, mean in means.items()},
        products={},
        seen=seen or {},
        technology=plan.technology,
        finance=plan.finance,
        relation=plan.relation,
        zmot=plan.zmot,
        value=plan.value,
        elasticity=0.0,
        segments=(),
    )


CONDITIONS = conditions_of()


def firm_of(name="Tailor", discipline=None, valued=None, **terms):
    """A firm as these parts see one, with terms besides its discipline's."""
    plan = Scenario()
    standing = SimpleNamespace(liking=0.0, valued={} if valued is None else valued)
    numbers = LiveScenario(plan).terms(name)
    return SimpleNamespace(
        model=SimpleNamespace(seed_word=seed_word(1)),
        name=name,
        word=word_of(name),
        terms=SimpleNamespace(**{**vars(numbers), **terms}),
        discipline=discipline or CustomerIntimacy(),
        capabilities=dict(LEVELS),
        standing=standing,
        customers=100,
        direct=1.0,
        constant=0.0,
        culture=0.0,
        data=0.0,
        measured={},
    )


def rival(price=1.0, share=0.2, **capabilities):
    return Rival(price, share, {**dict.fromkeys(CAPABILITIES, 1.0), **capabilities})


# -- culture and budgets ---------------------------------------------------------------------------


def test_culture_grows_on_a_steady_course_only():
    grown = 0.0
    for _ in range(120):
        grown = cultivated(grown, 0.8, 0.01, True)
    assert grown == approx(0.8 * (1.0 - 0.99**120))
    assert cultivated(grown, 0.8, 0.01, False) == 0.0
    assert cultivated(0.0, 1.0, 0.0, True) == 0.0


def test_what_a_budget_becomes_with_a_culture():
    conditions = conditions_of(technology__culture_worth=0.5)
    firm = firm_of()
    plain = gains(firm, conditions, 80.0)
    firm.culture = 0.6
    for name, gained in gains(firm, conditions, 80.0).items():
        assert gained == approx(1.3 * plain[name])


def test_a_reference_budget_keeps_up_with_the_frontier():
    conditions = conditions_of()
    firm = firm_of(discipline=Discipline(), operations=1.0, innovation=1.0, intimacy=1.0)
    assert gains(firm, conditions, 100.0) == approx(dict.fromkeys(CAPABILITIES, 0.02))


# -- data ------------------------------------------------------------------------------------------


def test_data_gather_with_contact():
    assert gathered(0.5, 0.1, 2.0) == approx(0.6)
    assert gathered(0.3, 0.0, 5.0) == 0.3
    assert gathered(0.3, 0.5, 100.0) == 1.0


@given(shares, shares, st.floats(0.0, 1e6))
def test_data_stay_within_their_bounds(before, rate, contact):
    assert before <= gathered(before, rate, contact) <= 1.0


def test_data_help_unless_nobody_governs_them():
    assert usable(1.0, 0.8, 0.5, 0.6, 1.0) == approx(1.4)
    assert usable(2.0, 0.8, 0.5, 0.6, 0.0) == approx(2.0 * 1.4 * 0.52)
    assert usable(1.0, 0.8, 0.5, 0.6, 0.5) == approx(1.4 * 0.76)
    assert usable(0.9, 0.0, 0.5, 0.6, 0.0) == 0.9


def test_accounts_learn_from_each_other():
    assert shared(0.3, math.e - 1.0) == approx(1.3)
    assert shared(0.0, 50.0) == 1.0
    firm = firm_of(data_quality=0.5, learning=0.2)
    assert data_quality(firm, conditions_of()) == approx(0.5 * (1.0 + 0.2 * math.log(2.0)))
    firm.direct = 0.6  # of the rest intermediaries learn
    assert data_quality(firm, conditions_of()) == approx(0.3 * (1.0 + 0.2 * math.log(2.0)))


# -- measuring -------------------------------------------------------------------------------------


def test_a_signal_is_how_far_behind_weighted_by_what_customers_value():
    firm = firm_of(valued={"operations": 0.5, "innovation": 0.2, "intimacy": 0.3})
    measured = signals(firm, conditions_of(technology__measurement_noise=0.0))
    assert measured == approx({"operations": -0.3, "innovation": 0.06, "intimacy": 0.27})


def test_nothing_is_measured_without_customers():
    assert signals(firm_of(), conditions_of()) == {}


def test_a_signal_has_its_bounds():
    firm = firm_of(valued={"operations": 1.0, "innovation": 0.0, "intimacy": 0.0})
    noise = {"technology__measurement_noise": 0.0}
    far = conditions_of(means={"operations": 50.0, "innovation": 1.0, "intimacy": 1.0}, **noise)
    assert signals(firm, far)["operations"] == MOST_SIGNAL
    firm.capabilities["operations"] = 50.0
    assert signals(firm, conditions_of(**noise))["operations"] == -MOST_SIGNAL


def errors_of(firm, month):
    """What is measured by a firm that is neither ahead nor behind."""
    firm.capabilities = dict.fromkeys(CAPABILITIES, 1.0)
    return signals(firm, replace(CONDITIONS, month=month))


def test_luck_in_measuring_is_the_firms_own():
    valued = dict.fromkeys(CAPABILITIES, 1 / 3)
    one = errors_of(firm_of("Lean", valued=valued), month=7)
    assert one == errors_of(firm_of("Lean", valued=valued), month=7)
    assert len(set(one.values())) == 3
    assert one != errors_of(firm_of("Lean", valued=valued), month=8)
    assert one != errors_of(firm_of("Spark", valued=valued), month=7)


def test_errors_have_the_size_that_is_set_and_better_data_make_them_smaller():
    valued = dict.fromkeys(CAPABILITIES, 1 / 3)
    drawn = {}
    for quality in (0.0, 1.0, 3.0):
        firm = firm_of("Lean", valued=valued, data_quality=quality)
        months = [errors_of(firm, month) for month in range(500)]
        errors = [error for month in months for error in month.values()]
        drawn[quality] = math.sqrt(sum(error**2 for error in errors) / len(errors))
        assert sum(errors) / len(errors) == approx(0.0, abs=0.05)
    assert drawn == approx({0.0: 0.6, 1.0: 0.3, 3.0: 0.15}, rel=0.06)
    assert standard_error(0.3, 1.0) == 0.3


def test_budgets_move_by_signal_and_strength():
    spread = {"operations": 0.5, "innovation": 0.25, "intimacy": 0.25}
    signal = {"operations": 0.0, "innovation": math.log(2.0), "intimacy": 0.0}
    assert tilted(spread, signal, 1.0) == approx(
        {"operations": 0.4, "innovation": 0.4, "intimacy": 0.2}
    )
    assert tilted(spread, signal, 0.0) is spread
    assert tilted(spread, {}, 1.0) is spread
    nothing = dict.fromkeys(spread, 0.0)
    assert tilted(nothing, signal, 1.0) == nothing


@given(st.lists(shares, min_size=3, max_size=3), st.lists(st.floats(-2, 2), min_size=3, max_size=3))
def test_a_tilted_spread_sums_to_one(parts, signal):
    total = sum(parts)
    if total > 0.0:
        spread = {name: part / total for name, part in zip(CAPABILITIES, parts, strict=True)}
        moved = tilted(spread, dict(zip(CAPABILITIES, signal, strict=True)), 1.0)
        assert sum(moved.values()) == approx(1.0)
        assert all(moved[name] == 0.0 for name in spread if spread[name] == 0.0)


# -- rivals ----------------------------------------------------------------------------------------


def test_cheaper_rivals_count_by_their_share():
    seen = {
        "Tailor": rival(price=0.1, share=0.3),
        "A": rival(price=0.8, share=0.3),
        "B": rival(price=1.0, share=0.1),
        "C": rival(price=2.0, share=0.2),
        "New": rival(price=0.2, share=0.0),
    }
    assert cheaper_price(conditions_of(seen=seen), "Tailor", 1.5) == approx(0.85)
    assert cheaper_price(conditions_of(seen=seen), "Tailor", 0.8) is None
    assert cheaper_price(conditions_of(), "Tailor", 9.0) is None


def test_a_firm_concedes_after_a_loss_and_takes_it_back():
    lost = conceded(0.0, 1.2, 1.0, 0.01, 0.5)
    assert 1.2 * math.exp(-lost) == approx(math.sqrt(1.2))  # halfway, in log points
    assert conceded(lost, 1.1, 1.0, 0.0, 0.5) == approx(lost / 2.0)
    assert conceded(lost, 1.1, 1.0, -0.1, 0.5) == approx(lost / 2.0)
    assert conceded(lost, 1.1, None, 0.01, 0.5) == lost
    assert conceded(0.0, 1.2, 1.0, 0.01, 0.0) == 0.0


@given(st.floats(0.01, 100), st.floats(0.01, 100), st.floats(0, 10))
def test_no_answer_goes_below_cost(asked, cost, concession):
    price = reduced(asked, cost, concession)
    assert min(asked, cost) <= price <= asked


def test_imitation_closes_part_of_the_gap_to_the_best_seen():
    seen = {"A": rival(operations=2.2, intimacy=0.5), "B": rival(operations=1.4)}
    seen["Tailor"] = rival(operations=9.0)
    values = {"technology__cost_imitation": 0.1, "technology__solution_imitation": 0.5}
    conditions = conditions_of(seen=seen, **values)
    half = firm_of(reaction=0.5)
    assert imitated(half, conditions) == approx({"operations": 0.05, "intimacy": 0.075})
    assert set(imitated(firm_of(reaction=0.0), conditions).values()) == {0.0}
    assert set(imitated(firm_of(reaction=1.0), conditions_of()).values()) == {0.0}


# -- partners --------------------------------------------------------------------------------------


def test_partners_lend_what_the_firm_lacks():
    conditions = conditions_of(seen={"A": rival(operations=2.2)})
    assert lent(firm_of(partners=0.5), conditions, "operations") == approx(1.7)
    assert lent(firm_of(partners=0.5), conditions, "innovation") == approx(0.95)
    assert lent(firm_of(partners=0.0), conditions, "operations") == LEVELS["operations"]
    assert lent(firm_of(partners=1.0), conditions_of(), "operations") == LEVELS["operations"]


def test_partners_help_to_par_but_not_in_what_the_firm_leads():
    def gained(**capabilities):
        conditions = conditions_of(seen={"A": rival(**capabilities)}, technology__par=0.9)
        return reputation(firm_of(partners=1.0), conditions) - reputation(firm_of(), conditions)

    assert gained(innovation=1.0) > 0.1
    assert gained(innovation=0.5, operations=0.5, intimacy=5.0) == 0.0


def test_partners_take_over_what_customers_no_longer_need():
    assert renewed(0.2, 0.5, 0.5) == approx(0.4)
    assert renewed(0.2, 0.0, 1.0) == 0.2
    assert renewed(0.6, 1.0, 1.0) == 1.0


# -- purpose, trials, expansion --------------------------------------------------------------------


def test_prospects_like_a_purpose():
    liked = conditions_of(value__purpose_liking=0.4)
    gained = reputation(firm_of(purpose=0.5), liked) - reputation(firm_of(), liked)
    assert gained == approx(0.2)
    assert reputation(firm_of(purpose=0.5), conditions_of()) == reputation(
        firm_of(), conditions_of()
    )


def test_the_number_of_trials_is_as_wanted_on_average():
    assert trial_count(0.0, 0.0001) == 0
    assert trial_count(3.0, 0.0001) == 3
    assert [trial_count(2.3, luck) for luck in (0.29, 0.31)] == [3, 2]


def test_a_trial_is_worth_more_where_the_frontier_moves_fast():
    assert trial_worth(0.01, False, 0.02) == 0.01
    assert trial_worth(0.01, False, 0.06) == approx(0.03)
    assert trial_worth(0.01, False, 0.0) == 0.0
    assert trial_worth(0.01, True, 0.06) == trial_worth(0.01, True, 0.0) == -0.005


def test_trials_are_drawn_as_they_are_set():
    firm = firm_of(experiments=2.5)
    set_so = conditions_of(technology__trial_size=0.03, technology__trial_harm=0.25)
    made = [trial for month in range(800) for trial in trials(firm, replace(set_so, month=month))]
    assert len(made) == approx(2000, rel=0.02)
    for name in CAPABILITIES:
        assert sum(place == name for place, _ in made) == approx(2000 / 3, rel=0.1)
    good = [worth for _, worth in made if worth > 0.0]
    harm = [worth for _, worth in made if worth < 0.0]
    assert len(harm) / len(made) == approx(0.25, abs=0.03)
    assert sum(good) / len(good) == approx(0.03, rel=0.08)
    assert sum(harm) / len(harm) == approx(-0.015, rel=0.12)
    assert trials(firm_of(experiments=0.0), conditions_of()) == []
    assert trials(firm, conditions_of(5)) != trials(
        firm_of("Lean", experiments=2.5), conditions_of(5)
    )


def test_breadth_grows_from_entry_to_its_end():
    assert breadth_reached(0.35, 0.02, 0.5, 0) == 0.35
    assert breadth_reached(0.35, 0.02, 0.5, 5) == approx(0.45)
    assert breadth_reached(0.35, 0.02, 0.5, 90) == 0.5
    assert breadth_reached(0.35, 0.0, 1.0, 90) == 0.35
    assert breadth_reached(0.35, 0.02, 0.1, 90) == 0.35  # an end below breadth takes nothing away
    assert breadth_reached(0.35, 0.02, 0.5, -1) == 0.35


def test_knowledge_settles_where_growth_equals_decay():
    relation = SimpleNamespace(knowledge_decay=0.04, digital_ceiling=0.5)
    assert knowledge_reached(0.12, 0.0, relation) == approx(0.75)
    assert knowledge_reached(0.0, 0.04, relation) == approx(0.25)
    assert knowledge_reached(0.0, 0.0, relation) == 0.0

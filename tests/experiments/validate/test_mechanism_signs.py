"""Mechanisms do what their sources say, with an interval apart from zero, in an untuned market."""

from collections import Counter

import pytest

from tsunagari.experiments.runs.statistics import Interval
from tsunagari.experiments.validate.mechanisms import MECHANISMS, Effect, Mechanism, effects
from tsunagari.experiments.validate.observed import FIRMS
from tsunagari.experiments.validate.study import Study

SURE = Mechanism(
    "price", "Treacy & Wiersema 1995", "who asks more has a higher price",
    {"firms.Usual.price": 1.2}, "Usual", "price", 1, 3, +1,
)  # fmt: skip


def test_a_planted_effect_is_found_on_the_right_side_only():
    against = Mechanism(**{**vars(SURE), "sign": -1})
    found = effects([SURE, against], Study(3), people=200, replications=2)
    assert [effect.holds for effect in found] == [True, False]
    assert found[0].found == found[1].found
    assert found[0].found.mean > 0.2


def test_nothing_changed_has_no_effect():
    nothing = Mechanism(**{**vars(SURE), "treated": {}})
    (effect,) = effects([nothing], Study(3), people=200, replications=3)
    assert effect.found == Interval(0.0, 0.0, 0.0)
    assert not effect.holds


SOURCES = {
    "Treacy & Wiersema 1995",
    "What is customer intimacy?",
    "Hyodo, Strengthening customer contact, vol. 2",
    "Building relations with customers",
    "Service management for customer success 2019",
    "Hartmann & Viard 2008",
    "Ryu & Feick 2007",
    "Sharp & Sharp 1997",
}


@pytest.mark.parametrize(
    ("low", "high", "sign", "holds"),
    [(0.1, 0.3, +1, True), (-0.1, 0.3, +1, False), (-0.3, -0.1, -1, True), (-0.3, 0.1, -1, False)],
)
def test_the_whole_interval_must_be_on_the_side_of_the_claim(low, high, sign, holds):
    mechanism = Mechanism(**{**vars(SURE), "sign": sign})
    assert Effect(mechanism, Interval((low + high) / 2, low, high)).holds is holds


def test_an_undefined_interval_shows_nothing():
    nan = float("nan")
    assert not Effect(SURE, Interval(1.0, nan, nan)).holds


def test_every_row_can_be_run():
    firms = {firm["name"] for firm in FIRMS}
    for mechanism in MECHANISMS:
        mechanism.base(200).with_values(dict(mechanism.treated))
        assert mechanism.firm in firms
        assert mechanism.sign in (-1, 1)
        assert 1 <= mechanism.first <= mechanism.last
        assert mechanism.source in SOURCES
        assert not mechanism.claim.endswith(".")
    claims = Counter((mechanism.name, mechanism.claim) for mechanism in MECHANISMS)
    assert max(claims.values()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda each: f"{each.name}: {each.claim}")
def test_it_has_the_sign_of_its_source(mechanism):
    (effect,) = effects([mechanism], Study(1))
    # Where the model is known to disagree the table says why; if it agrees one day, so must that.
    assert effect.holds is (not mechanism.disagrees), effect.found

"""Where money has a currency and people are real ones, sentences and scales say so."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tsunagari import Scenario, compare
from tsunagari.experiments.explain.explanation import UNITS, _told
from tsunagari.experiments.explain.word_of_mouth import WordOfMouth
from tsunagari.experiments.runs.statistics import Interval
from tsunagari.experiments.studies.claims import verdict_on
from tsunagari.experiments.telling.names import Amounts, is_scaled, told_in, unit_in_words
from tsunagari.experiments.telling.run import COLUMNS, head_of
from tsunagari.experiments.words import Words, texts
from tsunagari.experiments.words.numbers import large
from tsunagari.sim.measures import MEASURES
from tsunagari.sim.problems import Problems
from tsunagari.sim.scale import Scale
from tsunagari.sim.schema.scenario import Claim

_PLAIN = Scenario()
_YEN = _PLAIN.with_values(
    {"money": {"currency": "JPY", "unit_cost": 3000}, "market.people": 12_000_000}
)
_ENGLISH, _JAPANESE = Words.of(_YEN), Words.of(_YEN, "ja")


@pytest.mark.parametrize(
    ("value", "english", "japanese"),
    [
        (0.0, "0", "0"),
        (3274.4, "3,274", "3,274"),
        (12_000, "12,000", "1.20万"),
        (995_000, "995,000", "99.5万"),
        (12e6, "12.0 million", "1,200万"),
        (-3.4e9, "−3.40 billion", "−34.0億"),
        (1.28e12, "1.28 trillion", "1.28兆"),
        (math.nan, "–", "–"),
    ],
)
def test_large_numbers_have_names(value, english, japanese):
    assert large(value, "en") == english
    assert large(value, "ja") == japanese


def test_units_are_in_the_currency():
    assert unit_in_words("money a month", _ENGLISH) == "JPY a month"
    assert unit_in_words("money a month", _JAPANESE) == "月あたりの円"
    assert unit_in_words("share", _ENGLISH) == "share"
    assert unit_in_words("money per unit", Words("ja", "EUR")) == "一単位あたりのEUR"
    for measure in MEASURES.values():
        for words in (_ENGLISH, _JAPANESE):
            told = unit_in_words(measure.unit.name, words)
            assert (words.currency in told) == measure.unit.is_money, measure.name


def test_without_a_currency_every_word_is_as_it_was():
    for words, plain in ((Words.of(_PLAIN), Words("en")), (Words.of(_PLAIN, "ja"), Words("ja"))):
        assert not words.is_scaled
        for measure in MEASURES:
            one, other = Amounts(measure, words), Amounts(measure, plain)
            assert (one.label, one.difference_label) == (other.label, other.difference_label)
            assert one.value(12345.6) == other.value(12345.6)
            assert not is_scaled(measure, words)
        assert words.customers(20_000) == plain.counted(20_000, "customer")
    assert told_in(_PLAIN) == {}
    assert [head_of(c, Words("en")) for c in COLUMNS][-1] == "Profit"


def test_amounts_and_people():
    cash = Amounts("cash", _ENGLISH)
    assert cash.value(12.34e9) == "12.3 billion JPY"
    assert Amounts("cash", _JAPANESE).value(12.34e9) == "123億円"
    assert (
        cash.interval(Interval(-2e6, -3e6, 0.0)) == "−2.00 million JPY (95 %: −3.00 million to 0)"
    )
    assert Amounts("customers", _ENGLISH).value(3.5e6) == "3.50 million"
    assert Amounts("market_share", _ENGLISH).value(0.25) == "25.0 %"
    assert Amounts("satisfaction", _ENGLISH).value(0.25) == "0.250"
    assert _ENGLISH.customers(20_000) == "12.0 million people (simulated: 20,000 customers)"
    assert _JAPANESE.customers(20_000) == "1,200万人（シミュレーション：顧客 20,000 人）"
    assert head_of(COLUMNS[-1], _ENGLISH) == "Profit, JPY"
    assert told_in(_YEN) == {
        "money": {"currency": "JPY", "unit_cost": 3000.0},
        "people": 12_000_000,
    }


def test_a_claim_is_judged_in_yen_as_in_units():
    """Its margin is in unit costs, whatever the table is told in."""
    factor = Scale.of(_YEN).factor_of("cash")
    claim = Claim(say="x", source="y", without={"seed": 1}, measure="cash", expect="higher",
                  margin=5.0)  # fmt: skip
    for low, high in ((5.5, 9.0), (4.0, 4.9), (4.0, 9.0)):
        one = verdict_on(claim, Interval(low, low, high), claim.margin)
        told = Interval(factor * low, factor * low, factor * high)
        assert verdict_on(claim, told, factor * claim.margin) == one


def test_scenarios_told_otherwise_are_not_compared():
    with pytest.raises(Problems, match=r"told in unit costs, and the base in JPY at 3000 a unit"):
        compare([_YEN, _PLAIN])


def test_an_explanation_is_told_with_its_second_horizon():
    table = {"firm": np.array(["A"]), "value": np.array([2.0]), "per_customer_low": np.array([0.1])}
    second = WordOfMouth({"last": np.array([1.0])}, ("A",), 10, 4, 2)
    found = _told("word_of_mouth", WordOfMouth(table, ("A",), 10, 2, 2, longer=second),
                  Scale.of(_YEN))  # fmt: skip
    assert found.table["value"][0] == 2.0 * 3000 * 600
    assert found.table["per_customer_low"][0] == 0.1 * 3000
    assert found.table["firm"][0] == "A"
    assert found.longer.table["last"][0] == 3000.0
    assert set(UNITS) == {"word_of_mouth", "connection"}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_currency_may_be_called_like_any_text(language):
    for name in texts(language, "common"):
        words = Words(language, name)
        assert words.currency == (words(f"common.{name}") if name.isupper() else name)
        assert words.currency in words.money("5")

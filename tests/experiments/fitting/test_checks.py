"""Whether checks of a fit see what is wrong, and let pass what is right."""

from __future__ import annotations

import numpy as np
import pytest
from written_tables import frame_of

from tsunagari.experiments.fitting.checks import (
    checked,
    of_calibration,
    of_point,
    of_posterior,
    of_prior,
    of_residual,
)
from tsunagari.experiments.fitting.estimation import PASSING, STAYING, Known
from tsunagari.experiments.fitting.simulated import Held
from tsunagari.experiments.fitting.table import read_table

MONTHS, MARKETS = 24, 60
LEVELS = {"share": (0.6, 0.4), "churn": (0.02, 0.03), "nps": (5.0, -5.0)}


def markets(many, seed, spread=1.0):
    """Markets of two firms, each with levels of its own, and months that differ by chance."""
    rng = np.random.default_rng(seed)
    found = {}
    for name, levels in LEVELS.items():
        size = spread * {"share": 0.02, "churn": 0.004, "nps": 4.0}[name]
        own = rng.normal(0.0, size, (many, 1, 2)) + rng.normal(0.0, size / 2, (many, MONTHS + 1, 2))
        if name == "share":
            own[..., 1] = -own[..., 0]
        found[name] = np.array(levels) + own
    return found


def held_to(market):
    """The table of one market."""
    rows = frame_of(MONTHS + 1).drop(columns="customers")
    for name, values in market.items():
        rows[name] = values.ravel()
    return Held(read_table(rows), MONTHS)


def one(found, number):
    return {name: rows[number] for name, rows in found.items()}


def figures(held, found):
    return np.array([held.summary(one(found, number)) for number in range(len(found["share"]))])


@pytest.fixture(scope="module")
def members():
    return markets(MARKETS, 1)


@pytest.fixture(scope="module")
def bank():
    """Figures of the markets of a bank, as a table that knows all months would have them."""
    found = markets(200, 3)
    return figures(held_to(one(found, 0)), found)


def test_a_market_like_the_others_passes_nearly_always(members, bank):
    truths = markets(50, 2)
    verdicts = []
    for number in range(50):
        held = held_to(one(truths, number))
        prior, posterior = of_prior(held, bank), of_posterior(held, members)
        assert prior.out <= prior.of == 3 * 2 * 8
        verdicts.append((prior.fine, posterior.fine))
    for fine in zip(*verdicts, strict=True):
        assert np.mean(fine) >= 0.88


def test_what_no_market_reaches_is_told_with_its_place(bank):
    truth = one(markets(1, 4), 0)
    truth["nps"][7:10, 1] += 60.0
    held = held_to(truth)
    check = of_prior(held, bank)
    assert not check.fine
    worst = check.places[0]
    assert (worst["measure"], worst["firm"], worst["at"]) == ("nps", "Birch", 9)
    assert worst["low"] < worst["high"] < worst["value"]


def test_a_measure_that_is_off_is_not_hidden_by_others(members):
    truth = one(members, 0)
    truth = {**truth, "nps": truth["nps"] + np.array([0.0, 25.0])}
    check = of_posterior(held_to(truth), members)
    assert not check.fine
    (place,) = check.places
    assert (place["measure"], place["firm"]) == ("nps", "Birch")
    assert place["out"] > place["of"] / 3, "nearly all months of one of two firms"


def test_blank_cells_are_not_asked_about(members):
    truth = {name: rows.copy() for name, rows in one(members, 0).items()}
    truth["nps"][:, 1] = np.nan
    truth["nps"][::3, 0] = np.nan
    check = of_posterior(held_to(truth), members)
    assert check.of == 2 * 48 + 16
    assert check.fine


@pytest.mark.parametrize(("times", "fine"), [(1.5, True), (2.6, True), (3.4, False)])
def test_what_is_left_for_good_is_held_against_what_is_stated(times, fine):
    truth = one(markets(1, 5, spread=0.0), 0)
    best = {name: rows[None].copy() for name, rows in truth.items()}
    best["churn"][..., 1] -= times * STAYING["churn"] / 100.0
    check = of_residual(held_to(truth), best)
    assert check.fine == fine
    assert len(check.places) == (times > 2.0), "one beyond is told, and may be chance"
    if not fine:
        (place,) = check.places
        assert (place["measure"], place["firm"], place["kind"]) == ("churn", "Birch", "staying")
        assert place["off"] == pytest.approx(-times * STAYING["churn"])


def test_what_wobbles_from_quarter_to_quarter_is_told_so():
    truth = one(markets(1, 5, spread=0.0), 0)
    best = {name: rows[None].copy() for name, rows in truth.items()}
    signs = np.repeat([1.0, -1.0] * 4, 3)
    best["nps"][0, 1:, 0] += 3.0 * PASSING["nps"] * signs
    (place,) = of_residual(held_to(truth), best).places
    assert (place["measure"], place["firm"], place["kind"]) == ("nps", "Aoba", "passing")


def test_luck_of_simulated_markets_is_no_misfit():
    truth = one(markets(1, 5, spread=0.0), 0)
    rng = np.random.default_rng(6)
    runs = {name: np.repeat(rows[None], 8, axis=0) for name, rows in truth.items()}
    runs["churn"] += rng.normal(0.0, 0.01, runs["churn"].shape)  # 25 times what may pass, a month
    assert of_residual(held_to(truth), runs).fine


def test_a_point_far_from_what_was_believed_is_told():
    rng = np.random.default_rng(7)
    usual = [{f"p{n}": float(z) for n, z in enumerate(rng.standard_normal(25))} for _ in range(200)]
    assert np.mean([of_point(point).fine for point in usual]) > 0.95
    check = of_point({**usual[0], "p3": -7.0})
    assert not check.fine
    assert check.places[0] == {"path": "p3", "z": -7.0}


def test_intervals_that_do_not_hold_what_they_say_are_told():
    def known(power):
        quantiles = np.linspace(0.0005, 0.9995, 1000)[:, None]
        quantiles = 0.5 + 0.5 * np.sign(quantiles - 0.5) * np.abs(2 * quantiles - 1) ** power
        return Known(np.zeros(1), np.ones(1), np.zeros((2, 1)), np.eye(1), quantiles)

    assert of_calibration(known(1.0)).fine
    too_narrow = of_calibration(known(0.4))
    assert not too_narrow.fine
    assert all(place["held"] < place["says"] for place in too_narrow.places)


def test_all_checks_are_made(members):
    held = held_to(one(members, 0))
    known = Known(np.zeros(1), np.ones(1), np.zeros((2, 1)), np.eye(1), np.full((9, 1), 0.5))
    found = checked(held, figures(held, members), known, members, members, {"looking.base": 0.0})
    names = ["prior", "posterior", "residual", "point", "calibration"]
    assert [check.name for check in found] == names

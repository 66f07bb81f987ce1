"""Learning what a table tells, and the best point, where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from tsunagari.experiments.fitting.estimation import (
    discrepancy,
    disturbed,
    learned,
    matched,
    slopes_of,
)

PARAMETERS, FIGURES, DRAWS = 4, 12, 800


@pytest.fixture(scope="module")
def linear():
    """Draws of a linear market with noise: slopes, points, figures, covariance of the noise."""
    rng = np.random.default_rng(5)
    slopes = rng.standard_normal((FIGURES, PARAMETERS))
    slopes[:, 3] = 0.0  # of which no figure tells anything
    z = rng.standard_normal((DRAWS, PARAMETERS))
    noise = 0.25 * np.eye(FIGURES)
    seen = 3.0 + z @ slopes.T + 0.5 * rng.standard_normal((DRAWS, FIGURES))
    return slopes, z, seen, noise


def test_what_is_learned_is_the_known_posterior(linear):
    slopes, z, seen, noise = linear
    known = learned(z, disturbed(seen, 1e-6 * noise, np.random.default_rng(1)))
    information = np.eye(PARAMETERS) + slopes.T @ np.linalg.inv(noise) @ slopes
    spread = np.sqrt(np.diag(np.linalg.inv(information)))
    np.testing.assert_allclose(np.sqrt(np.diag(known.spread)), spread, rtol=0.15)
    truth = np.array([0.5, -1.0, 0.2, 2.0])
    mean = known.mean(3.0 + slopes @ truth)
    np.testing.assert_allclose(mean[:3], truth[:3], atol=0.25)
    assert abs(mean[3]) < 0.25, "nothing tells of it: the prior decides"
    draws = known.draws(3.0 + slopes @ truth, 4000, np.random.default_rng(2))
    np.testing.assert_allclose(draws.std(axis=0), np.sqrt(np.diag(known.spread)), rtol=0.1)


def test_intervals_cover_what_they_say(linear):
    _, z, seen, noise = linear
    known = learned(z, disturbed(seen, noise, np.random.default_rng(1)))
    assert known.covers(0.5) == pytest.approx(0.5, abs=0.05)
    assert known.covers(0.9) == pytest.approx(0.9, abs=0.04)


def test_noise_that_a_table_has_besides_makes_it_less_certain(linear):
    _, z, seen, noise = linear
    little, much = (
        learned(z, disturbed(seen, size * noise, np.random.default_rng(1))).spread
        for size in (0.01, 9.0)
    )
    assert (np.diag(much)[:3] > 1.5 * np.diag(little)[:3]).all()


def test_the_best_point_is_found_with_slopes_that_are_off(linear):
    slopes, z, seen, noise = linear
    truth = np.array([0.8, -0.6, 1.5, 0.0])
    wanted = slopes @ truth + 0.1 * (slopes @ truth) ** 2

    def simulate(at: np.ndarray) -> np.ndarray:
        return slopes @ at + 0.1 * (slopes @ at) ** 2

    found = matched(np.zeros(PARAMETERS), slopes_of(z, seen), simulate, wanted, 1e-2 * noise, 12)
    np.testing.assert_allclose(found.z[:3], truth[:3], atol=0.02)
    assert found.cost < 10.0


def test_what_a_model_is_wrong_by_stays_with_a_firm_and_measure():
    measures, firms = np.array(["share", "share", "nps", "share"]), np.array([0, 0, 0, 1])
    found = discrepancy(measures, firms)
    assert found[0, 1] == pytest.approx(0.4**2)
    assert found[0, 0] == pytest.approx(0.4**2 + 0.2**2)
    assert found[0, 2] == found[0, 3] == 0.0

"""Markets whose truth is known: is what is recommended the best, and what is it worth to know?

Four hundred markets are drawn from the priors of a fit, each told by its own table, and every
option is run in each of them. What a table tells of the options' effects is learned from the
others.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from tsunagari.experiments.deciding.equal import brought_to_spend
from tsunagari.experiments.deciding.markets import Markets
from tsunagari.experiments.deciding.outcomes import YARDSTICKS, outcome
from tsunagari.experiments.deciding.question import Question
from tsunagari.experiments.deciding.ranking import SURE
from tsunagari.experiments.fitting.bank import filled
from tsunagari.experiments.fitting.estimation import discrepancy, disturbed, learned
from tsunagari.experiments.fitting.facts import read_facts
from tsunagari.experiments.fitting.parameters import parameters_of, values_of
from tsunagari.experiments.fitting.simulated import Held, Simulator, status_quo
from tsunagari.experiments.fitting.table import read_table
from tsunagari.experiments.fitting.template import template
from tsunagari.experiments.runs.trial import Trial
from tsunagari.experiments.runs.workers import trial_runner

pytestmark = [pytest.mark.slow, pytest.mark.exhaustive]

DRAWS, LUCK, CUSTOMERS, HORIZON = 400, 2, 2000, 12
QUESTION = {
    "us": "Aoba", "horizon": HORIZON, "from": 24, "yardstick": "customers",
    "options": [
        {"name": "Lower price", "times": {"firms.Aoba.price": 0.97}},
        {"name": "More staff", "times": {"firms.Aoba.attention": 1.3}},
    ],
}  # fmt: skip


def all_effects(folder):
    """Effects float64[draws, luck, options, yardsticks], and the tables' figures with them."""
    for name, text in zip(("market.csv", "facts.yaml"), template(), strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    table = read_table(folder / "market.csv")
    facts = read_facts(folder / "facts.yaml", table)
    plan = status_quo(table, facts, customers=CUSTOMERS, months=table.months + HORIZON, title="")
    parameters = parameters_of(table.firms)
    with trial_runner(plan, workers=2, threads=1) as run:
        bank = filled(Simulator(plan, table.firms, parameters, run), DRAWS)
        markets = Markets.of(plan, Question.model_validate(QUESTION), "Aoba")
        acts = [option.act for option in brought_to_spend(markets, run)]
        places = [(d, r, o) for d in range(DRAWS) for r in range(LUCK) for o in range(len(acts))]

        def trials():
            for draw, luck, option in places:
                base = plan.with_values(values_of(parameters, bank.z[draw]))
                own = Markets.of(base, markets.question, "Aoba")
                environment = own.environments[0]
                nothing = own.plan(environment, None, None)
                act = acts[option]
                chosen = nothing if act is None else own.plan(environment, act, None)
                held = None if act is None else nothing
                yield Trial(chosen, 5_000_000 + draw, luck, base=held)

        found = np.full((DRAWS, LUCK, len(acts), len(YARDSTICKS)), np.nan)
        for place, result in zip(places, run(trials()), strict=True):
            told = outcome(result.tables, "Aoba", 24, (HORIZON,), plan.finance.discount)
            found[place] = told.values[0]
    held = Held(table, table.months)
    seen = np.array([held.summary(bank.month_rows(draw)) for draw in range(DRAWS)])
    return found - found[:, :, :1], seen, held


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    return all_effects(tmp_path_factory.mktemp("truth"))


def judged(effects, seen, held):
    """Claims that were right, how many there were, and regrets with data and without.

    The first option is nothing new, whose effect is 0 without any doubt.
    """
    truth, many = effects.mean(axis=1), len(effects)
    measures, firms, _ = held.labels()
    rng = np.random.default_rng(3)
    told = learned(truth, disturbed(seen, discrepancy(measures, firms), rng))
    deviation = np.sqrt(np.diag(told.spread))
    left = norm.ppf(np.clip(told.quantiles, 1e-9, 1 - 1e-9)) * deviation
    apart = (effects - effects.mean(axis=1, keepdims=True)).reshape(-1, effects.shape[2])
    luck = apart.T @ apart / (many * (LUCK - 1)) / LUCK
    sizes, vectors = np.linalg.eigh(told.spread - luck)
    root = vectors * np.sqrt(np.maximum(sizes, 0.0))
    chosen, sure = np.zeros(many, int), np.zeros(many, bool)
    for draw in range(many):
        draws = truth[draw] - left[draw] + rng.standard_normal((2000, len(root))) @ root.T
        best = np.bincount(with_nothing(draws).argmax(axis=1), minlength=3) / len(draws)
        chosen[draw] = with_nothing((truth[draw] - left[draw])[None])[0].argmax()
        sure[draw] = best[chosen[draw]] >= SURE
    every = with_nothing(truth)
    right, best = chosen == every.argmax(axis=1), every.max(axis=1)
    without = (best - every[:, every.mean(axis=0).argmax()]).mean()
    return {
        "claims": float(sure.mean()),
        "right where claimed": float(right[sure].mean()) if sure.any() else float("nan"),
        "right": float(right.mean()),
        "regret": float((best - every[np.arange(many), chosen]).mean()),
        "regret without data": float(without),
    }


def with_nothing(effects):
    """Effects of nothing new and of the options, float64[…, options]."""
    return np.hstack([np.zeros((len(effects), 1)), effects])


@pytest.mark.parametrize(
    ("yardstick", "left"), [("value", 0.5), ("customers", 0.6), ("contribution", 0.5)]
)
def test_what_is_recommended_is_the_best(known, yardstick, left):
    """At most that part of the regret without data is left; two draws of luck blur the truth."""
    effects, seen, held = known
    own = effects[:, :, 1:, list(YARDSTICKS).index(yardstick)]
    there = np.isfinite(own).all(axis=(1, 2))
    found = judged(own[there], seen[there], held)
    assert found["right where claimed"] >= 0.9
    assert found["regret"] <= left * found["regret without data"]

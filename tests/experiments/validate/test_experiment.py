"""One loop runs the markets of every pattern: what it runs, and what it makes of it."""

import numpy as np
import pytest

from tsunagari.experiments.runs.statistics import t_interval
from tsunagari.experiments.validate.experiment import (
    Expected,
    Experiment,
    each_end,
    exactly,
    in_points,
)
from tsunagari.experiments.validate.study import Study


def planted(draw):
    """Numbers that say which market they are of."""
    months, luck = draw.plan.market.months, draw.replication
    return {"months": months, "luck": luck, "path": [months, luck]}


def by_how_much(runs):
    """A number made of two markets."""
    return {"by": {"longer": runs["longer"]["months"] - runs["here"]["months"]}}


def experiment(**more):
    settings = {
        "people": 400,
        "replications": 6,
        "base": {"market.months": 2},
        "markets": {"here": {}, "longer": {"market.months": 9}},
        "nulls": {"null": {"market.months": 0}},
        "measure": planted,
        "quantities": (
            Expected("months", "longer.months", 1.0, "longer.months.high"),
            Expected("lucks", "here.luck", None, 3.0, "interval"),
        ),
        "null": (exactly("none", "null.months"),),
        "compare": lambda runs: {
            "by": {"longer": runs["longer"]["months"] - runs["here"]["months"]}
        },
        "remarks": ("{by.longer.mean:.1f} months more in {here.luck.mean:g}",),
    }
    return Experiment(**{**settings, **more})


class Listed(Study):
    """A study that keeps what it was asked to run."""

    def each(self, measure, jobs):
        self.jobs = list(jobs)
        return super().each(measure, jobs)


def test_every_market_has_the_same_luck_and_size():
    study = Listed(7, quick=True)
    runs = experiment().run(study)
    assert {name: run["months"].tolist() for name, run in runs.items()} == {
        "here": [2] * 3, "longer": [9] * 3, "null": [0] * 3,
    }  # fmt: skip
    assert all(run["luck"].tolist() == [0, 1, 2] for run in runs.values())
    assert runs["longer"]["path"].tolist() == [[9, 0], [9, 1], [9, 2]]
    assert {(job.seed, job.plan.market.customers) for job in study.jobs} == {(7, 100)}


def test_a_null_may_have_replications_of_its_own_and_markets_may_be_drawn():
    drawn = experiment(null_replications=1, markets=lambda study: {"here": {"seed": study.seed}})
    runs = drawn.run(Study(3))
    assert {name: len(run["luck"]) for name, run in runs.items()} == {"here": 6, "null": 1}


def test_what_is_found_is_judged_and_told():
    finding = experiment()(Study(1, quick=True))
    months, lucks = finding.quantities
    assert (months.found.mean, months.band) == (9.0, (1.0, 9.0))
    assert months.holds
    assert lucks.found == t_interval([0, 1, 2])
    assert not lucks.holds  # its interval reaches beyond
    assert [quantity.holds for quantity in finding.null] == [True]
    assert finding.details == ("7.0 months more in 1",)


@pytest.mark.parametrize(("most", "high", "taken"), [(None, 3.0, 6), (24, 3.0, 24), (24, 99.0, 6)])
def test_draws_are_taken_until_it_is_decided_or_there_are_enough(most, high, taken):
    expected = (Expected("lucks", "here.luck", None, high, "interval"),)
    finding = experiment(most=most, quantities=expected, remarks=())(Study(1))
    level = 1 - 0.05 / (1 if most is None else 3)  # three looks: 6, 12, 24
    assert finding.quantities[0].found == t_interval(range(taken), level)


def test_intervals_on_other_scales():
    found = t_interval([0.01, 0.03])
    assert in_points(found).low == 100 * found.low
    assert each_end(np.exp, found).high == pytest.approx(np.exp(found.high))

"""Which parts an answer needs: headline results with each mechanism off, and the smallest set.

Headline results are the verdicts on a scenario's claims that can be told, and who leads by share,
retention and profit. Every model is run under the same luck. The smallest set is found by greedy
backward elimination: mechanisms are switched off one after the other, those first that alone change
nothing, and stay off while all headline results are kept. Another order might find a smaller one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.experiments.runs.statistics import t_interval
from tsunagari.experiments.runs.trial import Trial, TrialResult
from tsunagari.experiments.studies.claims import ClaimMarkets, judge
from tsunagari.sim.mechanisms import Mechanism, at_work, switched_off

if TYPE_CHECKING:
    from tsunagari.experiments.studies.claims import JudgedClaim
    from tsunagari.sim.scenario import Scenario

LEADS_BY = ("market_share", "retention_12", "profit")
_YEAR = 12

type Run = Callable[[Iterable[Trial]], Iterator[TrialResult]]


@dataclass(frozen=True)
class Headlines:
    """What a model says of a scenario.

    Attributes:
        claims: What became of each claim.
        order: By measure, all firms from the first to the last: mean of the last year.
        level: By measure, the leader and whoever chance does not tell from it (paired, 95 %).
        sign: Of each firm's profit in the last year: 1, −1 or 0 where chance does not tell.
    """

    claims: tuple[JudgedClaim, ...]
    order: Mapping[str, tuple[str, ...]]
    level: Mapping[str, frozenset[str]]
    sign: Mapping[str, int]


@dataclass(frozen=True)
class Without:
    """A model without some mechanisms, against the whole one.

    Attributes:
        off: Names of what is switched off.
        found: What it says.
        lost: Which headline results are not kept: ``claim 0``, …, or a measure of the leader.
        reordered: Measures by which the firms stand in another order, whoever leads.
    """

    off: tuple[str, ...]
    found: Headlines
    lost: tuple[str, ...]
    reordered: tuple[str, ...]


@dataclass(frozen=True)
class Ablation:
    """Which parts of the model a scenario's answer needs.

    Attributes:
        whole: What the model says as it is.
        headlines: The results that are to be kept, named as in :attr:`Without.lost`.
        each: The model without each mechanism that is on, one at a time.
        smallest: Without all that greedy backward elimination could spare.
        needed: Names of the mechanisms that are left in it.
        logit: A logit with constant hazards: without all that a logit of offers does not have.
    """

    whole: Headlines
    headlines: tuple[str, ...]
    each: tuple[Without, ...]
    smallest: Without
    needed: tuple[str, ...]
    logit: Without


def models_of(plan: Scenario) -> int:
    """How many models are run at most: the whole, each without, the elimination, the logit."""
    return 2 * len(at_work(plan)) + 2


def ablate(plan: Scenario, replications: int, run: Run) -> Ablation:
    """Take a scenario's model apart.

    Args:
        plan: The resolved scenario.
        replications: Draws of luck of every market.
        run: What runs trials and gives their results in order
            (:func:`tsunagari.experiments.runs.workers.trial_runner`).
    """
    known: dict[frozenset[str], Headlines] = {}

    def told(off: Sequence[Mechanism]) -> Headlines:
        names = frozenset(each.name for each in off)
        if names not in known:
            known[names] = _headlines(plan, off, replications, run)
        return known[names]

    whole = told(())
    wanted = _wanted(whole)

    def without(off: Sequence[Mechanism]) -> Without:
        found = told(off)
        lost = tuple(name for name in wanted if not _is_kept(name, whole, found))
        moved = tuple(by for by in LEADS_BY if found.order[by] != whole.order[by])
        return Without(tuple(each.name for each in off), found, lost, moved)

    on = at_work(plan)
    each = [without([one]) for one in on]
    spared: list[Mechanism] = []
    for one, _ in sorted(zip(on, each, strict=True), key=lambda pair: len(pair[1].lost)):
        if not without([*spared, one]).lost:
            spared.append(one)
    return Ablation(
        whole=whole,
        headlines=wanted,
        each=tuple(each),
        smallest=without(spared),
        needed=tuple(one.name for one in on if one not in spared),
        logit=without([one for one in on if not one.in_logit]),
    )


def _headlines(plan: Scenario, off: Sequence[Mechanism], replications: int, run: Run) -> Headlines:
    markets = ClaimMarkets(plan)
    # What a claim changes may bring back what is switched off: that is done last.
    markets.plans = [switched_off(market, off) for market in markets.plans]
    trials = [Trial(markets.plans[0], plan.seed, number) for number in range(replications)]
    done = list(run(trials))
    values = {by: _last_year(by, done) for by in LEADS_BY}
    return Headlines(
        claims=judge(markets, done, run),
        order={by: _in_order(firms) for by, firms in values.items()},
        level={by: _level(firms) for by, firms in values.items()},
        sign={firm: _sign(months) for firm, months in values["profit"].items()},
    )


def _last_year(measure: str, done: Sequence[TrialResult]) -> dict[str, list[float]]:
    """Mean of the last twelve months by firm, a value a replication; NaN where it has closed."""
    found: dict[str, list[float]] = {}
    for number, result in enumerate(done):
        table = result.tables["firms"]
        names, months = np.asarray(table["firm"]), np.asarray(table["month"])
        late = months > months.max() - _YEAR
        values = np.asarray(table[measure], float)
        for name in dict.fromkeys(names.tolist()):
            own = values[late & (names == name)]
            own = own[np.isfinite(own)]
            row = found.setdefault(name, [math.nan] * len(done))
            row[number] = float(own.mean()) if own.size else math.nan
    return found


def _in_order(firms: Mapping[str, Sequence[float]]) -> tuple[str, ...]:
    means = {name: _mean(values) for name, values in firms.items()}
    return tuple(sorted(means, key=lambda name: -means[name]))


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if math.isfinite(value)]
    return math.fsum(known) / len(known) if known else -math.inf


def _level(firms: Mapping[str, Sequence[float]]) -> frozenset[str]:
    """The leader, and all whose paired difference from it may be none."""
    first = _in_order(firms)[0]
    found = {first}
    for name, values in firms.items():
        pairs = [
            mine - other
            for mine, other in zip(firms[first], values, strict=True)
            if math.isfinite(mine) and math.isfinite(other)
        ]
        if pairs and not t_interval(pairs).low > 0:
            found.add(name)
    return frozenset(found)


def _sign(values: Sequence[float]) -> int:
    found = t_interval([value for value in values if math.isfinite(value)])
    return int(found.low > 0) - int(found.high < 0)


def _wanted(whole: Headlines) -> tuple[str, ...]:
    """Claims that can be told, and the leaders; who leads by nothing but chance is no result."""
    claims = [
        f"claim {number}"
        for number, one in enumerate(whole.claims)
        if one.verdict != "cannot be told"
    ]
    return (*claims, *(by for by in LEADS_BY if len(whole.level[by]) < len(whole.order[by])))


def _is_kept(name: str, whole: Headlines, found: Headlines) -> bool:
    if name in LEADS_BY:
        return found.order[name][0] in whole.level[name]
    number = int(name.removeprefix("claim "))
    return found.claims[number].verdict == whole.claims[number].verdict


def as_columns(found: Ablation) -> dict[str, list[Any]]:
    """The table ``ablation``: a row a model, and a column a headline result, true if it is kept."""
    models = [
        *(("without", each) for each in found.each),
        ("smallest", found.smallest),
        ("logit", found.logit),
    ]
    return {
        "model": [kind for kind, _ in models],
        "off": [" ".join(each.off) for _, each in models],
        "kept": [len(found.headlines) - len(each.lost) for _, each in models],
        "headlines": [len(found.headlines)] * len(models),
        "lost": [", ".join(each.lost) for _, each in models],
        "reordered": [", ".join(each.reordered) for _, each in models],
        **{f"leads_{by}": [each.found.order[by][0] for _, each in models] for by in LEADS_BY},
    }

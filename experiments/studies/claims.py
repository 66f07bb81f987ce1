"""Claims of the sources, held against runs: with the idea and without it, under the same luck.

A claim names a measure and a counterfactual (:class:`tsunagari.sim.schema.scenario.Claim`). Both
markets run with the same seed and replications; what counts is the paired difference, with minus
without, and its 95 % interval (Student's t). A source that expects *more* is right when the whole
interval lies above the margin and wrong when it lies at or below it; anything else cannot be told.
A source that expects *no difference* is right when the whole interval lies within the margin
(equivalence, Schuirmann 1987) and wrong when it lies outside.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from tsunagari.experiments.runs.statistics import Interval, t_interval
from tsunagari.experiments.runs.trial import Trial, TrialResult, digest
from tsunagari.experiments.studies.changes import acting
from tsunagari.sim.scale import Scale
from tsunagari.sim.schema.scenario import ClaimKind

if TYPE_CHECKING:
    from tsunagari.sim.scenario import Scenario
    from tsunagari.sim.schema.scenario import Claim

type Verdict = Literal["came true", "did not come true", "cannot be told"]


@dataclass(frozen=True)
class JudgedClaim:
    """What became of a claim.

    Attributes:
        claim: The claim.
        month: The month in which it was measured.
        replications: How many markets there were of each kind.
        pairs: In how many of them the measure is defined in both: a firm that has closed has none.
        defined: In how many it is defined with the idea, and in how many without.
        mean: Mean of the measure with the idea, over those pairs; NaN without any.
        mean_without: The same without the idea.
        difference: Mean paired difference and its interval; no interval with fewer than two pairs.
        margin: Largest difference that counts as none, in what the measure is told in: that of the
            claim is in unit costs and simulated customers (:mod:`tsunagari.sim.scale`).
        verdict: Whether it came true.
        is_same: Whether the market is without the idea already, so that there is nothing to tell.
    """

    claim: Claim
    month: int
    replications: int
    pairs: int
    defined: tuple[int, int]
    mean: float
    mean_without: float
    difference: Interval
    margin: float
    verdict: Verdict
    is_same: bool = False


class ClaimMarkets:
    """All markets that a plan's claims compare, each once.

    Args:
        plan: The resolved scenario.

    Attributes:
        plans: The markets; the plan itself comes first.
        compared: For every claim, which of them is with the idea and which without.
    """

    def __init__(self, plan: Scenario) -> None:
        found = {digest(plan, seed=0): 0}
        self.plans = [plan]
        self.compared: list[tuple[int, int]] = []
        for claim in plan.claims:
            numbers = []
            for own in (claim.with_idea(plan), claim.without_idea(plan)):
                market, _ = acting(plan, own)
                number = found.setdefault(digest(market, seed=0), len(self.plans))
                if number == len(self.plans):
                    self.plans.append(market)
                numbers.append(number)
            self.compared.append((numbers[0], numbers[1]))


def judge(
    markets: ClaimMarkets,
    done: Sequence[TrialResult],
    run: Callable[[Iterable[Trial]], Iterator[TrialResult]],
) -> tuple[JudgedClaim, ...]:
    """Judge the claims of a plan that has been run, by running the other markets as often.

    Args:
        markets: Those of the plan.
        done: The plan's replications, as many as the others will have.
        run: What runs trials and gives their results in order
            (:func:`tsunagari.experiments.runs.workers.trial_runner`).
    """
    claims, scale = markets.plans[0].claims, Scale.of(markets.plans[0])
    trials = [
        Trial(market, result.trial.seed, result.trial.replication)
        for market in markets.plans[1:]
        for result in done
    ]
    results = itertools.chain(done, run(trials) if trials else ())
    # Of each market only its claims' measures are kept: one list a claim, a value a replication.
    values: dict[tuple[int, int], list[float]] = {}
    for place, result in enumerate(results):
        market = place // len(done)
        for number, compared in enumerate(markets.compared):
            if market in compared:
                values.setdefault((number, market), []).append(_value(claims[number], result))
    return tuple(
        _judged(
            claim,
            done[0].trial.plan.market.months if claim.month is None else claim.month,
            values[number, with_idea],
            values[number, without_idea],
            margin=claim.margin * scale.factor_of(claim.measure),
            is_same=with_idea == without_idea,
        )
        for number, (claim, (with_idea, without_idea)) in enumerate(
            zip(claims, markets.compared, strict=True)
        )
    )


def _value(claim: Claim, result: TrialResult) -> float:
    """The claim's measure in one market; NaN where it is undefined."""
    from tsunagari.experiments.studies.tally import values_of

    month = result.trial.plan.market.months if claim.month is None else claim.month
    table = result.tables["market" if claim.firm is None else "firms"]
    firms = None if claim.firm is None else [claim.firm]
    return float(values_of(table, [claim.measure], [month], firms).item())


def _judged(
    claim: Claim,
    month: int,
    values: Sequence[float],
    without: Sequence[float],
    *,
    margin: float,
    is_same: bool,
) -> JudgedClaim:
    pairs = [
        (one, other)
        for one, other in zip(values, without, strict=True)
        if math.isfinite(one) and math.isfinite(other)
    ]
    found = t_interval([one - other for one, other in pairs])
    return JudgedClaim(
        claim=claim,
        month=month,
        replications=len(values),
        pairs=len(pairs),
        defined=(_defined(values), _defined(without)),
        mean=_mean([one for one, _ in pairs]),
        mean_without=_mean([other for _, other in pairs]),
        difference=found,
        margin=margin,
        verdict="cannot be told" if is_same else verdict_on(claim, found, margin),
        is_same=is_same,
    )


def verdict_on(claim: Claim, found: Interval, margin: float) -> Verdict:
    """Whether a paired difference bears a claim out; see the head of this module.

    An interval that is undefined, as with one replication, tells nothing.
    """
    if not (math.isfinite(found.low) and math.isfinite(found.high)):
        return "cannot be told"
    if claim.expect == "no-different":
        if -margin <= found.low and found.high <= margin:
            return "came true"
        is_apart = found.low > margin or found.high < -margin
        return "did not come true" if is_apart else "cannot be told"
    sign = 1.0 if claim.expect == "higher" else -1.0
    low, high = sorted((sign * found.low, sign * found.high))
    if low > margin:
        return "came true"
    return "did not come true" if high <= margin else "cannot be told"


def _defined(values: Sequence[float]) -> int:
    return sum(math.isfinite(value) for value in values)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan


def claims_table(judged: Sequence[JudgedClaim]) -> dict[str, list[Any]]:
    """The table ``claims``, a row a claim: column name to values; undefined is NaN.

    The firm of a measure of the market is the empty text, as is a kind that is not said.
    """
    rows = [
        {
            "claim": number,
            "say": found.claim.say,
            "source": found.claim.source,
            "firm": found.claim.firm or "",
            "measure": found.claim.measure,
            "month": found.month,
            "expect": found.claim.expect,
            "kind": found.claim.kind or "",
            "margin": found.margin,
            "verdict": found.verdict,
            "replications": found.replications,
            "pairs": found.pairs,
            "defined": found.defined[0],
            "defined_without": found.defined[1],
            "mean": found.mean,
            "mean_without": found.mean_without,
            "difference": found.difference.mean,
            "low": found.difference.low,
            "high": found.difference.high,
        }
        for number, found in enumerate(judged)
    ]
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def counts(judged: Sequence[JudgedClaim]) -> dict[str, dict[Verdict, int]]:
    """How many claims of each kind came to each verdict; only kinds that are there.

    What a mechanism does by itself, and what could have come out otherwise, are no one sum. The
    kind of claims that do not say theirs is the empty text.
    """
    found: dict[str, dict[Verdict, int]] = {}
    for kind in (*get_args(ClaimKind.__value__), None):
        verdicts = [one.verdict for one in judged if one.claim.kind == kind]
        if verdicts:
            found[kind or ""] = {
                verdict: verdicts.count(verdict) for verdict in get_args(Verdict.__value__)
            }
    return found


def judged_in(table: Mapping[str, Any], plan: Scenario) -> list[JudgedClaim]:
    """What became of every claim of a plan, read from its table ``claims``."""
    found = []
    for row, claim in enumerate(plan.claims):
        value = {name: column[row] for name, column in table.items()}
        ends = (float(value[name]) for name in ("difference", "low", "high"))
        found.append(
            JudgedClaim(
                claim=claim,
                month=int(value["month"]),
                replications=int(value["replications"]),
                pairs=int(value["pairs"]),
                defined=(int(value["defined"]), int(value["defined_without"])),
                mean=float(value["mean"]),
                mean_without=float(value["mean_without"]),
                difference=Interval(*ends),
                margin=float(value["margin"]),
                verdict=value["verdict"],
                is_same=value["verdict"] == "cannot be told"
                and value["difference"] == 0
                and _is_same(claim, plan),
            )
        )
    return found


def _is_same(claim: Claim, plan: Scenario) -> bool:
    """Whether a claim compares a market with itself, and not only too few of them."""
    return digest(claim.with_idea(plan), seed=0) == digest(claim.without_idea(plan), seed=0)

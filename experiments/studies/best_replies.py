"""Best replies: what a firm earns over multiples of one of its numbers, rivals' as they are.

A firm's *curve* is the value of its profits (discounted at ``finance.discount``) over factors on
one key of its own, set in a month for good. All factors meet the same customers and the same luck.
Its best reply is where a parabola, in the logarithm of the factor, through the best point and its
neighbours has its top. Best replies to best replies, damped, either come to rest, which is an
equilibrium of factors chosen once, or they do not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self, TypedDict, Unpack

import numpy as np

from tsunagari.experiments.runs.given import firms_of, listed, whole_numbers
from tsunagari.experiments.runs.statistics import Interval, t_interval
from tsunagari.experiments.runs.trial import Trial, TrialResult
from tsunagari.sim.live import LiveScenario
from tsunagari.sim.paths import nearest, path_of, text_of
from tsunagari.sim.problems import Problem, Problems, of_kind
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.fields import is_dated
from tsunagari.sim.schema.firms import FirmPlan
from tsunagari.sim.schema.keys import fault_of_value, fields_of, options_of

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from tsunagari.experiments.runs.trial import Progress
    from tsunagari.experiments.runs.workers import Run

    type Floats = NDArray[np.float64]
    type Announced = Callable[[str, int], AbstractContextManager[Progress]]

type Verdict = Literal["best", "the more the better", "the less the better", "cannot be told"]
type State = Mapping[str, float]
"""Factors by firm; of a firm that is not in it, 1."""

LEVER = "price"
FACTORS = (0.7, 0.85, 1.0, 1.15, 1.3, 1.5, 2.0)
"""On a firm's own level, unless told otherwise."""
MONTH, HORIZON = 13, 60
"""From which month on a factor holds, and for how many months profits are counted."""
FEWEST = 5
"""Replications at least, unless told otherwise."""
ROUNDS, TOLERANCE = 12, 0.02
"""Best replies to best replies, at most, and the part of itself by which none moves at rest."""
DAMPING = 0.6
"""Part of the way to its best reply, in logs, that a firm goes in a round."""
STEP = 0.12
"""Distance in logs of the two factors tried beside the one that a firm has come to."""
_YEAR = 12


@dataclass(frozen=True, eq=False)
class Curve:
    """What a firm's profits are worth over factors.

    Attributes:
        firm: Its name.
        level: Its own level of the lever.
        factors: Factors on it, rising.
        within: Value of the profits within the horizon, float64[factors, replications].
        forever: The same with the last year's profits for ever after; NaN without discount.
        at: The factor at which the firm stands, one of those tried.
    """

    firm: str
    level: float
    factors: tuple[float, ...]
    within: Floats
    forever: Floats
    at: float = 1.0

    @property
    def own(self) -> int:
        """The place of the factor at which the firm stands."""
        return self.factors.index(self.at)

    @property
    def told(self) -> Floats:
        """The values that count: with the last year for ever, unless nothing is discounted."""
        return self.within if np.isnan(self.forever).any() else self.forever


@dataclass(frozen=True)
class Reply:
    """Where a firm earns most.

    Attributes:
        firm: Its name.
        at: The factor at which it stands.
        verdict: Whether there is a best factor among those tried, and chance lets tell it.
        factor: The best factor with its interval, 95 % over the replications.
        value: Of the profits there; of the best factor tried where there is no top.
        cost: What it earns less than that where it stands (paired).
        open: The factors tried that chance does not tell from the best one.
    """

    firm: str
    at: float
    verdict: Verdict
    factor: Interval
    value: Interval
    cost: Interval
    open: tuple[float, ...]

    @property
    def is_own(self) -> bool:
        """Whether where it stands may be the best, as far as can be told."""
        return not self.factor.excludes(self.at)


@dataclass(frozen=True)
class Iterated:
    """Best replies to best replies.

    Attributes:
        rested: Whether no best reply was farther away than the tolerance in the end.
        rounds: Every round's factors by firm, as they were when replies were looked for.
        replies: Every round's best replies, as factors on what the scenario says.
        tolerance: As part of a factor.
    """

    rested: bool
    rounds: tuple[Mapping[str, float], ...]
    replies: tuple[tuple[Reply, ...], ...]
    tolerance: float


@dataclass(frozen=True, eq=False)
class BestReplies:
    """What every firm would earn most at.

    Attributes:
        plan: The scenario, as long as it was run.
        lever: Key of a firm.
        month: From which month on a factor holds.
        horizon: Months of profits counted.
        discount: Per month.
        replications: Draws of luck; the same for every factor.
        curves: A curve a firm.
        replies: Where each earns most: with the last year for ever after, unless nothing is
            discounted.
        within: The same within the horizon alone.
        iterated: Best replies to best replies; None where nobody asked.
        notes: Sentences for the user about what was done without being asked for.
    """

    plan: Scenario
    lever: str
    month: int
    horizon: int
    discount: float
    replications: int
    curves: tuple[Curve, ...]
    replies: tuple[Reply, ...]
    within: tuple[Reply, ...]
    iterated: Iterated | None
    notes: tuple[str, ...]

    @property
    def is_forever(self) -> bool:
        """Whether :attr:`replies` count the last year's profits for ever after."""
        return self.discount > 0


def _nobody(what: str, months: int) -> AbstractContextManager[Progress]:
    return nullcontext(lambda months: None)


class Runs(TypedDict, total=False):
    """How the markets are run; no answer depends on what comes after the first two.

    Attributes:
        seed: None is the plan's own.
        replications: None is as many as the plan says, and 5 at least.
        workers: Processes. 1 runs here; None: one a processor, as far as it is worth it.
        threads: Threads per market.
        executor: Where to run instead.
        announced: Given what comes and how many months that is, whom to tell of those done.
        run: What runs trials, instead of all that.
    """

    seed: int | None
    replications: int | None
    workers: int | None
    threads: int | None
    executor: Executor | None
    announced: Announced
    run: Run | None


def best_replies(
    plan: Scenario,
    lever: str = LEVER,
    *,
    firms: Sequence[str] | None = None,
    factors: Sequence[float] = FACTORS,
    month: int = MONTH,
    horizon: int = HORIZON,
    iterate: bool = False,
    rounds: int = ROUNDS,
    tolerance: float = TOLERANCE,
    **runs: Unpack[Runs],
) -> BestReplies:
    """Let one firm after another choose a factor on one of its numbers, and see what it earns.

    Args:
        plan: The scenario; it is run ``month - 1 + horizon`` months, without later events.
        lever: A number of a firm that an event may set: ``price``, ``attention``, …
        firms: Names; None is all that are there at the start and have some of the lever.
        factors: On the firm's own level, with 1 (which is added) three or more. Those that lead out
            of the key's range are left out for a firm.
        month: From which month on the factor holds, from 1.
        horizon: Months of profits counted, at least a year.
        iterate: Whether to look for best replies to best replies.
        rounds: Of these, at most.
        tolerance: Largest part of a factor by which it is away from the best reply, at rest.
        runs: See :class:`Runs`.

    Raises:
        Problems: All that is wrong with what was asked; the scenario itself moves the lever.
        tsunagari.experiments.runs.workers.WorkerDiedError: The system ended a worker process.
    """
    of_kind(plan, Scenario, "plan", "a Scenario")
    month, horizon, rounds = whole_numbers(month=month, horizon=horizon, rounds=rounds)
    if horizon < _YEAR:
        raise Problems([Problem("horizon", "must be at least a year, 12 months")])
    if not tolerance > 0:
        raise Problems([Problem("tolerance", f"must be above 0, not {tolerance:g}")])
    game = _Game.of(_of_length(plan, month - 1 + horizon), lever, month, horizon, runs)
    names, notes = game.players(firms)
    tried = {name: game.allowed(name, _rising(factors)) for name in names}
    curves = game.valued("curves", tried, {})
    replies = tuple(reply(curve, curve.told) for curve in curves)
    return BestReplies(
        plan=game.plan, lever=lever, month=month, horizon=horizon,
        discount=plan.finance.discount, replications=game.replications, curves=curves,
        replies=replies, within=tuple(reply(curve, curve.within) for curve in curves),
        iterated=_iterated(game, replies, rounds, tolerance) if iterate else None,
        notes=tuple(notes),
    )  # fmt: skip


# -- a curve and its top --------------------------------------------------------------------------


def reply(curve: Curve, values: Floats) -> Reply:
    """Where a curve has its top.

    The parabola goes through the means of the best point and its two neighbours. The interval of
    its top is by linearisation over the replications, whose parabolas have the same three places
    (delta method); since the value is level at a top, what is lost to it needs none.

    Args:
        curve: Three factors or more.
        values: Which values of it, float64[factors, replications].
    """
    logs = np.log(curve.factors)
    mean = values.mean(axis=1)
    best = int(mean.argmax())
    middle = min(max(best, 1), len(logs) - 2)
    near = slice(middle - 1, middle + 2)
    bend, slope, level = np.polyfit(logs[near] - logs[middle], values[near], 2)
    top = float(-slope.mean() / (2 * bend.mean())) if bend.mean() < 0 else math.nan
    own = values[curve.own]
    is_inside = bool(logs[near][0] <= logs[middle] + top <= logs[near][-1])
    if not is_inside:
        apart = _apart(values[best], values, best)
        return _at_edge(curve, values, best, apart, t_interval(values[best] - own))
    at_top = level + slope * top + bend * top**2
    places = top - (slope + 2 * top * bend) / (2 * bend.mean())
    found = t_interval(places)
    ends = Interval(top, found.low, found.high)
    apart = _apart(at_top, values, middle, 1)
    is_clear = all(apart) and t_interval(bend).high < 0
    factor = Interval(*(float(np.exp(logs[middle] + x)) for x in vars(ends).values()))
    is_within = bool(curve.factors[0] <= factor.low and factor.high <= curve.factors[-1])
    return Reply(
        firm=curve.firm,
        at=curve.at,
        verdict="best" if is_clear and is_within else "cannot be told",
        factor=factor,
        value=t_interval(at_top),
        cost=t_interval(at_top - own),
        open=_open(curve, values, best),
    )


def _at_edge(
    curve: Curve, values: Floats, best: int, apart: Sequence[bool], cost: Interval
) -> Reply:
    """The best factor tried is the first or the last one: there may be better ones beyond."""
    more: Verdict = "the more the better" if best else "the less the better"
    return Reply(
        firm=curve.firm,
        at=curve.at,
        verdict=more if all(apart) else "cannot be told",
        factor=Interval(curve.factors[best], math.nan, math.nan),
        value=t_interval(values[best]),
        cost=cost,
        open=_open(curve, values, best),
    )


def _apart(top: Floats, values: Floats, place: int, near: int = 0) -> list[bool]:
    """Whether each point that is farther than so many places is worse, beyond chance."""
    return [
        t_interval(top - other).low > 0
        for number, other in enumerate(values)
        if abs(number - place) > near
    ]


def _open(curve: Curve, values: Floats, best: int) -> tuple[float, ...]:
    pairs = zip(curve.factors, values, strict=True)
    return tuple(x for x, other in pairs if not t_interval(values[best] - other).low > 0)


# -- the game -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Game:
    """Firms that each choose a factor on one number of theirs, in one month and for good."""

    plan: Scenario
    lever: str
    month: int
    horizon: int
    seed: int
    replications: int
    runs: Runs

    @classmethod
    def of(cls, plan: Scenario, lever: str, month: int, horizon: int, runs: Runs) -> Self:
        """The same, with what is left open as the plan has it."""
        seed, replications, _, _ = whole_numbers(
            seed=runs.get("seed"), replications=runs.get("replications"),
            workers=runs.get("workers"), threads=runs.get("threads"),
        )  # fmt: skip
        seed = plan.seed if seed is None else seed
        many = max(FEWEST, plan.replications) if replications is None else replications
        return cls(plan, lever, month, horizon, seed, many, runs)

    def __post_init__(self) -> None:
        known = levers()
        if self.lever not in known:
            close = nearest(self.lever, known)
            suggestion = f"did you mean {close}?" if close else "price is one, attention another"
            message = f"{self.lever!r} is no number of a firm that an event may set"
            raise Problems([Problem("lever", message, suggestion=suggestion)])

    def players(self, firms: Sequence[str] | None) -> tuple[tuple[str, ...], list[str]]:
        """Who chooses, and notes on who does not.

        Raises:
            Problems: A firm that was asked for cannot, or nobody can.
        """
        there = [firm.name for firm in self.plan.firms]
        names = there if firms is None else list(dict.fromkeys(firms_of(self.plan, firms)))
        faults = [(name, self._fault(name, there)) for name in names]
        wrong = [Problem(self._path(name), why) for name, why in faults if why]
        able = tuple(name for name, why in faults if not why)
        if wrong and (firms is not None or not able or self._moved(there)):
            raise Problems(wrong)
        return able, [f"{one.path} {one.message}: it stays as it is" for one in wrong]

    def _fault(self, name: str, there: Sequence[str]) -> str:
        """Why a firm cannot choose; an empty text if it can."""
        if name not in there:
            return "is of a firm that enters later: who chooses is there at the start"
        if moved := self._moved([name]):
            return (
                f"is moved by the scenario itself in month {moved}: what the firm chooses must be "
                "all that changes"
            )
        level = self.level(name)
        return "" if level > 0 else f"is {level:g}, of which no multiple is another level"

    def _moved(self, names: Sequence[str]) -> int | None:
        """The month of the first event that sets the lever of one of these firms, if any."""
        plan = self.plan
        heads = {("firms", name) for name in names}
        heads |= {("disciplines", firm.discipline) for firm in plan.firms if firm.name in names}
        for event in plan.events:
            head, name, *rest = (*path_of(event.set), "", "") if event.set else ("", "")
            if (head, name) in heads and rest and rest[0] in (self.lever, "discipline"):
                return event.month
        return None

    def _path(self, name: str) -> str:
        return text_of(("firms", name, self.lever))

    def level(self, name: str) -> float:
        """A firm's own level of the lever; 0 for none."""
        return float(getattr(LiveScenario(self.plan).terms(name), self.lever) or 0.0)

    def allowed(self, name: str, factors: Sequence[float]) -> tuple[float, ...]:
        """Those factors that lead to a level that the key may have.

        Raises:
            Problems: There are less than three.
        """
        field, level = fields_of(FirmPlan)[self.lever], self.level(name)
        kept = tuple(x for x in factors if x == 1 or fault_of_value(field, x * level) is None)
        if len(kept) < 3:
            told = ", ".join(f"{x:g}" for x in kept)
            message = f"has three factors or more, 1 with them; of those given {told} is left"
            raise Problems([Problem(self._path(name), message)])
        return kept

    def with_factors(self, state: State) -> Scenario:
        """The scenario in which firms have their factors from the month on."""
        moved = [
            {"month": self.month, "set": self._path(name), "to": factor * self.level(name)}
            for name, factor in state.items()
            if factor != 1
        ]
        events = [event.model_dump(by_alias=True, exclude_unset=True) for event in self.plan.events]
        return self.plan.with_values({"events": [*events, *moved]}) if moved else self.plan

    def states(self, asked: Mapping[str, Sequence[float]], at: State) -> list[dict[str, float]]:
        """Every market that is to be run, once: one firm moves, the others are where they are."""
        found: dict[tuple[tuple[str, float], ...], dict[str, float]] = {}
        for name, factors in asked.items():
            for factor in factors:
                state = {**at, name: factor}
                found.setdefault(_key(state), state)
        return list(found.values())

    def trials(self, asked: Mapping[str, Sequence[float]], at: State) -> list[Trial]:
        """Every market under every draw of luck."""
        return [
            Trial(plan, self.seed, number)
            for plan in map(self.with_factors, self.states(asked, at))
            for number in range(self.replications)
        ]

    def valued(
        self, what: str, asked: Mapping[str, Sequence[float]], at: State
    ) -> tuple[Curve, ...]:
        """Run all markets, and what they come to.

        Args:
            what: Comes, in a word or two.
            asked: The factors that each firm tries.
            at: Where the others stand.
        """
        trials, run = self.trials(asked, at), self.runs.get("run")
        if run is not None:
            return self.curves(asked, at, run(trials))
        from tsunagari.experiments.runs.workers import trial_runner, worth_starting

        executor, workers = self.runs.get("executor"), self.runs.get("workers", 1)
        if workers is None:
            workers = worth_starting(self.plan, len(trials) * self.plan.market.months)
        announced = self.runs.get("announced", _nobody)
        with (
            announced(what, len(trials) * self.plan.market.months) as progress,
            trial_runner(
                self.plan, workers=min(workers, len(trials)) if executor is None else workers,
                threads=self.runs.get("threads"), executor=executor, progress=progress,
            ) as trial_results,
        ):  # fmt: skip
            return self.curves(asked, at, trial_results(trials))

    def curves(
        self, asked: Mapping[str, Sequence[float]], at: State, results: Iterable[TrialResult]
    ) -> tuple[Curve, ...]:
        """The curves that the results of :meth:`trials` come to."""
        names = list(asked)
        rate = self.plan.finance.discount
        values = np.array(
            [
                [present_values(result, name, self.month, self.horizon, rate) for name in names]
                for result in results
            ]
        )
        states = self.states(asked, at)
        # [states, replications, firms, within and forever]
        values = values.reshape(len(states), self.replications, len(names), 2)
        places = {_key(state): number for number, state in enumerate(states)}
        found = []
        for firm, (name, factors) in enumerate(asked.items()):
            rows = values[[places[_key({**at, name: factor})] for factor in factors], :, firm]
            within, forever = rows[:, :, 0], rows[:, :, 1]
            at_own = at.get(name, 1.0)
            found.append(Curve(name, self.level(name), tuple(factors), within, forever, at_own))
        return tuple(found)


def present_values(
    result: TrialResult, firm: str, month: int, horizon: int, discount: float
) -> tuple[float, float]:
    """Value of a firm's profits from a month on, at the end of the month before.

    Who has left the market earns nothing.

    Args:
        result: Of a market.
        firm: Whose.
        month: The first month.
        horizon: How many.
        discount: Per month.

    Returns:
        The value within the horizon, and with the last twelve months' mean for ever after; NaN
        where nothing is discounted.
    """
    table = result.tables["firms"]
    months = np.asarray(table["month"])
    own = (np.asarray(table["firm"]) == firm) & (months >= month) & (months < month + horizon)
    profit = np.zeros(horizon)
    profit[months[own] - month] = np.asarray(table["profit"], dtype=np.float64)[own]
    weights = (1.0 + discount) ** -np.arange(1.0, horizon + 1)
    within = float(weights @ profit)
    if not discount > 0:
        return within, math.nan
    return within, within + float(profit[-_YEAR:].mean() * weights[-1] / discount)


def levers() -> list[str]:
    """Numbers of a firm that an event may set."""
    return [
        key
        for key, field in fields_of(FirmPlan).items()
        if is_dated(field) and float in options_of(field.annotation)
    ]


def _key(state: State) -> tuple[tuple[str, float], ...]:
    return tuple(sorted((name, factor) for name, factor in state.items() if factor != 1))


def _rising(factors: Sequence[float]) -> tuple[float, ...]:
    """Factors in order, with 1 among them."""
    given: Sequence[Any] = listed(factors, "factors", "numbers above 0")
    for factor in given:
        if not (isinstance(factor, int | float) and math.isfinite(factor) and factor > 0):
            raise Problems([Problem("factors", f"must be numbers above 0, not {factor!r}")])
    return tuple(sorted({1.0, *map(float, given)}))


def _of_length(plan: Scenario, months: int) -> Scenario:
    """The scenario over so many months, without claims and without the events after its end."""
    events = [event.model_dump(by_alias=True, exclude_unset=True) for event in plan.events]
    kept = [event for event in events if event["month"] <= months]
    return plan.with_values({"market.months": months, "events": kept, "claims": []})


# -- best replies to best replies -----------------------------------------------------------------


def _iterated(game: _Game, first: Sequence[Reply], rounds: int, tolerance: float) -> Iterated:
    """Let all firms go part of the way to their best replies, time and again."""
    at = {one.firm: 1.0 for one in first}
    replies = tuple(first)
    states, told = [dict(at)], [replies]
    while not (rested := _is_at_rest(at, replies, tolerance)) and len(states) < rounds:
        at = {
            one.firm: at[one.firm] * (one.factor.mean / at[one.firm]) ** DAMPING for one in replies
        }
        asked = {name: _around(game, name, factor) for name, factor in at.items()}
        curves = game.valued(f"round {len(states) + 1}", asked, at)
        replies = tuple(reply(curve, curve.told) for curve in curves)
        states.append(dict(at))
        told.append(replies)
    return Iterated(rested, tuple(states), tuple(told), tolerance)


def _is_at_rest(at: State, replies: Sequence[Reply], tolerance: float) -> bool:
    return all(abs(math.log(one.factor.mean / at[one.firm])) <= tolerance for one in replies)


def _around(game: _Game, name: str, factor: float) -> tuple[float, ...]:
    """A factor and two others beside it, or below or above it where the key's range ends."""
    field, level = fields_of(FirmPlan)[game.lever], game.level(name)
    for steps in ((-1, 0, 1), (-2, -1, 0), (0, 1, 2)):
        found = tuple(factor * math.exp(STEP * step) if step else factor for step in steps)
        if all(fault_of_value(field, x * level) is None for x in found):
            return found
    raise ValueError(f"the range of {game.lever} is narrower than what is tried in it")


# -- tables ---------------------------------------------------------------------------------------


def as_columns(found: BestReplies) -> dict[str, list[Any]]:
    """The table ``replies``: a row a firm and factor. Gains are over factor 1, paired."""
    rows = []
    for curve in found.curves:
        for place, factor in enumerate(curve.factors):
            row = {"firm": curve.firm, "lever": found.lever, "factor": factor}
            row |= {"level": factor * curve.level, "replications": found.replications}
            for name, values in (("", curve.forever), ("_within", curve.within)):
                row |= _ends(f"value{name}", t_interval(values[place]))
                row |= _ends(f"gain{name}", t_interval(values[place] - values[curve.own]))
            rows.append(row)
    return {name: [row[name] for row in rows] for name in rows[0]}


def iterated_columns(found: Iterated) -> dict[str, list[Any]]:
    """The table ``iterated``: a row a round and firm."""
    rows = [
        {"round": number, "firm": one.firm, "factor": state[one.firm], "verdict": one.verdict}
        | _ends("reply", one.factor)
        for number, (state, replies) in enumerate(
            zip(found.rounds, found.replies, strict=True), start=1
        )
        for one in replies
    ]
    return {name: [row[name] for row in rows] for name in rows[0]}


def _ends(name: str, found: Interval) -> dict[str, float]:
    return {name: found.mean, f"{name}_low": found.low, f"{name}_high": found.high}

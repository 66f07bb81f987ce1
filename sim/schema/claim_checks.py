"""Checks of claims: what they compare is there, and the two markets can be paired."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from sim.measures import FIRM_MEASURES, MARKET_MEASURES
from sim.paths import nearest, path_of
from sim.problems import Problem, Problems
from sim.schema.own_measures import columns_of

if TYPE_CHECKING:
    from sim.schema.claims import Claim
    from sim.schema.scenario import Scenario

type Complaint = tuple[tuple[str | int, ...], str, str | None]

_NEEDED = "leave the claim out, or --set claims=[]"


def complaints(plan: Scenario) -> Iterator[Complaint]:
    """Every complaint about the claims of a scenario that is sound otherwise."""
    for number, claim in enumerate(plan.claims):
        at = ("claims", number)
        yield from _words(claim, at)
        yield from _measure(claim, at, columns_of(plan))
        end = plan.market.months
        if claim.month is not None and claim.month > end:
            message = f"month {claim.month} is after the end of the run ({end} months)"
            yield (*at, "month"), message, None
        markets = yield from _markets(plan, claim, at)
        if markets is not None:
            yield from _pairing(plan, markets, at)
            yield from _firm(claim, markets, at)


def _words(claim: Claim, at: tuple[str | int, ...]) -> Iterator[Complaint]:
    for key in ("say", "source"):
        if not getattr(claim, key).strip():
            yield (*at, key), "must not be empty", None
    if claim.expect == "no-different" and claim.margin == 0:
        message = "no-different needs a margin: the largest difference that counts as none"
        yield (*at, "expect"), message, None


def _markets(
    plan: Scenario, claim: Claim, at: tuple[str | int, ...]
) -> Generator[Complaint, None, tuple[Scenario, Scenario] | None]:
    """The two markets, or complaints about the paths and values that should make them."""
    sound = True
    for key in ("given", "without"):
        for path in getattr(claim, key):
            for message in _wrong_path(path):
                sound = False
                yield (*at, key, path), message, None
    if not sound:
        return None
    try:
        with_idea = claim.with_idea(plan)
    except Problems as raised:
        yield from (_told(problem, "given", claim.given, at) for problem in raised.problems)
        return None
    try:
        return with_idea, claim.without_idea(plan)
    except Problems as raised:
        yield from (_told(problem, "without", claim.without, at) for problem in raised.problems)
        return None


def _wrong_path(text: str) -> Iterator[str]:
    try:
        path = path_of(text)
    except ValueError as problem:
        yield str(problem)
        return
    if path[0] in ("claims", "measures"):
        yield f"a claim cannot change {path[0]}"
    elif path[0] == "events" and len(path) > 1:
        # A run that an option shortens loses events, and the rest would move up.
        yield "events are replaced as a whole here: write events: […] with those that are left"


def _told(
    problem: Problem, key: str, values: dict[str, object], at: tuple[str | int, ...]
) -> Complaint:
    """A problem of the counterfactual, at the value of the claim that it comes from."""
    path = next((p for p in values if f"value {p}=" in (problem.file or "")), None)
    where = (*at, key) if path is None else (*at, key, path)
    message = problem.message if problem.path == path else f"{problem.path}: {problem.message}"
    return where, message, problem.suggestion


def _pairing(
    plan: Scenario, markets: tuple[Scenario, Scenario], at: tuple[str | int, ...]
) -> Iterator[Complaint]:
    """The same people, months and luck: without them there is nothing to pair."""
    for key, other in zip(("given", "without"), markets, strict=True):
        same = (
            other.market.customers == plan.market.customers
            and other.market.months == plan.market.months
            and (other.seed, other.replications) == (plan.seed, plan.replications)
            and other.network.file == plan.network.file
            and other.network.digest == plan.network.digest
            and other.network.columns == plan.network.columns
        )
        if not same:
            what = "customers, months, seed, replications and network file"
            yield (*at, key), f"a pair needs the same {what} as the scenario", None


def _measure(claim: Claim, at: tuple[str | int, ...], own: tuple[str, ...]) -> Iterator[Complaint]:
    """There is such a measure, and it is of whom the claim says.

    Of whom a measure of one's own is, its function tells: it is asked where code is allowed.
    """
    if claim.measure in own:
        return
    if claim.measure in MARKET_MEASURES and claim.firm is not None:
        message = f"{claim.measure} is a measure of the market, not of a firm"
        yield (*at, "firm"), message, "leave firm out"
    elif claim.measure in FIRM_MEASURES and claim.firm is None:
        yield at, f"{claim.measure} is a measure of firms: say of which", "add firm: Name"
    elif claim.measure not in (*FIRM_MEASURES, *MARKET_MEASURES):
        near = nearest(claim.measure, (*FIRM_MEASURES, *MARKET_MEASURES, *own))
        suggestion = f"did you mean {near}?" if near else "the tables' columns are in the manual"
        yield (*at, "measure"), f"there is no measure {claim.measure!r}", suggestion


def _firm(
    claim: Claim, markets: tuple[Scenario, Scenario], at: tuple[str | int, ...]
) -> Iterator[Complaint]:
    """The firm is in both markets."""
    if claim.firm is None:
        return
    for market, which in zip(markets, ("", " in the market without the idea"), strict=True):
        names = _firms_of(market)
        if claim.firm not in names:
            near = nearest(claim.firm, names)
            suggestion = f"did you mean {near}?" if near else _NEEDED
            yield (*at, "firm"), f"there is no firm {claim.firm!r}{which}", suggestion
            return


def _firms_of(plan: Scenario) -> list[str]:
    entering = [event.enter.name for event in plan.events if event.enter is not None]
    return [*(firm.name for firm in plan.firms), *entering]

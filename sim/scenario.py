"""The scenario: everything a run depends on but its seed's luck."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tsunagari.sim.measures import FIRM_MEASURES, MARKET_MEASURES
from tsunagari.sim.paths import nearest, path_of
from tsunagari.sim.problems import Problem, Problems, of_kind
from tsunagari.sim.reading import load_as, with_values
from tsunagari.sim.reading.loading import Notes
from tsunagari.sim.reading.overrides import Override
from tsunagari.sim.schema import checks
from tsunagari.sim.schema.checks import Complaint
from tsunagari.sim.schema.scenario import Claim, Keys, columns_of

_NEEDED = "leave the claim out, or --set claims=[]"


class Scenario(Keys):
    """A validated scenario. It never changes; :meth:`with_values` makes another one.

    Every default, unit, range and meaning stands with its key in the sections.
    """

    @classmethod
    def load(
        cls, source: str | Path, overrides: tuple[str, ...] = (), *, allow_code: bool = False
    ) -> Scenario:
        """Read a scenario from a path or by the name of a shipped one.

        Args:
            source: Path of a file, or a name that ``tsunagari list`` shows.
            overrides: Changes as ``path=value`` with a YAML value.
            allow_code: Whether disciplines and measures of one's own (``module:Class``,
                ``module:function``) may be named.

        Raises:
            tsunagari.sim.problems.Problems: All that is wrong with it, each with its place.
        """
        what = "the path of a scenario file or the name of a shipped one"
        if isinstance(source, Mapping):
            what += " (Scenario().with_values(…) takes values)"
        of_kind(source, (str, Path), "source", what)
        is_list = isinstance(overrides, list | tuple)
        if not (is_list and all(isinstance(text, str) for text in overrides)):
            message = 'must be a tuple of texts such as ("market.months=12",)'
            raise Problems([Problem("overrides", message)])
        plan, _ = load_as(cls, source, overrides, allow_code=allow_code)
        return plan

    def with_values(self, values: Mapping[str, Any]) -> Scenario:
        """A new, validated scenario with some values changed.

        Args:
            values: Value by dotted path, as ``{"market.customers": 5000, "firms.Lean.price": .9}``.
                They merge as in a file that ``extends`` this one: a mapping changes the keys that
                it names, a list of firms or segments those of its names and adds the others, any
                other list replaces what was there. None at an item of a list, as at
                ``firms.Lean``, takes it out.

        Raises:
            tsunagari.sim.problems.Problems: An unknown path, or a value that is not allowed there.
        """
        return with_values(self, values)

    def member(self, number: int) -> Scenario:
        """The scenario as one of its members has it; itself where it has none.

        Args:
            number: Of the member; after the last comes the first again.
        """
        if not self.members:
            return self
        count = len(next(iter(self.members.values())))
        values = {path: values[number % count] for path, values in self.members.items()}
        return self.model_copy(update={"members": {}}).with_values(values)

    def cross_checks(self) -> Iterator[tuple[tuple[str | int, ...], str, str | None]]:
        """What no single key can know: ``(path, what is wrong, suggestion)``."""
        found = list(checks.all_of(self))
        yield from found
        if not found:  # a claim's markets would have the same faults
            members = list(dict.fromkeys(_members(self)))
            yield from members or _claims(self)


def load(
    source: str | Path, overrides: Sequence[Override] = (), allow_code: bool = False
) -> tuple[Scenario, Notes]:
    """A scenario by path or shipped name, and notes (:func:`tsunagari.sim.reading.load_as`)."""
    return load_as(Scenario, source, overrides, allow_code)


def _claims(plan: Scenario) -> Iterator[Complaint]:
    """Every complaint about the claims of a scenario that is sound otherwise.

    What they compare must be there, and the two markets such that they can be paired.
    """
    for number, claim in enumerate(plan.claims):
        at = ("claims", number)
        yield from _words(claim, at)
        yield from _measure(claim, at, columns_of(plan))
        end = plan.market.months
        if claim.month is not None and claim.month > end:
            message = f"month {claim.month} is after the end of the run ({end} months)"
            yield (*at, "month"), message, _NEEDED
        markets = yield from _markets(plan, claim, at)
        if markets is not None:
            yield from _pairing(plan, markets, at)
            yield from _firm(claim, markets, at)


FIXED = ("market", "network", "seed", "replications", "segments", "members", "events", "claims")
"""Keys that all members have alike: they are the same people, in other circumstances."""


def _members(plan: Scenario) -> Iterator[Complaint]:
    """Members have a number each for every key, and the ends of these are allowed there."""
    counts = {path: len(values) for path, values in plan.members.items()}
    if not counts:
        return
    most = max(counts.values())
    sound = True
    for path, count in counts.items():
        wrong = next(_wrong_path(path), None)
        if wrong is None and path_of(path)[0] in FIXED:
            wrong = f"all members have the same {path_of(path)[0]}"
        if wrong is None and count != most:
            wrong = f"has {count} values, and others have {most}: one for each member"
        if wrong is None and not count:
            wrong = "has no values: there are no members"
        if wrong is not None:
            sound = False
            yield ("members", path), wrong, None
    bare = plan.model_copy(update={"members": {}, "claims": [], "translations": {}})
    for end in (min, max) if sound else ():
        values = {path: end(own) for path, own in plan.members.items()}
        try:
            bare.with_values(values)
        except Problems as raised:
            for problem in raised.problems:
                yield ("members", problem.path), problem.message, problem.suggestion


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
            and (other.money, other.market.people) == (plan.money, plan.market.people)
        )
        if not same:
            what = "customers, months, seed, replications, network file, money and people"
            yield (*at, key), f"a pair needs the same {what} as the scenario", None


def _measure(claim: Claim, at: tuple[str | int, ...], own: tuple[str, ...]) -> Iterator[Complaint]:
    """There is such a measure, and it is of whom the claim says.

    Of whom a measure of one's own is, its function tells: it is asked where code is allowed.
    """
    if claim.measure in own:
        return
    if claim.measure in (*FIRM_MEASURES, *MARKET_MEASURES):
        if fault := claim.fault_of_firm(is_of_firms=claim.measure in FIRM_MEASURES):
            below, message, suggestion = fault
            yield (*at, *below), message, suggestion
    else:
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
        if claim.firm not in market.entries:
            near = nearest(claim.firm, market.entries)
            suggestion = f"did you mean {near}?" if near else _NEEDED
            yield (*at, "firm"), f"there is no firm {claim.firm!r}{which}", suggestion
            return

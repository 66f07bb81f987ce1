"""What was asked for: arguments of the public functions, checked; a plan with everything in it.

*Held prices*: what a change costs, or saves, does not reach the price that any firm asks. Firms
price by their own rules in every scenario, but on the costs per unit that the same firm has in the
base, month by month under the same luck (:class:`tsunagari.agents.firm.books.UnitCosts`). A change
of the rule takes effect: of ``price``, ``markup``, ``launch_premium`` and how often it launches, of
the discipline, of how it reacts to rivals. A firm that the base does not have prices on its own
costs; one that has closed there, on the last it had.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from tsunagari.agents.asked import LARGEST_SEED, fault_of_whole, shown
from tsunagari.experiments.words.numbers import counted
from tsunagari.sim.paths import nearest, path_of, text_of
from tsunagari.sim.problems import Problem, Problems, whole_number
from tsunagari.sim.scenario import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from tsunagari.sim.network.csr import Network
    from tsunagari.sim.reading.overrides import Override
    from tsunagari.sim.reading.tree import Mapping as Tree
    from tsunagari.sim.scenario import Scenario

type Prices = Literal["held", "passed-on"]

PRICES: tuple[Prices, ...] = get_args(Prices.__value__)
HELD, PASSED_ON = PRICES

_RANGES = {
    "seed": (0, LARGEST_SEED),
    "replications": (1, 100_000),
    "month": (1, 1200),
    "horizon": (1, 1200),
    "number": (1, None),
}
"""Smallest and largest of what is counted from elsewhere than 1, or has an end."""


def whole_numbers(**given: Any) -> tuple[Any, ...]:
    """Arguments that are whole numbers or None, in their order; numpy's become Python's.

    Raises:
        Problems: All that are something else, or out of range.
    """
    ranges = {name: _RANGES.get(name, (1, None)) for name in given}
    faults = [
        Problem(name, fault)
        for name, value in given.items()
        if value is not None and (fault := fault_of_whole(value, *ranges[name])) is not None
    ]
    if faults:
        raise Problems(faults)
    return tuple(
        value if value is None else whole_number(value, name, *ranges[name])
        for name, value in given.items()
    )


def listed[T](value: Any, name: str, what: str) -> Sequence[T]:
    """An argument that is a list of things, and not one of them.

    Raises:
        Problems: It is something else.
    """
    if isinstance(value, str | bytes | Mapping | type) or not isinstance(value, Iterable):
        raise Problems([Problem(name, f"must be a list of {what}, not {shown(value)}")])
    return list(value)


def firms_of(plan: Scenario, firms: Any) -> tuple[str, ...]:
    """Names of firms that are in a scenario, or enter.

    Raises:
        Problems: They are no list of names, or one is of no firm.
    """
    known = list(plan.entries)
    names: Sequence[Any] = listed(firms, "firms", "names")
    for name in names:
        if name not in known:
            close = nearest(name, known) if isinstance(name, str) else None
            suggestion = f"did you mean {close}?" if close else f"there are {', '.join(known)}"
            raise Problems([Problem("firms", f"there is no firm {name!r}", suggestion=suggestion)])
    return tuple(names)


def checked(prices: str) -> Prices:
    """Which of the two is meant.

    Raises:
        tsunagari.sim.problems.Problems: Neither.
    """
    for known in PRICES:
        if prices == known:
            return known
    message = f"must be {' or '.join(PRICES)}, not {prices!r}"
    raise Problems([Problem("prices", message)])


# -- from a scenario as it was asked for to a plan with everything in it --


def document_given(
    source: str | Path | Mapping[str, Any], called: str, nothing: str, what: str, keys: str
) -> tuple[Tree, list[Problem], str]:
    """A document that is no scenario: its tree, what is wrong in it, and its name in messages.

    Args:
        source: The file; or what would stand in it.
        called: What messages call it if it is no file: ``the facts``.
        nothing: What is said of an empty one: ``there are no facts in it``.
        what: What it is, with its article: ``a facts file``.
        keys: Keys that it has: ``people and currency``.

    Raises:
        Problems: There is no such file, or nothing in it can be understood.
    """
    from tsunagari.sim.reading.documents import read_document, said_of
    from tsunagari.sim.reading.tree import Mapping as Tree
    from tsunagari.sim.reading.tree import Place, node_of

    if isinstance(source, Mapping):
        try:
            node = node_of(dict(source), Place(called, None, None, Path.cwd()))
        except TypeError as problem:
            message = str(problem).replace("a scenario", what)
            raise Problems([Problem("", message, called)]) from None
        assert isinstance(node, Tree)
        return node, [], called
    try:
        document = read_document(Path(source))
    except Problems as raised:
        told = [said_of(problem, nothing, what, keys) for problem in raised.problems]
        raise Problems(told) from None
    return document.root, list(document.problems), str(source)


EVERY_NODE = "the network is read from a file, and every node of it is a customer"
"""Why the number of customers cannot be chosen there."""


def refuse_customers_of_a_file(plan: Scenario, customers: int | None) -> None:
    """Refuse a number of customers, if there is one, where the network is read from a file.

    Raises:
        Problems: It is.
    """
    if customers is not None and plan.network.kind == "file":
        place = f"--customers {customers}"
        raise Problems([Problem("", EVERY_NODE, file=place, suggestion="leave the option out")])


def plan_of(
    source: str,
    sets: Sequence[Override] | None = None,
    *,
    customers: int | None = None,
    months: int | None = None,
    seed: int | None = None,
    replications: int | None = None,
    allow_code: bool = False,
) -> tuple[Scenario, list[str]]:
    """The scenario under the shared options, and notes; nothing it names has been read yet.

    An option of its own wins over ``--set``. Code that is allowed is imported.

    Raises:
        Problems: All that is wrong with the scenario and the options.
    """
    options = {
        "market.customers": customers,
        "market.months": months,
        "seed": seed,
        "replications": replications,
    }
    given = [f"{path}={value}" for path, value in options.items() if value is not None]
    plan, notes = load(source, [*(sets or ()), *given], allow_code=allow_code)
    refuse_customers_of_a_file(plan, customers)
    if allow_code:
        import_own_code(plan, source)
    return plan, list(notes)


def resolved(plan: Scenario) -> tuple[Scenario, list[str]]:
    """The plan with the digest and the size of the network it names, and notes about them.

    Names and titles that pictures cannot show have notes, too.

    A plan whose network is made, not read, is returned as it is, at no cost.

    Raises:
        Problems: The network cannot be read, or is not the one whose digest the plan gives.
    """
    undrawn = _undrawn(plan)
    if plan.network.kind != "file":
        return plan, undrawn
    from tsunagari.sim.network.read import file_digest, network_in

    assert plan.network.file is not None  # checked when the plan was made
    path = Path(plan.network.file)
    network, notes = network_in(plan.network)
    notes = [summary_of(network, path), *notes]
    customers = network.size
    given = plan.market.customers
    if "customers" in plan.market.model_fields_set and given != customers:
        notes = [
            f"the market has {customers:,} customers, one for every node of {path.name}; "
            f"the {given:,} of market.customers do not count",
            *notes,
        ]
    values = {"market.customers": customers, "network.digest": file_digest(path)}
    return plan.with_values(values), [*notes, *undrawn]


def _undrawn(plan: Scenario) -> list[str]:
    """Notes on names and titles that pictures cannot show."""
    texts = [plan.title, *plan.entries]
    unusual = [text for text in texts if not text.isascii()]
    if not unusual:
        return []
    from tsunagari.experiments.words.letters import notes_on_missing

    return notes_on_missing(unusual)


def summary_of(network: Network, path: Path) -> str:
    """What a user can know her network by: people, ties, friends, and what weights count."""
    mean_degree = f"{network.mean_degree:,.3g}"
    friends = f"{mean_degree} {'friend' if mean_degree == '1' else 'friends'} on average"
    if network.weighted:
        low, high = float(network.ties.min()), float(network.ties.max())
        mean = float(network.ties.mean(dtype=float))
        weights = f"weights from {low:,.4g} to {high:,.4g}, mean {mean:,.4g}"
    else:
        weights = "all ties weigh the same"
    people = counted(network.size, "person", "people")
    ties = counted(network.number_of_ties, "tie")
    return f"{path.name}: {people}, {ties}, {friends}, {weights}"


def has_own_code(plan: Scenario) -> bool:
    """Whether a scenario names Python of somebody's own."""
    return bool(plan.measures) or any(":" in name for _, name in _disciplines(plan))


def import_own_code(plan: Scenario, source: str) -> None:
    """Import all Python that a scenario names, so that what is wrong is told before it runs.

    Modules are looked for beside the scenario and in the current folder, after everything that
    is installed: a file of one's own never stands in for a part of this program.

    Args:
        plan: The scenario.
        source: The file it was read from, or the name of a shipped one.

    Raises:
        Problems: Something cannot be imported, or is no discipline or measure.
    """
    disciplines = [(path, name) for path, name in _disciplines(plan) if ":" in name]
    if not disciplines and not plan.measures:
        return
    from tsunagari.sim.live import discipline_of
    from tsunagari.sim.own_code import measure_of

    folders = [Path(source).resolve().parent, Path.cwd()]
    sys.path += [str(folder) for folder in folders if str(folder) not in sys.path]
    problems = []
    for path, name in disciplines:
        problems += _problems_of(discipline_of, path, name)
    for index, name in enumerate(plan.measures):
        problems += _problems_of(measure_of, f"measures.{index}", name)
    if not problems:
        problems += _wrong_claims(plan)
    if problems:
        raise Problems(
            [Problem(p.path, p.message, source, suggestion=p.suggestion) for p in problems]
        )


def _problems_of(find: Callable[[str], object], path: str, name: str) -> list[Problem]:
    """What is wrong with one piece of code; nothing if it can be had."""
    try:
        find(name)
    except ValueError as problem:
        return [Problem(path, str(problem))]
    except Exception as problem:  # whatever a user's module raises while it is imported
        return [Problem(path, f"{name} cannot be imported: {type(problem).__name__}: {problem}")]
    return []


def _wrong_claims(plan: Scenario) -> Iterator[Problem]:
    """Claims about a measure of one's own that is not of whom they say."""
    from tsunagari.sim.own_code import is_of_firms, measure_of
    from tsunagari.sim.schema.scenario import columns_of

    own = dict(zip(columns_of(plan), plan.measures, strict=True))
    for index, claim in enumerate(plan.claims):
        if claim.measure not in own:
            continue
        of_firms = is_of_firms(measure_of(own[claim.measure]))
        if fault := claim.fault_of_firm(is_of_firms=of_firms):
            below, message, suggestion = fault
            yield Problem(text_of(("claims", index, *below)), message, suggestion=suggestion)


def _disciplines(plan: Scenario) -> Iterator[tuple[str, str]]:
    """Path and name of every discipline in a scenario."""
    for firm in plan.firms:
        yield f"firms.{firm.name}.discipline", firm.discipline
    for index, event in enumerate(plan.events):
        if event.enter is not None:
            yield f"events.{index}.enter.discipline", event.enter.discipline
        elif event.set is not None and path_of(event.set)[-1] == "discipline":
            yield f"events.{index}.to", str(event.to)
    for index, claim in enumerate(plan.claims):
        for market in (claim.with_idea(plan), claim.without_idea(plan)):
            if not market.claims:  # with claims it is the scenario itself
                yield from ((f"claims.{index}", name) for _, name in _disciplines(market))

"""From a scenario as it was asked for to a plan with everything in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.words.numbers import counted
from sim.problems import Problem, Problems
from sim.scenario import load

if TYPE_CHECKING:
    from sim.network.csr import Network
    from sim.reading.overrides import Override
    from sim.scenario import Scenario


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
    if customers is not None and plan.network.kind == "file":
        message = "the network is read from a file, and every node of it is a customer"
        place = f"--customers {customers}"
        raise Problems([Problem("", message, file=place, suggestion="leave the option out")])
    if allow_code:
        from experiments.runs.own_code import import_own_code

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
    from sim.network.read import file_digest, network_in

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
    from experiments.words.letters import notes_on_missing

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

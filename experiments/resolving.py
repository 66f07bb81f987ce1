"""A plan with everything in it that only the files it names can tell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.problems import Problem, Problems

if TYPE_CHECKING:
    from sim.schema import Scenario


def resolved(plan: Scenario) -> tuple[Scenario, list[str]]:
    """The plan with the digest and the size of the network it names, and notes about them.

    A plan whose network is made, not read, is returned as it is, at no cost.

    Raises:
        Problems: The network cannot be read, or is not the one whose digest the plan gives.
    """
    if plan.network.kind != "file":
        return plan, []
    from sim.network.read import NetworkFileProblem, file_digest, read_ties

    assert plan.network.file is not None  # checked when the plan was made
    path = Path(plan.network.file)
    try:
        digest = file_digest(path)
        if plan.network.digest not in (None, digest):
            message = f"{path} is not the file this scenario was run with: its content has changed"
            suggestion = "leave the digest out to run it with what the file holds now"
            raise Problems([Problem("network.digest", message, suggestion=suggestion)])
        network, notes = read_ties(path)
    except NetworkFileProblem as problem:
        file = str(problem.path)
        raise Problems([Problem("", problem.message, file=file, line=problem.line)]) from problem
    customers = network.size
    given = plan.market.customers
    if "customers" in plan.market.model_fields_set and given != customers:
        notes = [
            f"the market has {customers:,} customers, one for every node of {path.name}; "
            f"the {given:,} of market.customers do not count",
            *notes,
        ]
    values = {"market.customers": customers, "network.digest": digest}
    return plan.with_values(values), notes

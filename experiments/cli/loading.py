"""From the command line to a plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.problems import Problem, Problems
from sim.scenario import load

if TYPE_CHECKING:
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

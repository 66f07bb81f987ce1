"""``tsunagari check``: is a scenario sound, and if not, everything that is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.cli.clock import tell
from experiments.cli.loading import plan_of
from experiments.cli.options import AllowCode, File, Quiet, Set
from experiments.words.numbers import counted

if TYPE_CHECKING:
    from sim.scenario import Scenario


def check(
    file: File, set_: Set = None, allow_code: AllowCode = False, quiet: Quiet = False
) -> None:
    """Tell every problem of a scenario at once.

    Does all that run does up to month 0: reads the network's file, and begins with code that is
    allowed. Each problem is a line on stderr: file:line:column path: what is wrong; what to write
    instead. The exit status is 2 if there is any.
    """
    from experiments.resolving import resolved

    plan, notes = plan_of(file, set_, allow_code=allow_code)
    plan, more_notes = resolved(plan)
    tell([*notes, *more_notes], quiet=quiet)
    if allow_code:
        _begin_own_code(plan)
    counts = [
        counted(len(plan.firms), "firm"),
        counted(len(plan.segments), "segment"),
        counted(plan.market.customers, "customer"),
        counted(plan.market.months, "month"),
        counted(len(plan.events), "event"),
    ]
    print(f"{file}: ok, {', '.join(counts)}")


def _begin_own_code(plan: Scenario) -> None:
    """Begin every market that a run of the plan has, where somebody's own code may fail in it.

    Nothing else can: a market of this program's own parts begins if its plan is sound.
    """
    from experiments.runs.own_code import has_own_code

    if not has_own_code(plan):
        return
    from experiments.studies.claims import ClaimMarkets
    from sim.market import Market

    for market in ClaimMarkets(plan).plans:
        Market(market)

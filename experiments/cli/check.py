"""``tsunagari check``: is a scenario sound, and if not, everything that is wrong with it."""

from __future__ import annotations

from experiments.cli.clock import tell
from experiments.cli.loading import plan_of
from experiments.cli.options import AllowCode, File, Quiet, Set


def check(
    file: File, set_: Set = None, allow_code: AllowCode = False, quiet: Quiet = False
) -> None:
    """Tell every problem of a scenario at once.

    Each is a line on stderr: file:line:column path: what is wrong; what to write instead. The
    exit status is 2 if there is any.
    """
    from experiments.resolving import resolved

    plan, notes = plan_of(file, set_, allow_code=allow_code)
    plan, more_notes = resolved(plan)
    tell([*notes, *more_notes], quiet=quiet)
    counts = [
        _counted(len(plan.firms), "firm"),
        _counted(len(plan.segments), "segment"),
        _counted(plan.market.customers, "customer"),
        _counted(plan.market.months, "month"),
        _counted(len(plan.events), "event"),
    ]
    print(f"{file}: ok, {', '.join(counts)}")


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"

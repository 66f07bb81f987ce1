"""Arguments of the public functions, checked before anything is run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from agents.asked import LARGEST_SEED, fault_of_whole, shown
from sim.paths import nearest
from sim.problems import Problem, Problems, whole_number

if TYPE_CHECKING:
    from sim.scenario import Scenario

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

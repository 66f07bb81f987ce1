"""The scenarios of a comparison, each with a label that no other has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.comparison.changes import changes
from experiments.resolving import resolved
from sim.problems import Problem, Problems, of_kind
from sim.scenario import Scenario

if TYPE_CHECKING:
    type Source = Alternative | Scenario | str | Path

_LONGEST = 60
"""Characters of what differs in a label; where it would be longer, a number stands instead."""


@dataclass(frozen=True)
class Alternative:
    """One of the scenarios compared.

    Attributes:
        label: What tables and pictures call it.
        plan: The resolved scenario.
    """

    label: str
    plan: Scenario


def alternatives_of(sources: Sequence[Source]) -> tuple[list[Alternative], list[str]]:
    """Scenarios, files and names of shipped ones as alternatives, and notes for the user.

    Those that are alternatives already stay as they are, if their labels are unique.

    Raises:
        Problems: There are fewer than two, or all that is wrong with one of them.
    """
    from sim.scenario import load

    if len(sources) < 2:
        message = f"a comparison takes at least two scenarios, not {len(sources)}"
        raise Problems([Problem("", message, suggestion="add another file or a variant")])
    plans: list[Scenario] = []
    names: list[str] = []
    notes: list[str] = []
    for source in sources:
        if isinstance(source, Alternative):
            plans.append(source.plan)
            names.append(source.label)
            continue
        of_kind(source, (Scenario, str, Path), "plans", "scenarios, files or names, each of them")
        if isinstance(source, Scenario):
            plan, name = source, source.title
        else:
            plan, read = load(source)
            notes += read
            name = plan.title or Path(source).stem
        plan, told = resolved(plan)
        notes += told
        plans.append(plan)
        names.append(name)
    return labelled(plans, names), list(dict.fromkeys(notes))


def labelled(plans: Sequence[Scenario], names: Sequence[str]) -> list[Alternative]:
    """The plans under their names; equal names get what differs, or a number.

    Args:
        plans: Resolved scenarios.
        names: What each would be called if it were alone; an empty one is "scenario".
    """
    given = [" ".join(name.split()) or "scenario" for name in names]
    taken: dict[str, Scenario] = {}
    found = []
    for plan, name in zip(plans, given, strict=True):
        label = name
        if name in taken:
            what = _difference(taken[name], plan)
            label = f"{name} ({what})" if what else name
        number = 2
        base = label
        while label in taken or (label != name and label in given):
            label = f"{base} ({number})"
            number += 1
        taken[label] = plan
        found.append(Alternative(label, plan))
    return found


def _difference(first: Scenario, other: Scenario) -> str:
    """In a few words what ``other`` has otherwise; nothing where a few words do not say it."""
    found = changes(first, other)
    if any(isinstance(change.after, dict | list) or change.after is None for change in found):
        return ""
    words = ", ".join(f"{change.path}={_short(change.after)}" for change in found)
    return words if len(words) <= _LONGEST else ""


def _short(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

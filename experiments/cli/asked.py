"""Which scenarios a comparison was asked for, by the files and options typed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.cli.loading import plan_of
from sim.paths import assignment_of
from sim.problems import Problem, Problems

if TYPE_CHECKING:
    from sim.reading.overrides import Override
    from sim.scenario import Scenario


def asked_for(
    files: Sequence[str], sets: Sequence[str], variants: Sequence[str]
) -> list[tuple[str, list[Override]]]:
    """File and overrides of every scenario that was asked for, the base first.

    Raises:
        Problems: There would be one only.
    """
    if len(files) == 1 and not variants:
        if not sets:
            message = "one scenario alone cannot be compared"
            suggestion = "name another file, or what to change: --set firms.Lean.price=0.99"
            raise Problems([Problem("", message, file=files[0], suggestion=suggestion)])
        return [(files[0], []), (files[0], list(sets))]
    changed = [(files[0], [*sets, *_parts(variant)]) for variant in variants]
    asked: list[tuple[str, list[Override]]] = [(file, list(sets)) for file in files]
    return asked + changed


def _parts(variant: str) -> list[Override]:
    """The ``path=value`` texts of a variant, which "; " joins; a value may hold one, too."""
    parts: list[str] = []
    for piece in variant.split("; "):
        if parts and not _is_assignment(piece):
            parts[-1] += f"; {piece}"
        else:
            parts.append(piece)
    return [(f"--variant {part}", part) for part in parts]


def _is_assignment(text: str) -> bool:
    try:
        assignment_of(text)
    except ValueError:
        return False
    return True


def plans_of(
    asked: Sequence[tuple[str, list[Override]]], **given: Any
) -> tuple[list[Scenario], list[str], list[str]]:
    """The scenarios, what each is called, and notes.

    Raises:
        Problems: All that is wrong with any of them.
    """
    plans, names, notes = [], [], []
    problems: list[Problem] = []
    for file, overrides in asked:
        try:
            plan, told = plan_of(file, overrides, **given)
        except Problems as raised:
            problems += raised.problems
            continue
        plans.append(plan)
        names.append(plan.title or Path(file).stem)
        notes += told
    if problems:
        raise Problems(dict.fromkeys(problems))
    return plans, names, notes

"""Disciplines that are a user's own Python classes, imported once they are allowed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sim.paths import path_of
from sim.problems import Problem, Problems

if TYPE_CHECKING:
    from sim.schema import Scenario


def import_disciplines(plan: Scenario, source: str) -> None:
    """Import every class that a scenario names, so that what is wrong is told before it runs.

    Modules are looked for beside the scenario and in the current folder, after everything that
    is installed: a file of one's own never stands in for a part of this program.

    Args:
        plan: The scenario.
        source: The file it was read from, or the name of a shipped one.

    Raises:
        Problems: A class cannot be imported, or is no discipline.
    """
    named = [(path, name) for path, name in _named(plan) if ":" in name]
    if not named:
        return
    from sim.live import discipline_of

    folders = [Path(source).resolve().parent, Path.cwd()]
    sys.path += [str(folder) for folder in folders if str(folder) not in sys.path]
    problems = []
    for path, name in named:
        try:
            discipline_of(name)
        except ValueError as problem:
            problems.append(Problem(path, str(problem), source))
        except Exception as problem:  # whatever a user's module raises while it is imported
            message = f"{name} cannot be imported: {type(problem).__name__}: {problem}"
            problems.append(Problem(path, message, source))
    if problems:
        raise Problems(problems)


def _named(plan: Scenario) -> Iterator[tuple[str, str]]:
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
                yield from ((f"claims.{index}", name) for _, name in _named(market))

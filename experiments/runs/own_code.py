"""Disciplines and measures that are a user's own Python, imported once they are allowed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sim.paths import path_of, text_of
from sim.problems import Problem, Problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.scenario import Scenario


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
    from sim.live import discipline_of
    from sim.own_code import measure_of

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
    from sim.own_code import is_of_firms, measure_of
    from sim.schema.scenario import columns_of

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

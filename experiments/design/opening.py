"""Opening a sweep file, which is read as a scenario file is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sim.problems import Problem, Problems
from sim.reading.extends import Reading, read_with_bases

_SAID_OF_SWEEPS = (
    ("there is no scenario in it", "there is no sweep in it"),
    (
        "a scenario is a mapping of keys such as market and firms",
        "a sweep file is a mapping of keys such as scenario and factors",
    ),
    ("not a scenario file", "not a sweep file"),
    ("not a scenario", "not a sweep file"),
)


def opened(path: Path) -> Reading:
    """The tree of a sweep file and of all that it extends.

    Raises:
        Problems: There is no such file, nothing in it can be understood, or it is a scenario.
    """
    try:
        if not path.exists():
            raise Problems([Problem("", "there is no such file", str(path))])
        reading = read_with_bases(path)
    except Problems as raised:
        raise Problems(map(_of_a_sweep, raised.problems)) from None
    root = reading.root
    if "scenario" not in root.entries and {"market", "firms", "network"} & set(root.entries):
        place = root.place
        message = "this is a scenario, not a sweep file"
        suggestion = f"write a sweep file with scenario: {path.name} and factors in it"
        raise Problems([place.problem("", message, suggestion)])
    return reading


def _of_a_sweep(problem: Problem) -> Problem:
    for of_scenario, of_sweep in _SAID_OF_SWEEPS:
        if of_scenario in problem.message:
            message = problem.message.replace(of_scenario, of_sweep)
            return replace(problem, message=message, suggestion=None)
    return problem

"""``tsunagari new``: a commented scenario to start from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sim.schema.keys import Key

_SECTIONS = {
    "market": ("customers", "months"),
    "network": ("kind", "neighbours", "rewire"),
    "stickiness": ("location", "switching", "obligation", "success"),
    "zmot": ("connectivity", "friend", "review"),
}
_FIRM_KEYS = ("discipline", "price", "capacity")
_FIRMS = (
    ("Lean", "operational-excellence"),
    ("Spark", "product-leadership"),
    ("Tailor", "customer-intimacy"),
    ("Broad", "none"),
)
_HEAD = """\
# A scenario for Tsunagari. Every key may be left out; its default is what is written here.
# All keys there are, with units and ranges: tsunagari schema
format: 1
title: {title}
story: What to look at, and why it happens.
# extends: connected-age      # begin with another scenario and write only what differs
"""
_EVENTS = """\
# What changes, and when.
events: []
#  - {month: 24, set: stickiness.location, to: 0.05, over: 36}   # falls over three years
#  - {month: 60, enter: {name: Zero, discipline: disruptor}}     # a firm enters
"""


def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
) -> None:
    """Write a commented scenario to start from.

    It runs as it is; every key in it has its unit, range and meaning beside it.
    """
    from sim.problems import Problem, Problems

    try:
        with file.open("w" if force else "x", encoding="utf-8", newline="\n") as stream:
            stream.write(commented_scenario(_title_of(file)))
    except FileExistsError:
        problem = Problem("", "exists already", str(file), suggestion="--force replaces it")
        raise Problems([problem]) from None
    except OSError as raised:
        problem = Problem("", f"cannot be written: {raised.strerror}", str(file))
        raise Problems([problem]) from None
    print(f"{file}: written; next: tsunagari check {file}")


def commented_scenario(title: str) -> str:
    """The text of a scenario with the most important keys at their defaults."""
    from sim.reading.dumping import scalar_text
    from sim.scenario import Scenario
    from sim.schema.keys import keys

    known = {key.path: key for key in keys(Scenario)}
    lines = [_HEAD.format(title=scalar_text(title))]
    lines += [_line(known[name]) for name in ("seed", "replications")]
    for section, names in _SECTIONS.items():
        lines.append(f"\n# {known[section].meaning}\n{section}:\n")
        lines += ["  " + _line(known[f"{section}.{name}"]) for name in names]
    lines.append(f"\n# {known['firms'].meaning} Beside its name a firm may have, among others:\n")
    lines += [f"#   {name}: {_comment(known[f'firms[].{name}'])}\n" for name in _FIRM_KEYS]
    lines.append("firms:\n")
    lines += [f"  - {{name: {name}, discipline: {kind}}}\n" for name, kind in _FIRMS]
    return "".join([*lines, "\n", _EVENTS])


def _line(key: Key) -> str:
    name = key.path.rpartition(".")[2]
    written = f"{name}: {key.default}"
    return f"{written:<24}# {_comment(key)}\n"


def _comment(key: Key) -> str:
    choice = key.type if key.type.startswith("one of") else ""
    details = ", ".join(detail for detail in (key.unit, key.range, choice) if detail)
    return f"{key.meaning} ({details})" if details else key.meaning


def _title_of(file: Path) -> str:
    return file.stem.replace("-", " ").replace("_", " ").strip().capitalize() or "A market"

"""``tsunagari list``, ``new``, ``check`` and ``schema``: scenarios before they are run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.cli.firms import Told, asked
from tsunagari.experiments.cli.job import Job
from tsunagari.experiments.cli.options import ALLOW_CODE, FILE, QUIET, SETS, Size, argument, option
from tsunagari.experiments.telling.keys import meanings
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.messages import told
from tsunagari.experiments.words.terminal import columns_of
from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from tsunagari.sim.scenario import Scenario
    from tsunagari.sim.schema.keys import Key

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


def list_() -> None:
    """The shipped scenarios and the idea of each, a line each.

    A name stands for a scenario wherever a command takes a file.
    """
    from tsunagari import scenarios

    names, words = scenarios.names(), Words()
    widest = max(map(columns_of, names), default=0)
    for name in names:
        idea = words(f"ideas.{name}") if words.has(f"ideas.{name}") else scenarios.title(name)
        print(f"{name}{' ' * (widest - columns_of(name))}  {idea}")


def new(
    file: Path = argument("FILE", "The file to write."),
    firm: list[str] | None = option(
        "--firm WORDS",
        "A firm in words, as 'Aoba, 45 %, 4500, customer-intimacy': its name, share, price and "
        "discipline, all but the name in any order or left out. May be repeated.",
        shown="four firms, a discipline each",
    ),
    currency: str | None = option("--currency NAME", "Of prices, as JPY."),
    unit_cost: float | None = option(
        "--unit-cost X", "What the usual unit costs its provider a month, in the currency."
    ),
    ask: bool = option("--ask", "Ask for firms, shares, prices and disciplines.", False),
    force: bool = option("--force", "Replace the file if it exists.", False),
) -> None:
    """Write a commented scenario to start from.

    It runs as it is; every key in it has its unit, range and meaning beside it.
    """
    told_of = asked() if ask else Told(firm or (), currency, unit_cost)
    text = commented_scenario(_title_of(file), told_of.lines() if told_of.firms else None)
    try:
        with file.open("w" if force else "x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        problem = Problem("", "exists already", str(file), suggestion="--force replaces it")
        raise Problems([problem]) from None
    except OSError as raised:
        problem = Problem("", f"cannot be written: {raised.strerror}", str(file))
        raise Problems([problem]) from None
    print(Words()("terminal.written", file=file))


def commented_scenario(title: str, told_of: Sequence[str] | None = None) -> str:
    """The text of a scenario with the most important keys at their defaults.

    Args:
        title: Its title.
        told_of: The lines on its firms; None: those of the default.
    """
    from tsunagari.sim.reading.dumping import scalar_text
    from tsunagari.sim.scenario import Scenario
    from tsunagari.sim.schema.keys import keys

    known = {key.path: key for key in keys(Scenario)}
    lines = [told(_HEAD).format(title=scalar_text(title))]
    lines += [_line(known[name]) for name in ("seed", "replications")]
    for section, names in _SECTIONS.items():
        lines.append(f"\n# {meanings(known[section].meaning)}\n{section}:\n")
        lines += ["  " + _line(known[f"{section}.{name}"]) for name in names]
    firms = meanings(known["firms"].meaning)
    lines.append(told(f"\n# {firms} Beside its name a firm may have, among others:\n"))
    lines += [f"#   {name}: {_comment(known[f'firms[].{name}'])}\n" for name in _FIRM_KEYS]
    lines.append("firms:\n")
    if told_of is None:
        told_of = [f"  - {{name: {name}, discipline: {kind}}}\n" for name, kind in _FIRMS]
    lines += told_of
    return "".join([*lines, "\n", told(_EVENTS)])


def _line(key: Key) -> str:
    name = key.path.rpartition(".")[2]
    written = f"{name}: {key.default}"
    return f"{written:<24}# {_comment(key)}\n"


def _comment(key: Key) -> str:
    words = Words()
    choice = told(key.type) if key.type.startswith("one of") else ""
    details = [detail for detail in (words.unit(key.unit), key.range, choice) if detail]
    meaning = meanings(key.meaning)
    if not details:
        return meaning
    return words("common.in_brackets", text=meaning, more=words("common.comma").join(details))


def _title_of(file: Path) -> str:
    return file.stem.replace("-", " ").replace("_", " ").strip().capitalize() or told("A market")


def check(
    file: str = FILE,
    set_: list[str] | None = SETS,
    allow_code: bool = ALLOW_CODE,
    quiet: bool = QUIET,
) -> None:
    """Tell every problem of a scenario at once.

    Does all that run does up to month 0: reads the network's file, and begins with code that is
    allowed. Each problem is a line on stderr: file:line:column path: what is wrong; what to write
    instead. The exit status is 2 if there is any.
    """
    job = Job(quiet=quiet)
    (plan,) = job.resolve(job.load_file(file, set_ or (), Size(), allow_code))
    if allow_code:
        _begin_own_code(plan)
    sizes = {
        "firm": len(plan.firms), "segment": len(plan.segments), "customer": plan.market.customers,
        "month": plan.market.months, "event": len(plan.events),
    }  # fmt: skip
    words = Words()
    counts = words("common.comma").join(words.counted(size, of) for of, size in sizes.items())
    print(words("terminal.sound", file=file, counts=counts))


def _begin_own_code(plan: Scenario) -> None:
    """Begin every market that a run of the plan has, where somebody's own code may fail in it.

    Nothing else can: a market of this program's own parts begins if its plan is sound.
    """
    from tsunagari.experiments.runs.given import has_own_code

    if not has_own_code(plan):
        return
    from tsunagari.experiments.studies.claims import ClaimMarkets
    from tsunagari.sim.market import Market

    for market in ClaimMarkets(plan).plans:
        Market(market)


def schema(sweep: bool = option("--sweep", "Of sweep files instead.", False)) -> None:
    """The JSON Schema of scenario files, for editors.

    With it an editor completes keys, shows their meaning, unit and range, and marks mistakes.
    """
    from tsunagari.sim.schema.keys import json_schema

    if sweep:
        from tsunagari.experiments.studies.design import Design

        document = json_schema(Design)
        base = "Sweep file that this one changes: a path relative to this file."
        document["properties"]["extends"]["description"] = base
    else:
        from tsunagari.sim.scenario import Scenario

        document = json_schema(Scenario)
    print(json.dumps(_in_words(document), indent=2, ensure_ascii=False))


def _in_words(part: Any) -> Any:
    """A part of a schema with its descriptions in the reader's language."""
    if isinstance(part, dict):
        return {key: meanings(value) if key == "description" and isinstance(value, str)
                else _in_words(value) for key, value in part.items()}  # fmt: skip
    return [_in_words(item) for item in part] if isinstance(part, list) else part

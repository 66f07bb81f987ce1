"""The tables in ``docs/`` that follow from the code: ``python -m docs.makers.documentation``.

A page holds a table between ``<!-- table: NAME -->`` and ``<!-- end -->``. The command fills all
of them in; ``--check`` changes nothing and ends with status 1 if one of them is stale. What is
``measured`` or ``printed`` there, other commands fill in.

- ``columns KIND``: the customers' columns of one kind (:mod:`tsunagari.agents.columns`);
- ``parameters SECTION``: the keys of one section of scenario files, or without a section all keys;
- ``disciplines``: the operating models side by side; ``leads``: in what each discipline leads;
- ``rows TABLE``: the columns of a table that a run writes (:mod:`tsunagari.sim.measures`);
``figures``: what
  one figure of a run is of;
- ``firm``: the attributes of a firm, from the text of :class:`tsunagari.agents.firm.state.State`;
- ``settings``: what set the defaults; ``assumed``: those that nothing published set;
- ``traceability``: what became of every statement of the sources.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from docs.makers import DOCS
from docs.makers.sector import settings
from tsunagari.agents.columns import MARKS, REALS
from tsunagari.agents.firm.books import CAPABILITIES
from tsunagari.agents.firm.discipline import DISCIPLINES as KINDS
from tsunagari.sim.measures import (
    COLUMNS,
    MEASURES,
    OF_FIRMS,
    OF_THE_MARKET,
    SEGMENT_MEASURES,
)
from tsunagari.sim.measuring import LAST, RATE, SUM, Condensing
from tsunagari.sim.paths import path_of
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.fields import is_dated
from tsunagari.sim.schema.firms import OperatingModel
from tsunagari.sim.schema.keys import Key, field_at, keys

FOLDER = DOCS

_TABLE = re.compile(r"<!-- table: ([a-z -]+) -->\n(.*?)<!-- end -->", re.S)
_MARKER = re.compile(r"<!-- (?:(?:table|measured|printed): .*?|measured|printed|end) -->")
_HEAD = ("Key", "Default", "Unit", "Allowed", "Events", "Meaning")


def filled(text: str) -> str:
    """A page with its tables as they follow from the code now.

    Raises:
        ValueError: There is no table of that name, or a marker has no counterpart.
    """
    markers = _MARKER.findall(text)
    if [m == "<!-- end -->" for m in markers] != [False, True] * (len(markers) // 2):
        raise ValueError(f"markers of tables do not come in pairs: {', '.join(markers)}")
    return _TABLE.sub(
        lambda found: f"<!-- table: {found[1]} -->\n\n{_content(found[1])}\n<!-- end -->", text
    )


def stale(folder: Path) -> dict[Path, str]:
    """Pages of a folder whose tables are not current, with the text that they should have."""
    pages = {page: page.read_text(encoding="utf-8") for page in sorted(folder.glob("*.md"))}
    current = {page: filled(text) for page, text in pages.items()}
    return {page: text for page, text in current.items() if text != pages[page]}


def main(arguments: Sequence[str]) -> int:
    """Fill in the tables, or with ``--check`` tell which pages are stale; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m docs.makers.documentation", description="Fill in the tables of docs/."
    )
    parser.add_argument("--check", action="store_true", help="change nothing; status 1 if stale")
    is_check = parser.parse_args(arguments).check
    pages = stale(FOLDER)
    for page, text in pages.items():
        name = page.relative_to(FOLDER.parent).as_posix()
        if is_check:
            print(f"{name}: a table is stale; run python -m docs.makers.documentation")
        else:
            page.write_text(text, encoding="utf-8", newline="\n")
            print(f"{name}: filled in")
    return 1 if is_check and pages else 0


def _content(what: str) -> str:
    """The text between the markers of a table."""
    match what.split():
        case ["columns", kind]:
            return _columns(kind)
        case ["rows", table] if table in COLUMNS:
            return _rows(table)
        case ["figures"]:
            return _figures()
        case ["firm"]:
            return _firm()
        case ["leads"]:
            return _leads()
        case ["disciplines"]:
            return _disciplines()
        case ["settings"]:
            rows = settings.rows({key.path: key for key in keys(Scenario)})
            return _table(("Key", "Default", "How", "What is known", "Source"), rows)
        case ["assumed"]:
            rows = settings.assumed({key.path: key for key in keys(Scenario)})
            return _table(("Section", "Assumed"), rows)
        case ["traceability"]:
            return "\n".join(_traceability())
        case ["parameters"]:
            return "\n".join(_all_parameters())
        case ["parameters", section] if section in Scenario.model_fields:
            return _parameters(section)
    raise ValueError(f"there is no table {what!r}")


def _columns(kind: str) -> str:
    rows = [
        (f"`{column.name}`", number, column.unit, column.meaning)
        for columns, number in ((REALS, "real"), (MARKS, "whole"))
        for column in columns
        if column.kind == kind
    ]
    if not rows:
        raise ValueError(f"no column is of the kind {kind!r}")
    return _table(("Column", "Number", "Unit", "Meaning"), rows)


def _rows(table: str) -> str:
    """What rows of a table are of, then the measures in them."""
    measures = {"firms": OF_FIRMS, "market": OF_THE_MARKET}.get(table, ())
    rows = [(f"`{name}`", key.unit, key.meaning, "never") for name, key in COLUMNS[table].items()]
    if table == "segments":
        meaning = "As in `firms`, of the segment's customers, whoever provides them."
        rows += [
            (f"`{one}`", MEASURES[one].unit.name, meaning, "none of them is in the sample")
            for one in SEGMENT_MEASURES
        ]
    for one in measures:
        unit = ", ".join(text for text in (one.unit.name, one.among) if text)
        rows.append((f"`{one.name}`", unit, one.meaning, one.undefined))
    return _table(("Column", "Unit", "Definition", "Null"), rows)


def _figures() -> str:
    """Of what one figure of a run is, and of which measures of firms."""

    def named(figure: Condensing) -> str:
        return ", ".join(f"`{one.name}`" for one in OF_FIRMS if one.figure is figure)

    rows = [
        ("the last month", f"{named(LAST)}; a market share is 0 after closing"),
        ("sum of all months from 1", named(SUM)),
        (
            "over the whole run",
            f"{named(RATE)}, which is 1 less churn: `leaves` of all months per `customers` of the "
            "month before; joining the same of `joins`",
        ),
        (
            "mean of the last 12 months",
            "all others, of the months in which they are defined; of months 0 to the last in a "
            "shorter run",
        ),
    ]
    return _table(("Figure", "Of"), rows)


def _firm() -> str:
    """The attributes of a firm, as its docstring has them: importing it would import Mesa."""
    tree = ast.parse((FOLDER.parent / "agents" / "firm" / "state.py").read_text(encoding="utf-8"))
    firm = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "State")
    _, _, attributes = (ast.get_docstring(firm) or "").partition("Attributes:\n")
    rows = re.findall(r"^    (\w+): (.*(?:\n     .*)*)", attributes, re.M)
    plain = [re.sub(r" \(:\w+:`.*?`\)", "", " ".join(text.split())) for _, text in rows]
    names = [f"`{name}`" for name, _ in rows]
    return _table(("Attribute", "Meaning"), zip(names, plain, strict=True))


def _leads() -> str:
    rows = [
        (
            f"`{name}`",
            ", ".join(kind.leads) or "nothing",
            ", ".join(c for c in CAPABILITIES if c not in kind.leads) or "nothing",
        )
        for name, kind in KINDS.items()
    ]
    return _table(("Discipline", "Leads in", "Par is asked in"), rows)


def _traceability() -> Iterator[str]:
    """The statements, a table for each source."""
    from docs.makers.traceability.statements import SOURCES, STATEMENTS

    head = ("It says", "Mechanism", "Parameters", "Scenarios", "Held against")
    for source in SOURCES:
        rows = [statement.cells() for statement in STATEMENTS if statement.source == source]
        yield f"## {source}\n\n{_table(head, rows)}"


def _all_parameters() -> Iterator[str]:
    """Every key of a scenario file: single keys first, then section by section."""
    sections = {
        key.path: key
        for key in keys(Scenario)
        if key.type in ("section", "list") or key.type.startswith("a section for each of")
    }
    inner = [name for name in Scenario.model_fields if name in sections]
    single = [key for key in keys(Scenario) if "." not in key.path and key.path not in inner]
    yield _table(_HEAD, map(_row, single))
    for name in inner:
        kind = sections[name].type
        what = f"a {kind}" if kind in ("section", "list") else kind
        yield f"### `{name}`\n\n{sections[name].meaning} It is {what}.\n"
        yield _parameters(name)


def _parameters(section: str) -> str:
    if section == "disciplines":
        return _disciplines()
    rows = [
        _row(key)
        for key in keys(Scenario)
        if re.match(rf"{section}(\[\])?\.", key.path) and not _is_told_elsewhere(key.path)
    ]
    table = _table(_HEAD, rows)
    if section == "firms":
        table += (
            "\nA firm may also have every key of an operating model (see `disciplines`). "
            "What it leaves out is its discipline's.\n"
        )
    return table


def _is_told_elsewhere(path: str) -> bool:
    """Whether a key repeats one of an operating model, or of a firm in the firm that enters."""
    above, _, name = path.rpartition(".")
    if above == "events[].enter":
        return True
    return above == "firms[]" and name in OperatingModel.model_fields


def _disciplines() -> str:
    """The operating models: a row a key, a column a discipline."""
    defaults: dict[str, dict[str, str]] = {}
    example: dict[str, Key] = {}
    for key in keys(Scenario):
        if key.path.startswith("disciplines.") and key.path.count(".") == 2:
            _, discipline, name = key.path.split(".")
            defaults.setdefault(name, {})[discipline] = key.default
            first = example.setdefault(name, key)
            if key[3:] != first[3:]:
                raise ValueError(f"{key.path} and {first.path} differ in more than their default")
    names = list(next(iter(defaults.values())))
    rows = [
        (
            f"`{name}`", *(values[discipline] for discipline in names),
            example[name].unit, _allowed(example[name]), example[name].meaning,
        )
        for name, values in defaults.items()
    ]  # fmt: skip
    return _table(("Key", *(f"`{name}`" for name in names), "Unit", "Allowed", "Meaning"), rows)


def _row(key: Key) -> tuple[str, ...]:
    default = f"`{key.default}`" if key.default else ""
    meaning = f"{key.meaning} ({key.source})" if key.source else key.meaning
    changes = "yes" if _is_dated(key.path) else ""
    return f"`{key.path}`", default, key.unit, _allowed(key), changes, meaning


def _allowed(key: Key) -> str:
    return ", ".join(text for text in (key.type, key.range) if text)


def _is_dated(path: str) -> bool:
    """Whether an event may change a key; the keys of the first item stand for a list's."""
    field = field_at(Scenario, path_of(path.replace("[]", ".0")))
    return field is not None and is_dated(field)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

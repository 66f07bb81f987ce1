"""What is known of a market beside its table: the facts file, in YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from tsunagari.experiments.fitting.derived import CHURN_OF_A_QUARTER
from tsunagari.experiments.fitting.table import MarketTable
from tsunagari.experiments.runs.given import document_given
from tsunagari.experiments.words.text import LONGEST_NAME
from tsunagari.sim.paths import nearest
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.reading.loading import ordered
from tsunagari.sim.reading.tree import Listing, Node, Scalar, found, put
from tsunagari.sim.reading.tree import Mapping as Tree
from tsunagari.sim.reading.validation import given, problem_at, validated
from tsunagari.sim.schema.fields import Section, parameter
from tsunagari.sim.schema.scenario import Event

MOST_OFF = 0.02
"""How far over 1 a row of parts may be, for those who round."""
_OTHERS = ("leave", "launch", "scandal", "poach", "by")
"""Keys of an event that name a firm."""

_Contract = Annotated[int, Field(ge=0, le=120)]
_Tenure = Annotated[float, Field(gt=0, le=1200)]
_Part = Annotated[float, Field(ge=0, le=1)]
_Month = Annotated[int, Field(ge=1, le=1200)]

# A key in two lines reads better than one in eight.
# fmt: off


class Facts(Section):
    """All keys of a facts file; none must be there.

    Months are written as the table writes them, and are here months of the scenario: 0 is the
    table's first.
    """

    people: int | None = parameter(None, unit="people", low=1, high=100_000_000_000,
        meaning="People in the real market, with and without a provider.")
    currency: str | None = parameter(None, unit="", longest=12,
        meaning="Currency of prices and unit costs, as JPY.")
    us: str | None = parameter(None, unit="", longest=LONGEST_NAME,
        meaning="The firm whose decisions are at stake.")
    contract: _Contract | dict[str, _Contract] | None = parameter(None, unit="months",
        meaning="Length of contracts, one for all or by firm; 0 means none.")
    unit_cost: float | None = parameter(None, unit="currency a month", above=0, high=1e12,
        meaning="What the usual unit costs its provider a month.")
    unserved: float = parameter(0.04, unit="share", low=0, below=1,
        meaning="Part of all people who have no provider at the start.")
    tenure: _Tenure | dict[str, _Tenure] | None = parameter(None, unit="months",
        meaning="Mean tenure of customers at the start, one for all or by firm.")
    events: list[Event] = Field(default_factory=list,
        description="What is known to have happened, or to come, as in scenario files.")
    breaks: list[int] = parameter([], unit="month",
        meaning="Months from which the table's figures are of another definition than before.")
    churn_per: Literal["month", "quarter", "year"] | None = parameter(None, unit="",
        meaning="Of how long the table's churn is: month, quarter or year; nothing means a month.")
    leaving: str | None = parameter(None, unit="", lines=True,
        meaning="What counts as leaving in the table's churn.")
    switching: dict[str, dict[str, _Part]] = parameter({}, unit="share",
        meaning="By firm left, the part of its leavers who went to each other firm.")
    survival: dict[str, dict[_Month, _Part]] = parameter({}, unit="share",
        meaning="By firm and months since joining, the part of joiners who are still there.")

    # fmt: on
    def contract_of(self, firm: str) -> int | None:
        """Months of a firm's contracts; None where they are unknown."""
        return self.contract.get(firm) if isinstance(self.contract, dict) else self.contract

    def tenure_of(self, firm: str) -> float | None:
        """Mean tenure of a firm's customers at the start, months; None where it is unknown."""
        return self.tenure.get(firm) if isinstance(self.tenure, dict) else self.tenure

    def cross_checks(self) -> Iterator[tuple[tuple[str | int, ...], str, str | None]]:
        """What keys demand of one another: path, what is wrong, what to write."""
        if self.unit_cost is not None and self.currency is None:
            message = "is in a currency, and none is named"
            yield ("unit_cost",), message, "add currency: JPY or another"
        for firm, parts in self.switching.items():
            if firm in parts:
                message = f"who leaves {firm} does not go to {firm}"
                yield ("switching", firm, firm), message, "leave it out"
            if sum(parts.values()) > 1 + MOST_OFF:
                message = f"the parts sum to {sum(parts.values()):.3g}, more than 1"
                yield ("switching", firm), message, "write parts of those who left"
        for firm, by_month in self.survival.items():
            for before, after in pairwise(sorted(by_month)):
                one, other = by_month[before], by_month[after]
                if other > one:
                    message = f"{other:g} is more than the {one:g} of {before}"
                    yield ("survival", firm, str(after)), message, "those who left do not come back"


def read_facts(source: str | Path | Mapping[str, Any] | None, table: MarketTable) -> Facts:
    """Read what is known of a table's market beside it.

    Args:
        source: The file; or what would stand in it; None where nothing is known.
        table: The table, whose firms and months the facts are about.

    Raises:
        Problems: All that is wrong with it, each at its place in the file.
    """
    root, problems, name = document_given(
        {} if source is None else source,
        "the facts", "there are no facts in it", "a facts file", "people and currency",
    )  # fmt: skip
    root, wrong = _with_months(root, table)
    problems += wrong
    facts = None
    try:
        facts = validated(Facts, root)
    except Problems as raised:
        problems += raised.problems
    problems += _strangers(root, table)
    if facts is None or problems:
        raise ordered(problems, [name], ())
    return facts


def of_months(table: MarketTable, facts: Facts) -> MarketTable:
    """A table whose churn is that of a month, as the facts say how long theirs is of.

    It is divided as those who left are, where they are counted by quarters.

    Raises:
        Problems: The facts say so of churn that is reckoned from who left, or of none.
    """
    if facts.churn_per is None:
        return table
    if table.has_leaves or "churn" not in table.values:
        message = "is of a column churn, and churn here is of the column leaves"
        message = message if table.has_leaves else "the table has no column churn"
        raise Problems([Problem("churn_per", message, suggestion="leave it out")])
    months = {"month": 1, "quarter": 3, "year": 12}[facts.churn_per]
    notes = tuple(note for note in table.notes if note != CHURN_OF_A_QUARTER)
    if months > 1:
        notes += (f"churn was divided by {months}, to be that of a month",)
    values = {**table.values, "churn": table.values["churn"] / months}
    return replace(table, values=values, notes=notes)


# -- months ----------------------------------------------------------------------------------------


def _with_months(root: Tree, table: MarketTable) -> tuple[Tree, list[Problem]]:
    """The tree with its months counted from the table's first, and what is wrong with them."""
    problems: list[Problem] = []
    events = root.get("events")
    for index, event in enumerate(events.items if isinstance(events, Listing) else ()):
        path = ("events", index, "month")
        if isinstance(event, Tree) and (node := event.get("month")) is not None:
            root = _with_month(root, path, node, table, None, problems)
    breaks = root.get("breaks")
    for index, node in enumerate(breaks.items if isinstance(breaks, Listing) else ()):
        root = _with_month(root, ("breaks", index), node, table, table.months, problems)
    return root, problems


def _with_month(
    root: Tree,
    path: tuple[str | int, ...],
    node: Node,
    table: MarketTable,
    last: int | None,
    problems: list[Problem],
) -> Tree:
    """The tree with one month counted so; where that is not to be done, 1 stands for it."""
    text = node.text if isinstance(node, Scalar) else ""
    month = table.month_of(text)
    fault: tuple[str, str | None] | None = None
    if month is None:
        fault = (
            f"must be a month as the table writes them, not {given(node)}",
            f"write {table.label(1)} or the like",
        )
    elif month < 1:
        fault = f"must be after the table's first month, {table.label(0)}, not {text}", None
    elif last is not None and month > last:
        fault = f"must be a month of the table, {table.label(1)} to {table.label(last)}", None
    if fault is not None:
        problems.append(problem_at(found(root, path), *fault))
    kept = month if month is not None and fault is None else 1
    return put(root, path, Scalar(kept, node.place, text or str(kept), quoted=False))


# -- firms -----------------------------------------------------------------------------------------


def _strangers(root: Tree, table: MarketTable) -> Iterator[Problem]:
    """For every firm that is neither in the table nor enters by an event."""
    known = [*table.firms, *_entering(root)]
    for path, name in _named(root):
        if name in known:
            continue
        close = nearest(name, known)
        listed = ", ".join(table.firms)
        suggestion = f"did you mean {close}?" if close else f"its firms are {listed}"
        problem = problem_at(found(root, path), f"the table has no firm {name}", suggestion)
        if path[-1] == name:  # a key, not a value
            entry = found(root, path).entry
            problem = replace(problem, line=entry.line, column=entry.column)
        yield problem


def _entering(root: Tree) -> Iterator[str]:
    events = root.get("events")
    for event in events.items if isinstance(events, Listing) else ():
        firm = event.get("enter") if isinstance(event, Tree) else None
        name = firm.get("name") if isinstance(firm, Tree) else None
        if isinstance(name, Scalar) and isinstance(name.value, str):
            yield name.value


def _named(root: Tree) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where firms are named, and how."""
    us = root.get("us")
    if isinstance(us, Scalar) and isinstance(us.value, str):
        yield ("us",), us.value
    for key in ("contract", "tenure", "switching", "survival"):
        by_firm = root.get(key)
        for name, entry in by_firm.entries.items() if isinstance(by_firm, Tree) else ():
            yield (key, name), name
            if key == "switching" and isinstance(entry.node, Tree):
                yield from (((key, name, other), other) for other in entry.node.entries)
    events = root.get("events")
    for index, event in enumerate(events.items if isinstance(events, Listing) else ()):
        for key in _OTHERS:
            named = event.get(key) if isinstance(event, Tree) else None
            if isinstance(named, Scalar) and isinstance(named.value, str):
                yield ("events", index, key), named.value

"""Whether the paths and values of a sweep file fit the scenario, each told at its own place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tsunagari.experiments.runs.given import EVERY_NODE
from tsunagari.sim.paths import path_of, text_of
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.reading.loading import missing_files, named_code, with_absolute_files
from tsunagari.sim.reading.tree import (
    Entry,
    Found,
    Listing,
    Mapping,
    Node,
    Place,
    Scalar,
    found,
    node_of,
    plain,
    put,
)
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.keys import types_at

type Steps = tuple[str | int, ...]
"""A path with the items of lists by their position."""

OF_THE_DESIGN = ("seed", "replications", "format")
"""Keys of a scenario that a sweep file has itself."""

_TRIED = ("low", "high", "mode", "mean")
_DRAW = ("network", "draw")


class Fitting:
    """A sweep file seen against the scenario that it varies.

    Args:
        tree: The sweep file, files in it absolute (:func:`with_absolute_values`).
        base: The scenario with the values and options that hold in every trial.
        allow_code: Whether a discipline may be a Python class.
    """

    def __init__(self, tree: Mapping, base: Scenario, *, allow_code: bool) -> None:
        self._tree = tree
        self._base = base
        self._base_tree = node_of(base, Place("", None, None, Path.cwd()))
        self._allow_code = allow_code
        self._known: dict[str, Steps] = {}

    def problems(self) -> Iterator[Problem]:
        """All that is wrong with the factors, one by one; combinations are another matter."""
        for text, entry in entries_of(self._tree, "factors"):
            here = found(self._tree, ("factors", text))
            refused = self._unusable(text)
            if refused is not None:
                yield entry.key.problem(text_of(here.path), *refused)
                continue
            self._known[text] = self._steps(text)
            if found(self._base_tree, path_of(text)).rest:
                yield from self._unknown(here, text, entry)
            else:
                yield from self._bad_values(text, entry)
        yield from self._set_and_varied()
        yield from self._drawn()

    def varied(self, text: str) -> list[str]:
        """The factors, looked at by :meth:`problems`, that give what is at a path its values."""
        try:
            steps = self._steps(text)
        except ValueError:  # no path, which is said elsewhere
            return []
        return [name for name, varied in self._known.items() if steps[: len(varied)] == varied]

    def is_whole(self, text: str) -> bool:
        """Whether the parameter at a path is a whole number and nothing else."""
        kinds = set(types_at(Scenario, self._steps(text))) - {type(None)}
        return kinds == {int}

    def _steps(self, text: str) -> Steps:
        """A path with positions instead of names."""
        reached = found(self._base_tree, path_of(text))
        return (*reached.steps, *reached.rest)

    def _unusable(self, text: str) -> tuple[str, str | None] | None:
        """Why a text cannot be a factor, whatever its values."""
        try:
            path = path_of(text)
        except ValueError as problem:
            return str(problem), None
        if path[0] in OF_THE_DESIGN:
            return f"{path[0]} is no factor", f"write {path[0]}: at the top of this file"
        if path[0] == "measures":
            return "what is measured is no factor", "write measures under values:"
        if path[0] == "money" or path[:2] == ("market", "people"):
            return "says in what results are told, and changes none", "write it under values:"
        steps = self._steps(text)
        for other, other_steps in self._known.items():
            if steps == other_steps:
                return f"is the same as {other}", "name a factor once"
            if steps[: len(other_steps)] == other_steps:
                return f"is a part of the factor {other}", "vary one of the two"
            if other_steps[: len(steps)] == steps:
                return f"the factor {other} is a part of this one", "vary one of the two"
        if self._base.network.kind == "file" and steps == ("market", "customers"):
            return EVERY_NODE, None
        return None

    def _unknown(self, here: Found, text: str, entry: Entry) -> Iterator[Problem]:
        """What the scenario says to a path that it does not have."""
        value = next(iter(_values_in(entry.node)), None)
        sample = 0 if value is None else plain(value[1])
        shown = text_of(here.path)
        for problem in self._objections({text: sample})[:1]:
            message, suggestion = problem.message, problem.suggestion
            yield entry.key.problem(shown, _about(problem, text, message), suggestion)
            return
        # The scenario took it: a key that was nothing so far, such as a part of an absent section.
        yield from self._bad_values(text, entry)

    def _bad_values(self, text: str, entry: Entry) -> Iterator[Problem]:
        steps = self._steps(text)
        if self._has_no_range(steps, entry):
            message = f"{text} is not a number, so it has no range"
            yield entry.node.place.problem(text_of(("factors", text)), message, "list its values")
            return
        seen: set[str] = set()
        whole = self.is_whole(text)
        for below, node in _values_in(entry.node):
            value = plain(node)
            if whole and isinstance(entry.node, Mapping) and isinstance(value, float):
                value = round(value)
            shown = text_of(found(self._tree, ("factors", text, *below)).path)
            yield from self._files_and_code(text, node, shown)
            for problem in self._objections({text: value}):
                # A complaint about another key may be answered by another factor's value: the
                # combinations that are run will show.
                if not self._is_below(problem.path, steps):
                    continue
                message = _about(problem, text, problem.message)
                if message not in seen or isinstance(entry.node, Listing):
                    seen.add(message)
                    yield node.place.problem(shown, message, problem.suggestion)
        yield from self._not_whole(text, entry, whole=whole)

    def _not_whole(self, text: str, entry: Entry, *, whole: bool) -> Iterator[Problem]:
        if not whole or not isinstance(entry.node, Mapping):
            return
        low, high = (_number(entry.node.get(key)) for key in ("low", "high"))
        if low is not None and high is not None and low < high and int(high // 1) < -(-low // 1):
            message = f"there is no whole number between {low:g} and {high:g}"
            yield entry.node.place.problem(text_of(("factors", text)), message)

    @staticmethod
    def _has_no_range(steps: Steps, entry: Entry) -> bool:
        """Whether a range is given for what is not a number."""
        low = entry.node.get("low") if isinstance(entry.node, Mapping) else None
        return _number(low) is not None and not {int, float} & set(types_at(Scenario, steps))

    def _files_and_code(self, text: str, node: Node, shown: str) -> Iterator[Problem]:
        wrapped = _at_its_path(path_of(text), node)
        for problem in missing_files(wrapped):
            yield node.place.problem(shown, problem.message)
        if not self._allow_code:
            for problem in named_code(wrapped):
                yield node.place.problem(shown, problem.message, problem.suggestion)

    def _objections(self, values: dict[str, Any]) -> list[Problem]:
        try:
            self._base.with_values(values)
        except Problems as raised:
            return list(raised.problems)
        return []

    def _is_below(self, text: str, steps: Steps) -> bool:
        try:
            return self._steps(text)[: len(steps)] == steps
        except ValueError:  # about the whole document
            return True

    def _set_and_varied(self) -> Iterator[Problem]:
        """A value set in every trial that no trial would have."""
        for text, entry in entries_of(self._tree, "values"):
            for factor in self.varied(text):
                message = f"{factor} is a factor, which gives it other values"
                yield entry.key.problem(text_of(("values", text)), message, "leave it out here")

    def _drawn(self) -> Iterator[Problem]:
        """The design numbers the draws of the network itself, if it asks for several."""
        networks = _number(self._tree.get("networks"))
        for factor, entry in entries_of(self._tree, "factors"):
            if networks is not None and networks > 1 and self._known.get(factor) == _DRAW:
                message = f"networks: {networks:g} draws the network anew already"
                shown = text_of(("factors", factor))
                yield entry.key.problem(shown, message, "leave one of them out")


def with_absolute_values(tree: Mapping) -> Mapping:
    """The sweep file with every network file in its values and factors made absolute."""
    for section in ("values", "factors"):
        for text, entry in entries_of(tree, section):
            node = entry.node
            try:
                path = path_of(text)
            except ValueError:  # told later
                continue
            if path[0] != "network":
                continue
            if section == "values":
                tree = put(tree, (section, text), _absolute(path, node))
            elif isinstance(node, Listing):
                items = tuple(_absolute(path, item) for item in node.items)
                tree = put(tree, (section, text), Listing(items, node.place))
    return tree


def _absolute(path: Sequence[str | int], node: Node) -> Node:
    return found(with_absolute_files(_at_its_path(path, node)), path).node


def _at_its_path(path: Sequence[str | int], node: Node) -> Mapping:
    """A document with nothing but one node in it."""
    for segment in reversed(path):
        node = Mapping({str(segment): Entry(node.place, node)}, node.place)
    assert isinstance(node, Mapping)  # a path has at least one segment
    return node


def entries_of(tree: Mapping, section: str) -> list[tuple[str, Entry]]:
    """The keys of a section that is a mapping, as it should be."""
    node = tree.get(section)
    return list(node.entries.items()) if isinstance(node, Mapping) else []


def _values_in(node: Node) -> Iterator[tuple[Steps, Node]]:
    """Every value that a factor names itself, and where below the factor it stands."""
    if isinstance(node, Listing):
        for index, item in enumerate(node.items):
            yield (index,), item
    elif isinstance(node, Mapping):
        for key in _TRIED:
            value = node.get(key)
            if value is not None and _number(value) is not None:
                yield (key,), value


def _number(node: Node | None) -> float | None:
    value = node.value if isinstance(node, Scalar) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _about(problem: Problem, text: str, message: str) -> str:
    """The message, with the path it is about where that is another one than the factor's."""
    same = problem.path in ("", text) or path_of(problem.path) == path_of(text)
    return message if same else f"{problem.path}: {message}"

"""Loading scenarios: from a file or a shipped name, with options over it, into the schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from sim.problems import Problem, Problems, of_kind
from sim.reading.extends import file_of, read_with_bases
from sim.reading.nodes import Entry, Listing, Place, node_of
from sim.reading.nodes import Mapping as Tree
from sim.reading.overrides import Override, label_of, with_options, with_plain_values
from sim.reading.resolving import (
    missing_files,
    named_code,
    with_absolute_files,
    without_late_events,
)
from sim.reading.translating import without_translations
from sim.reading.validation import validated

type Notes = tuple[str, ...]
"""Sentences for the user about what was done without being asked for."""


def load_as[M: BaseModel](
    model: type[M],
    source: str | Path,
    overrides: Sequence[Override] = (),
    allow_code: bool = False,
) -> tuple[M, Notes]:
    """Load a document.

    Args:
        model: Its schema, whose validators get ``allow_code`` as context.
        source: A file, or the name of a shipped scenario.
        overrides: ``path=value`` texts, the value in YAML, later ones over earlier ones. A pair
            of texts begins with what messages call it, as ``("--customers 0", …)``.
        allow_code: Whether a firm may name a Python class as its discipline.

    Returns:
        What is validated, and the notes.

    Raises:
        Problems: All that is wrong with it.
    """
    reading = read_with_bases(file_of(source))
    tree, problems = with_options(reading.root, overrides, model)
    problems = [*reading.problems, *problems]
    tree, notes = without_late_events(tree, reading.root, model)
    if not reading.is_whole:  # without its base a scenario would seem to lack what the base has
        raise _ordered(problems, reading.files, overrides)
    if not allow_code:
        problems += named_code(tree)
    tree = with_absolute_files(tree)
    problems += missing_files(tree)
    plan = None
    try:
        plan = validated(model, tree, {"allow_code": allow_code})
    except Problems as raised:
        problems += raised.problems
    if problems or plan is None:
        raise _ordered(problems, reading.files, overrides)
    return plan, tuple(notes)


def with_values[M: BaseModel](plan: M, values: Mapping[str, Any]) -> M:
    """A new, validated scenario with other values at dotted paths.

    Raises:
        Problems: A path leads nowhere, or the values do not make a scenario.
    """
    of_kind(values, Mapping, "values", 'a mapping such as {"market.customers": 5000}')
    tree, problems = with_plain_values(written(plan), values, type(plan))
    return _checked(tree, problems, type(plan))


def with_event[M: BaseModel](plan: M, event: Mapping[str, Any], called: str) -> M:
    """A new, validated scenario with one more event, after those that are there.

    Notes of events in other languages are left out: the new event has none.

    Args:
        plan: A scenario.
        event: As in a file.
        called: What messages call it.

    Raises:
        Problems: As a file's event.
    """
    place = Place(called, None, None, Path.cwd())
    try:
        node = node_of(dict(event), place)
    except TypeError as problem:
        raise Problems([place.problem("", str(problem))]) from None
    tree = without_translations(written(plan), {"events"})
    before = tree.get("events")
    items = before.items if isinstance(before, Listing) else ()
    events = Entry(place, Listing((*items, node), place))
    return _checked(Tree({**tree.entries, "events": events}, tree.place), [], type(plan))


def written(plan: BaseModel) -> Tree:
    """The document of a scenario: what was written, without what is only so by default."""
    values = plan.model_dump(mode="json", by_alias=True, exclude_unset=True)
    tree = node_of(values, Place("the scenario", None, None, Path.cwd()))
    assert isinstance(tree, Tree)
    return tree


def _checked[M: BaseModel](tree: Tree, problems: list[Problem], model: type[M]) -> M:
    try:
        other = validated(model, with_absolute_files(tree), {"allow_code": True})
    except Problems as raised:
        raise Problems([*problems, *raised.problems]) from None
    if problems:
        raise Problems(problems)
    return other


def _ordered(
    problems: Iterable[Problem], files: list[str], overrides: Sequence[Override]
) -> Problems:
    """Problems in the order of the files, without repetitions; those of options last."""
    order = {file: index for index, file in enumerate(files)}
    for option in overrides:
        order.setdefault(label_of(option), len(order))

    def position(problem: Problem) -> tuple[int, int, int]:
        rank = order.get(problem.file or "", len(order))
        return rank, problem.line or 0, problem.column or 0

    return Problems(sorted(dict.fromkeys(problems), key=position))

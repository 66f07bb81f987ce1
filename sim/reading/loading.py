"""Loading scenarios: from a file or a shipped name, on others, with options over it, checked."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

import scenarios
from sim.problems import Problem, Problems, of_kind
from sim.reading.documents import read_document
from sim.reading.overrides import (
    Override,
    label_of,
    merged,
    with_options,
    with_plain_values,
    without_translations,
)
from sim.reading.resolving import (
    missing_files,
    named_code,
    with_absolute_files,
    without_late_events,
)
from sim.reading.tree import Listing, Node, Place, Scalar, node_of
from sim.reading.tree import Mapping as Tree
from sim.reading.validation import validated

MOST_BASES = 20
"""Longest chain of files that extend one another."""

type Notes = tuple[str, ...]
"""Sentences for the user about what was done without being asked for."""


@dataclass
class Reading:
    """What came of reading a file and all that it builds on.

    Attributes:
        root: The merged tree, without ``extends``.
        files: The files read, as messages name them; the one asked for first.
        problems: What is wrong without making a file unreadable, or with a base.
        is_whole: Whether every base could be read.
    """

    root: Tree
    files: list[str]
    problems: list[Problem] = field(default_factory=list)
    is_whole: bool = True


def file_of(source: str | Path, folder: Path | None = None) -> Path:
    """The file meant by a path or by the name of a shipped scenario; a file comes first.

    Args:
        source: What a user wrote.
        folder: Where a relative path starts; None for the working directory.

    Raises:
        Problems: There is neither such a file nor such a scenario.
    """
    path = Path(source) if folder is None else folder / source
    if os.path.isfile(path):  # says no to names that no system has
        return path
    names = scenarios.names()
    if str(source) in names:
        return scenarios.path(str(source))
    if os.path.isdir(path):
        return path  # reading it says what it is
    close = difflib.get_close_matches(Path(source).stem, names, n=1)
    suggestion = f"did you mean {close[0]}?" if close else "`tsunagari list` names those shipped"
    message = "there is neither such a file nor a shipped scenario of that name"
    raise Problems([Problem("", message, str(source), suggestion=suggestion)])


def read_with_bases(path: Path) -> Reading:
    """Read a file and everything that it extends.

    Files merge as :func:`~sim.reading.overrides.merged` says.

    Raises:
        Problems: The file itself cannot be read.
    """
    document = read_document(path)
    reading = Reading(document.root, [str(path)], list(document.problems))
    chain = [path.resolve()]
    while (entry := reading.root.entries.get("extends")) is not None:
        reading.root = reading.root.lacking(["extends"])
        try:
            base_path = _base_of(entry.node, chain)
            base = read_document(base_path)
        except Problems as problems:
            reading.problems += [_seen_from(entry.node.place, p) for p in problems.problems]
            reading.is_whole = False
            break
        chain.append(base_path.resolve())
        reading.files.append(str(base_path))
        reading.problems += base.problems
        reading.root = merged(base.root, reading.root)
    return reading


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
        raise ordered(problems, reading.files, overrides)
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
        raise ordered(problems, reading.files, overrides)
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
    tree = tree.having("events", Listing((*items, node), place), place)
    return _checked(tree, [], type(plan))


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


def ordered(
    problems: Iterable[Problem], files: list[str], overrides: Sequence[Override]
) -> Problems:
    """All problems in the order of the files, without repetitions; those of options last."""
    order = {file: index for index, file in enumerate(files)}
    for option in overrides:
        order.setdefault(label_of(option), len(order))

    def position(problem: Problem) -> tuple[int, int, int]:
        rank = order.get(problem.file or "", len(order))
        return rank, problem.line or 0, problem.column or 0

    return Problems(sorted(dict.fromkeys(problems), key=position))


def _base_of(node: Node, chain: list[Path]) -> Path:
    """The file that ``extends`` names."""
    if not isinstance(node, Scalar) or not isinstance(node.value, str) or not node.value:
        message = "must be the path of a scenario file or the name of a shipped scenario"
        raise Problems([node.place.problem("extends", message)])
    path = file_of(node.value, node.place.folder)
    if path.resolve() in chain:
        circle = " extends ".join(p.name for p in [*chain[chain.index(path.resolve()) :], path])
        raise Problems([node.place.problem("extends", f"goes round in a circle: {circle}")])
    if len(chain) > MOST_BASES:
        message = f"more than {MOST_BASES} files extend one another"
        raise Problems([node.place.problem("extends", message)])
    return path


def _seen_from(place: Place, problem: Problem) -> Problem:
    """A problem without a line of its own, told where the base is named."""
    if problem.line is not None:
        return problem
    message = f"{problem.file}: {problem.message}"
    return place.problem("extends", message, problem.suggestion)

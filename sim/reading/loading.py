"""Loading scenarios: from a file or a shipped name, on others, with options over it, checked."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from tsunagari import scenarios
from tsunagari.experiments.words.text import LONGEST_LINE, shortened
from tsunagari.sim.paths import Path as Steps
from tsunagari.sim.paths import path_of, text_of
from tsunagari.sim.problems import Problem, Problems, of_kind
from tsunagari.sim.reading.documents import read_document
from tsunagari.sim.reading.overrides import (
    Override,
    label_of,
    merged,
    with_options,
    with_plain_values,
    without_items,
    without_translations,
)
from tsunagari.sim.reading.series import with_series
from tsunagari.sim.reading.tree import (
    Listing,
    Node,
    Place,
    Scalar,
    found,
    name_of,
    node_of,
    plain,
    put,
)
from tsunagari.sim.reading.tree import Mapping as Tree
from tsunagari.sim.reading.validation import validated
from tsunagari.sim.schema.keys import default_at

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

    Files merge as :func:`~tsunagari.sim.reading.overrides.merged` says.

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
    tree, wrong = with_series(tree)
    problems += wrong
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
    tree, wrong = with_series(with_absolute_files(tree))
    problems = [*problems, *wrong]
    try:
        other = validated(model, tree, {"allow_code": True})
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


# -- files, what an option cut off, and code that is named -----------------------------------------

FILE_KEYS = (("network", "file"),)
"""Paths of the keys whose values are files."""
_MONTHS = ("market", "months")


def with_absolute_files(tree: Tree) -> Tree:
    """The tree with every relative file made absolute, from the folder where it was written."""
    for path in FILE_KEYS:
        here = found(tree, path)
        node = here.node
        if here.rest or not (isinstance(node, Scalar) and isinstance(node.value, str)):
            continue
        if not node.value or "\0" in node.value:
            continue
        file = str((node.place.folder / Path(node.value).expanduser()).resolve())
        tree = put(tree, path, Scalar(file, node.place, file, quoted=True))
    return tree


def missing_files(tree: Tree) -> list[Problem]:
    """A problem for every file that a document names and that is not there.

    Args:
        tree: The document with its files made absolute.
    """
    problems = []
    for path in FILE_KEYS:
        here = found(tree, path)
        value = here.node.value if isinstance(here.node, Scalar) and not here.rest else None
        if not isinstance(value, str) or "\0" in value or os.path.isfile(value):
            continue
        what = (
            "is a pipe or a device, not a file"
            if os.path.exists(value)
            else "there is no such file"
        )
        what = "is a folder" if os.path.isdir(value) else what
        problems.append(
            here.node.place.problem(text_of(path), f"{what}: {shortened(value, LONGEST_LINE)}")
        )
    return problems


def without_late_events(
    tree: Tree, written: Tree, model: type[BaseModel]
) -> tuple[Tree, list[str]]:
    """Drop the events, and the claims, that an option's shorter run does not reach.

    Args:
        tree: The document with the options in it.
        written: The document without them.
        model: The schema.

    Returns:
        The tree, and notes if anything was dropped.
    """
    months, own_months = _months(tree, model), _months(written, model)
    if months is None or own_months is None or months >= own_months:
        return tree, []
    events = tree.get("events")
    gone: dict[int, int] = {}
    if isinstance(events, Listing):
        kept, gone = _in_time(events, months, own_months)
        tree = put(without_items(tree, "events", gone), ("events",), kept)
    claims, late = tree.get("claims"), {}
    if isinstance(claims, Listing):
        late = _in_time(claims, months, own_months)[1]
        in_time = [_claim_in_time(item, months, own_months) for item in claims.items]
        if isinstance(events, Listing) and gone:
            late |= _about_the_late(in_time, events, gone)
        rest = Listing(tuple(in_time), claims.place).lacking(late)
        tree = put(without_items(tree, "claims", late), ("claims",), rest)
    notes = []
    for months_of, one, many in ((gone, "an event", "events"), (late, "a claim", "claims")):
        if months_of:
            what = one if len(months_of) == 1 else f"{len(months_of)} {many}"
            when = ", ".join(str(month) for month in months_of.values())
            end = f"after month {months}, where this run ends, left out (month {when})"
            notes.append(f"{what} {end}")
    return tree, notes


def _about_the_late(
    claims: Sequence[Node], events: Listing, gone: dict[int, int]
) -> dict[int, int]:
    """Claims about what comes too late, each with the month of that.

    They are of a firm that does not enter now, or of markets that differed in late events alone.
    """
    left = plain(events.lacking(gone))
    entering = [(found(events.items[index], ("enter",)).node, gone[index]) for index in gone]
    late = {}
    for place, claim in enumerate(claims):
        firm = plain(found(claim, ("firm",)).node)
        of_entrant = [month for node, month in entering if name_of(node) == firm is not None]
        markets = plain(claim) if isinstance(claim, Tree) else {}
        same = "given" not in markets and markets.get("without") == {"events": left}
        if of_entrant or same:
            late[place] = of_entrant[0] if of_entrant else min(gone.values())
    return late


def _in_time(listing: Listing, months: int, own_months: int) -> tuple[Listing, dict[int, int]]:
    """A list without the items dated after the end, and the months of those by position."""
    late = {
        index: month
        for index, item in enumerate(listing.items)
        if (month := _whole(item, ("month",))) is not None and months < month <= own_months
    }
    return listing.lacking(late), late


def _claim_in_time(claim: Node, months: int, own_months: int) -> Node:
    """A claim whose markets, too, have no events after the end."""
    for key in ("given", "without"):
        events = found(claim, (key, "events"))
        if isinstance(claim, Tree) and isinstance(events.node, Listing) and not events.rest:
            claim = put(claim, (key, "events"), _in_time(events.node, months, own_months)[0])
    return claim


def named_code(tree: Node) -> list[Problem]:
    """A problem for every discipline and measure that is Python, for where code is not allowed."""
    problems = []
    for path, node in (*_disciplines(tree), *_measures(tree)):
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, str) and ":" in value:
            message = f"{value} is Python code, which is not run unless you allow it"
            suggestion = "add --allow-code if you trust it"
            shown = text_of(found(tree, path).path)
            problems.append(node.place.problem(shown, message, suggestion))
    return problems


def _disciplines(tree: Node) -> Iterator[tuple[Steps, Node]]:
    """Wherever a discipline is named: by a firm, or as what an event sets a firm's to."""
    for path, node in _walked(tree, ()):
        # In a claim a key may be a whole path.
        if path and _leads_to_discipline(path[-1]):
            yield path, node
        if isinstance(node, Tree) and "to" in node.entries and "set" in node.entries:
            changed = node.entries["set"].node
            if isinstance(changed, Scalar) and _leads_to_discipline(changed.value):
                yield (*path, "to"), node.entries["to"].node


def _measures(tree: Node) -> Iterator[tuple[Steps, Node]]:
    """The scenario's own measures; those elsewhere, as in a claim, are refused in any case."""
    here = found(tree, ("measures",))
    if not here.rest and isinstance(here.node, Listing):
        yield from ((("measures", index), item) for index, item in enumerate(here.node.items))


def _leads_to_discipline(path: Any) -> bool:
    try:
        return isinstance(path, str) and path_of(path)[-1] == "discipline"
    except ValueError:  # not a path: a problem of its own
        return False


def _walked(node: Node, path: Steps) -> Iterator[tuple[Steps, Node]]:
    yield path, node
    if isinstance(node, Listing):
        for index, item in enumerate(node.items):
            yield from _walked(item, (*path, index))
    elif isinstance(node, Tree):
        for key, entry in node.entries.items():
            yield from _walked(entry.node, (*path, key))


def _months(tree: Tree, model: type[BaseModel]) -> int | None:
    """Length of the run; None if there is none that makes sense."""
    if found(tree, _MONTHS).rest:
        default = default_at(model, _MONTHS)
        return default if isinstance(default, int) else None
    return _whole(tree, _MONTHS)


def _whole(node: Node, path: tuple[str, ...]) -> int | None:
    here = found(node, path)
    value: Any = here.node.value if isinstance(here.node, Scalar) and not here.rest else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None

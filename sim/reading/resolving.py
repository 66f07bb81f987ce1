"""Making a document independent of where it lies and of what an option cut off."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from experiments.words.text import LONGEST_LINE, shortened
from sim.paths import Path, path_of, text_of
from sim.problems import Problem
from sim.reading.overrides import without_items
from sim.reading.tree import Listing, Mapping, Node, Scalar, found, put
from sim.schema.keys import default_at

FILE_KEYS = (("network", "file"),)
"""Paths of the keys whose values are files."""
_MONTHS = ("market", "months")


def with_absolute_files(tree: Mapping) -> Mapping:
    """The tree with every relative file made absolute, from the folder where it was written."""
    for path in FILE_KEYS:
        here = found(tree, path)
        node = here.node
        if here.rest or not (isinstance(node, Scalar) and isinstance(node.value, str)):
            continue
        if not node.value or "\0" in node.value:
            continue
        file = str((node.place.folder / pathlib.Path(node.value).expanduser()).resolve())
        tree = put(tree, path, Scalar(file, node.place, file, quoted=True))
    return tree


def missing_files(tree: Mapping) -> list[Problem]:
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
    tree: Mapping, written: Mapping, model: type[BaseModel]
) -> tuple[Mapping, list[str]]:
    """Drop the events, and the claims, that an option's shorter run does not reach.

    Args:
        tree: The document with the options in it.
        written: The document without them.
        model: The schema.

    Returns:
        The tree, and notes if anything was dropped.
    """
    notes = []
    months, own_months = _months(tree, model), _months(written, model)
    if months is None or own_months is None or months >= own_months:
        return tree, []
    for key, one, many in (("events", "an event", "events"), ("claims", "a claim", "claims")):
        listing = tree.get(key)
        if not isinstance(listing, Listing):
            continue
        kept, late = _in_time(listing, months, own_months)
        if late:
            what = one if len(late) == 1 else f"{len(late)} {many}"
            when = ", ".join(str(month) for month in late.values())
            end = f"after month {months}, where this run ends, left out (month {when})"
            notes.append(f"{what} {end}")
        tree = without_items(tree, key, late)
        if key == "claims":
            kept = Listing(
                tuple(_claim_in_time(item, months, own_months) for item in kept.items), kept.place
            )
        tree = put(tree, (key,), kept)
    return tree, notes


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
        if isinstance(claim, Mapping) and isinstance(events.node, Listing) and not events.rest:
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


def _disciplines(tree: Node) -> Iterator[tuple[Path, Node]]:
    """Wherever a discipline is named: by a firm, or as what an event sets a firm's to."""
    for path, node in _walked(tree, ()):
        # In a claim a key may be a whole path.
        if path and _leads_to_discipline(path[-1]):
            yield path, node
        if isinstance(node, Mapping) and "to" in node.entries and "set" in node.entries:
            changed = node.entries["set"].node
            if isinstance(changed, Scalar) and _leads_to_discipline(changed.value):
                yield (*path, "to"), node.entries["to"].node


def _measures(tree: Node) -> Iterator[tuple[Path, Node]]:
    """The scenario's own measures; those elsewhere, as in a claim, are refused in any case."""
    here = found(tree, ("measures",))
    if not here.rest and isinstance(here.node, Listing):
        yield from ((("measures", index), item) for index, item in enumerate(here.node.items))


def _leads_to_discipline(path: Any) -> bool:
    try:
        return isinstance(path, str) and path_of(path)[-1] == "discipline"
    except ValueError:  # not a path: a problem of its own
        return False


def _walked(node: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    yield path, node
    if isinstance(node, Listing):
        for index, item in enumerate(node.items):
            yield from _walked(item, (*path, index))
    elif isinstance(node, Mapping):
        for key, entry in node.entries.items():
            yield from _walked(entry.node, (*path, key))


def _months(tree: Mapping, model: type[BaseModel]) -> int | None:
    """Length of the run; None if there is none that makes sense."""
    if found(tree, _MONTHS).rest:
        default = default_at(model, _MONTHS)
        return default if isinstance(default, int) else None
    return _whole(tree, _MONTHS)


def _whole(node: Node, path: tuple[str, ...]) -> int | None:
    here = found(node, path)
    value: Any = here.node.value if isinstance(here.node, Scalar) and not here.rest else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None

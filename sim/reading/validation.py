"""From a tree to a scenario, or to all that its schema objects to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.problems import Problem, Problems
from sim.reading.nodes import Entry, Listing, Mapping, Node, Scalar, found, plain
from sim.reading.objections import Objection, objection_of, problem_at, problems_of

MOST_TOLD = 200
"""Most mistakes told one by one: more come of something else than a slip of the pen."""


def validated[M: BaseModel](model: type[M], tree: Node, context: dict[str, Any] | None = None) -> M:
    """The scenario that a tree describes.

    A schema may have a method ``cross_checks()`` that yields ``(path, message, suggestion)`` for
    what no section can see alone; paths name list items by name or position.

    Args:
        model: The schema of the whole document.
        tree: The document.
        context: Handed to the schema's validators.

    Raises:
        Problems: All that is wrong, in no particular order.
    """
    plan = _checked(model, tree, context)
    if isinstance(plan, list):
        objections = [objection_of(error, tree) for error in plan[:MOST_TOLD]]
        problems = problems_of(objections, model)
        if len(plan) > MOST_TOLD:
            more = f"and {len(plan) - MOST_TOLD:,} more mistakes"
            raise Problems([*problems, Problem("", more)])
        # What is wrong between sections is told at the same time, as far as it can be known.
        rest = _without(tree, objections)
        sound = None if rest is None else _checked(model, rest, context)
        if isinstance(sound, BaseModel):
            problems += _cross_problems(sound, tree)
        raise Problems(problems)
    problems = _cross_problems(plan, tree)
    if problems:
        raise Problems(problems)
    return plan


def _checked[M: BaseModel](
    model: type[M], tree: Node, context: dict[str, Any] | None
) -> M | list[Any]:
    """The scenario, or pydantic's errors."""
    # JSON is where pydantic's strict mode knows arrays and objects, but guesses nothing else.
    text = json.dumps(plain(tree), ensure_ascii=False)
    try:
        return model.model_validate_json(text, context=context)
    except ValidationError as raised:
        return raised.errors(include_url=False)


def _cross_problems(plan: BaseModel, tree: Node) -> list[Problem]:
    checks = getattr(plan, "cross_checks", None)
    if checks is None:
        return []
    told = [problem_at(found(tree, path), *words) for path, *words in islice(checks(), MOST_TOLD)]
    return [*told, Problem("", "and maybe more")] if len(told) == MOST_TOLD else told


def _without(tree: Node, objections: Sequence[Objection]) -> Node | None:
    """The tree without the keys objected to; None where more than keys would have to go."""
    for objection in objections:
        path = objection.path
        if not path or objection.found.rest or isinstance(path[-1], int):
            return None
        tree = _without_key(tree, path)
    return tree


def _without_key(node: Node, path: Sequence[str | int]) -> Node:
    if isinstance(node, Scalar):  # gone already, with something around it
        return node
    if isinstance(node, Listing):
        index = int(path[0])
        item = _without_key(node.items[index], path[1:])
        return Listing((*node.items[:index], item, *node.items[index + 1 :]), node.place)
    entries = dict(node.entries)
    entry = entries.pop(str(path[0]), None)
    if entry is not None and len(path) > 1:
        entries[str(path[0])] = Entry(entry.key, _without_key(entry.node, path[1:]))
    return Mapping(entries, node.place)

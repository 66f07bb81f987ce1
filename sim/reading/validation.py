"""From a tree to a scenario, or to all that its schema objects to, each at its place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.paths import nearest, text_of
from sim.problems import At, Problem, Problems
from sim.reading.sentences import Fits, kind_wanted, told, unknown_name, wrong_kind
from sim.reading.tree import Found, Node, found, plain, put, stepped
from sim.schema.keys import fault_of_value, field_at, fields_of, paths_ending_in, sections_at

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
    some = [problem_at(found(tree, path), *words) for path, *words in islice(checks(), MOST_TOLD)]
    return [*some, Problem("", "and maybe more")] if len(some) == MOST_TOLD else some


def _without(tree: Node, objections: Sequence[Objection]) -> Node | None:
    """The tree without the keys objected to; None where more than keys would have to go."""
    for objection in objections:
        path = objection.path
        if not path or objection.found.rest or isinstance(path[-1], int):
            return None
        tree = put(tree, path, None)  # or it is gone already, with something around it
    return tree


@dataclass(frozen=True)
class Objection:
    """One of pydantic's errors, placed in the tree.

    Attributes:
        error: As pydantic gives it.
        found: The nearest node.
        choice: Path to where the schema leaves a choice of types; None if it leaves none.
        branch: The type chosen there.
    """

    error: Any
    found: Found
    choice: tuple[str | int, ...] | None
    branch: str | int | None

    @property
    def path(self) -> tuple[str | int, ...]:
        """The path objected to, as positions."""
        return (*self.found.steps, *self.found.rest)


def objection_of(error: Any, tree: Node) -> Objection:
    """Find the place of one of pydantic's errors."""
    location = list(error["loc"])
    raised = (error.get("ctx") or {}).get("error")
    if isinstance(raised, At):
        location += raised.path
    ends_in_missing_key = error["type"] == "missing"
    here = found(tree, location)
    choice, branch = None, None
    while here.rest and not (ends_in_missing_key and len(here.rest) == 1):
        # Names of types stand in a location, but not in a document.
        if choice is None:
            choice, branch = here.steps, here.rest[0]
        here = Found(here.node, here.entry, here.path, here.steps, here.rest[1:])
        while here.rest and (further := stepped(here, here.rest[0])) is not None:
            here = further
    return Objection(error, here, choice, branch)


def problems_of(objections: Sequence[Objection], model: type[BaseModel]) -> list[Problem]:
    """Objections as problems; those of alternative types to one value count as one."""
    groups: dict[tuple[str | int, ...], list[Objection]] = {}
    for objection in objections:
        groups.setdefault(objection.choice or objection.path, []).append(objection)
    return [
        problem for objections in groups.values() for problem in _told_together(objections, model)
    ]


def _told_together(objections: list[Objection], model: type[BaseModel]) -> list[Problem]:
    branches: dict[Any, list[Objection]] = {}
    for objection in objections:
        branches.setdefault(objection.branch, []).append(objection)
    if len(branches) > 1:
        choice = objections[0].choice or ()
        fitting = {
            branch: group
            for branch, group in branches.items()
            if not any(o.path == choice and kind_wanted(o.error) for o in group)
        }
        if not fitting:
            wanted = [kind_wanted(o.error) or "" for o in objections]
            here = objections[0].found
            fits = _fitting(model, objections[0].choice or here.steps)
            words = wrong_kind([w for w in wanted if w], here.node, fits)
            return [problem_at(here, *words)]
        objections = min(fitting.values(), key=len)
    return [_told(objection, model) for objection in objections]


def _told(objection: Objection, model: type[BaseModel]) -> Problem:
    error, here = objection.error, objection.found
    if error["type"] == "extra_forbidden":
        *above, key = here.steps
        message, suggestion = _unknown_key(model, above, str(key), here)
        return here.entry.problem(text_of(here.path), message, suggestion)
    if error["loc"][-1:] == ("[key]",):  # a mapping of sections by fixed names
        words = unknown_name(error, str(here.steps[-1]))
        return here.entry.problem(text_of(here.path), *words)
    if error["type"] == "missing":
        field = field_at(model, objection.path)
        meaning = f" ({field.description.rstrip('.')})" if field and field.description else ""
        return problem_at(here, f"is missing{meaning}")
    return problem_at(here, *told(error, here.node, _fitting(model, objection.path)))


def _fitting(model: type[BaseModel], path: Sequence[str | int]) -> Fits:
    """Whether a value would do at a path, as far as its own key can tell."""

    def fits(value: Any) -> bool:
        field = field_at(model, path)
        if field is None:  # an item of a list
            return not isinstance(value, list)
        return fault_of_value(field, value) is None

    return fits


def problem_at(here: Found, message: str, suggestion: str | None = None) -> Problem:
    """A problem with a path, placed at the node nearest to it."""
    return here.node.place.problem(text_of((*here.path, *here.rest)), message, suggestion)


def _unknown_key(
    model: type[BaseModel], above: Sequence[str | int], key: str, here: Found
) -> tuple[str, str | None]:
    """What to say of a key that the schema does not know."""
    sections = sections_at(model, above)
    known = {name: field for section in sections for name, field in fields_of(section).items()}
    elsewhere = [text_of(path) for path in paths_ending_in(model, key)]
    close = nearest(key, known, likeness=0.75 if elsewhere else 0.6)
    if close is not None:
        # In a file one key is corrected, in an option the path.
        is_option = here.entry.line is None and key in here.entry.file.partition("=")[0]
        meant = text_of((*here.path[:-1], close)) if is_option else close
        return "unknown key", f"did you mean {meant}?"
    if elsewhere:
        return "unknown key here", f"did you mean {' or '.join(elsewhere[:3])}?"
    listed = ", ".join(list(known)[:12]) + (", …" if len(known) > 12 else "")
    return f"unknown key; known here: {listed}", None

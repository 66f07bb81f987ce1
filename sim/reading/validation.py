"""From a tree to a scenario, or to all that its schema objects to, each at its place."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pydantic import BaseModel, ValidationError

from tsunagari.experiments.words.text import shortened
from tsunagari.sim.paths import nearest, text_of
from tsunagari.sim.problems import At, Problem, Problems
from tsunagari.sim.reading.documents import value_of
from tsunagari.sim.reading.tree import (
    Found,
    Listing,
    Mapping,
    Node,
    Scalar,
    found,
    plain,
    put,
    stepped,
)
from tsunagari.sim.schema.fields import Section, unit_of
from tsunagari.sim.schema.keys import (
    fault_of_value,
    field_at,
    fields_of,
    paths_ending_in,
    sections_at,
)
from tsunagari.sim.schema.wording import (
    bound,
    choices,
    fault,
    kind_wanted,
    kinds_wanted,
    length,
    must_be,
    not_among,
)

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
            above = {o.path[:end] for o in objections for end in range(1, len(o.path))}
            # What is told of a key with a mistake inside may be said of its absence.
            problems += [one for path, one in _cross_problems(sound, tree) if path not in above]
        raise Problems(problems)
    if wrong := _cross_problems(plan, tree):
        raise Problems(problem for _, problem in wrong)
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


def _cross_problems(plan: BaseModel, tree: Node) -> list[tuple[tuple[str | int, ...], Problem]]:
    """What keys demand of one another, and where, as positions."""
    checks = getattr(plan, "cross_checks", None)
    some = [] if checks is None else list(islice(checks(), MOST_TOLD))
    places = [(found(tree, path), words) for path, *words in some]
    told = [((*here.steps, *here.rest), problem_at(here, *words)) for here, words in places]
    return [*told, ((), Problem("", "and maybe more"))] if len(some) == MOST_TOLD else told


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
            if not any(o.path == choice and kinds_wanted([o.error]) for o in group)
        }
        if not fitting:
            here, kinds = objections[0].found, kinds_wanted([o.error for o in objections])
            suggestion = _of_kind(kinds, here.node, _fitting(model, choice or here.steps))
            near = isinstance(here.node, Scalar) and nearest(here.node.text, kinds)
            suggestion = suggestion or (f"did you mean {near}?" if near else None)
            return [problem_at(here, must_be(kinds, given(here.node)), suggestion)]
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
    fits = _fitting(model, objection.path)
    message, suggestion = told(error, here.node, fits)
    if isinstance(here.node, Scalar):
        field = field_at(model, objection.path) or field_at(model, objection.path[:-1])
        unit = unit_of(field) if field is not None else ""
        suggestion = _in_unit(unit, here.node, fits, error) or suggestion
    return problem_at(here, message, suggestion)


def _in_unit(unit: str, node: Scalar, fits: Fits, error: Any) -> str | None:
    """What is to be written for a number meant in another unit; None if nothing suggests one."""
    if unit in ("ratio", "factor"):
        return _of_factor(node.text, fits, is_change=unit == "factor")
    percent = re.fullmatch(r"[-+]?(\d+(?:\.\d+)?) ?[%％]", node.text.strip())
    if unit == "amount" and percent:
        return f"for {percent[1]} % of it write {1 + float(percent[1]) / 100:g} under times"
    if unit == "share" and bound(error) and isinstance(node.value, int | float) and node.value >= 2:
        part = node.value / 100
        return f"write {part:g} for {node.text} %" if fits(part) else None
    return None


def _of_factor(text: str, takes: Fits, *, is_change: bool) -> str | None:
    """What a percentage may mean where a factor is asked for: a change by it, or a part of it.

    Only what is taken is suggested, and no part where a factor is of a change.
    """
    percent = re.fullmatch(r"([-+]?)(\d{1,2}(?:\.\d+)?) ?[%％]", text.strip())
    if percent is None:
        return None
    part = float(percent[2]) / 100
    more, less = (f"{1 + sign * part:g} for {percent[2]} % {word}"
                  for sign, word in ((1, "more"), (-1, "less")))  # fmt: skip
    meant = {"+": [(1 + part, more)], "-": [(1 - part, less)]}
    choices = meant.get(percent[1], [*meant["+"], *meant["-"]])
    taken = [piece for value, piece in choices if takes(value)]
    if len(taken) == 2 and not is_change and takes(part):
        return f"write {more}, {less}, {part:g} for {percent[2]} % of it"
    if len(taken) == 2 and is_change:
        return f"write {more}, {less}"
    return f"write {taken[0]}" if taken else None


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


def _also_called(section: type[BaseModel]) -> dict[str, str]:
    return dict(section.also_called) if issubclass(section, Section) else {}


def _unknown_key(
    model: type[BaseModel], above: Sequence[str | int], key: str, here: Found
) -> tuple[str, str | None]:
    """What to say of a key that the schema does not know."""
    sections = sections_at(model, above)
    known = {name: field for section in sections for name, field in fields_of(section).items()}
    elsewhere = [text_of(path) for path in paths_ending_in(model, key)]
    also = {each: name for one in sections for each, name in _also_called(one).items()}
    close = also.get(key.casefold()) or nearest(key, known, likeness=0.75 if elsewhere else 0.6)
    if close is not None:
        # In a file one key is corrected, in an option the path.
        is_option = here.entry.line is None and key in here.entry.file.partition("=")[0]
        meant = text_of((*here.path[:-1], close)) if is_option else close
        return "unknown key", f"did you mean {meant}?"
    if elsewhere:
        return "unknown key here", f"did you mean {' or '.join(elsewhere[:3])}?"
    listed = ", ".join(list(known)[:12]) + (", …" if len(known) > 12 else "")
    return f"unknown key; known here: {listed}", None


# -- the sentences in which it is told, and what is suggested instead ------------------------------

type Words = tuple[str, str | None]
"""A message and, where there is one, a suggestion."""
type Fits = Callable[[Any], bool]
"""Whether a value may stand where another was objected to: nothing else is suggested."""

_LONGEST = 40
_YES_AND_NO = {"yes": "true", "on": "true", "no": "false", "off": "false"}


def told(error: Any, node: Node, fits: Fits) -> Words:
    """For any objection to a value but unknown and missing keys."""
    if kind := kind_wanted(error):
        return must_be([kind], given(node)), _of_kind([kind], node, fits)
    if (sentence := length(error)) is not None:
        return sentence + _length_of(node), None
    if words := choices(error):
        return not_among(words, given(node)), _near(words, error, node)
    message = fault([error], given(node))
    return message, getattr((error.get("ctx") or {}).get("error"), "suggestion", None)


def unknown_name(error: Any, name: str) -> Words:
    """For a key that is none of the fixed names of a mapping."""
    if error["type"] == "string_too_long":  # any key will do, but not any length
        return f"a key has at most {error['ctx']['max_length']} characters", None
    if kind := kind_wanted(error):
        return f"a key must be {kind} here", None
    if (sentence := bound(error)) is not None:
        return f"a key {sentence} here", None
    known = choices(error)
    close = nearest(name, known)
    if close is not None:
        return "unknown key", f"did you mean {close}?"
    return f"unknown key; known here: {', '.join(known)}", None


def given(node: Node) -> str:
    """What was written, for use in a sentence."""
    if isinstance(node, Listing):
        return "a list"
    if isinstance(node, Mapping):
        return "keys with values"
    if node.value is None:
        return "nothing"
    if isinstance(node.value, str):
        return f'the text "{_shortened(node.value)}"'
    return _shortened(node.text)


def _length_of(node: Node) -> str:
    text = isinstance(node, Scalar) and isinstance(node.value, str)
    return f", not {len(node.value):,}" if text else ""  # type: ignore[union-attr, arg-type]


def _shortened(text: str) -> str:
    return shortened(" ".join(text.split()), _LONGEST)


def _of_kind(kinds: list[str], node: Node, fits: Fits) -> str | None:
    """How to write the value so that it is of a kind wanted, and allowed."""
    if not isinstance(node, Scalar):
        return None
    value, text = node.value, node.text
    if "text" in kinds and value is not None:
        is_text = isinstance(value, str) or not fits(text)
        return None if is_text else f"write {_quoted(text)} in quotes"
    if "true or false" in kinds and isinstance(value, str):
        word = _YES_AND_NO.get(value.lower(), value.lower())
        return f"write {word}" if word in ("true", "false") else None
    if kinds == ["a list"] and value is not None:
        return f"write [{text}]" if len(text) <= _LONGEST and fits([value]) else None
    if "a whole number" in kinds and (date := re.fullmatch(r"(\d{4})[-/](\d{1,2})", text.strip())):
        month, since = 23 + int(date[2]), f"{int(date[1]) - 2}-01"
        return f"months are counted from the first, which is 0: write {month} if that is {since}"
    whole = "a whole number" in kinds and "a number" not in kinds
    if not whole and "a number" not in kinds:
        return None
    numbers = [text for text in _as_numbers(value, text, whole) if fits(value_of(text))]
    if numbers == [text]:
        return f"write {text} without quotes"
    return f"write {' or '.join(numbers)}" if numbers else None


def _quoted(text: str) -> str:
    return f'"{text}"' if len(text) <= _LONGEST else "it"


def _as_numbers(value: Any, text: str, whole: bool) -> list[str]:
    """The numbers that may be meant, as one writes them."""
    if isinstance(value, str):
        cleaned = text.strip()
        comma = re.fullmatch(r"([-+]?\d+),(\d+)( ?%)?", cleaned)
        if comma and (len(comma[2]) != 3 or comma[1].strip("+-") == "0"):  # a decimal comma
            cleaned = cleaned.replace(",", ".")
        cleaned = re.sub(r"(?<=\d)[_, ](?=\d{3}(?!\d))", "", cleaned)
        percent = re.fullmatch(r"([-+]?[0-9.]+) ?%", cleaned)
        if percent and not whole:
            cleaned = repr(float(f"{percent[1]}e-2")) if percent[1].count(".") < 2 else ""
        if len(cleaned) > _LONGEST or not re.fullmatch(
            r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", cleaned
        ):
            return []
        if not whole or re.fullmatch(r"[-+]?\d+", cleaned):
            return [cleaned]
        value = float(cleaned)
    if whole and isinstance(value, float) and math.isfinite(value) and abs(value) < 1e15:
        return list(dict.fromkeys([str(math.floor(value)), str(math.ceil(value))]))
    return []


def _near(words: Sequence[str], error: Any, node: Node) -> str | None:
    """Which of some words was meant, or that it need not be in quotes."""
    if not isinstance(node, Scalar):
        return None
    if node.text == str(error["ctx"].get("expected")):
        return f"write {node.text} without quotes"
    close = nearest(node.text, words)
    return f"did you mean {close}?" if close else None

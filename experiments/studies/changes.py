"""In what scenarios differ, parameter by parameter, and what each of them is called."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from tsunagari.experiments.runs.given import resolved
from tsunagari.sim.paths import path_of, text_of
from tsunagari.sim.problems import Problem, Problems, of_kind
from tsunagari.sim.reading.dumping import scalar_text
from tsunagari.sim.reading.loading import with_event
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.fields import is_dated
from tsunagari.sim.schema.firms import OperatingModel
from tsunagari.sim.schema.keys import field_at

if TYPE_CHECKING:
    from tsunagari.sim.scenario import Scenario

    type Source = Alternative | Scenario | str | Path


type _Path = tuple[str | int, ...]

_WITHOUT_EFFECT = frozenset(
    [
        "format",
        "title",
        "story",
        "seed",
        "replications",
        "measures",
        "claims",
        "translations",
        "members",
    ]
)
"""Keys that no outcome of a comparison depends on: all scenarios run with one seed."""


@dataclass(frozen=True)
class Change:
    """One parameter, firm, segment or event in which two scenarios differ.

    Attributes:
        path: As files and options write it: ``firms.Lean.price``; ``events`` for any event.
        before: The value in the first scenario, as plain data; None where there is none.
        after: The same in the second.
        silent_before: The first leaves it to the firm's discipline, whose value ``before`` is.
        silent_after: The same of the second.
    """

    path: str
    before: Any
    after: Any
    silent_before: bool = False
    silent_after: bool = False


def changes(before: Scenario, after: Scenario) -> tuple[Change, ...]:
    """What differs between two resolved scenarios, in the order of the schema.

    Firms and segments are matched by their names and events by their content. Titles, stories,
    seeds and numbers of replications are left out.
    """
    return tuple(_in_section((), before, after, before, after))


# -- a market that stands still ------------------------------------------------------------------


_NOT_BEGUN = ("events", "market.months", "market.people")
"""In what scenarios may differ that begin alike."""


def is_steady(plan: Scenario) -> bool:
    """Whether the market, or a firm, is begun so that it keeps what it has."""
    return plan.market.start == "steady" or any(firm.brand == "steady" for firm in plan.firms)


def acts_later(base: Scenario, path: str) -> bool:
    """Whether another value at a path acts from month 1 on a market that begins as the base's.

    A steady market is begun so that it stands still with all its numbers: begun with another one,
    it would stand still with that, too, and show nothing of what the change does.
    """
    head, *rest = path_of(path)
    field = field_at(Scenario, (head, 0, *rest[1:]) if head == "firms" else (head, *rest))
    return is_steady(base) and field is not None and is_dated(field)


def from_month_1(base: Scenario, path: str, value: Any) -> dict[str, Any]:
    """The event that sets a value in month 1; firms are called by their names there."""
    head, *rest = path_of(path)
    if head == "firms" and isinstance(rest[0], int):
        path = text_of((head, base.firms[rest[0]].name, *rest[1:]))
    return {"month": 1, "set": path, "to": value}


def acting(base: Scenario, plan: Scenario) -> tuple[Scenario, list[str]]:
    """A scenario that is held against a steady one: begun as that, its changes acting from month 1.

    It stays as it is where it is no other market than the base's, or where it begins in another
    way besides.

    Returns:
        The scenario, and notes for the user.
    """
    found = [each for each in changes(base, plan) if each.path not in _NOT_BEGUN]
    if not (found and is_steady(base)):
        return plan, []
    paths = [each.path for each in found]
    if not all(acts_later(base, path) for path in paths):
        told = "it begins steady in its own way, and stands still with what is changed, too"
        how = "an event says what a change does to a market that stands"
        return plan, [f"{plan.title or 'the scenario'} differs in {paths[0]}: {told}; {how}"]
    before = {each.path: None if each.silent_before else each.before for each in found}
    begun = plan.with_values(before).with_values({"members": base.members})
    for each in found:
        begun = with_event(begun, from_month_1(base, each.path, each.after), each.path)
    return begun, [acting_note(paths)]


def acting_note(paths: Sequence[str]) -> str:
    """What is told where changes act from month 1."""
    return f"the market begins steady: what is changed acts on it from month 1: {', '.join(paths)}"


def _in_section(
    path: _Path, one: BaseModel, two: BaseModel, before: Scenario, after: Scenario
) -> Iterator[Change]:
    for name, field in type(one).model_fields.items():
        old, new = getattr(one, name), getattr(two, name)
        if old == new or (not path and name in _WITHOUT_EFFECT):
            continue
        here = (*path, field.alias or name)
        if isinstance(old, BaseModel) and isinstance(new, BaseModel):
            yield from _in_section(here, old, new, before, after)
        elif here == ("events",):
            yield from _events(old, new)
        elif here in (("firms",), ("segments",)):
            yield from _named(here, old, new, before, after)
        elif len(path) == 2 and path[0] == "firms":
            yield _of_firm(here, one, two, (old, new), before, after)
        else:
            yield Change(text_of(here), _plain(old), _plain(new))


def _named(
    path: _Path,
    old: Sequence[Any],
    new: Sequence[Any],
    before: Scenario,
    after: Scenario,
) -> Iterator[Change]:
    """Items of a list that have names, whatever their order."""
    olds, news = ({item.name: item for item in items} for items in (old, new))
    for name in [*olds, *(name for name in news if name not in olds)]:
        here = (*path, name)
        if name in olds and name in news:
            yield from _in_section(here, olds[name], news[name], before, after)
        else:
            yield Change(text_of(here), _plain(olds.get(name)), _plain(news.get(name)))
    orders = [name for name in olds if name in news], [name for name in news if name in olds]
    if orders[0] != orders[1]:
        yield Change(text_of(path), *orders)


def _of_firm(
    path: _Path,
    one: BaseModel,
    two: BaseModel,
    values: tuple[Any, Any],
    before: Scenario,
    after: Scenario,
) -> Change:
    """A firm's own key; where the firm is silent, what its discipline says counts."""
    key = str(path[-1])
    found, silent = [], []
    for firm, value, plan in zip((one, two), values, (before, after), strict=True):
        speaks = value is None and key in OperatingModel.model_fields
        found.append(_of_discipline(plan, firm, key) if speaks else _plain(value))
        silent.append(speaks)
    return Change(text_of(path), found[0], found[1], silent[0], silent[1])


def _of_discipline(plan: Scenario, firm: Any, key: str) -> Any:
    """What a firm's operating model says; one of the user's own has the values of no discipline."""
    attribute = str(firm.discipline).replace("-", "_")
    return getattr(getattr(plan.disciplines, attribute, None) or OperatingModel(), key)


def _events(old: Sequence[BaseModel], new: Sequence[BaseModel]) -> Iterator[Change]:
    """Events that only one of the two has; equal ones count as often as they stand there."""
    olds, news = (Counter(json.dumps(_plain(e)) for e in es) for es in (old, new))
    for text in olds - news:
        yield Change("events", json.loads(text), None)
    for text in news - olds:
        yield Change("events", None, json.loads(text))
    if olds == news:
        yield Change("events", [_plain(event) for event in old], [_plain(event) for event in new])


def _plain(value: Any) -> Any:
    """Plain data as JSON has it, without keys that say nothing."""
    if isinstance(value, BaseModel):
        dumped = value.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return {key: item for key, item in dumped.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def in_yaml(value: Any) -> str:
    """A value on one line, as files write it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {in_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(in_yaml, value)) + "]"
    return scalar_text(value)


_LONGEST = 60
"""Characters of what differs in a label; where it would be longer, a number stands instead."""


@dataclass(frozen=True)
class Alternative:
    """One of the scenarios compared.

    Attributes:
        label: What tables and pictures call it.
        plan: The resolved scenario.
    """

    label: str
    plan: Scenario


def alternatives_of(sources: Sequence[Source]) -> tuple[list[Alternative], list[str]]:
    """Scenarios, files and names of shipped ones as alternatives, and notes for the user.

    Those that are alternatives already stay as they are, if their labels are unique.

    Raises:
        Problems: There are fewer than two, or all that is wrong with one of them.
    """
    from tsunagari.sim.scenario import load

    if len(sources) < 2:
        message = f"a comparison takes at least two scenarios, not {len(sources)}"
        raise Problems([Problem("", message, suggestion="add another file or a variant")])
    plans: list[Scenario] = []
    names: list[str] = []
    notes: list[str] = []
    for source in sources:
        if isinstance(source, Alternative):
            plans.append(source.plan)
            names.append(source.label)
            continue
        of_kind(source, (Scenario, str, Path), "plans", "scenarios, files or names, each of them")
        if isinstance(source, Scenario):
            plan, name = source, source.title
        else:
            plan, read = load(source)
            notes += read
            name = plan.title or Path(source).stem
        plan, told = resolved(plan)
        notes += told
        plans.append(plan)
        names.append(name)
    _refuse_other_units(plans)
    return labelled(plans, names), list(dict.fromkeys(notes))


def _refuse_other_units(plans: Sequence[Scenario]) -> None:
    """Refuse scenarios that are told in different money, or for different numbers of people.

    Raises:
        Problems: They are; the first such is named.
    """
    base, *others = plans
    told = _in_what(base)
    for other in others:
        if _in_what(other) != told:
            message = f"it is told {_in_what(other)}, and the base {told}"
            suggestion = "give all scenarios the same money and market.people"
            raise Problems([Problem("money", message, suggestion=suggestion)])


def _in_what(plan: Scenario) -> str:
    money, people = plan.money, plan.market.people
    amounts = "in unit costs"
    if money.currency is not None:
        amounts = f"in {money.currency} at {money.unit_cost:g} a unit"
    return amounts if people is None else f"{amounts} for {people:,} people"


def labelled(plans: Sequence[Scenario], names: Sequence[str]) -> list[Alternative]:
    """The plans under their names; equal names get what differs, or a number.

    Args:
        plans: Resolved scenarios.
        names: What each would be called if it were alone; an empty one is "scenario".
    """
    given = [" ".join(name.split()) or "scenario" for name in names]
    taken: dict[str, Scenario] = {}
    found = []
    for plan, name in zip(plans, given, strict=True):
        label = name
        if name in taken:
            what = _difference(taken[name], plan)
            label = f"{name} ({what})" if what else name
        number = 2
        base = label
        while label in taken or (label != name and label in given):
            label = f"{base} ({number})"
            number += 1
        taken[label] = plan
        found.append(Alternative(label, plan))
    return found


def _difference(first: Scenario, other: Scenario) -> str:
    """In a few words what ``other`` has otherwise; nothing where a few words do not say it."""
    found = changes(first, other)
    if any(isinstance(change.after, dict | list) or change.after is None for change in found):
        return ""
    words = ", ".join(f"{change.path}={_short(change.after)}" for change in found)
    return words if len(words) <= _LONGEST else ""


def _short(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

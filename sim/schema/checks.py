"""Checks across keys: what one key of a scenario demands of another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from experiments.words.numbers import counted
from experiments.words.text import formula, same_name, unsuitable_name
from sim.paths import nearest, path_of, text_of
from sim.schema.fields import is_dated
from sim.schema.firms import Disciplines
from sim.schema.keys import fields_of
from sim.schema.own_measures import fault_of_column
from sim.schema.scenario import Keys

type Complaint = tuple[tuple[str | int, ...], str, str | None]
"""Where, what is wrong, and what to do instead."""

DISCIPLINES = tuple(fields_of(Disciplines))
MOST_FIRMS = 250
"""Firms in the course of a run: what a customer's face has room for (agents.phases.face)."""


def all_of(plan: Keys) -> Iterator[Complaint]:
    """Every complaint about a scenario whose keys are each valid."""
    found = [*_segments(plan), *_firms(plan), *_network(plan), *_events(plan)]
    if fault := formula(plan.title):  # a column of every table
        found.append((("title",), *fault))
    yield from (*found, *_own_measures(plan), *_translations(plan))


def _segments(plan: Keys) -> Iterator[Complaint]:
    total = sum(segment.share for segment in plan.segments)
    if abs(total - 1.0) > 1e-6:
        yield ("segments",), f"the shares of the segments add up to {total:g}, not to 1", None
    yield from _names((("segments", i, "name"), s.name) for i, s in enumerate(plan.segments))


def _firms(plan: Keys) -> Iterator[Complaint]:
    names: list[tuple[tuple[str | int, ...], str]] = [
        (("firms", index, "name"), firm.name) for index, firm in enumerate(plan.firms)
    ]
    names += [
        (("events", index, "enter", "name"), event.enter.name)
        for index, event in enumerate(plan.events)
        if event.enter is not None
    ]
    yield from _names(names)
    for index, firm in enumerate(plan.firms):
        yield from _discipline(("firms", index, "discipline"), firm.discipline)
        yield from _target(plan, ("firms", index, "target"), firm.target)
    given = [firm.share for firm in plan.firms if firm.share is not None]
    total = sum(given)
    if total > 1.0 + 1e-6:
        yield ("firms",), f"the shares of the firms add up to {total:g}, more than 1", None


def _discipline(path: tuple[str | int, ...], name: str) -> Iterator[Complaint]:
    if name not in DISCIPLINES and ":" not in name:
        yield path, f"there is no discipline {name!r}", meant(name, DISCIPLINES)


def _target(plan: Keys, path: tuple[str | int, ...], segment: str | None) -> Iterator[Complaint]:
    names = [segment.name for segment in plan.segments]
    if segment is not None and segment not in names:
        yield path, f"there is no segment {segment!r}", meant(segment, names)


def _names(names: Iterable[tuple[tuple[str | int, ...], str]]) -> Iterator[Complaint]:
    """Names, each with its place, that will not do, or look like one before."""
    seen: dict[str, str] = {}
    for at, name in names:
        earlier = seen.get(same_name(name))
        if earlier is not None:
            alike = "" if earlier == name else f": it looks like {earlier!r}"
            yield at, f"the name {name!r} is taken already{alike}", None
            continue
        if fault := unsuitable_name(name):
            yield at, *fault
        seen[same_name(name)] = name


def _network(plan: Keys) -> Iterator[Complaint]:
    if plan.network.kind == "file" and plan.network.file is None:
        yield ("network", "file"), "kind: file needs the path of an edge list", None
    if plan.network.kind != "file" and plan.network.file is not None:
        yield (
            ("network", "file"),
            f"a file is given, but kind is {plan.network.kind!r}",
            "write kind: file",
        )
    columns = {name: getattr(plan.network.columns, name) for name in ("source", "target", "weight")}
    for name, column in columns.items():
        if isinstance(column, int) and column < 1:
            yield ("network", "columns", name), f"columns have numbers from 1, not {column}", None
        if isinstance(column, str) and not column.strip():
            yield ("network", "columns", name), "a column's name must not be empty", None
    if plan.network.kind != "file":
        named = ["columns"] * any(column is not None for column in columns.values())
        named += ["weights"] * (plan.network.weights != "as-given")
        for name in named:
            message = f"is about a file, but kind is {plan.network.kind!r}"
            yield ("network", name), message, "write kind: file"


def _events(plan: Keys) -> Iterator[Complaint]:
    present = {firm.name: 0 for firm in plan.firms}
    for event in plan.events:
        if event.enter is not None:
            present.setdefault(event.enter.name, event.month)
    if len(present) > MOST_FIRMS:
        yield ("events",), f"{len(present)} firms in all are more than {MOST_FIRMS}", None
    for index, event in enumerate(plan.events):
        at = ("events", index)
        if event.month > plan.market.months:
            end = plan.market.months
            message = f"month {event.month} is after the end of the run ({end} months)"
            yield (*at, "month"), message, None
        if event.enter is not None:
            if event.enter.share is not None:
                message = "a firm enters without customers; only firms at the start have a share"
                yield (*at, "enter", "share"), message, "leave share out"
            yield from _discipline((*at, "enter", "discipline"), event.enter.discipline)
            yield from _target(plan, (*at, "enter", "target"), event.enter.target)
        elif event.set is not None:
            yield from _setting(plan, event, at, present)
        else:
            yield from _named_firm(event, (*at, event.kind), getattr(event, event.kind), present)
            if event.by is not None:
                yield from _named_firm(event, (*at, "by"), event.by, present)
                if event.by == event.poach:
                    yield (*at, "by"), f"{event.by} cannot poach from itself", None


def _named_firm(
    event: Any, at: tuple[str | int, ...], name: str, present: dict[str, int]
) -> Iterator[Complaint]:
    if name not in present:
        yield at, f"there is no firm {name!r}", meant(name, present)
    elif present[name] > event.month:
        yield at, f"{name} enters in month {present[name]}, after this event", None


def _setting(
    plan: Keys, event: Any, at: tuple[str | int, ...], present: dict[str, int]
) -> Iterator[Complaint]:
    """An event's path must lead to a parameter that may change in time, its value must fit."""
    try:
        keys = [str(key) for key in path_of(event.set)]
    except ValueError as problem:
        yield (*at, "set"), str(problem), None
        return
    where: BaseModel | None = plan
    if keys[0] == "firms" and len(keys) > 1:
        unnamed = list(_named_firm(event, (*at, "set"), keys[1], present))
        if unnamed:
            yield from unnamed
            return
        where, keys = plan.firms[0], keys[2:]
    field = None
    for key in keys:
        fields = _fields_of(where)
        if key not in fields:
            hint = _parameter_meant(plan, event.set, key, nearest(key, fields))
            yield (*at, "set"), f"there is no parameter {event.set!r}", hint
            return
        name, field = fields[key]
        inner = getattr(where, name)
        where = inner if isinstance(inner, BaseModel) else None
    if field is None or not is_dated(field):
        yield (*at, "set"), f"{event.set!r} cannot change during a run", None
        return
    if event.set.startswith("firms.") and keys[-1] == "target":
        yield from _target(plan, (*at, "to"), event.to)
        return
    if event.set.startswith("firms.") and keys[-1] == "discipline":
        yield from _discipline((*at, "to"), event.to)
        return
    try:
        TypeAdapter(_bounded(field)).validate_python(event.to, strict=True)
    except ValidationError as error:
        message = error.errors()[0]["msg"]
        yield (*at, "to"), f"{event.set}: {message[:1].lower()}{message[1:]}", None
        return
    if event.over and (isinstance(event.to, bool) or not isinstance(event.to, int | float)):
        yield (*at, "over"), "only numbers can move over a span of months", None


def _parameter_meant(plan: Keys, path: str, wrong: str, near: str | None) -> str | None:
    """The whole path with one key put right, if it leads to what can change during a run."""
    if near is None:
        return None
    keys = [near if key == wrong else str(key) for key in path_of(path)]
    is_firm = keys[0] == "firms"
    where: BaseModel | None = plan.firms[0] if is_firm else plan
    field = None
    for key in keys[2:] if is_firm else keys:
        name, field = _fields_of(where).get(key, ("", None))
        inner = getattr(where, name, None)
        where = inner if isinstance(inner, BaseModel) else None
    return f"did you mean {text_of(keys)}?" if field is not None and is_dated(field) else None


def _fields_of(section: BaseModel | None) -> dict[str, tuple[str, Any]]:
    """Attribute name and field of every key of a section, by the key as files write it."""
    if section is None:
        return {}
    return {f.alias or name: (name, f) for name, f in type(section).model_fields.items()}


def _bounded(field: Any) -> Any:
    """The type of a field together with its bounds, for validating a value on its own."""
    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


def meant(word: str, known: Iterable[str]) -> str | None:
    """A suggestion, if something known is near to what was written."""
    near = nearest(word, known)
    return f"did you mean {near}?" if near else None


def _own_measures(plan: Keys) -> Iterator[Complaint]:
    """Every measure of a scenario that names no function, or one whose column is there already."""
    seen: set[str] = set()
    for index, named in enumerate(plan.measures):
        at = ("measures", index)
        module, colon, function = named.partition(":")
        if not colon or not all(part.isidentifier() for part in module.split(".")):
            yield at, f"{named!r} is no function in a module", "write module:function"
            continue
        fault = fault_of_column(function, seen)
        if fault is not None:
            yield at, *fault
        seen.add(function)


def _translations(plan: Keys) -> Iterator[Complaint]:
    """Every translation whose texts cannot be matched to the claims or events, by their order."""
    says = [claim.say for claim in plan.claims]
    remarks = [claim.remark or "" for claim in plan.claims]
    notes = [event.note or "" for event in plan.events]
    for language, words in plan.translations.items():
        at = ("translations", language)
        yield from _translated((*at, "claims"), words.claims, says, "claim")
        yield from _translated((*at, "remarks"), words.remarks, remarks, "claim")
        yield from _translated((*at, "notes"), words.notes, notes, "event")


def _translated(
    at: tuple[str | int, ...], texts: list[str], originals: list[str], what: str
) -> Iterator[Complaint]:
    if not texts:
        return
    if len(texts) != len(originals):
        found = f"has {counted(len(texts), 'text')}"
        wanted = f"the scenario has {counted(len(originals), what)}"
        suggestion = f"write one text per {what}, in order, or none at all"
        yield at, f"{found}, but {wanted}", suggestion
        return
    for index, (text, original) in enumerate(zip(texts, originals, strict=True)):
        if original.strip() and not text.strip():
            yield (*at, index), "must not be empty: there is something to translate", None
        elif text.strip() and not original.strip():
            yield (*at, index), "translates nothing", 'write ""'

"""Checks across keys: what one key of a scenario demands of another."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from sim.paths import nearest, path_of
from sim.schema import claim_checks, own_measures, translation
from sim.schema.fields import is_dated

if TYPE_CHECKING:
    from sim.schema.scenario import Scenario

Complaint = tuple[tuple[str | int, ...], str, str | None]

DISCIPLINES = (
    "operational-excellence",
    "product-leadership",
    "customer-intimacy",
    "none",
    "disruptor",
)


MOST_FIRMS = 250
"""Firms in the course of a run: what a customer's face has room for (agents.phases.face)."""


def all_of(plan: Scenario) -> Iterator[Complaint]:
    """Every complaint about a scenario whose keys are each valid."""
    found = [*_segments(plan), *_firms(plan), *_network(plan), *_events(plan)]
    found += own_measures.complaints(plan)
    found += translation.complaints(plan)
    yield from found
    if not found:  # a claim's markets would have the same faults
        yield from claim_checks.complaints(plan)


def _segments(plan: Scenario) -> Iterator[Complaint]:
    total = sum(segment.share for segment in plan.segments)
    if abs(total - 1.0) > 1e-6:
        yield ("segments",), f"the shares of the segments add up to {total:g}, not to 1", None
    yield from _unique("segments", [segment.name for segment in plan.segments])


def _firms(plan: Scenario) -> Iterator[Complaint]:
    yield from _unique("firms", [firm.name for firm in plan.firms])
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


def _target(
    plan: Scenario, path: tuple[str | int, ...], segment: str | None
) -> Iterator[Complaint]:
    names = [segment.name for segment in plan.segments]
    if segment is not None and segment not in names:
        yield path, f"there is no segment {segment!r}", meant(segment, names)


def _unique(where: str, names: list[str]) -> Iterator[Complaint]:
    seen: dict[str, int] = {}
    for index, name in enumerate(names):
        same = unicodedata.normalize("NFC", name)
        if not name.strip():
            yield (where, index, "name"), "a name must not be empty", None
        elif same in seen:
            yield (where, index, "name"), f"the name {name!r} is taken already", None
        seen[same] = index


def _network(plan: Scenario) -> Iterator[Complaint]:
    if plan.network.kind == "file" and plan.network.file is None:
        yield ("network", "file"), "kind: file needs the path of an edge list", None
    if plan.network.kind != "file" and plan.network.file is not None:
        yield (
            ("network", "file"),
            f"a file is given, but kind is {plan.network.kind!r}",
            "write kind: file",
        )


def _events(plan: Scenario) -> Iterator[Complaint]:
    present = {firm.name: 0 for firm in plan.firms}
    for event in plan.events:
        if event.enter is not None:
            present.setdefault(event.enter.name, event.month)
    if len(present) > MOST_FIRMS:
        yield ("events",), f"{len(present)} firms in all are more than {MOST_FIRMS}", None
    entered: set[str] = {firm.name for firm in plan.firms}
    for index, event in enumerate(plan.events):
        at = ("events", index)
        if event.month > plan.market.months:
            end = plan.market.months
            message = f"month {event.month} is after the end of the run ({end} months)"
            yield (*at, "month"), message, None
        if event.enter is not None:
            if event.enter.name in entered:
                message = f"the name {event.enter.name!r} is taken already"
                yield (*at, "enter", "name"), message, None
            if event.enter.share is not None:
                message = "a firm enters without customers; only firms at the start have a share"
                yield (*at, "enter", "share"), message, "leave share out"
            entered.add(event.enter.name)
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
    plan: Scenario, event: Any, at: tuple[str | int, ...], present: dict[str, int]
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
            yield (*at, "set"), f"there is no parameter {event.set!r}", meant(key, fields)
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

"""Checks across keys: what one key of a scenario demands of another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tsunagari.experiments.words.numbers import counted
from tsunagari.experiments.words.text import formula, same_name, unsuitable_name
from tsunagari.sim.paths import nearest, path_of, text_of
from tsunagari.sim.schema.fields import is_dated
from tsunagari.sim.schema.firms import Disciplines
from tsunagari.sim.schema.keys import fault_of_value, field_at, fields_of, sections_at
from tsunagari.sim.schema.scenario import Event, Keys, fault_of_column

type Complaint = tuple[tuple[str | int, ...], str, str | None]
"""Where, what is wrong, and what to do instead."""

DISCIPLINES = tuple(fields_of(Disciplines))
MOST_FIRMS = 250
"""Firms in the course of a run: what a customer's face has room for (agents/phases/look.py)."""


def all_of(plan: Keys) -> Iterator[Complaint]:
    """Every complaint about a scenario whose keys are each valid."""
    found = [*_money(plan), *_segments(plan), *_firms(plan), *_network(plan), *_events(plan)]
    if fault := formula(plan.title):  # a column of every table
        found.append((("title",), *fault))
    yield from (*found, *_own_measures(plan), *_translations(plan))


def _money(plan: Keys) -> Iterator[Complaint]:
    currency = plan.money.currency
    if currency is None and plan.money.unit_cost != 1.0:
        message = f"{plan.money.unit_cost:g} of what? an amount needs its currency"
        yield ("money", "unit_cost"), message, "write currency: JPY, or another"
    elif currency is not None and (not currency or currency.strip() != currency):
        message = "must be a name such as JPY, without spaces around it"
        yield ("money", "currency"), message, None


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
    present = plan.entries
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
    event: Event, at: tuple[str | int, ...], name: str, present: dict[str, int]
) -> Iterator[Complaint]:
    if name not in present:
        yield at, f"there is no firm {name!r}", meant(name, present)
    elif present[name] > event.month:
        yield at, f"{name} enters in month {present[name]}, after this event", None


def _setting(
    plan: Keys, event: Event, at: tuple[str | int, ...], present: dict[str, int]
) -> Iterator[Complaint]:
    """An event's path must lead to a parameter that may change in time, its value must fit."""
    path = str(event.set)
    try:
        keys = [str(key) for key in path_of(path)]
    except ValueError as problem:
        yield (*at, "set"), str(problem), None
        return
    is_of_firm = keys[0] == "firms" and len(keys) > 1
    if is_of_firm:
        unnamed = list(_named_firm(event, (*at, "set"), keys[1], present))
        if unnamed:
            yield from unnamed
            return
    steps: list[str | int] = [keys[0], 0, *keys[2:]] if is_of_firm else [*keys]
    if wrong := _unknown_key(steps):
        hint = _parameter_meant(keys, steps, wrong - 1)
        yield (*at, "set"), f"there is no parameter {path!r}", hint
        return
    field = field_at(Keys, steps)
    if field is None or not is_dated(field):
        yield (*at, "set"), f"{path!r} cannot change during a run", None
    elif isinstance(event.to, list):
        yield from _series(event, field, at)
    elif fault := fault_of_value(field, event.to):
        yield (*at, "to"), f"{path}: {fault}", None
    elif is_of_firm and keys[-1] == "target":
        yield from _target(plan, (*at, "to"), event.to)
    elif is_of_firm and keys[-1] == "discipline":
        yield from _discipline((*at, "to"), event.to)
    elif event.over and (isinstance(event.to, bool) or not isinstance(event.to, int | float)):
        yield (*at, "over"), "only numbers can move over a span of months", None
    elif event.over and _starts_nowhere(plan, keys, is_of_firm):
        message = f"{path} has no value that it could move from"
        yield (*at, "over"), message, "leave out over, or give it a value at the start"


def _series(event: Event, field: Any, at: tuple[str | int, ...]) -> Iterator[Complaint]:
    """Every value of a series must fit; it moves by itself."""
    if not event.to:
        yield (*at, "to"), "a list of values by month must not be empty", None
    if event.over:
        message = "a list says the value of every month; over is for one value"
        yield (*at, "over"), message, "leave over out"
    for number, value in enumerate(event.to):
        if fault := fault_of_value(field, value):
            yield (*at, "to", number), f"{event.set}: {fault}", None


def _starts_nowhere(plan: Keys, keys: Sequence[str], is_of_firm: bool) -> bool:
    """Whether a number is left out of a firm and stated nowhere else."""
    if not is_of_firm or keys[-1] != "asks":
        return False
    named = [e.enter for e in plan.events if e.enter is not None]
    return all(firm.asks is None for firm in (*plan.firms, *named) if firm.name == keys[1])


def _unknown_key(steps: Sequence[str | int]) -> int:
    """Which of the steps, from 1, is a key that is not there; 0 if all are."""
    return next(
        (
            count
            for count, step in enumerate(steps, 1)
            if step != 0 and field_at(Keys, steps[:count]) is None
        ),
        0,
    )


def _parameter_meant(keys: Sequence[str], steps: Sequence[str | int], wrong: int) -> str | None:
    """The whole path with one key put right, if it leads to what can change during a run."""
    known = [name for section in sections_at(Keys, steps[:wrong]) for name in fields_of(section)]
    near = nearest(keys[wrong], known)
    if near is None:
        return None
    field = field_at(Keys, [*steps[:wrong], near, *steps[wrong + 1 :]])
    right = text_of([*keys[:wrong], near, *keys[wrong + 1 :]])
    return f"did you mean {right}?" if field is not None and is_dated(field) else None


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

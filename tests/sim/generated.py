"""Scenarios of every kind: small, odd, extreme, and valid."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy, composite

from tsunagari.sim.paths import text_of
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.fields import is_dated
from tsunagari.sim.schema.firms import OperatingModel

NAMES = ["Lean", "Spark", "Tailor", "Broad", "つながり", "A.B", "10", "null", "Ω mega"]
ENTRANTS = ["Zero", "ゼロ", "one", "2", "-", "true"]
DISCIPLINES = [
    "operational-excellence",
    "product-leadership",
    "customer-intimacy",
    "none",
    "disruptor",
]
WEIGHTS = ["cost", "product", "solution"]
KINDS = ["small-world", "random", "scale-free", "communities", "complete"]
SECTIONS = [
    "value",
    "judgement",
    "relation",
    "wallet",
    "looking",
    "adoption",
    "zmot",
    "stickiness",
    "technology",
    "finance",
]
CLOSE_TO_ZERO = 1e-3  # how far a value that must be above zero goes towards it


def bounds(field: Any) -> tuple[float, float]:
    """Smallest and largest value of a number in the schema that a test goes to."""
    low, high = 0.0, 1e3
    for limit in field.metadata:
        if hasattr(limit, "gt"):
            low = limit.gt + CLOSE_TO_ZERO
        low = getattr(limit, "ge", low)
        high = getattr(limit, "le", high)
    return low, high


def numbers_of(model: Any) -> dict[str, Any]:
    """The numbers among the keys of a section, as files write them."""
    return {
        field.alias or name: field
        for name, field in model.model_fields.items()
        if field.annotation in (int, float, float | None)
    }


@composite
def values(draw: DrawFn, field: Any) -> float:
    """A value of a number: often an end of its range, sometimes something between."""
    low, high = bounds(field)
    middle = field.default if isinstance(field.default, int | float) else (low + high) / 2
    # In thousandths: a drift of 1e-49, say, is allowed, and asks for capabilities beyond float32.
    parts = st.integers(0, 1000).map(lambda part: part / 1000)
    between = parts.map(lambda part: low + part * (min(2 * middle + 0.1, high) - low))
    value = draw(st.one_of(st.sampled_from([low, high]), between, between))
    value = min(max(value, low), high)
    return int(value) if field.annotation is int else float(value)


def sections_of(scenario: Any = Scenario) -> dict[str, dict[str, Any]]:
    """The numbers of the sections that any scenario may change."""
    return {name: numbers_of(scenario.model_fields[name].annotation) for name in SECTIONS}


@composite
def settings_of_sections(draw: DrawFn) -> dict[str, dict[str, float]]:
    """A few numbers, in any section, other than by default."""
    known = [(name, key) for name, keys in sections_of().items() for key in keys]
    chosen = draw(st.lists(st.sampled_from(known), max_size=5, unique=True))
    changed: dict[str, dict[str, float]] = {}
    for name, key in chosen:
        changed.setdefault(name, {})[key] = draw(values(sections_of()[name][key]))
    return changed


@composite
def firms(draw: DrawFn, name: str) -> dict[str, Any]:
    """A firm as a file describes it, with at most three numbers of its own."""
    firm: dict[str, Any] = {"name": name, "discipline": draw(st.sampled_from(DISCIPLINES))}
    own = numbers_of(OperatingModel)
    for key in draw(st.lists(st.sampled_from(sorted(own)), max_size=3, unique=True)):
        firm[key] = draw(values(own[key]))
    return firm


@composite
def firm_lists(draw: DrawFn) -> list[dict[str, Any]]:
    """One to eight firms; some of them, or all, or none, with a share at the start."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=8, unique=True))
    listed = [draw(firms(name)) for name in names]
    parts = draw(st.lists(st.integers(0, 5), min_size=len(listed), max_size=len(listed)))
    whole = sum(parts) + draw(st.integers(0, 3))
    for firm, part in zip(listed, parts, strict=True):
        if whole and draw(st.booleans()):
            firm["share"] = part / whole
    return listed


@composite
def segments(draw: DrawFn) -> list[dict[str, Any]]:
    """One to three groups of customers."""
    parts = draw(st.lists(st.integers(1, 5), min_size=1, max_size=3))
    listed = []
    for number, part in enumerate(parts):
        weights = {key: draw(st.sampled_from([0.0, 3.0, 100.0])) for key in WEIGHTS}
        need = {"need": draw(st.floats(0, 1)), "need_spread": draw(st.floats(0, 1))}
        listed.append({"name": f"S{number}", "share": part / sum(parts), **weights, **need})
    return listed


@composite
def networks(draw: DrawFn) -> dict[str, Any]:
    """A network of any kind that needs no file."""
    return {
        "kind": draw(st.sampled_from(KINDS)),
        "neighbours": draw(st.integers(0, 15)),
        "rewire": draw(st.floats(0, 1)),
        "homophily": draw(st.floats(0, 1)),
        "community_size": draw(st.integers(2, 60)),
        "between": draw(st.floats(0, 1)),
    }


@composite
def settings_over_time(draw: DrawFn, names: list[str]) -> dict[str, Any]:
    """What a ``set`` event says besides its month; of firms, those in ``names``."""
    dated = [
        (f"{name}.{key}", field)
        for name, keys in sections_of().items()
        for key, field in keys.items()
        if is_dated(field)
    ]
    own = sorted(numbers_of(OperatingModel).items())
    if names and draw(st.booleans()):
        name = draw(st.sampled_from(names))
        if draw(st.integers(0, 5)) == 0:
            return {
                "set": text_of(("firms", name, "discipline")),
                "to": draw(st.sampled_from(DISCIPLINES)),
            }
        key, field = draw(st.sampled_from(own))
        path = text_of(("firms", name, key))
    else:
        path, field = draw(st.sampled_from(dated))
    return {"set": path, "to": draw(values(field)), "over": draw(st.sampled_from([0, 0, 3, 20]))}


@composite
def events(draw: DrawFn, names: list[str], months: int) -> list[dict[str, Any]]:
    """Up to six events of every kind, in no order; a firm plays a part once it has entered."""
    happening: list[dict[str, Any]] = []
    present = dict.fromkeys(names, 0)
    for _ in range(draw(st.integers(0, 6)) if months else 0):
        month = draw(st.integers(1, months))
        here = [name for name, entered in present.items() if entered <= month]
        kind = draw(st.sampled_from(["set", "set", "enter", "leave", "launch", "scandal"]))
        event: dict[str, Any] = {"month": month}
        if kind == "enter":
            name = draw(st.sampled_from([name for name in ENTRANTS if name not in present]))
            event["enter"] = draw(firms(name))
            present[name] = month
        elif kind == "set" or not here:
            event |= draw(settings_over_time(here))
        else:
            event[kind] = draw(st.sampled_from(here))
            if kind != "leave":
                event["size"] = draw(st.sampled_from([0.0, 0.5, 10.0]))
        happening.append(event)
    return draw(st.permutations(happening))


def scenario_of(document: dict[str, Any]) -> Scenario:
    """The scenario that a document describes; it must have no faults."""
    plan = Scenario.model_validate_json(json.dumps(document))
    assert list(plan.cross_checks()) == []
    return plan


@composite
def documents(draw: DrawFn, fewest_months: int = 0) -> dict[str, Any]:
    """A scenario as a file would hold it, unlike any other."""
    months = draw(st.integers(fewest_months, 30))
    listed = draw(firm_lists())
    return {
        "title": draw(st.sampled_from(["", "Market", "市場"])),
        "seed": draw(st.integers(0, 2**63 - 1)),
        "market": {
            "customers": draw(st.one_of(st.sampled_from([1, 2, 5]), st.integers(1, 400))),
            "months": months,
            "start": draw(st.sampled_from(["shares", "shares", "empty"])),
            "tenure": draw(st.sampled_from([0.0, 1.0, 24.0, 500.0])),
            "wallet_spread": draw(st.sampled_from([0.0, 0.6, 3.0])),
            "exit": draw(st.sampled_from([0.0, 0.002, 0.3, 1.0])),
            "cities": draw(st.integers(1, 12)),
            "district": draw(st.integers(1, 50)),
        },
        **({"segments": draw(segments())} if draw(st.booleans()) else {}),
        "network": draw(networks()),
        "firms": listed,
        **draw(settings_of_sections()),
        "events": draw(events([firm["name"] for firm in listed], months)),
    }


def scenarios(fewest_months: int = 0) -> SearchStrategy[Scenario]:
    """Valid scenarios of 1 to 400 customers, 1 to 8 firms and up to 30 months."""
    return documents(fewest_months).map(scenario_of)

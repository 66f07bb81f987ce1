"""The controls of a page, made from the schema: what may be changed, in which unit and range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from math import floor, log10
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args, get_origin

from tsunagari.experiments.telling.names import key_of, meaning_of
from tsunagari.experiments.words import Words, texts
from tsunagari.sim.paths import text_of
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.schema.fields import is_dated, unit_of
from tsunagari.sim.schema.keys import fields_of, is_section, options_of

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

    from tsunagari.sim.scenario import Scenario

_TIMES, _LEAST_SPAN = 2.0, 1.0
"""A slider reaches so many times the value it starts with, or this far if that is 0."""


class Reach(NamedTuple):
    """Ends of a slider, and the step between two of its values."""

    low: float
    high: float
    step: float


def slider(field: FieldInfo, value: float, default: Any, *, whole: bool) -> Reach:
    """The slider of a number.

    Args:
        field: The key in the schema.
        value: What the scenario says; always within reach.
        default: What is usual; always within reach, if it is a number.
        whole: Whether it counts something.
    """
    bounds = _bounds(field)
    starts = [value, *([float(default)] if isinstance(default, int | float) else [])]
    largest = max(abs(start) for start in starts)
    span = _round_up(_TIMES * largest) if largest else _LEAST_SPAN
    low, high = bounds.get("low", -span), bounds.get("high", span)
    if high - low > max(1.0, 1.5 * span) or not bounds.keys() >= {"low", "high"}:
        low = max(low, -span if min(starts) < 0 or low < 0 else 0.0)
        high = min(high, span)
    low, high = min(low, *starts), max(high, *starts)
    step = 1.0 if whole else _round_up((high - low) / 200.0)
    if whole and high - low > 1000:
        step = max(1.0, _round_up((high - low) / 200.0))
        low = min(step, *starts) if low > 0 else low
    if "above" in bounds and low <= bounds["above"]:
        low = bounds["above"] + step
    return Reach(low, max(high, low + step), step)


def _bounds(field: FieldInfo) -> dict[str, float]:
    found = {}
    for limit in field.metadata:
        for attribute, end in (("ge", "low"), ("gt", "above"), ("le", "high"), ("lt", "high")):
            bound = getattr(limit, attribute, None)
            if bound is not None:
                found[end] = float(bound)
    if "above" in found:
        found["low"] = found["above"]
    return found


def allowed(field: FieldInfo) -> str:
    """What is allowed, in signs; empty if everything is."""
    bounds = _bounds(field)
    least = f"> {bounds['above']:g}" if "above" in bounds else None
    if least is None and "low" in bounds:
        least = f"≥ {bounds['low']:g}"
    most = f"≤ {bounds['high']:g}" if "high" in bounds else None
    return ", ".join(part for part in (least, most) if part is not None)


def _round_up(number: float) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    power = 10.0 ** floor(log10(number))
    return next(power * times for times in (1, 2, 5, 10) if power * times >= number * 0.9999)


GROUPS = ("market", "firms", "customers", "word of mouth", "stickiness", "events")
"""How a user thinks of a market; every key of the schema that can be moved is in one of them."""

_GROUP_OF = {
    "seed": "market",
    "market": "market",
    "firms": "firms",
    "disciplines": "firms",
    "technology": "firms",
    "finance": "firms",
    "segments": "customers",
    "value": "customers",
    "judgement": "customers",
    "wallet": "customers",
    "adoption": "customers",
    "network": "word of mouth",
    "zmot": "word of mouth",
    "looking": "stickiness",
    "relation": "stickiness",
    "stickiness": "stickiness",
    "events": "events",
}
_ASKED = frozenset(
    {
        *("seed", "market.customers", "market.months"),
        *("firms[].price", "firms[].attention", "firms[].reach", "firms[].capacity"),
        *("firms[].advertising", "firms[].launch_rate", "firms[].contract"),
        *("value.price_base", "value.noise", "judgement.need_up", "judgement.loss_aversion"),
        *("adoption.innovation", "adoption.imitation", "technology.reaction"),
        *("zmot.connectivity", "zmot.friend", "zmot.review", "zmot.claim", "zmot.propensity"),
        *("network.neighbours", "network.rewire", "network.homophily"),
        *("stickiness.location", "stickiness.switching", "stickiness.obligation"),
        *("stickiness.success", "looking.base", "looking.satisfaction"),
        *("events[].month", "events[].to", "events[].size"),
    }
)
"""Keys that are shown at once; all others are folded away until somebody looks for them."""

_LARGEST = 2**53
"""Size of a number that a browser may send: beyond it none is exact there."""
_SHOWN = 60
"""Characters of an unknown path that are repeated."""
_NAMED_LISTS = ("segments", "firms")
_OF_THE_DISCIPLINE = " Nothing means the discipline's."


@dataclass(frozen=True)
class Control:
    """One thing that a user may change.

    Attributes:
        path: Its dotted path.
        group: One of :data:`GROUPS`.
        section: What it is part of, in words: a firm's name, ``judgement``, an event.
        label: The key in words.
        unit: In what it is measured; empty for a plain number.
        meaning: A line.
        kind: ``number``, ``whole``, ``choice`` or ``switch``.
        value: What it is in the scenario; None where a whole number is left open.
        default: What the schema, or the firm's discipline, says; None where neither does.
        low, high, step: Of the slider; what may be typed is not bounded by them.
        range: What is allowed, in signs.
        choices: What may be chosen.
        asked: Whether it is shown at once.
        acts: Whether an event may set it, so that it can be changed while the market runs.
        late: Whether it is of a firm that enters: only an event reaches it.
    """

    path: str
    group: str
    section: str
    label: str
    unit: str
    meaning: str
    kind: Literal["number", "whole", "choice", "switch"]
    value: Any
    default: Any
    low: float = 0.0
    high: float = 1.0
    step: float = 0.01
    range: str = ""
    choices: tuple[str, ...] = ()
    asked: bool = False
    acts: bool = False
    late: bool = False


def controls_of(plan: Scenario, words: Words | None = None) -> list[Control]:
    """All that can be moved in a scenario, group by group, what is asked most first.

    Args:
        plan: The scenario.
        words: The reader's language; English by default.
    """
    found = list(_Walk(plan, words or Words("en")).controls())
    return sorted(found, key=lambda control: (GROUPS.index(control.group), not control.asked))


def as_json(controls: list[Control]) -> list[dict[str, Any]]:
    """The controls as plain values for a browser."""
    return [asdict(control) for control in controls]


def wanted(control: Mapping[str, Any] | None, path: Any, value: Any) -> Any:
    """What a browser wants a control to be: a value of its kind, or None for the scenario's own.

    A number may still lie outside of what the schema allows: that is told beside its field.

    Args:
        control: The control as plain values; None where none is offered.
        path: What the browser called it.
        value: What it sent.

    Raises:
        Problems: The control is not on offer, or the value is of another kind.
    """
    if control is None:
        named = f"{path[:_SHOWN]} " if isinstance(path, str) and path.isprintable() else ""
        message = f"{named}is not among the sliders of this page; nothing was changed"
        raise Problems([Problem("", message if named else f"this {message}")])
    kind = control["kind"]
    if value is None:
        return None
    if kind == "switch":
        fits, hint = isinstance(value, bool), "yes or no"
    elif kind == "choice":
        fits = isinstance(value, str) and value in control["choices"]
        hint = "one of its choices"
    else:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        fits, hint = number and abs(value) <= _LARGEST, "a number"
    if not fits:
        message = f"takes {hint}; it was left as it was"
        raise Problems([Problem(control["path"], message)])
    return value


class _Walk:
    """A walk through a scenario beside its schema; ``kind`` is a path with ``[]`` for items."""

    def __init__(self, plan: Scenario, words: Words) -> None:
        from tsunagari.experiments.telling.scenario import events_of
        from tsunagari.sim.live import LiveScenario

        self.plan, self.words = plan, words
        self.live = LiveScenario(plan)
        told = events_of(plan, words)
        self.events = [words("page.dated", month=month, event=event) for month, event in told]

    def controls(self) -> Iterator[Control]:
        for key, field in fields_of(type(self.plan)).items():
            if key in _GROUP_OF:
                yield from self._at(key, key, getattr(self.plan, key), field, "")
        for firm in (event.enter for event in self.plan.events if event.enter is not None):
            self.live.firms[firm.name] = firm
            for control in self._in(text_of(("firms", firm.name)), "firms[]", firm, firm.name):
                if control.acts:
                    yield replace(control, late=True)

    def _at(
        self, path: str, kind: str, value: Any, field: FieldInfo, section: str
    ) -> Iterator[Control]:
        """The controls at a path and below it."""
        if is_section(type(value)):
            yield from self._in(path, kind, value, section)
        elif isinstance(value, list):
            if value and is_section(type(value[0])):
                yield from self._items(kind, value)
        else:
            control = self._control(path, kind, value, field, section)
            if control is not None:
                yield control

    def _items(self, kind: str, items: list[Any]) -> Iterator[Control]:
        for place, item in enumerate(items):
            if kind in _NAMED_LISTS:
                yield from self._in(text_of((kind, item.name)), f"{kind}[]", item, item.name)
            else:
                path, title = text_of((kind, place)), self.events[place]
                yield _switch(path, title, self.words)
                yield from self._in(path, f"{kind}[]", item, title)

    def _in(self, path: str, kind: str, section: BaseModel, title: str) -> Iterator[Control]:
        names = type(section).model_fields
        for (key, field), name in zip(fields_of(type(section)).items(), names, strict=True):
            if kind != "events[]" or key in _keys_of(section):
                value = getattr(section, name)
                words = title or self._named(path) or path.replace(".", ": ")
                yield from self._at(f"{path}.{key}", f"{kind}.{key}", value, field, words)

    def _control(
        self, path: str, kind: str, value: Any, field: FieldInfo, section: str
    ) -> Control | None:
        """The control of one key; None for texts, and for what is nothing and stays so."""
        key, head = kind.rpartition(".")[2], kind.split(".")[0].removesuffix("[]")
        default = None if field.is_required() else field.default
        if kind.startswith("firms[].") and key != "name":
            standing = getattr(self.live.terms(section), key, None)
            default = standing if default is None else default
            value = standing if value is None else value
        shared: dict[str, Any] = {
            "path": path,
            "group": _GROUP_OF[head],
            "section": section or self.words("page.the_run"),
            "label": self._label(path, key),
            "unit": self.words.unit(unit_of(field)),
            "meaning": self._meaning(path, field),
            "asked": kind in _ASKED,
            "acts": is_dated(field) and head not in ("segments", "events"),
            "value": value,
            "default": default,
        }
        choices = self._choices(kind, field, value)
        if choices:
            return Control(**shared, kind="choice", choices=choices)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        whole = any(option is int for option in options_of(field.annotation))
        if key == "to":  # of an event, which may be of any type
            whole = isinstance(value, int)
        reach = slider(field, float(value), default, whole=whole)
        return Control(
            **shared,
            kind="whole" if whole else "number",
            low=reach.low,
            high=reach.high,
            step=reach.step,
            range=allowed(field),
        )

    def _label(self, path: str, key: str) -> str:
        """A key in words; where another language than its own has none, it is code."""
        if key_of(path) == "firms.price":  # a price is what a firm asks; this is a factor on it
            return self.words("page.price_factor")
        if self.words.language == "en":
            return key.replace("_", " ").replace("-", " ").capitalize()
        known = f"fitting.{key_of(path)}"
        return self._named(path) or (self.words(known) if self.words.has(known) else key)

    def _named(self, path: str) -> str:
        """What a key or a section is called in another language than its own; often nothing."""
        return texts(self.words.language, "keys").get(key_of(path), "")

    def _meaning(self, path: str, field: FieldInfo) -> str:
        """What a key means."""
        if self.words.language == "en":
            return (field.description or "").removesuffix(_OF_THE_DISCIPLINE)
        return self.words("method.seed") if path == "seed" else meaning_of(path, self.words)[1]

    def _choices(self, kind: str, field: FieldInfo, value: Any) -> tuple[str, ...]:
        """What a key leaves the choice between; empty if it is no such key."""
        if kind == "firms[].discipline":
            from tsunagari.agents.firm.discipline import DISCIPLINES

            return tuple(dict.fromkeys((*DISCIPLINES, str(value))))
        if kind == "network.kind" and value == "file":
            return ()
        for option in options_of(field.annotation):
            if get_origin(option) is Literal and all(isinstance(v, str) for v in get_args(option)):
                return tuple(v for v in get_args(option) if v != "file")
        return ()


def _keys_of(event: Any) -> tuple[str, ...]:
    """The keys of an event that may be moved, by what kind of event it is."""
    if event.kind == "set":
        return ("month", "to", "over")
    return ("month", "enter") if event.kind in ("enter", "leave") else ("month", "size")


def _switch(path: str, title: str, words: Words) -> Control:
    """Whether an event takes place."""
    return Control(
        path=path,
        group="events",
        section=title,
        label=words("page.happens"),
        unit="",
        meaning=words("page.happens_meaning"),
        kind="switch",
        value=True,
        default=True,
        asked=True,
    )

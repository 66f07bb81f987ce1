"""The scenarios that a page offers, and the plan that choices and sliders make of one."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.problems import Problem, Problems

if TYPE_CHECKING:
    from sim.scenario import Scenario

DEFAULT = "three-disciplines"
"""The scenario a page opens with when nobody names one."""

_RESIZED = "market.customers"
_EVENTS = "events."


@dataclass(frozen=True)
class Catalogue:
    """The shipped scenarios and the file a page was started with.

    Attributes:
        opening: The scenario that is open at first: a file, or the name of a shipped one.
        sets: ``path=value`` texts over the opening scenario.
        sizes: Values by path over every scenario: customers, months and seed, where asked for.
        allow_code: Whether the opening scenario may name Python classes.
    """

    opening: str = DEFAULT
    sets: tuple[str, ...] = ()
    sizes: tuple[tuple[str, int], ...] = ()
    allow_code: bool = False

    def titles(self) -> dict[str, str]:
        """Title by source, the opening scenario first if it is none of the shipped ones.

        Raises:
            Problems: The opening scenario cannot be read.
        """
        import scenarios

        shipped = {name: scenarios.title(name) for name in scenarios.names()}
        if self.opening in shipped:
            return shipped
        title = self.plan(self.opening)[0].title or Path(self.opening).stem
        return {self.opening: title, **shipped}

    def plan(
        self, source: str, changed: Mapping[str, Any] | None = None
    ) -> tuple[Scenario, list[str]]:
        """A scenario with what the command line and the sliders say, and notes about it.

        Args:
            source: One of :meth:`titles`.
            changed: Value by dotted path, over all else.

        Raises:
            Problems: All that is wrong with it, each at its path.
        """
        from experiments.cli.loading import plan_of
        from experiments.resolving import resolved

        opening = source == self.opening
        allow_code = self.allow_code and opening
        overrides: list[Any] = list(self.sets) if opening else []
        values = {**dict(self.sizes), **(changed or {})}
        if any(path.startswith(_EVENTS) for path in values):
            whole, _ = plan_of(source, overrides, allow_code=allow_code)
            values = _with_events(whole, values)
        overrides += [_override(path, value) for path, value in values.items()]
        plan, notes = plan_of(source, overrides, allow_code=allow_code)
        if plan.network.kind == "file" and _RESIZED in values:
            message = "the network is read from a file, and every node of it is a customer"
            raise Problems([Problem(_RESIZED, message, suggestion="leave the number as it is")])
        plan, more_notes = resolved(plan)
        return plan, [*notes, *more_notes]


def sentences(problems: Problems) -> list[dict[str, str]]:
    """What is wrong, for a page: the path it is about and a sentence, in the order of the file."""
    told = []
    for problem in problems.problems:
        known = problem.path or (problem.file or "")
        what = problem.message + (f"; {problem.suggestion}" if problem.suggestion else "")
        told.append({"path": problem.path, "text": f"{known}: {what}" if known else what})
    return told


def dumped_events(plan: Scenario) -> list[dict[str, Any]]:
    """The events of a scenario as a file would have them: only what was written."""
    return [
        event.model_dump(mode="json", by_alias=True, exclude_unset=True) for event in plan.events
    ]


def _with_events(plan: Scenario, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values in which the events stand as one list: changed by a key, or left out altogether.

    ``events.2: False`` leaves the third event out; positions are those of the scenario as it is.
    """
    events = dumped_events(plan)
    others: dict[str, Any] = {}
    left_out: set[int] = set()
    for path, value in values.items():
        if not path.startswith(_EVENTS):
            others[path] = value
            continue
        place, _, key = path.removeprefix(_EVENTS).partition(".")
        if key:
            events[int(place)][key] = value
        elif value is False:
            left_out.add(int(place))
    kept = [event for place, event in enumerate(events) if place not in left_out]
    return {**others, "events": kept, **translated_notes(plan, left_out)}


def translated_notes(plan: Scenario, left_out: Collection[int]) -> dict[str, list[str]]:
    """The translated notes of all events but some, by path: there is one for every event."""
    return {
        f"translations.{language}.notes": [
            note for place, note in enumerate(words.notes) if place not in left_out
        ]
        for language, words in plan.translations.items()
    }


def _override(path: str, value: Any) -> tuple[str, str]:
    """An override that messages call by its path; JSON is YAML, too."""
    from sim.reading.dumping import scalar_text

    text = scalar_text(value) if not isinstance(value, list) else json.dumps(value)
    return path, f"{path}={text}"

"""The scenario as it stands this month: a plan never changes, what an event sets does.

Its numbers reach the customers' rules as one record that kernels and interpreted rules both read.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from pydantic import BaseModel

from tsunagari.agents.asked import no_such
from tsunagari.agents.firm.discipline import DISCIPLINES, Discipline
from tsunagari.sim.own_code import imported
from tsunagari.sim.paths import path_of, text_of
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.firms import OperatingModel

SECTIONS = ("value", "judgement", "relation", "wallet", "looking", "adoption", "zmot", "stickiness")
"""Sections whose every number reaches the customers' rules, under ``<section>_<key>``."""
OF_ALL_FIRMS = ("reaction", "extended_staff")
"""Numbers of a firm that ``technology`` states for all firms that have none of their own."""


def _names() -> list[tuple[str, str]]:
    return [
        (section, key)
        for section in SECTIONS
        for key in Scenario.model_fields[section].annotation.model_fields  # type: ignore[union-attr]
    ]


NAMES = _names()
PARAMETERS = np.dtype(
    [*((f"{section}_{key}", np.float64) for section, key in NAMES), ("market_exit", np.float64)]
)


STATED_ELSEWHERE = {
    ("wallet", "elasticity"): ("value", "elasticity"),
    ("adoption", "friends_power"): ("looking", "friends_power"),
    ("looking", "referred_power"): ("looking", "friends_power"),
    ("looking", "referred_settling"): ("looking", "settling"),
}
"""Numbers that may be left out, and where they are stated then."""


def standing(sections: Any, section: str, key: str) -> float:
    """A number of a section as it stands; where it is left out, the one stated elsewhere.

    Args:
        sections: A scenario, or anything with its sections as attributes.
        section: Name of the section.
        key: Name of the number.
    """
    value = getattr(getattr(sections, section), key)
    if value is None:
        return standing(sections, *STATED_ELSEWHERE[section, key])
    return float(value)


def parameters_of(sections: Any) -> np.record:
    """The record of parameters.

    Args:
        sections: A scenario, or anything with its sections as attributes.
    """
    values = [standing(sections, section, key) for section, key in NAMES]
    record = np.zeros(1, PARAMETERS)
    record[0] = (*values, float(sections.market.exit))
    return record[0]


class LiveScenario:
    """Sections of a scenario, as attributes, that dated events may replace.

    Attributes:
        market, value, judgement, …: The sections as they stand.
        firms: The firms' plans by name, entrants included.
        version: Rises with every change, so that what is derived is derived anew.
    """

    market: Any
    value: Any
    judgement: Any
    relation: Any
    wallet: Any
    looking: Any
    adoption: Any
    zmot: Any
    stickiness: Any
    technology: Any
    finance: Any
    disciplines: Any

    def __init__(self, plan: Scenario) -> None:
        for name in type(plan).model_fields:
            if name != "firms":
                setattr(self, name, getattr(plan, name))
        self.firms: dict[str, Any] = {firm.name: firm for firm in plan.firms}
        self.version = 0
        self._parameters: tuple[int, Any] | None = None

    @property
    def parameters(self) -> Any:
        """The record of the customers' parameters as they stand (:data:`PARAMETERS`)."""
        if self._parameters is None or self._parameters[0] != self.version:
            self._parameters = (self.version, parameters_of(self))
        return self._parameters[1]

    def get(self, path: str) -> Any:
        """The value at a dotted path."""
        value: Any = self
        for key in _keys(path):
            value = value[key] if isinstance(value, dict) else getattr(value, _attribute(key))
        return value

    def set(self, path: str, value: Any) -> None:
        """Replace the value at a dotted path; the scenario's checks have approved of both."""
        head, *rest = _keys(path)
        if head == "firms":
            name, *keys = rest
            self.firms[name] = _replaced(self.firms[name], keys, value)
        else:
            setattr(self, head, _replaced(getattr(self, head), rest, value))
        self.version += 1

    def standing(self, path: str) -> Any:
        """The value at a path; for a firm's key that is silent, its discipline's.

        For one that is null because another key states it, that key's.
        """
        value = self.get(path)
        if value is None:
            head, name, *_ = keys = _keys(path)
            if (head, _attribute(name)) in STATED_ELSEWHERE:
                return standing(self, head, _attribute(name))
            key = keys[-1]
            value = getattr(self.terms(name), key)
        return value

    def terms(self, name: str) -> SimpleNamespace:
        """A firm's numbers: its discipline's operating model with its own values on top.

        What neither has is as :data:`OF_ALL_FIRMS` has it.
        """
        firm = self.firms[name]
        model = getattr(self.disciplines, _attribute(firm.discipline), None)
        values = dict(model if model is not None else OperatingModel())
        own = {key: value for key, value in firm if value is not None or key not in values}
        for key in OF_ALL_FIRMS:
            if values[key] is None:
                values[key] = getattr(self.technology, key)
        return Terms(**{**values, **own})


class Terms(SimpleNamespace):
    """A firm's numbers, as attributes. They follow from the scenario; events change them."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in vars(self):
            raise AttributeError(no_such("a firm's terms", name, vars(self)))
        path = text_of(("firms", vars(self)["name"], name))
        raise AttributeError(
            f"a firm's terms follow from the scenario; market.act({path!r}, {value!r}) changes "
            "this from the coming month on"
        )


def _replaced(section: BaseModel, keys: list[str], value: Any) -> BaseModel:
    key, *rest = keys
    field = _attribute(key)
    if field not in type(section).model_fields:
        raise AttributeError(no_such("the scenario here", field, type(section).model_fields))
    inner = _replaced(getattr(section, field), rest, value) if rest else value
    return section.model_copy(update={field: inner})


def _keys(path: str) -> list[str]:
    return [str(key) for key in path_of(path)]


def _attribute(key: str) -> str:
    """The attribute behind a key: disciplines are written with hyphens."""
    return key.replace("-", "_")


def discipline_of(name: str) -> Discipline:
    """A discipline by its name, or one of a user's own as ``module:Class``.

    Raises:
        ValueError: There is no such module or class, or it is no Discipline.
    """
    if name in DISCIPLINES:
        return DISCIPLINES[name]()
    found = imported("discipline", name)
    if not (isinstance(found, type) and issubclass(found, Discipline)):
        raise ValueError(f"discipline {name!r} is not a subclass of tsunagari's Discipline")
    return found()

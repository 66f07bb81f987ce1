"""What every section and every parameter of a scenario has: bounds, a unit, a line of meaning."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar, TypedDict, Unpack

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic.fields import FieldInfo

from tsunagari.experiments.words.text import LONGEST_LINE, LONGEST_STORY, unsuitable
from tsunagari.sim.problems import At

REQUIRED: Any = ...
"""Stands as ``default`` of a parameter that has none and must be written in the file."""

_ARGUMENT_OF_BOUND = {"low": "ge", "high": "le", "above": "gt", "below": "lt"}


class Bounds(TypedDict, total=False):
    """Of a number: at most one for each end.

    Attributes:
        low: Smallest value allowed.
        high: Largest value allowed.
        above: Every value must be larger than this.
        below: Every value must be smaller than this.
    """

    low: float
    high: float
    above: float
    below: float


class Section(BaseModel):
    """A mapping in a scenario file: immutable, without unknown keys, without guessed types."""

    also_called: ClassVar[Mapping[str, str]] = {}
    """What its keys are called by who does not know their names: suggested, never taken."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        validate_default=True,
        allow_inf_nan=False,
        str_max_length=LONGEST_LINE,
    )

    @field_validator("*")
    @classmethod
    def _has_only_characters_to_read(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse controls and the like in every text, those in lists and mappings included."""
        if isinstance(value, str | list | dict):
            field = cls.model_fields[info.field_name or ""]
            _look_through(value, (), lines=bool(_extra_of(field).get("lines")))
        return value


def _look_through(value: Any, path: tuple[str | int, ...], *, lines: bool) -> None:
    """Raise for the first text, however deep, that has a character it may not have.

    Raises:
        At: With what it is and what to write.
    """
    if isinstance(value, str):
        if fault := unsuitable(value, lines=lines):
            raise At(path, *fault)
        if len(value) > LONGEST_STORY:  # where the schema leaves it open what stands there
            raise At(path, f"must have at most {LONGEST_STORY} characters")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _look_through(item, (*path, index), lines=lines)
    elif isinstance(value, dict):
        for key, item in value.items():
            _look_through(key, path, lines=False)
            _look_through(item, (*path, key), lines=lines)


def parameter(
    default: Any,
    *,
    unit: str,
    meaning: str,
    source: str | None = None,
    dated: bool = False,
    longest: int | None = None,
    lines: bool = False,
    **bounds: Unpack[Bounds],
) -> Any:
    """A key of a :class:`Section` with all that a reader of the schema wants to know about it.

    Args:
        default: Its value where a file is silent; :data:`REQUIRED` where a file must not be. A
            mutable default (list, dict, set) is copied for every section.
        unit: In what it is measured: ``customers``, ``per month``, ``share``, ``money``; an empty
            text where it has none, as names have.
        meaning: One line: what it is, in the words of the field.
        source: Where the default comes from, as author and year.
        dated: Whether an event may change it in the course of a run.
        longest: Most characters of a text; None means
            :data:`tsunagari.experiments.words.text.LONGEST_LINE`, or, where it may have several
            lines, :data:`tsunagari.experiments.words.text.LONGEST_STORY`.
        lines: Whether a text may have several lines.
        **bounds: Of its values.

    Raises:
        ValueError: The meaning is empty or longer than a line, a bound is not finite, or two
            bounds are given for one end.
    """
    if not meaning.strip() or "\n" in meaning:
        raise ValueError(f"a parameter's meaning is one line, not {meaning!r}")
    for one, other in (("low", "above"), ("high", "below")):
        if one in bounds and other in bounds:
            raise ValueError(f"{one} and {other} exclude each other ({meaning!r})")
    limits: dict[str, Any] = {_ARGUMENT_OF_BOUND[end]: value for end, value in bounds.items()}
    if not all(math.isfinite(value) for value in limits.values()):
        raise ValueError(f"a bound that is not finite is none: leave it out ({meaning!r})")
    extra: dict[str, Any] = {"unit": unit, "source": source, "dated": dated}
    if lines:
        extra["lines"] = True
        longest = longest or LONGEST_STORY
    return Field(
        default, description=meaning, json_schema_extra=extra, max_length=longest, **limits
    )


dated = partial(parameter, dated=True)
"""A :func:`parameter` that an event may change in the course of a run."""


def unit_of(field: FieldInfo) -> str:
    """The unit given to :func:`parameter`; an empty text for a field made otherwise."""
    return str(_extra_of(field).get("unit") or "")


def source_of(field: FieldInfo) -> str | None:
    """The source given to :func:`parameter`, if any."""
    source = _extra_of(field).get("source")
    return None if source is None else str(source)


def is_dated(field: FieldInfo) -> bool:
    """Whether an event may change the field in the course of a run."""
    return bool(_extra_of(field).get("dated"))


def _extra_of(field: FieldInfo) -> dict[str, Any]:
    extra = field.json_schema_extra
    return extra if isinstance(extra, dict) else {}

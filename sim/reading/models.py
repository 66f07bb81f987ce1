"""Finding one's way in a schema: which keys there are at a path, and what they fall back on."""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, TypeAliasType, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

_LISTS = (list, tuple, set, frozenset, Sequence)


def fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """A section's fields under the keys that files use."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def options_of(annotation: Any) -> list[Any]:
    """The types between which a type leaves the choice; itself, where it leaves none."""
    if isinstance(annotation, TypeAliasType):
        return options_of(annotation.__value__)
    origin = get_origin(annotation)
    if origin is Annotated:
        return options_of(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return [option for member in get_args(annotation) for option in options_of(member)]
    return [annotation]


def item_type(annotation: Any) -> Any:
    """The type of a list's items; None for types that are no lists."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is None or not (isinstance(origin, type) and issubclass(origin, _LISTS)):
        return None
    return arguments[0] if arguments else Any


def types_at(model: Any, path: Sequence[str | int]) -> list[Any]:
    """What may stand at a path; an empty list means that nothing may stand there."""
    here = options_of(model)
    for segment in path:
        here = [option for kind in here for option in _below(kind, segment)]
    return here


def sections_at(model: Any, path: Sequence[str | int]) -> list[type[BaseModel]]:
    """The sections that may stand at a path."""
    return [kind for kind in types_at(model, path) if is_section(kind)]


def is_section(kind: Any) -> bool:
    """Whether a type is a mapping with known keys."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def field_at(model: Any, path: Sequence[str | int]) -> FieldInfo | None:
    """The field that a path ends in; None if it does not end in one."""
    if not path:
        return None
    for section in sections_at(model, path[:-1]):
        if field := fields_of(section).get(str(path[-1])):
            return field
    return None


def default_at(model: type[BaseModel], path: Sequence[str]) -> Any:
    """What a file that says nothing about a path has there; None if nothing."""
    value: Any = None
    section: Any = model
    for segment in path:
        field = fields_of(section).get(segment) if section is not None else None
        if field is None or field.is_required():
            return None
        value = field.get_default(call_default_factory=True, validated_data={})
        section = type(value) if isinstance(value, BaseModel) else None
    return value


def paths_ending_in(model: type[BaseModel], key: str) -> Iterator[tuple[str, ...]]:
    """Paths through sections alone (not through lists) that end in a key."""
    pending: list[tuple[tuple[str, ...], type[BaseModel]]] = [((), model)]
    while pending:
        above, section = pending.pop(0)
        for name, field in fields_of(section).items():
            if name == key and above:
                yield (*above, name)
            if len(above) < 5:
                inner = [kind for kind in options_of(field.annotation) if is_section(kind)]
                pending += [((*above, name), kind) for kind in inner]


def _below(kind: Any, segment: str | int) -> list[Any]:
    if is_section(kind):
        field = fields_of(kind).get(str(segment))
        return [] if field is None else options_of(field.annotation)
    if isinstance(segment, int):
        item = item_type(kind)
        return [] if item is None else options_of(item)
    return options_of(get_args(kind)[1]) if get_origin(kind) is dict else []

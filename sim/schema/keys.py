"""The schema as a whole: which keys there are at a path, all of them in a table, JSON Schema."""

from __future__ import annotations

import functools
import json
import types
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, NamedTuple, TypeAliasType, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema

from tsunagari.agents.asked import shown
from tsunagari.sim.schema.fields import source_of, unit_of
from tsunagari.sim.schema.wording import fault, number

_LISTS = (list, tuple, set, frozenset, Sequence)
_EXTENDS = {
    "type": "string",
    "description": "Scenario that this one changes: a path relative to this file, or a name.",
}
_KINDS = {int: "whole number", float: "number", bool: "true or false", str: "text", Any: "any"}
_SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


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
    return _field_at(model, tuple(path))


# A file of a thousand events asks for a few paths again and again.
@functools.lru_cache(maxsize=8192)
def _field_at(model: Any, path: tuple[str | int, ...]) -> FieldInfo | None:
    if not path:
        return None
    for section in sections_at(model, path[:-1]):
        if field := fields_of(section).get(str(path[-1])):
            return field
    return None


_checkers: dict[int, tuple[FieldInfo, TypeAdapter[Any]]] = {}
"""What checks a value of a field, by the field's identity; it takes longer to make than to use."""


def fault_of_value(field: FieldInfo, value: Any) -> str | None:
    """What a field by itself says to a value; None if nothing."""
    if id(field) not in _checkers:
        kind: Any = Annotated[(field.annotation, *(field.metadata or [None]))]
        _checkers[id(field)] = field, TypeAdapter(kind)
    try:
        _checkers[id(field)][1].validate_python(value, strict=True)
    except ValidationError as error:
        return fault(error.errors(), shown(value))
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


class Key(NamedTuple):
    """One key of a scenario file.

    Attributes:
        path: As ``market.customers``; items of lists as ``firms[].price``.
        type: In words: ``number``, ``one of shares, empty``, ``list``.
        default: In YAML; an empty text for keys that must be given and for sections.
        unit: In what it is measured.
        range: Its bounds, as ``≥ 0, ≤ 1``.
        meaning: What it is.
        source: Where the default comes from.
    """

    path: str
    type: str
    default: str
    unit: str
    range: str
    meaning: str
    source: str


def json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of scenario files, with units and sources beside every key."""
    schema = model.model_json_schema(by_alias=True)
    properties = schema.setdefault("properties", {})
    if "extends" not in properties:  # read before the schema sees a file
        properties["extends"] = dict(_EXTENDS)
        # What a file leaves out, its base may have.
        schema.pop("required", None)
    cleaned = _without_blanks(schema)
    return {"$schema": GenerateJsonSchema.schema_dialect, **cleaned}


def keys(model: type[BaseModel]) -> list[Key]:
    """All keys in the order of the schema, a section before what is in it."""
    return list(_keys(model, "", ()))


def type_in_words(annotation: Any) -> str:
    """What may be written for a type."""
    options = [option for option in options_of(annotation) if option is not type(None)]
    if len(options) > 1:
        return " or ".join(dict.fromkeys(type_in_words(option) for option in options))
    kind = options[0] if options else annotation
    if get_origin(kind) is Literal:
        values = [str(value) for value in get_args(kind)]
        return values[0] if len(values) == 1 else f"one of {', '.join(values)}"
    if item_type(kind) is not None:
        inner = type_in_words(item_type(kind))
        return "list" if inner == "section" else f"list of {inner}"
    if is_section(kind):
        return "section"
    if get_origin(kind) is dict:
        names = _names_of(get_args(kind)[0])
        return f"a section for each of {', '.join(names)}" if names else "values by path"
    return _KINDS.get(kind, getattr(kind, "__name__", str(kind)))


def _keys(model: type[BaseModel], prefix: str, above: tuple[type, ...]) -> Iterator[Key]:
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        inner = _section_in(field.annotation)
        yield Key(
            path=path,
            type=type_in_words(field.annotation),
            default="" if inner else _default(field),
            unit=unit_of(field),
            range=_range(field),
            meaning=field.description or "",
            source=source_of(field) or "",
        )
        if inner is not None and inner not in above:
            is_list = any(item_type(option) is not None for option in options_of(field.annotation))
            yield from _keys(inner, f"{path}{'[]' if is_list else ''}.", (*above, inner))
        for word, section in _sections_by_name(field.annotation):
            meaning = (section.__doc__ or "").partition("\n")[0]
            yield Key(f"{path}.{word}", "section", "", "", "", meaning, "")
            yield from _keys(section, f"{path}.{word}.", (*above, section))


def _section_in(annotation: Any) -> type[BaseModel] | None:
    """The section that a key holds, alone or in a list."""
    for option in options_of(annotation):
        item = item_type(option)
        if item is not None:
            return _section_in(item)
        if is_section(option):
            return option
    return None


def _sections_by_name(annotation: Any) -> Iterator[tuple[str, type[BaseModel]]]:
    """The sections of a key that holds one for each of some fixed names, as languages."""
    for option in options_of(annotation):
        if get_origin(option) is dict:
            by, held = get_args(option)
            yield from ((name, held) for name in _names_of(by) if is_section(held))


def _names_of(annotation: Any) -> list[str]:
    """The texts between which a type leaves the choice; none where any text will do."""
    options = options_of(annotation)
    return [
        str(value) for kind in options if get_origin(kind) is Literal for value in get_args(kind)
    ]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return ""
    value = field.get_default(call_default_factory=True, validated_data={})
    plain = TypeAdapter(Any).dump_python(value, mode="json")
    return plain if isinstance(plain, str) and plain else json.dumps(plain, ensure_ascii=False)


def _range(field: FieldInfo) -> str:
    bounds = [
        f"{sign} {number(getattr(limit, end))}"
        for limit in field.metadata
        for end, sign in _SIGNS.items()
        if isinstance(getattr(limit, end, None), int | float)
    ]
    return ", ".join(bounds)


def _without_blanks(value: Any) -> Any:
    """The schema without units, sources and dates that say nothing."""
    if isinstance(value, list):
        return [_without_blanks(item) for item in value]
    if not isinstance(value, dict):
        return value
    blank = {"unit": "", "source": None, "dated": False, "lines": True}
    return {
        key: _without_blanks(item)
        for key, item in value.items()
        if not (key in blank and item == blank[key] and not isinstance(item, dict))
    }

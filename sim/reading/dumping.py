"""Writing a scenario in full, so that reading it again gives the same values to the bit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from pydantic import BaseModel

from tsunagari.sim.reading.documents import value_of

_PLAIN = re.compile(r"[^\W_](?:[\w ./()+-]*[\w)])?")
_NOT_PRINTED = re.compile(
    "[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_NOT_IN_BLOCKS = re.compile(
    "[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
# Truth values and nothing in older YAML, for whoever reads the file with another program.
_ELSEWHERE_NO_TEXT = frozenset({"y", "n", "yes", "no", "on", "off"})


def dump(plan: BaseModel, target: Path | str | TextIO) -> None:
    """Write a scenario with every value, in the order of the schema, UTF-8.

    Keys that are nothing and by default are nothing are left out.

    Raises:
        OSError: The file cannot be written.
    """
    text = text_of_plan(plan)
    if isinstance(target, Path | str):
        Path(target).write_text(text, encoding="utf-8", newline="\n")
    else:
        target.write(text)


def text_of_plan(plan: BaseModel) -> str:
    """What :func:`dump` writes."""
    values = _without_nothing(plan)
    return "".join(f"{line}\n" for line in _mapping(values)) if values else "{}\n"


def _without_nothing(value: Any) -> Any:
    """Plain values of sections, without keys that are nothing by default."""
    if isinstance(value, BaseModel):
        dumped = value.model_dump(mode="json", by_alias=True)
        kept = {}
        for name, field in type(value).model_fields.items():
            key = field.alias or name
            if key not in dumped or (
                dumped[key] is None
                and not field.is_required()
                and field.get_default(call_default_factory=True, validated_data={}) is None
            ):
                continue
            inner = getattr(value, name)
            kept[key] = _without_nothing(inner) if _holds_sections(inner) else dumped[key]
        return kept
    if isinstance(value, list | tuple):
        return [_without_nothing(item) for item in value]
    return value


def _holds_sections(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(item, BaseModel) for item in value)
    return isinstance(value, BaseModel)


def _mapping(values: dict[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        yield from _entry(f"{_text(key)}:", value)


def _entry(head: str, value: Any) -> Iterator[str]:
    """The lines of a value that begins behind a key."""
    if isinstance(value, dict) and value:
        yield head
        yield from (f"  {line}" for line in _mapping(value))
    elif isinstance(value, list) and value:
        yield head
        yield from (f"  {line}" for item in value for line in _item(item))
    elif isinstance(value, str) and _fits_block(value):
        ending = len(value) - len(value.rstrip("\n"))
        yield f"{head} |{'-' if ending == 0 else '' if ending == 1 else '+'}"
        lines = value.split("\n")[:-1] if ending else value.split("\n")
        yield from (f"  {line}" if line else "" for line in lines)
    else:
        yield f"{head} {scalar_text(value)}"


def _item(value: Any) -> Iterator[str]:
    """The lines of a list's item."""
    if isinstance(value, dict | list) and value:
        inner = (
            _mapping(value)
            if isinstance(value, dict)
            else (line for item in value for line in _item(item))
        )
        for index, line in enumerate(inner):
            yield f"{'  ' if index else '- '}{line}"
    else:
        yield f"- {scalar_text(value)}"


def scalar_text(value: Any) -> str:
    """A single value as YAML."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # Other programs take 1e-05 for text: they want the point that YAML 1.1 asks for.
        text = repr(value)
        return text.replace("e", ".0e") if "e" in text and "." not in text else text
    if isinstance(value, str):
        return _text(value)
    return json.dumps(value)


def _text(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and isinstance(value_of(text), str)
    if plain and text.lower() not in _ELSEWHERE_NO_TEXT and not text[0].isdigit():
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _NOT_PRINTED.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)


def _fits_block(text: str) -> bool:
    """Whether a text of several lines can be written as it is, without quotes."""
    lines = text.split("\n")
    return (
        "\n" in text.strip("\n")
        and not _NOT_IN_BLOCKS.search(text)
        and not text.startswith((" ", "\n"))
        and not any(line.endswith(" ") for line in lines)
    )

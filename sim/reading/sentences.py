"""The sentences in which a schema's objections are told, and what is suggested instead."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from experiments.words.text import shortened
from sim.paths import nearest
from sim.reading.documents import value_of
from sim.reading.tree import Listing, Mapping, Node, Scalar
from sim.schema.keys import number

type Words = tuple[str, str | None]
"""A message and, where there is one, a suggestion."""
type Fits = Callable[[Any], bool]
"""Whether a value may stand where another was objected to: nothing else is suggested."""

_LONGEST = 40
_WANTED = {
    "float_type": "a number",
    "float_parsing": "a number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "model_attributes_type": "keys with values",
    "path_type": "the path of a file",
    "none_required": "nothing",
}
_BOUNDS = {
    "greater_than": ("gt", "must be greater than {}"),
    "greater_than_equal": ("ge", "must be at least {}"),
    "less_than": ("lt", "must be less than {}"),
    "less_than_equal": ("le", "must be at most {}"),
    "multiple_of": ("multiple_of", "must be a multiple of {}"),
}
_LENGTHS = {
    "too_short": ("min_length", "needs at least {} items"),
    "too_long": ("max_length", "has room for at most {} items"),
    "string_too_short": ("min_length", "must have at least {} characters"),
    "string_too_long": ("max_length", "must have at most {} characters"),
}
_YES_AND_NO = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_EXPECTED = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?\d+)""")


def kind_wanted(error: Any) -> str | None:
    """What kind of value was wanted, if the objection is that it is of another kind."""
    return _WANTED.get(error["type"])


def wrong_kind(wanted: list[str], node: Node, fits: Fits) -> Words:
    """For a value that is of none of the kinds wanted."""
    kinds = list(dict.fromkeys(wanted))
    return f"must be {' or '.join(kinds)}, not {given(node)}", _of_kind(kinds, node, fits)


def told(error: Any, node: Node, fits: Fits) -> Words:
    """For any objection to a value but unknown and missing keys."""
    kind, context = error["type"], error.get("ctx") or {}
    if kind in _WANTED:
        return wrong_kind([_WANTED[kind]], node, fits)
    if kind in _BOUNDS:
        key, sentence = _BOUNDS[kind]
        return f"{sentence.format(number(context[key]))}, not {given(node)}", None
    if kind in _LENGTHS:
        key, sentence = _LENGTHS[kind]
        return sentence.format(number(context[key])) + _length_of(node), None
    if teller := _TELLERS.get(kind):
        return teller(context, node)
    message = str(error["msg"])
    return message[:1].lower() + message[1:], None


def unknown_name(error: Any, name: str) -> Words:
    """For a key that is none of the fixed names of a mapping."""
    if error["type"] == "string_too_long":  # any key will do, but not any length
        return f"a key has at most {error['ctx']['max_length']} characters", None
    known = _words_in(str((error.get("ctx") or {}).get("expected") or ""))
    close = nearest(name, known)
    if close is not None:
        return "unknown key", f"did you mean {close}?"
    return f"unknown key; known here: {', '.join(known)}", None


def given(node: Node) -> str:
    """What was written, for use in a sentence."""
    if isinstance(node, Listing):
        return "a list"
    if isinstance(node, Mapping):
        return "keys with values"
    if node.value is None:
        return "nothing"
    if isinstance(node.value, str):
        return f'the text "{_shortened(node.value)}"'
    return _shortened(node.text)


def _length_of(node: Node) -> str:
    text = isinstance(node, Scalar) and isinstance(node.value, str)
    return f", not {len(node.value):,}" if text else ""  # type: ignore[union-attr, arg-type]


def _shortened(text: str) -> str:
    return shortened(" ".join(text.split()), _LONGEST)


def _of_kind(kinds: list[str], node: Node, fits: Fits) -> str | None:
    """How to write the value so that it is of a kind wanted, and allowed."""
    if not isinstance(node, Scalar):
        return None
    value, text = node.value, node.text
    if "text" in kinds and value is not None:
        is_text = isinstance(value, str) or not fits(text)
        return None if is_text else f"write {_quoted(text)} in quotes"
    if "true or false" in kinds and isinstance(value, str):
        word = _YES_AND_NO.get(value.lower(), value.lower())
        return f"write {word}" if word in ("true", "false") else None
    if kinds == ["a list"] and value is not None:
        return f"write [{text}]" if len(text) <= _LONGEST and fits([value]) else None
    whole = "a whole number" in kinds and "a number" not in kinds
    if not whole and "a number" not in kinds:
        return None
    numbers = [text for text in _as_numbers(value, text, whole) if fits(value_of(text))]
    if numbers == [text]:
        return f"write {text} without quotes"
    return f"write {' or '.join(numbers)}" if numbers else None


def _quoted(text: str) -> str:
    return f'"{text}"' if len(text) <= _LONGEST else "it"


def _as_numbers(value: Any, text: str, whole: bool) -> list[str]:
    """The numbers that may be meant, as one writes them."""
    if isinstance(value, str):
        cleaned = text.strip()
        comma = re.fullmatch(r"([-+]?\d+),(\d+)( ?%)?", cleaned)
        if comma and (len(comma[2]) != 3 or comma[1].strip("+-") == "0"):  # a decimal comma
            cleaned = cleaned.replace(",", ".")
        cleaned = re.sub(r"(?<=\d)[_, ](?=\d{3}(?!\d))", "", cleaned)
        percent = re.fullmatch(r"([-+]?[0-9.]+) ?%", cleaned)
        if percent and not whole:
            cleaned = repr(float(f"{percent[1]}e-2")) if percent[1].count(".") < 2 else ""
        if len(cleaned) > _LONGEST or not re.fullmatch(
            r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", cleaned
        ):
            return []
        if not whole or re.fullmatch(r"[-+]?\d+", cleaned):
            return [cleaned]
        value = float(cleaned)
    if whole and isinstance(value, float) and math.isfinite(value) and abs(value) < 1e15:
        return list(dict.fromkeys([str(math.floor(value)), str(math.ceil(value))]))
    return []


def _choice(context: dict[str, Any], node: Node) -> Words:
    expected = str(context.get("expected") or context.get("expected_tags") or "")
    words = _words_in(expected)
    choice = f"one of {', '.join(words)}" if len(words) > 1 else "".join(words)
    message = f"must be {choice}, not {given(node)}"
    if isinstance(node, Scalar) and node.text == expected:
        return message, f"write {node.text} without quotes"
    close = nearest(node.text, words) if isinstance(node, Scalar) else None
    return message, f"did you mean {close}?" if close else None


def _words_in(expected: str) -> list[str]:
    return [a or b or c for a, b, c in _EXPECTED.findall(expected)]


def _own_words(context: dict[str, Any], node: Node) -> Words:
    error = context["error"]
    return str(error) or type(error).__name__, getattr(error, "suggestion", None)


def _not_finite(context: dict[str, Any], node: Node) -> Words:
    return f"must be a finite number, not {given(node)}", None


def _pattern(context: dict[str, Any], node: Node) -> Words:
    return f"does not have the form {context['pattern']}: {given(node)}", None


_TELLERS: dict[str, Callable[[dict[str, Any], Node], Words]] = {
    "literal_error": _choice,
    "enum": _choice,
    "union_tag_invalid": _choice,
    "value_error": _own_words,
    "assertion_error": _own_words,
    "finite_number": _not_finite,
    "string_pattern_mismatch": _pattern,
}

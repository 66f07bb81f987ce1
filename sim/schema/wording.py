"""Sentences for what a key objects to in a value, in place of pydantic's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

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
_EXPECTED = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?\d+)""")


def kind_wanted(error: Any) -> str | None:
    """What kind of value was wanted, if the objection is that it is of another kind."""
    return _WANTED.get(error["type"])


def kinds_wanted(errors: Sequence[Any]) -> list[str]:
    """All kinds, and single values, that would have done, where a value may be of several."""
    found = [word for error in errors for word in [kind_wanted(error), *choices(error)] if word]
    return list(dict.fromkeys(found))


def must_be(kinds: Sequence[str], given: str) -> str:
    """For a value of none of the kinds wanted."""
    return f"must be {' or '.join(kinds)}, not {given}"


def bound(error: Any) -> str | None:
    """The bound that a number is beyond; None if that is not the objection."""
    return _filled(error, _BOUNDS)


def length(error: Any) -> str | None:
    """The length that a text or list is beyond; None if that is not the objection."""
    return _filled(error, _LENGTHS)


def choices(error: Any) -> list[str]:
    """The values between which a key leaves the choice; none where it leaves none."""
    context = error.get("ctx") or {}
    expected = str(context.get("expected") or context.get("expected_tags") or "")
    return [a or b or c for a, b, c in _EXPECTED.findall(expected)]


def not_among(words: Sequence[str], given: str) -> str:
    """For a value that is none of those between which a key leaves the choice."""
    return must_be([f"one of {', '.join(words)}" if len(words) > 1 else "".join(words)], given)


def fault(errors: Sequence[Any], given: str) -> str:
    """What pydantic's errors about one value come to.

    Args:
        errors: At least one.
        given: What was written, for use in a sentence.
    """
    error = next((error for error in errors if not kinds_wanted([error])), errors[0])
    if len(errors) > 1 and kinds_wanted([error]):
        return must_be(kinds_wanted(errors), given)
    if (kind := kind_wanted(error)) is not None:
        return must_be([kind], given)
    if (told := bound(error)) is not None:
        return f"{told}, not {given}"
    if (told := length(error)) is not None:
        return told
    if error["type"] == "finite_number":
        return f"must be a finite number, not {given}"
    if error["type"] == "string_pattern_mismatch":
        return f"does not have the form {error['ctx']['pattern']}: {given}"
    words = choices(error)
    if words:
        return not_among(words, given)
    own = (error.get("ctx") or {}).get("error")
    return str(own) if own is not None and str(own) else str(error["msg"])


def number(value: float) -> str:
    """A bound as one would write it."""
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
    return str(int(value)) if whole else repr(value)


def _filled(error: Any, sentences: dict[str, tuple[str, str]]) -> str | None:
    if error["type"] not in sentences:
        return None
    key, sentence = sentences[error["type"]]
    return sentence.format(number(error["ctx"][key]))

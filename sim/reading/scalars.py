"""What a scalar means: the core schema of YAML 1.2 (section 10.3.2), and nothing beyond it."""

from __future__ import annotations

import re

MOST_DIGITS = 300
"""Digits of the longest whole number read; more would not fit the range of a float."""

_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_WHOLE = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_NOT_A_NUMBER = frozenset({".nan", ".NaN", ".NAN"})


def value_of(text: str) -> str | int | float | bool | None:
    """The value of an unquoted scalar.

    Raises:
        ValueError: It is a whole number of more than :data:`MOST_DIGITS` digits.
    """
    if text in _NOTHING:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if text[0] not in "+-.0123456789":
        return text
    if _WHOLE.fullmatch(text) or _OCTAL.fullmatch(text) or _HEXADECIMAL.fullmatch(text):
        if len(text) > MOST_DIGITS:
            raise ValueError(f"a whole number of more than {MOST_DIGITS} digits")
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        return int(text, base)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITE.fullmatch(text):
        return float(text.replace(".", ""))
    return float("nan") if text in _NOT_A_NUMBER else text

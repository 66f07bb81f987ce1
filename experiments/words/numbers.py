"""Numbers, lists and counts as everybody reads them, and as programs do."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

UNDEFINED = "–"
"""What stands for a number that there is not."""
_EXPONENTS_FROM = 1e15
_SIZES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def written(value: float, form: str) -> str:
    """A number with a true minus sign, of which a zero has none, nor a plus; 260, not 2.6e+02.

    Args:
        value: The number; what is undefined is a dash.
        form: As ``format`` has it: ``.2f``, ``+.1f``, ``g``.
    """
    if not math.isfinite(value):
        return UNDEFINED
    text = f"{value:{form}}"
    if "e+" in text and abs(value) < _EXPONENTS_FROM:
        text = f"{Decimal(text):{'+' if '+' in form else ''}f}"
    bare = text.lstrip("+-")
    return text.replace("-", "−") if bare.strip("0.,") else bare


def readable(value: float) -> str:
    """Three digits that say something, no exponents."""
    if not math.isfinite(value) or value == 0:
        return written(value, ".0f")
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return written(value, f",.{min(digits, 6)}f")


def with_doubt(doubt: float, *values: float) -> list[str]:
    """Values, and last their doubt, in the digits that it carries: two of its own, no more.

    Args:
        doubt: Standard deviation, or half an interval.
        *values: What is in doubt by that much.
    """
    if not (math.isfinite(doubt) and doubt > 0):
        return [readable(value) for value in (*values, doubt)]
    digits = min(6, max(0, 1 - math.floor(math.log10(doubt))))
    return [written(value, f",.{digits}f") for value in (*values, doubt)]


def brief(value: float, sign: str = "") -> str:
    """Three digits at most, or all before the point.

    Args:
        value: The number; what is undefined is a dash.
        sign: ``+`` where a number above zero is to have one.
    """
    return written(value, f"{sign},.0f" if abs(value) >= 1000 else f"{sign}.3g")


def signed(value: float) -> str:
    """A difference: :func:`readable` with its sign; one too small to be read is 0."""
    text = readable(abs(value))
    if text == UNDEFINED or not text.strip("0.,"):
        return "0" if math.isfinite(value) else UNDEFINED
    return f"{'+' if value > 0 else '−'}{text}"


LARGE = {
    "en": ((1e12, " trillion"), (1e9, " billion"), (1e6, " million")),
    "ja": ((1e12, "兆"), (1e8, "億"), (1e4, "万")),
}
"""Names of large numbers by language, the largest first."""


def large(value: float, language: str) -> str:
    """:func:`readable`, in millions and such: ``12.0 million``, ``1,200万``."""
    for size, name in LARGE[language]:
        if math.isfinite(value) and abs(value) >= size:
            return readable(value / size) + name
    return readable(value)


def whole(value: float, language: str, sign: str = "") -> str:
    """A count, or an amount of which the decimals say nothing: ``1,234``, ``12.0 million``.

    Args:
        value: The number; what is undefined is a dash.
        language: Of the names of large numbers.
        sign: ``+`` where a number above zero is to have one.
    """
    if not math.isfinite(value) or abs(value) < LARGE["en"][-1][0]:
        return written(value, f"{sign},.0f")
    return (sign if value > 0 else "−") + large(abs(value), language)


def compact(value: float, form: str, *, least: float = 1e3, language: str = "en") -> str:
    """A number in thousands, millions or milliards: ``12.5k``, ``1.25万``.

    Args:
        value: The number; what is undefined is a dash.
        form: As ``format`` has it, of what stands before the letter.
        least: Smallest number to be shortened so; what would be rounded up to it is, too.
        language: Of the names of large numbers.
    """
    for size, letter in _SIZES if language == "en" else LARGE[language]:
        if math.isfinite(value) and abs(value) >= 0.9995 * max(size, least):
            return written(value / size, form) + letter
    return written(value, form)


def counted(count: int, one: str, many: str | None = None) -> str:
    """A number of things in English: ``1 tie``, ``2,000 ties``."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def listed(parts: Sequence[str]) -> str:
    """Parts as a list in an English sentence: ``a, b and c``."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def plain(value: Any) -> Any:
    """A value as JSON has it: mappings, lists, texts and numbers; what is undefined is None."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value

"""Single precision, in which the engine stores what customers are."""

from __future__ import annotations

import struct

_FOUR_BYTES = struct.Struct("f")


def single(value: float) -> float:
    """The float32 nearest to a number, as a Python float; infinite beyond its range."""
    return _FOUR_BYTES.unpack(_FOUR_BYTES.pack(value))[0]

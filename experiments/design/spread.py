"""A factor's range or distribution: the part of a sweep file that is no list of values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer

from experiments.words.numbers import listed
from sim.schema.fields import Section, parameter

type Complaint = tuple[tuple[str | int, ...], str, str | None]
"""Path, what is wrong there, and what to write instead."""

Distribution = Literal["uniform", "log-uniform", "normal", "log-normal", "triangular"]

_NEEDS: dict[str | None, tuple[str, ...]] = {
    None: ("low", "high"),
    "uniform": ("low", "high"),
    "log-uniform": ("low", "high"),
    "normal": ("mean", "sd"),
    "log-normal": ("mean", "sd"),
    "triangular": ("low", "mode", "high"),
}
_MAY_HAVE: dict[str | None, tuple[str, ...]] = {
    None: ("steps", "scale"),
    "normal": ("low", "high"),
    "log-normal": ("low", "high"),
}
_FURTHEST = 5.0  # standard deviations from the mean at which a cut may lie


class Spread(Section):
    """Values between two ends, or by a distribution; all in the unit of the factor.

    Without ``distribution`` it is a range: every value between low and high is as likely, on the
    scale given, and ``steps`` makes a list of it.
    """

    distribution: Distribution | None = parameter(
        None, unit="", meaning="How likely each value is; without it, all between low and high."
    )
    low: float | None = parameter(
        None, unit="of the factor", meaning="Smallest value; cuts a normal or log-normal off."
    )
    high: float | None = parameter(
        None, unit="of the factor", meaning="Largest value; cuts a normal or log-normal off."
    )
    mode: float | None = parameter(
        None, unit="of the factor", meaning="Most likely value of a triangular distribution."
    )
    mean: float | None = parameter(
        None, unit="of the factor", meaning="Mean of a normal or log-normal, before it is cut off."
    )
    sd: float | None = parameter(
        None, unit="of the factor", above=0, meaning="Standard deviation, as mean."
    )
    steps: int | None = parameter(
        None, unit="values", low=2, high=100_000, meaning="Makes a range a list of so many values."
    )
    scale: Literal["linear", "log"] = parameter(
        "linear", unit="", meaning="Whether a range is even in the value or in its logarithm."
    )

    @model_serializer(mode="wrap")
    def _without_nothing(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Written without the keys that do not belong to this kind of spread."""
        values = {key: value for key, value in handler(self).items() if value is not None}
        if self.distribution is not None or self.scale == "linear":
            values.pop("scale", None)
        return values

    @property
    def is_logarithmic(self) -> bool:
        """Whether values are even in their logarithm."""
        return self.distribution == "log-uniform" or self.scale == "log"

    @property
    def is_bounded(self) -> bool:
        """Whether there is a smallest and a largest value."""
        return self.low is not None and self.high is not None

    def complaints(self) -> Iterator[Complaint]:
        """What the keys of this spread demand of one another."""
        kind = self.distribution
        name = "a range" if kind is None else f"a {kind} distribution"
        for key in _NEEDS[kind]:
            if getattr(self, key) is None:
                yield (key,), f"is missing: {name} has {listed(_NEEDS[kind])}", None
        known = {"distribution", *_NEEDS[kind], *_MAY_HAVE.get(kind, ())}
        for key in type(self).model_fields:
            stray = key not in known and getattr(self, key) is not None
            if key == "scale":
                stray = kind is not None and self.scale == "log"
            if stray:
                yield (key,), f"does not belong to {name}", _instead(key, kind)
        yield from self._of_ends(kind)

    def _of_ends(self, kind: str | None) -> Iterator[Complaint]:
        low, high, mode, mean = self.low, self.high, self.mode, self.mean
        if low is not None and high is not None and not low < high:
            yield ("high",), f"must be greater than low ({low:g}), not {high:g}", None
        elif mode is not None and not (low is None or low <= mode):
            yield ("mode",), f"must be at least low ({low:g}), not {mode:g}", None
        elif mode is not None and not (high is None or mode <= high):
            yield ("mode",), f"must be at most high ({high:g}), not {mode:g}", None
        if self.is_logarithmic and low is not None and low <= 0:
            yield ("low",), f"must be greater than 0 on a logarithmic scale, not {low:g}", None
        if kind == "log-normal" and mean is not None and mean <= 0:
            yield ("mean",), f"a log-normal distribution has a mean above 0, not {mean:g}", None
        elif kind == "log-normal" and high is not None and high <= 0:
            yield ("high",), f"a log-normal value is above 0, not at most {high:g}", None
        elif kind in ("normal", "log-normal"):
            yield from self._of_tails(is_log=kind == "log-normal")

    def _of_tails(self, *, is_log: bool) -> Iterator[Complaint]:
        """A cut must leave something that can be drawn from."""
        if self.mean is None or self.sd is None:
            return
        for key, sign in (("low", 1), ("high", -1)):
            end = getattr(self, key)
            if end is None or (is_log and end <= 0):
                continue
            distance = (end - self.mean) / self.sd
            if is_log:
                variance = math.log1p((self.sd / self.mean) ** 2)
                centre = math.log(self.mean) - variance / 2
                distance = (math.log(end) - centre) / math.sqrt(variance)
            if sign * distance > _FURTHEST:
                yield (key,), "cuts off nearly all of the distribution", None


def _instead(key: str, kind: str | None) -> str:
    if kind is None:
        return "write distribution: triangular" if key == "mode" else "write distribution: normal"
    if key == "scale" and kind == "uniform":
        return "write distribution: log-uniform"
    return "leave it out"

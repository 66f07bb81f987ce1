"""The schema of sweep files: factors, levers, and how the uncertain ones are sampled.

What the keys of a sweep file demand of one another is checked here; the scenario has no say in it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from tsunagari.experiments.runs.given import HELD, Prices
from tsunagari.experiments.words.numbers import listed
from tsunagari.sim.paths import nearest
from tsunagari.sim.schema.fields import REQUIRED, Section, parameter

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


Kind = Literal["grid", "list", "latin-hypercube", "sobol", "morris"]
Table = Literal["firms", "market", "segments", "cohorts", "flows"]

SAMPLED: tuple[Kind, ...] = ("latin-hypercube", "sobol", "morris")
"""Designs whose uncertain factors are sampled from the unit cube."""
MOST_TRIALS = 1_000_000
"""More trials than this no folder of tables is made for."""


def _default_tables() -> list[Table]:
    return ["firms", "market"]


class Design(Section):
    """A validated sweep file, apart from what only its scenario can tell."""

    format: Literal[1] = parameter(1, unit="", meaning="Version of the sweep format.")
    title: str = parameter("", unit="", meaning="What figures and tables are headed with.")
    scenario: str = parameter(
        REQUIRED,
        unit="",
        meaning="The scenario that is varied: a file, seen from this one, or a shipped name.",
    )
    values: dict[str, Any] = Field(
        default_factory=dict, description="Values set in every trial, by path."
    )
    factors: dict[str, Annotated[list[Any], Field(min_length=1)] | Spread] = Field(
        min_length=1, description="What is varied, by path: a list of values, or a range."
    )
    levers: list[str] = Field(
        default_factory=list, description="Factors that a firm decides; the others are uncertain."
    )
    design: Kind = parameter(
        REQUIRED, unit="", meaning="How the values of the uncertain factors are combined."
    )
    samples: int | None = parameter(
        None,
        unit="points",
        low=1,
        high=MOST_TRIALS,
        meaning="Rows, base samples (sobol, a power of 2) or trajectories (morris).",
    )
    levels: int = parameter(
        4, unit="levels", low=2, high=100, meaning="Levels of a Morris design; an even number."
    )
    replications: int = parameter(
        1, unit="runs", low=1, high=100_000, meaning="Runs under other luck at every point."
    )
    networks: int = parameter(
        1,
        unit="draws",
        low=1,
        high=100_000,
        meaning="Draws of people and ties, crossed with the replications.",
    )
    keep: list[Table] = Field(
        default_factory=_default_tables, min_length=1, description="Tables kept of every trial."
    )
    prices: Prices = parameter(
        HELD,
        unit="",
        meaning="held: firms price on what a unit costs them in the scenario itself, under the "
        "same luck; passed-on: on what it costs them in the trial.",
    )
    seed: int = parameter(
        1, unit="", low=0, high=2**63 - 1, meaning="Seed of the sampling and of all trials."
    )

    def cross_checks(self) -> Iterator[tuple[tuple[str | int, ...], str, str | None]]:
        """What no single key can know: ``(path, what is wrong, suggestion)``."""
        yield from of_design(self)

    @property
    def uncertain(self) -> tuple[str, ...]:
        """Paths of the factors that are no levers, in the order of the file."""
        return tuple(path for path in self.factors if path not in self.levers)


def of_design(design: Design) -> Iterator[Complaint]:
    """Every complaint about a design whose keys are each valid."""
    for path, factor in design.factors.items():
        if isinstance(factor, Spread):
            for below, message, suggestion in factor.complaints():
                yield ("factors", path, *below), message, suggestion
    yield from _levers(design)
    yield from _kept(design)
    yield from _samples(design)
    if design.design == "list":
        yield from _list(design)
    elif design.design == "grid":
        yield from _crossed(design, design.factors, "a grid")
    else:
        yield from _crossed(design, design.levers, "a lever")
        yield from _sampled(design)


def _levers(design: Design) -> Iterator[Complaint]:
    for index, lever in enumerate(design.levers):
        if lever not in design.factors:
            close = nearest(lever, design.factors)
            suggestion = f"did you mean {close}?" if close else "give it values under factors"
            yield ("levers", index), f"{lever} is not one of the factors", suggestion
        elif lever in design.levers[:index]:
            yield ("levers", index), f"{lever} is named twice", None


def _kept(design: Design) -> Iterator[Complaint]:
    for index, table in enumerate(design.keep):
        if table in design.keep[:index]:
            yield ("keep", index), f"{table} is named twice", None


def _samples(design: Design) -> Iterator[Complaint]:
    kind, samples = design.design, design.samples
    if kind in SAMPLED and samples is None:
        yield ("samples",), f"is missing: design: {kind} needs a number of samples", None
    if kind not in SAMPLED and samples is not None:
        message = f"a {kind} has as many points as its factors make"
        yield ("samples",), message, "leave samples out"
    if kind == "sobol" and samples is not None and samples & (samples - 1):
        lower = 1 << (samples.bit_length() - 1)
        message = f"a Sobol design needs a power of 2, not {samples}"
        yield ("samples",), message, f"write {lower} or {2 * lower}"
    if kind in ("sobol", "morris") and samples == 1:
        what = "base samples" if kind == "sobol" else "trajectories"
        yield ("samples",), f"indices need at least 2 {what}", None
    if kind == "morris" and design.levels % 2:
        wanted = f"write {design.levels + 1}"
        yield ("levels",), f"a Morris design needs an even number, not {design.levels}", wanted
    if kind != "morris" and design.levels != type(design).model_fields["levels"].default:
        yield ("levels",), "belongs to design: morris", "leave it out"


def _list(design: Design) -> Iterator[Complaint]:
    lengths: dict[str, int] = {}
    for path, factor in design.factors.items():
        if isinstance(factor, Spread):
            yield ("factors", path), "design: list needs a list of values here", None
        else:
            lengths[path] = len(factor)
    first = next(iter(lengths), None)
    for path, length in lengths.items():
        if first is not None and length != lengths[first]:
            many = "a value" if length == 1 else f"{length} values"
            message = f"has {many} where {first} has {lengths[first]}, and they go row by row"
            yield ("factors", path), message, "write design: grid to cross them"


def _crossed(design: Design, paths: Collection[str], what: str) -> Iterator[Complaint]:
    """What is crossed in full must have values that can be counted."""
    for path, factor in design.factors.items():
        if path not in paths or not isinstance(factor, Spread):
            continue
        if factor.distribution is not None:
            message = f"{what} is crossed in full, which a distribution cannot be"
            yield ("factors", path), message, "list values, or give low, high and steps"
        elif factor.steps is None:
            message = f"{what} needs to know how many values of this range to take"
            yield ("factors", path), message, "add steps: 3, or list the values"


def _sampled(design: Design) -> Iterator[Complaint]:
    kind = design.design
    if design.factors and not design.uncertain:
        message = f"every factor is a lever, which leaves nothing for design: {kind} to sample"
        yield ("levers",), message, "write design: grid"
    for path in design.uncertain:
        factor = design.factors[path]
        if not isinstance(factor, Spread):
            if len(factor) < 2 and kind != "latin-hypercube":
                message = "a single value has no influence to be measured"
                yield ("factors", path), message, "set it under values instead"
        elif kind == "morris" and factor.steps is None and not factor.is_bounded:
            name = factor.distribution
            message = f"a Morris design tries the ends, which a {name} distribution does not have"
            yield ("factors", path), message, "add low and high"

"""What the keys of a sweep file demand of one another; the scenario has no say in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from experiments.design.document import SAMPLED
from experiments.design.spread import Complaint, Spread
from sim.paths import nearest

if TYPE_CHECKING:
    from experiments.design.document import Design


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

"""The rows of a design: the uncertain factors as it combines them, crossed with the levers."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.studies.design import Design, Spread

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Point:
    """The values that all factors take together.

    Attributes:
        number: 0, 1, … in running order.
        values: A value for every factor by its path, in the design's order of factors.
        option: Which combination of the levers' values; 0 without levers.
        environment: Which row of the uncertain factors.
        block: The Morris trajectory or the Sobol base sample that the row belongs to; the
            environment itself under other designs.
        unit: Coordinates of the uncertain factors in the unit cube, as sampled and in the
            design's order of factors; empty where nothing is sampled (grid, list).
    """

    number: int
    values: Mapping[str, Any]
    option: int
    environment: int
    block: int
    unit: tuple[float, ...] = ()


@dataclass(frozen=True)
class _Environment:
    """A row of the uncertain factors."""

    number: int
    values: dict[str, Any]
    block: int
    unit: tuple[float, ...] = ()


def points_of(design: Design, whole: Collection[str]) -> list[Point]:
    """All points in running order; the same design gives the same points to the bit.

    Every environment is met by every option before the next one comes. Options, and the
    environments of a grid, come in a balanced order, so that an interrupted sweep has seen all
    levels about as often; the rows of a Morris trajectory or Sobol base sample stay together.

    Args:
        design: A design that nothing is wrong with.
        whole: Paths of the factors whose parameter is a whole number.
    """
    if design.design == "list":
        return _listed(design)
    options = _options(design, whole)
    rows = itertools.product(_environments(design, whole), options)
    return [
        Point(
            number=number,
            values=_in_order(design, {**environment.values, **values}),
            option=option,
            environment=environment.number,
            block=environment.block,
            unit=environment.unit,
        )
        for number, (environment, (option, values)) in enumerate(rows)
    ]


def count_of(design: Design, whole: Collection[str]) -> int:
    """How many points a design has, without making them."""
    if design.design == "list":
        return max(len(_values_of(design, path, whole)) for path in design.factors)
    crossed = design.factors if design.design == "grid" else design.levers
    options = math.prod(len(_values_of(design, path, whole)) for path in crossed)
    samples = design.samples or 0
    match design.design:
        case "latin-hypercube":
            return options * samples
        case "sobol":
            return options * samples * (len(design.uncertain) + 2)
        case "morris":
            return options * samples * (len(design.uncertain) + 1)
    return options


def _listed(design: Design) -> list[Point]:
    """Row by row; equal levers are one option, equal uncertain factors one environment."""
    columns = [_values_of(design, path, ()) for path in design.factors]
    options: dict[str, int] = {}
    environments: dict[str, int] = {}
    points = []
    for number, row in enumerate(zip(*columns, strict=True)):
        values = dict(zip(design.factors, row, strict=True))
        option = json.dumps([values[path] for path in design.levers])
        environment = json.dumps([values[path] for path in design.uncertain])
        place = environments.setdefault(environment, len(environments))
        chosen = options.setdefault(option, len(options))
        points.append(Point(number, values, chosen, place, block=place))
    return points


def _options(design: Design, whole: Collection[str]) -> list[tuple[int, dict[str, Any]]]:
    """The levers crossed in full: numbered as written, in a balanced order."""
    levers = [path for path in design.factors if path in design.levers]
    return list(_cells(design, levers, whole))


def _environments(design: Design, whole: Collection[str]) -> Iterator[_Environment]:
    if design.design == "grid":
        for number, values in _cells(design, design.uncertain, whole):
            yield _Environment(number, values, block=number)
        return
    unit, rows_of_a_block = _unit_cube(design)
    columns = [
        values_at(design.factors[path], unit[:, place], whole=path in whole)
        for place, path in enumerate(design.uncertain)
    ]
    for number, row in enumerate(zip(*columns, strict=True)):
        yield _Environment(
            number,
            dict(zip(design.uncertain, row, strict=True)),
            block=number // rows_of_a_block,
            unit=tuple(unit[number].tolist()),
        )


def _cells(
    design: Design, paths: Sequence[str], whole: Collection[str]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number and values of the cells of a full crossing, in a balanced order."""
    levels = [_values_of(design, path, whole) for path in paths]
    strides = [math.prod(map(len, levels[place + 1 :])) for place in range(len(levels))]
    for cell in balanced_order([len(values) for values in levels]).tolist():
        yield (
            cell,
            {
                path: values[cell // stride % len(values)]
                for path, values, stride in zip(paths, levels, strides, strict=True)
            },
        )


def _unit_cube(design: Design) -> tuple[NDArray[np.float64], int]:
    """Coordinates of the uncertain factors, shape [rows, factors], and how many rows a block has.

    Latin hypercube: McKay, Beckman & Conover 1979. Sobol: the radial scheme of Saltelli et al.
    2010, without the rows that only second-order indices need. Morris: Morris 1991.
    """
    import numpy as np

    count, samples = len(design.uncertain), design.samples
    assert samples is not None
    chance = np.random.default_rng(design.seed)
    if design.design == "latin-hypercube":
        from scipy.stats import qmc

        return qmc.LatinHypercube(count, rng=chance).random(samples), 1
    problem = {
        "num_vars": count,
        "names": list(design.uncertain),
        "bounds": [[0.0, 1.0]] * count,
    }
    if design.design == "sobol":
        from SALib.sample import sobol  # type: ignore[import-untyped]

        unit = sobol.sample(problem, samples, calc_second_order=False, seed=chance)
        return unit, count + 2
    from SALib.sample import morris

    unit = morris.sample(problem, samples, num_levels=design.levels, seed=chance)
    return np.clip(unit, 0.0, 1.0), count + 1


def _values_of(design: Design, path: str, whole: Collection[str]) -> list[Any]:
    values = listed_values(design.factors[path], whole=path in whole)
    assert values is not None  # anything else has been refused
    return values


def _in_order(design: Design, values: dict[str, Any]) -> dict[str, Any]:
    return {path: values[path] for path in design.factors}


_ROUNDS = 6  # times as many steps as cells: by then all but a few have been met


def balanced_order(levels: Sequence[int]) -> NDArray[np.int64]:
    """The cells of a grid, each once, in the order in which a Halton sequence first meets them.

    A low-discrepancy sequence fills the space evenly from its first points on (Halton 1960), so
    that after any part of the order every level of every factor has come up about as often. The few
    cells that the sequence has not met after :data:`_ROUNDS` times as many steps come last, spread
    out by a stride.

    Args:
        levels: How many levels each factor has, at least 1 each.

    Returns:
        Numbers of cells, with the last factor changing fastest as in :func:`itertools.product`;
        shape [product of levels].
    """
    import numpy as np

    cells = math.prod(levels)
    varied = [place for place, count in enumerate(levels) if count > 1]
    bases = dict(zip(varied, _primes(), strict=False))
    strides = [math.prod(levels[place + 1 :]) for place in range(len(levels))]
    met = np.zeros(cells, dtype=bool)
    found: list[NDArray[np.int64]] = []
    for start in range(0, _ROUNDS * cells, cells):
        numbers = np.arange(start, start + cells, dtype=np.int64)
        visited = np.zeros(cells, dtype=np.int64)
        for place in varied:
            part = np.floor(_mirrored(numbers, bases[place]) * levels[place]).astype(np.int64)
            visited += strides[place] * np.minimum(part, levels[place] - 1)
        fresh = visited[~met[visited]]
        _, first = np.unique(fresh, return_index=True)
        found.append(fresh[np.sort(first)])
        met[found[-1]] = True
    left = np.flatnonzero(~met)
    stride = _coprime_near(0.618 * left.size, left.size)
    found.append(left[np.arange(left.size) * stride % max(left.size, 1)])
    return np.concatenate(found)


def _mirrored(numbers: NDArray[np.int64], base: int) -> NDArray[np.float64]:
    """Radical inverses: the digits of whole numbers mirrored at the point."""
    import numpy as np

    mirrored = np.zeros(numbers.shape)
    weight, rest = 1.0 / base, numbers.copy()
    while rest.any():
        mirrored += weight * (rest % base)
        rest //= base
        weight /= base
    return mirrored + 1e-12  # a sum such as 1/3 + 1/9 must not fall short of a border


def _primes() -> itertools.filterfalse[int]:
    """All primes, in order."""
    return itertools.filterfalse(
        lambda n: any(n % d == 0 for d in range(2, math.isqrt(n) + 1)), itertools.count(2)
    )


def _coprime_near(wanted: float, size: int) -> int:
    """A stride near the one wanted that meets every number below ``size``."""
    stride = max(1, round(wanted))
    while math.gcd(stride, max(size, 1)) != 1:
        stride += 1
    return stride


_INNERMOST = 2.0**-40  # a distribution without ends has no value at 0 and 1 themselves


def values_at(
    factor: Sequence[Any] | Spread, unit: NDArray[np.float64], *, whole: bool
) -> list[Any]:
    """The values of a factor at coordinates of the unit interval.

    A list, or a range with steps, divides the interval into equal parts, one for each value; the
    last part includes 1. Every other spread is its quantile function (inverse distribution).

    Args:
        factor: The values listed, or their spread.
        unit: Coordinates from 0 to 1, shape [points].
        whole: Whether the parameter is a whole number. A spread is then rounded; a range reaches
            half a step beyond its ends before that, so that all its whole numbers are as likely.
    """
    import numpy as np

    listed = listed_values(factor, whole=whole)
    if listed is not None:
        # A level such as 2/3 may lie a rounding error below the border that it is.
        parts = np.floor(unit * len(listed) + 1e-9).astype(int)
        return [listed[part] for part in np.clip(parts, 0, len(listed) - 1)]
    assert isinstance(factor, Spread)
    if not whole:
        return [float(value) for value in _quantiles(factor, unit)]
    rounded = np.rint(_quantiles(_widened(factor), unit))
    low = -math.inf if factor.low is None else math.ceil(factor.low)
    high = math.inf if factor.high is None else math.floor(factor.high)
    return [int(value) for value in np.clip(rounded, low, high)]


def listed_values(factor: Sequence[Any] | Spread, *, whole: bool) -> list[Any] | None:
    """The values of a list or of a range with steps; None for what has too many to list.

    Steps over whole numbers are rounded, and of equal ones only the first is kept.
    """
    if not isinstance(factor, Spread):
        return list(factor)
    if factor.steps is None:
        return None
    import numpy as np

    assert factor.low is not None
    assert factor.high is not None
    spaced = np.geomspace if factor.is_logarithmic else np.linspace
    values = spaced(factor.low, factor.high, factor.steps)
    if not whole:
        return [float(value) for value in values]
    return list(dict.fromkeys(int(value) for value in np.rint(values)))


def _widened(spread: Spread) -> Spread:
    """A range of whole numbers with the whole of its first and last number in it."""
    if spread.distribution not in (None, "uniform", "log-uniform"):
        return spread
    assert spread.low is not None
    assert spread.high is not None
    low, high = math.ceil(spread.low) - 0.5, math.floor(spread.high) + 0.5
    return spread.model_copy(update={"low": low, "high": high})


def _quantiles(spread: Spread, unit: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    low, high = spread.low, spread.high
    if spread.distribution in ("normal", "log-normal"):
        return _normal(spread, unit)
    assert low is not None
    assert high is not None
    if spread.distribution == "triangular":
        assert spread.mode is not None
        below = (spread.mode - low) / (high - low)
        rising = low + np.sqrt(unit * (high - low) * (spread.mode - low))
        falling = high - np.sqrt((1 - unit) * (high - low) * (high - spread.mode))
        values = np.where(unit < below, rising, falling)
    elif spread.is_logarithmic:
        values = np.exp(math.log(low) + unit * (math.log(high) - math.log(low)))
    else:
        values = low + unit * (high - low)
    return np.where(unit <= 0, low, np.where(unit >= 1, high, np.clip(values, low, high)))


def _normal(spread: Spread, unit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles of a normal or log-normal distribution cut off at its ends, if it has any."""
    import numpy as np
    from scipy.special import ndtr, ndtri

    assert spread.mean is not None
    assert spread.sd is not None
    mean, sd = spread.mean, spread.sd
    low, high = spread.low, spread.high
    is_log = spread.distribution == "log-normal"
    if is_log:  # mean and sd are of the value itself
        variance = math.log1p((sd / mean) ** 2)
        mean, sd = math.log(mean) - variance / 2, math.sqrt(variance)
        low = None if low is None or low <= 0 else math.log(low)
        high = None if high is None else math.log(high)
    first = 0.0 if low is None else float(ndtr((low - mean) / sd))
    last = 1.0 if high is None else float(ndtr((high - mean) / sd))
    part = first + unit * (last - first)
    if low is None:
        part = np.maximum(part, _INNERMOST)
    if high is None:
        part = np.minimum(part, 1 - _INNERMOST)
    values = mean + sd * ndtri(part)
    values = np.exp(values) if is_log else values
    # Rounding must lead neither beyond an end that the scenario may insist on, nor short of it.
    if spread.low is not None:
        values = np.where(unit <= 0, spread.low, np.maximum(values, spread.low))
    if spread.high is not None:
        values = np.where(unit >= 1, spread.high, np.minimum(values, spread.high))
    return values

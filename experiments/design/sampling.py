"""The rows of a design: the uncertain factors as it combines them, crossed with the levers."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from experiments.design.document import Design
from experiments.design.order import balanced_order
from experiments.design.point import Point
from experiments.design.quantiles import listed_values, values_at

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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

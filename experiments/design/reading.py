"""From a sweep file to an experiment, or to all that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.design.experiment import DESIGN, Experiment
from experiments.design.sampling import points_of
from experiments.design.sweep_file import SweepFile
from sim.problems import Problem, Problems
from sim.reading.overrides import Override


def read_experiment(
    source: str | Path | Mapping[str, Any],
    overrides: Sequence[Override] = (),
    *,
    customers: int | None = None,
    months: int | None = None,
    seed: int | None = None,
    replications: int | None = None,
    prices: str | None = None,
    allow_code: bool = False,
) -> tuple[Experiment, list[str]]:
    """Read a sweep file, and its scenario, and make and check every point of it.

    Args:
        source: The file; or what would stand in it, with paths relative to the working directory.
        overrides: Changes to the scenario, ``path=value``; see :func:`sim.scenario.load`.
        customers: Instead of the scenario's.
        months: Instead of the scenario's; later events are left out.
        seed: Instead of the design's.
        replications: Instead of the design's.
        prices: Instead of the design's, ``held`` or ``passed-on``.
        allow_code: Whether disciplines of one's own are imported.

    Returns:
        The experiment, and sentences about what was done without being asked for.

    Raises:
        Problems: All that is wrong with the design, the scenario, or what they make together.
    """
    options = [
        (f"--{name} {value}", f"{path}={value}")
        for name, path, value in (
            ("customers", "market.customers", customers),
            ("months", "market.months", months),
        )
        if value is not None
    ]
    of_design = [
        (f"--{name} {value}", f"{name}={value}")
        for name, value in (("seed", seed), ("replications", replications), ("prices", prices))
        if value is not None
    ]
    file = SweepFile(source, [*overrides, *options], of_design, allow_code=allow_code)
    design, base, whole = file.read()
    if customers is not None and base.network.kind == "file":
        message = "the network is read from a file, and every node of it is a customer"
        label = f"--customers {customers}"
        raise Problems([Problem("", message, file=label, suggestion="leave the option out")])
    if allow_code:
        from experiments.own_code import import_own_code

        for plan in (base, *file.plans_with_code(base)):
            import_own_code(plan, str(file.scenario_file))
    from experiments.resolving import resolved

    base, notes = resolved(base)
    base = base.with_values({"seed": design.seed, "replications": design.replications})
    experiment = Experiment(design, base, points_of(design, whole), file.name)
    file.check_points(experiment)
    return experiment, [*file.notes, *notes, *experiment.notes]


def read_written(folder: Path) -> Experiment:
    """The experiment of a folder that :meth:`Experiment.write` wrote to, for looking at results.

    Nothing is imported, no network is read, and points are not checked again.

    Raises:
        Problems: The folder holds no design, or somebody changed it into none.
    """
    file = SweepFile(folder / DESIGN, (), (), allow_code=True)
    design, base, whole = file.read()
    return Experiment(design, base, points_of(design, whole), folder.name)

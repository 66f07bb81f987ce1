"""A run is a value: a plan, a seed and the number of a replication give the same tables."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tsunagari.sim.recording import Results

if TYPE_CHECKING:
    import numpy as np

    from tsunagari.agents.firm.books import UnitCosts
    from tsunagari.experiments.runs.tables import Column, Columns
    from tsunagari.sim.scenario import Scenario

    type Costs = Mapping[str, Mapping[int, UnitCosts]]

_FEW = 200  # customers: enough for every compiled rule to be needed

type Progress = Callable[[int], None]
"""Told how many further months are done."""


@dataclass(frozen=True)
class Trial:
    """One market to be run, in this process or any other.

    Attributes:
        plan: The resolved scenario.
        seed: What all chance depends on, instead of the plan's own ``seed``.
        replication: 0 for ``Market(plan, seed)`` itself; 1, 2, … for the same under other luck.
        base: The market that prices are held to (:mod:`tsunagari.experiments.runs.given`); None:
            costs are passed on.
    """

    plan: Scenario
    seed: int
    replication: int = 0
    base: Scenario | None = None

    @cached_property
    def key(self) -> str:
        """Digest of what the tables depend on: 32 hexadecimal digits, the same on every machine."""
        own = digest(self.plan, seed=self.seed, replication=self.replication)
        if self.base is None:
            return own
        held_to = digest(self.base, seed=self.seed)
        return hashlib.blake2b((own + held_to).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, eq=False)
class TrialResult:
    """What one market came to.

    Attributes:
        trial: Which.
        tables: Table name to columns (``firms``, ``market``, ``cohorts``, ``flows``).
        seconds: Wall-clock seconds per phase: ``build``, ``months``, ``tables``.
        peak_memory: Most memory that the process had taken by the end, see :func:`peak_memory`.
    """

    trial: Trial
    tables: Mapping[str, Columns]
    seconds: dict[str, float]
    peak_memory: int | None = None


class Replications(Results):
    """The tables of all replications of a run, below one another.

    Attributes:
        trials: What was run, in order.
        seconds: Wall-clock seconds per phase, one mapping a replication.
    """

    def __init__(self, results: Sequence[TrialResult]) -> None:
        super().__init__(joined([result.tables for result in results]))
        self.trials: tuple[Trial, ...] = tuple(result.trial for result in results)
        self.seconds: tuple[Mapping[str, float], ...] = tuple(r.seconds for r in results)

    @property
    def title(self) -> str:
        """The scenario's title."""
        return self.trials[0].plan.title

    @property
    def story(self) -> str:
        """The scenario's story."""
        return self.trials[0].plan.story


def joined(parts: Sequence[Mapping[str, Columns]]) -> dict[str, Columns]:
    """Tables of the same names and columns, below one another."""
    import numpy as np

    def below(columns: Iterable[Column]) -> np.ndarray:
        return np.concatenate([np.asarray(column) for column in columns])

    if len(parts) == 1:
        return dict(parts[0])
    return {
        name: {column: below(part[name][column] for part in parts) for column in first}
        for name, first in parts[0].items()
    }


type Simulate = Callable[[Trial], TrialResult]
"""What runs a trial: :func:`run_trial`, or whatever stands in for it."""


def run_trial(
    trial: Trial, threads: int | None = None, progress: Progress | None = None
) -> TrialResult:
    """Build the market, run all its months and measure.

    Args:
        trial: The market.
        threads: Threads for the compiled rules; the result does not depend on it. None leaves it
            to the market.
        progress: Called after every month, with 1.
    """
    from tsunagari.sim.market import Market

    months = trial.plan.market.months
    held = None if trial.base is None else Priced(trial.base, trial.seed, trial.replication, months)
    started = time.perf_counter()
    market = Market(
        trial.plan,
        seed=trial.seed,
        replication=trial.replication,
        threads=threads,
        costs=None if held is None else costs_in(held, threads),
    )
    built = time.perf_counter()
    for _ in range(months):
        market.run_for(1)
        if progress is not None:
            progress(1)
    ran = time.perf_counter()
    if held is None:
        remember(Priced(trial.plan, trial.seed, trial.replication, months), market.unit_costs)
    tables = market.results.tables
    measured = time.perf_counter()
    seconds = {"build": built - started, "months": ran - built, "tables": measured - ran}
    return TrialResult(trial, tables, seconds, peak_memory())


def peak_memory() -> int | None:
    """Most memory this process ever had at once, its peak resident set in bytes.

    None where the system does not tell (Windows). In a process that runs one trial after another
    it is the most of all so far.
    """
    try:
        import resource
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024  # macOS counts bytes, others KiB


def warm_up(plan: Scenario) -> None:
    """Run a very small market of this kind, so that every compiled rule is on the disk."""
    months = min(plan.market.months, 2)
    small: dict[str, object] = {"market.months": months, "events": [], "claims": []}
    if plan.network.kind != "file":
        small["market.customers"] = min(plan.market.customers, _FEW)
    run_trial(Trial(plan.with_values(small), seed=0), threads=1)
    mark = _mark_of_warmth()
    if mark is not None:
        mark.touch()


def is_warm() -> bool:
    """Whether these very rules have been compiled and kept by an earlier process."""
    mark = _mark_of_warmth()
    return mark is not None and mark.exists()


def _mark_of_warmth() -> Path | None:
    """A file beside the compiled rules that is there once all of them are; None without any."""
    from tsunagari.agents.compiled import cache_folder

    folder = cache_folder()
    return None if folder is None else folder / "warm"


def digest(plan: Scenario, *, seed: int, replication: int | None = None) -> str:
    """BLAKE2b of a resolved plan in canonical form, with the seed in place of the plan's own.

    Without ``replication`` it stands for the whole run, the plan's number of replications included.
    Of a network in a file the content counts where its digest is known, not where the file lies.
    Claims and translations do not count: they say what is looked for in the tables, and how it is
    called elsewhere, and no table depends on them.
    """
    content = plan.model_dump(mode="json", exclude={"claims", "translations"})
    content["seed"] = seed
    if not content["members"]:
        del content["members"]
    if content["network"]["digest"] is not None:
        content["network"]["file"] = None
    if replication is not None:
        content["replications"] = None
        content["replication"] = replication
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


# -- what prices are held to --

_KEPT = 8
"""Runs whose costs a process remembers: trials held to one market come one after another."""


class Priced(NamedTuple):
    """A run on whose costs firms price.

    Attributes:
        plan: The market's.
        seed: What all chance depends on.
        replication: Which luck.
        months: For how long.
    """

    plan: Scenario
    seed: int
    replication: int
    months: int


_remembered: deque[tuple[Priced, Costs]] = deque(maxlen=_KEPT)


def costs_in(wanted: Priced, threads: int | None) -> Costs:
    """Costs per unit in the market that prices are held to.

    It is run here, unless this process has just done so: its costs depend on nothing but the
    plan, seed and replication, so that whoever runs it finds the same.
    """
    for known, costs in tuple(_remembered):
        is_long = known.months >= wanted.months and known[1:3] == wanted[1:3]
        if is_long and (known.plan is wanted.plan or known.plan == wanted.plan):
            return costs
    from tsunagari.sim.market import Market

    market = Market(wanted.plan, seed=wanted.seed, replication=wanted.replication, threads=threads)
    market.run_for(wanted.months)
    remember(wanted, market.unit_costs)
    return market.unit_costs


def remember(run: Priced, costs: Costs) -> None:
    """Keep what a market cost its firms, for trials whose prices are held to it."""
    _remembered.append((run, costs))

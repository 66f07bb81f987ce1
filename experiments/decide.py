"""Options of a firm compared, as one call: run, ranked and told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.deciding.asked import markets_of
from tsunagari.experiments.deciding.decide import LIMIT, Decision, decided
from tsunagari.experiments.deciding.searching import CANDIDATES
from tsunagari.experiments.runs.ensemble import read_members
from tsunagari.experiments.runs.workers import trial_runner
from tsunagari.experiments.telling.decision import as_json
from tsunagari.sim.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tsunagari.experiments.deciding.question import Question


def decide(
    plan: Scenario | str | Path,
    options: Question | str | Path | Mapping[str, Any],
    *,
    ensemble: Path | None = None,
    workers: int = 1,
    limit: int = LIMIT,
    search: bool = False,
) -> Decision:
    """Compare options of a firm at equal spend: which is best, how sure, what would turn it round.

    Args:
        plan: The scenario, its file or the name of a shipped one.
        options: The options file, or what would stand in it
            (:class:`~tsunagari.experiments.deciding.question.Question`).
        ensemble: File of members: what is not known of the market (``ensemble.parquet`` of a fit).
        workers: Processes side by side; the result does not depend on it.
        limit: Most draws of luck for each member.
        search: Whether to look for the best mix of the file's levers besides.

    Raises:
        tsunagari.sim.problems.Problems: All that is wrong with what was asked.
        tsunagari.experiments.runs.workers.WorkerDiedError: The system ended a worker process.
    """
    scenario = plan if isinstance(plan, Scenario) else Scenario.load(plan)
    fit = None
    if ensemble is not None:
        fit = Path(ensemble).parent
        scenario = scenario.with_values({"members": read_members(Path(ensemble))})
    markets, columns = markets_of(scenario, options, fit)
    with trial_runner(markets.base, workers=workers, threads=1) as run:
        found = decided(
            markets, run, limit=limit, candidates=CANDIDATES if search else 0, columns=columns
        )
    return replace(found, verdict=as_json(found)["verdict"])

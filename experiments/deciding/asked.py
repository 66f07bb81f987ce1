"""From what was typed to markets: the scenario, the options, and what a fit left beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tsunagari.experiments.deciding.markets import Markets
from tsunagari.experiments.deciding.question import Question, decider, read_question
from tsunagari.experiments.runs.ensemble import read_ensemble
from tsunagari.sim.scenario import Scenario

type Spreads = dict[str, dict[str, tuple[float, float]]]
"""By column that a table might have, and path: the spread of a number now and with it."""


def markets_of(
    plan: Scenario | str | Path,
    options: Question | str | Path | Mapping[str, Any],
    ensemble: Path | None,
) -> tuple[Markets, Spreads]:
    """The markets of a question, and what further columns would narrow.

    Args:
        plan: The scenario.
        options: What is to be decided.
        ensemble: File of members; with the files of its fit beside it, the decision begins after
            the last month of the fit's data.

    Raises:
        Problems: All that is wrong with any of them.
    """
    scenario = plan if isinstance(plan, Scenario) else Scenario.load(plan)
    question = options if isinstance(options, Question) else read_question(options)
    firm = decider(question, scenario)
    if ensemble is None:
        return Markets.of(scenario, question, firm), {}
    members = read_ensemble(Path(ensemble), scenario)
    folder = Path(ensemble).parent
    markets = Markets.of(scenario, question, firm, now=_last_month(folder), ensemble=members)
    return markets, _spreads(folder)


def _last_month(folder: Path) -> int:
    """The last month of a fit's data; 0 where there is none."""
    file = folder / "fit.json"
    return int(json.loads(file.read_text(encoding="utf-8"))["months"]) if file.exists() else 0


def _spreads(folder: Path) -> Spreads:
    """What columns that the table did not have would narrow, as the fit found."""
    from tsunagari.experiments.runs.tables import read_table

    file = folder / "columns.parquet"
    if not file.exists():
        return {}
    table = read_table(file)
    rows = list(zip(*(table[name].tolist() for name in ("column", "present", "path", "ratio")),
                    strict=True))  # fmt: skip
    now = {path: ratio for column, _, path, ratio in rows if not column}
    found: Spreads = {}
    for column, present, path, ratio in rows:
        if column and not present:
            found.setdefault(column, {})[path] = (now[path], ratio)
    return found

"""From what was typed to markets: the scenario, the options, and what a fit left beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tsunagari.experiments.deciding.faults import refuse
from tsunagari.experiments.deciding.markets import Markets
from tsunagari.experiments.deciding.question import Question, decider, read_question
from tsunagari.sim.scenario import Scenario

type Spreads = dict[str, dict[str, tuple[float, float]]]
"""By column that a table might have, and path: the spread of a number now and with it."""


def markets_of(
    plan: Scenario, options: Question | str | Path | Mapping[str, Any], fit: Path | None = None
) -> tuple[Markets, Spreads]:
    """The markets of a question, and what further columns would narrow.

    Args:
        plan: The scenario, with members where it is said what is not known.
        options: What is to be decided.
        fit: Folder of the fit that the members are of: the decision then begins after the last
            month of its data.

    Raises:
        Problems: All that is wrong with any of them.
    """
    question = options if isinstance(options, Question) else read_question(options)
    firm = decider(question, plan)
    markets = Markets.of(plan, question, firm, 0 if fit is None else _last_month(fit))
    refuse(markets)
    return markets, {} if fit is None else _spreads(fit)


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

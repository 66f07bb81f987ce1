"""What a user takes home from a page: the scenario that runs, and the report of the run so far."""

from __future__ import annotations

import datetime
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.store.folder import RECORD, REPORT, SCENARIO, ResultFolder, safe_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from experiments.store.tables import Columns
    from sim.scenario import Scenario


@dataclass(frozen=True)
class Download:
    """A file for a browser.

    Attributes:
        name: What it is called.
        kind: Its media type.
        content: Its bytes.
    """

    name: str
    kind: str
    content: bytes


def scenario_file(plan: Scenario, name: str) -> Download:
    """The scenario with every value, as ``tsunagari run`` takes it.

    Args:
        plan: The scenario.
        name: Of the file it was made of, without its ending.
    """
    from sim.reading.dumping import text_of_plan

    content = text_of_plan(plan).encode("utf-8")
    return Download(f"{safe_name(name)}.yaml", "application/yaml", content)


def report_file(plan: Scenario, tables: Mapping[str, Columns], month: int, name: str) -> Download:
    """The report of a run up to a month, as of a run that was meant to be so long.

    Args:
        plan: The scenario of the run.
        tables: The run's tables so far.
        month: Months that are complete, at least 1.
        name: Of the file the scenario was made of, without its ending.
    """
    from experiments.report.report import report
    from experiments.report.source import opened

    with tempfile.TemporaryDirectory(prefix="tsunagari-") as place:
        folder = Path(place) / safe_name(name)
        write_result(cut_off(plan, month), tables, folder)
        content = report(opened(folder), made_by="tsunagari app").encode("utf-8")
    return Download(f"{safe_name(name)}-{REPORT}", "text/html", content)


def cut_off(plan: Scenario, month: int) -> Scenario:
    """The scenario of a run that ends with a month: without what would happen later.

    Claims speak of other markets and of the whole length; a run on a page does not judge them.
    """
    from experiments.app.catalogue import dumped_events, translated_notes

    events = dumped_events(plan)
    later = [place for place, event in enumerate(events) if event["month"] > month]
    values: dict[str, Any] = {
        "market.months": month,
        "events": [event for place, event in enumerate(events) if place not in later],
        "claims": [],
        **translated_notes(plan, later),
    }
    for language in plan.translations:
        values |= {f"translations.{language}.{texts}": [] for texts in ("claims", "remarks")}
    return plan.with_values(values)


def write_result(plan: Scenario, tables: Mapping[str, Columns], folder: Path) -> None:
    """Write a result folder as ``tsunagari run`` does: the four tables, the scenario, ``run.json``.

    Raises:
        OSError: It cannot be written.
    """
    from experiments.store.record import run_record
    from experiments.store.tables import write_table
    from experiments.trial import Trial
    from sim.reading import dump

    started = datetime.datetime.now(datetime.UTC)
    with ResultFolder(folder) as result:
        for name, columns in tables.items():
            write_table(columns, result.staging / f"{name}.parquet", "parquet")
        dump(plan, result.staging / SCENARIO)
        result.complete(
            run_record(
                plan,
                [Trial(plan, plan.seed)],
                started=started,
                phases={},
                seconds=[{}],
                notes=[],
                command=["tsunagari", "run", SCENARIO],
            )
        )
    assert (folder / RECORD).exists()

"""The scenarios that a page offers, the plans that sliders make of them, and what is taken home."""

from __future__ import annotations

import datetime
import json
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.runs.folder import RECORD, REPORT, SCENARIO, ResultFolder, safe_name
from tsunagari.experiments.telling.problems import in_words
from tsunagari.experiments.telling.scenario import title_of
from tsunagari.experiments.words import Language, Words
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.scenario import Scenario

if TYPE_CHECKING:
    from tsunagari.experiments.runs.results import Source
    from tsunagari.experiments.runs.tables import Columns

DEFAULT = "three-disciplines"
"""The scenario a page opens with when nobody names one."""

_RESIZED = "market.customers"
_EVENTS = "events."


@dataclass(frozen=True)
class Catalogue:
    """The shipped scenarios and the file a page was started with.

    Attributes:
        opening: The scenario that is open at first: a file, or the name of a shipped one.
        sets: ``path=value`` texts over the opening scenario.
        sizes: Values by path over every scenario: customers, months and seed, where asked for.
        ensemble: What is not known of the opening scenario's market: a file of members.
        allow_code: Whether the opening scenario may name Python classes.
        report: Makes the document of a result folder; None where none is offered.
        language: Of the page.
    """

    opening: str = DEFAULT
    sets: tuple[str, ...] = ()
    sizes: tuple[tuple[str, int], ...] = ()
    ensemble: Path | None = None
    allow_code: bool = False
    report: Callable[[Source], str] | None = None
    language: Language = "en"

    def titles(self) -> dict[str, str]:
        """Title by source, the opening scenario first if it is none of the shipped ones.

        Raises:
            Problems: The opening scenario cannot be read.
        """
        from tsunagari import scenarios

        shipped = {name: self._title(name) for name in scenarios.names()}
        if self.opening in shipped:
            return shipped
        title = self.plan(self.opening)[0].title or Path(self.opening).stem
        return {self.opening: title, **shipped}

    def _title(self, name: str) -> str:
        """A shipped scenario's title in the reader's language."""
        from tsunagari import scenarios

        if self.language == "en":
            return scenarios.title(name)
        return title_of(Scenario.load(name), Words(self.language))

    def plan(
        self, source: str, changed: Mapping[str, Any] | None = None
    ) -> tuple[Scenario, list[str]]:
        """A scenario with what the command line and the sliders say, and notes about it.

        Args:
            source: One of :meth:`titles`.
            changed: Value by dotted path, over all else.

        Raises:
            Problems: All that is wrong with it, each at its path.
        """
        from tsunagari.experiments.runs.given import plan_of, resolved

        opening = source == self.opening
        of_file: dict[str, Any] = (
            {"allow_code": self.allow_code, "ensemble": self.ensemble} if opening else {}
        )
        overrides: list[Any] = list(self.sets) if opening else []
        values = {**dict(self.sizes), **(changed or {})}
        if any(path.startswith(_EVENTS) for path in values):
            whole, _ = plan_of(source, overrides, **of_file)
            values = _with_events(whole, values)
        overrides += [_override(path, value) for path, value in values.items()]
        plan, notes = plan_of(source, overrides, **of_file)
        if plan.network.kind == "file" and _RESIZED in values:
            message = "the network is read from a file, and every node of it is a customer"
            raise Problems([Problem(_RESIZED, message, suggestion="leave the number as it is")])
        plan, more_notes = resolved(plan)
        return plan, [*notes, *more_notes]


def sentences(problems: Problems) -> list[dict[str, str]]:
    """What is wrong, for a page: the path it is about and a sentence, in the order of the file."""
    told = []
    for problem in map(in_words, problems.problems):
        known = problem.path or (problem.file or "")
        what = problem.message + (f"; {problem.suggestion}" if problem.suggestion else "")
        told.append({"path": problem.path, "text": f"{known}: {what}" if known else what})
    return told


def dumped_events(plan: Scenario) -> list[dict[str, Any]]:
    """The events of a scenario as a file would have them: only what was written."""
    return [
        event.model_dump(mode="json", by_alias=True, exclude_unset=True) for event in plan.events
    ]


def _with_events(plan: Scenario, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values in which the events stand as one list: changed by a key, or left out altogether.

    ``events.2: False`` leaves the third event out; positions are those of the scenario as it is.
    """
    events = dumped_events(plan)
    others: dict[str, Any] = {}
    left_out: set[int] = set()
    for path, value in values.items():
        if not path.startswith(_EVENTS):
            others[path] = value
            continue
        place, _, key = path.removeprefix(_EVENTS).partition(".")
        if key:
            events[int(place)][key] = value
        elif value is False:
            left_out.add(int(place))
    kept = [event for place, event in enumerate(events) if place not in left_out]
    return {**others, "events": kept, **translated_notes(plan, left_out)}


def translated_notes(plan: Scenario, left_out: Collection[int]) -> dict[str, list[str]]:
    """The translated notes of all events but some, by path: there is one for every event."""
    return {
        f"translations.{language}.notes": [
            note for place, note in enumerate(words.notes) if place not in left_out
        ]
        for language, words in plan.translations.items()
    }


def _override(path: str, value: Any) -> tuple[str, str]:
    """An override that messages call by its path; JSON is YAML, too."""
    from tsunagari.sim.reading.dumping import scalar_text

    text = scalar_text(value) if not isinstance(value, list) else json.dumps(value)
    return path, f"{path}={text}"


# -- what is taken home --------------------------------------------------------------------------


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
    from tsunagari.sim.reading.dumping import text_of_plan

    content = text_of_plan(plan).encode("utf-8")
    return Download(f"{safe_name(name)}.yaml", "application/yaml", content)


def report_file(
    report: Callable[[Source], str],
    plan: Scenario,
    tables: Mapping[str, Columns],
    month: int,
    name: str,
) -> Download:
    """The report of a run up to a month, as of a run that was meant to be so long.

    Args:
        report: Makes the document of a result folder.
        plan: The scenario of the run.
        tables: The run's tables so far.
        month: Months that are complete, at least 1.
        name: Of the file the scenario was made of, without its ending.
    """
    from tsunagari.experiments.runs.results import opened

    with tempfile.TemporaryDirectory(prefix="tsunagari-") as place:
        folder = Path(place) / safe_name(name)
        write_result(cut_off(plan, month), tables, folder)
        content = report(opened(folder)).encode("utf-8")
    return Download(f"{safe_name(name)}-{REPORT}", "text/html", content)


def cut_off(plan: Scenario, month: int) -> Scenario:
    """The scenario of a run that ends with a month: without what would happen later.

    Claims speak of other markets and of the whole length; a run on a page does not judge them.
    """
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
    from tsunagari.experiments.runs.record import run_record
    from tsunagari.experiments.runs.tables import write_table
    from tsunagari.experiments.runs.trial import Trial
    from tsunagari.sim.reading import dump

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

"""``tsunagari compare``: scenarios under the same luck, and what differs between them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.cli import options
from experiments.cli.asked import asked_for, plans_of
from experiments.cli.clock import Clock, tell
from experiments.cli.progress import MonthsDone
from experiments.runs.folder import ResultFolder
from experiments.runs.interrupts import remembered

if TYPE_CHECKING:
    from experiments.studies.changes import Alternative
    from experiments.studies.compare import Comparison
    from sim.scenario import Scenario

_QUESTION = "Question"
_BRIEF = ("measure", "months", "prices", "precision", "words")

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE",
        help="Scenario files or names of shipped ones; the first is the base.",
        show_default=False,
    ),
]
Variants = Annotated[
    list[str] | None,
    typer.Option(
        "--variant",
        metavar="PATH=VALUE",
        help="One more scenario: the first FILE with this, or with several joined by '; '. "
        "May be repeated.",
        rich_help_panel="Scenario",
        show_default=False,
    ),
]
At = Annotated[
    list[int] | None,
    typer.Option(
        "--at",
        metavar="MONTH",
        min=0,
        help="A month of the table. May be repeated.",
        rich_help_panel=_QUESTION,
        show_default="every twelfth and the last",
    ),
]
Measure = Annotated[
    str,
    typer.Option(
        "--measure",
        metavar="NAME",
        help="A column of firms or market, to show and to be precise about.",
        rich_help_panel=_QUESTION,
    ),
]
Precision = Annotated[
    float | None,
    typer.Option(
        "--precision",
        metavar="H",
        help="Add replications until the intervals of the measure reach no farther than ±H.",
        rich_help_panel=_QUESTION,
        show_default=False,
    ),
]
Limit = Annotated[
    int,
    typer.Option(
        "--limit",
        metavar="R",
        help="Most replications that --precision may lead to.",
        rich_help_panel=_QUESTION,
    ),
]


def compare(
    files: Files,
    sets: options.Set = None,
    variants: Variants = None,
    customers: options.Customers = None,
    months: options.Months = None,
    seed: options.Seed = None,
    replications: options.Replications = None,
    allow_code: options.AllowCode = False,
    at: At = None,
    measure: Measure = "market_share",
    prices: options.HeldPrices = "held",
    precision: Precision = None,
    limit: Limit = 100,
    workers: options.Workers = 1,
    threads: options.Threads = None,
    out: options.Out = None,
    force: options.Force = False,
    format: options.TableFormat = "parquet",
    no_figures: options.NoFigures = False,
    quiet: options.Quiet = False,
    json: options.Json = False,
) -> None:
    """Run scenarios with the same customers and the same luck; show what differs.

    One FILE with --set is compared with itself as it stands. Of several FILEs, and with --variant,
    --set is for all of them. Without --replications there are 10, or as many as the first FILE
    says if that is more.
    """
    clock = Clock()
    plans, names, notes = plans_of(
        asked_for(files, sets or [], variants or []),
        customers=customers,
        months=months,
        seed=seed,
        allow_code=allow_code,
    )
    name = f"{Path(files[0]).stem}-compared"
    folder = ResultFolder(out, force=force) if out else ResultFolder.named_after(name)
    with remembered() as stop_if_interrupted, folder:
        alternatives, more_notes = _resolved(plans, names)
        notes = list(dict.fromkeys([*notes, *more_notes]))
        tell(notes, quiet=quiet)
        clock.phase("prepare")
        from experiments.studies.compare import compare as compared
        from experiments.studies.compared_files import RunTables, write_comparison

        count = _most_replications(alternatives, replications, precision, limit)
        with (
            _Months(alternatives, count, stop_if_interrupted, quiet=quiet) as progress,
            RunTables(folder.staging, format) as tables,
        ):
            found = compared(
                alternatives,
                seed=seed,
                replications=replications,
                workers=workers,
                threads=threads,
                at=at or None,
                measure=measure,
                prices=prices,
                precision=precision,
                limit=limit,
                progress=progress,
                take=tables.take,
            )
        tell(found.notes, quiet=quiet)
        clock.phase("simulate")
        listed = write_comparison(found, folder.staging, format)
        clock.phase("write")
        if not no_figures:
            from experiments.studies.charts import draw_differences

            draw_differences(found, folder.staging)
            clock.phase("draw")
        record = _record(found, clock, tables.seconds, [*notes, *found.notes], listed)
        stop_if_interrupted()
        folder.complete(record)
    _answer(found, folder.path, as_json=json)


def _resolved(
    plans: Sequence[Scenario], names: Sequence[str]
) -> tuple[list[Alternative], list[str]]:
    """The scenarios with what the files they name can tell, under labels of their own."""
    from experiments.resolving import resolved
    from experiments.studies.changes import labelled

    found = [resolved(plan) for plan in plans]
    notes = [note for _, told in found for note in told]
    return labelled([plan for plan, _ in found], names), notes


def _most_replications(
    alternatives: Sequence[Alternative],
    replications: int | None,
    precision: float | None,
    limit: int,
) -> int:
    """How many replications there will be, at most."""
    if precision is not None:
        return limit
    return replications or max(10, alternatives[0].plan.replications)


class _Months(MonthsDone):
    """Months done of all scenarios; an interrupt that could have got lost is raised."""

    def __init__(
        self,
        alternatives: Sequence[Alternative],
        replications: int,
        stop_if_interrupted: Callable[[], None],
        *,
        quiet: bool,
    ) -> None:
        months = sum(alternative.plan.market.months for alternative in alternatives)
        super().__init__(months * replications, quiet=quiet)
        self._stop_if_interrupted = stop_if_interrupted

    def __call__(self, months: int) -> None:
        self._stop_if_interrupted()
        super().__call__(months)


def _record(
    found: Comparison,
    clock: Clock,
    seconds: Sequence[dict[str, float]],
    notes: Sequence[str],
    scenarios: list[dict[str, Any]],
) -> dict[str, Any]:
    """What ``run.json`` says: that of a run of the base, then the comparison."""
    from experiments.runs.record import run_record
    from experiments.runs.trial import Trial
    from experiments.telling.compare import as_json

    base = found.alternatives[0].plan.with_values({"replications": found.replications})
    record = run_record(
        base,
        [Trial(base, found.seed, number) for number in range(found.replications)],
        started=clock.started,
        phases=clock.seconds,
        seconds=seconds[:: len(found.alternatives)],
        notes=notes,
        command=["tsunagari", *sys.argv[1:]],
    )
    summary = as_json(found)
    brief = {name: summary[name] for name in _BRIEF}
    return {**record, "scenarios": scenarios, "comparison": brief}


def _answer(found: Comparison, folder: Path, *, as_json: bool) -> None:
    from experiments.telling import compare as printing

    if as_json:
        from json import dumps

        summary = printing.as_json(found)
        print(dumps(summary, ensure_ascii=False, allow_nan=False, indent=2))
        return
    print(printing.as_text(found), end="\n\n")
    print(f"Results: {folder}")

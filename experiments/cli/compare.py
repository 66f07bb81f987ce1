"""``tsunagari compare``: scenarios under the same luck, and what differs between them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tsunagari.experiments.cli.job import Job, print_answer, print_json
from tsunagari.experiments.cli.options import (
    ALLOW_CODE,
    ENSEMBLE,
    PRICES,
    SETS,
    Luck,
    Place,
    Said,
    Size,
    Work,
    Written,
    argument,
    option,
    record,
)
from tsunagari.experiments.runs.given import with_every_member
from tsunagari.sim.paths import assignment_of
from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from tsunagari.experiments.studies.changes import Alternative
    from tsunagari.experiments.studies.compare import Comparison
    from tsunagari.sim.reading.overrides import Override
    from tsunagari.sim.scenario import Scenario

_BRIEF = ("measure", "months", "prices", "precision", "words")


@record
class Scenarios:
    """What is compared."""

    files: list[str] = argument(
        "FILE", "Scenario files or names of shipped ones; the first is the base."
    )
    sets: list[str] | None = SETS
    variants: list[str] | None = option(
        "--variant PATH=VALUE",
        "One more scenario: the first FILE with this, or with several joined by '; '. "
        "May be repeated.",
        shown=False,
    )
    size: Luck
    ensemble: Path | None = ENSEMBLE
    allow_code: bool = ALLOW_CODE


@record
class Question:
    """What of it is asked for."""

    at: list[int] | None = option(
        "--at MONTH",
        "A month of the table. May be repeated.",
        min=0,
        shown="every twelfth and the last",
    )
    measure: str = option(
        "--measure NAME",
        "A column of firms or market, to show and to be precise about.",
        "market_share",
    )
    prices: Literal["held", "passed-on"] = PRICES
    precision: float | None = option(
        "--precision H",
        "Add replications until the intervals of the measure reach no farther than ±H.",
        shown=False,
    )
    limit: int = option("--limit R", "Most replications that --precision may lead to.", 100)


def compare(
    asked: Scenarios,
    question: Question,
    work: Work,
    place: Place,
    written: Written,
    said: Said,
) -> None:
    """Run scenarios with the same customers and the same luck; show what differs.

    One FILE with --set is compared with itself as it stands. Of several FILEs, and with --variant,
    --set is for all of them. Without --replications there are 10, or as many as the first FILE
    says if that is more.
    """
    job = Job(quiet=said.quiet)
    plans, names = _plans_of(job, asked)
    with job.in_folder(place, f"{Path(asked.files[0]).stem}-compared") as folder:
        from tsunagari.experiments.studies.changes import labelled

        alternatives = labelled(job.resolve(*plans), names)
        job.phase("prepare")
        from tsunagari.experiments.runs.workers import worth_starting
        from tsunagari.experiments.studies.compare import compare as compared
        from tsunagari.experiments.studies.compared import RunTables, write_comparison

        months = _most_months(alternatives, asked, question)
        with (
            job.progress(months) as progress,
            RunTables(folder.staging, written.format) as tables,
        ):
            found = compared(
                alternatives,
                seed=asked.size.seed,
                replications=asked.size.replications,
                **{**vars(question), "at": question.at or None},
                workers=work.workers or worth_starting(alternatives[0].plan, months),
                threads=work.threads,
                progress=progress,
                take=tables.take,
            )
        job.note(found.notes)
        job.phase("simulate")
        listed = write_comparison(found, folder.staging, written.format)
        job.phase("write")
        if not written.no_figures:
            from tsunagari.experiments.telling.study_charts import draw_differences

            draw_differences(found, folder.staging)
            job.phase("draw")
        job.complete(folder, _record(job, found, tables.seconds, listed))
    from tsunagari.experiments.telling import compare as answer

    if said.json:
        print_json(answer.as_json(found))
    else:
        print_answer(answer.as_text(found), folder.path)


def _plans_of(job: Job, asked: Scenarios) -> tuple[list[Scenario], list[str]]:
    """The scenarios, and what each is called.

    Raises:
        Problems: All that is wrong with any of them.
    """
    whole = asked.size
    size = Size(customers=whole.customers, months=whole.months, seed=whole.seed)
    plans, names = [], []
    problems: list[Problem] = []
    for file, overrides in _asked_for(asked):
        try:
            plan = job.load_file(file, overrides, size, asked.allow_code, asked.ensemble)
        except Problems as raised:
            problems += raised.problems
            continue
        plans.append(with_every_member(plan, whole.replications))
        names.append(plan.title or Path(file).stem)
    if problems:
        raise Problems(dict.fromkeys(problems))
    return plans, names


def _asked_for(asked: Scenarios) -> list[tuple[str, list[Override]]]:
    """File and overrides of every scenario that was asked for, the base first.

    Raises:
        Problems: There would be one only.
    """
    files, sets = asked.files, asked.sets or []
    if len(files) == 1 and not asked.variants:
        if not sets:
            message = "one scenario alone cannot be compared"
            suggestion = "name another file, or what to change: --set firms.Lean.price=0.99"
            raise Problems([Problem("", message, file=files[0], suggestion=suggestion)])
        return [(files[0], []), (files[0], list(sets))]
    changed = [(files[0], [*sets, *_parts(variant)]) for variant in asked.variants or ()]
    whole: list[tuple[str, list[Override]]] = [(file, list(sets)) for file in files]
    return whole + changed


def _parts(variant: str) -> list[Override]:
    """The ``path=value`` texts of a variant, which "; " joins; a value may hold one, too."""
    parts: list[str] = []
    for piece in variant.split("; "):
        if parts and not _is_assignment(piece):
            parts[-1] += f"; {piece}"
        else:
            parts.append(piece)
    return [(f"--variant {part}", part) for part in parts]


def _is_assignment(text: str) -> bool:
    try:
        assignment_of(text)
    except ValueError:
        return False
    return True


def _most_months(alternatives: Sequence[Alternative], asked: Scenarios, question: Question) -> int:
    """How many months of market will be simulated, at most."""
    count = asked.size.replications or max(10, alternatives[0].plan.replications)
    if question.precision is not None:
        count = question.limit
    return count * sum(alternative.plan.market.months for alternative in alternatives)


def _record(
    job: Job,
    found: Comparison,
    seconds: Sequence[dict[str, float]],
    scenarios: list[dict[str, Any]],
) -> dict[str, Any]:
    """What ``run.json`` says: that of a run of the base, then the comparison."""
    from tsunagari.experiments.telling.compare import as_json

    base = found.alternatives[0].plan.with_values({"replications": found.replications})
    times = seconds[:: len(found.alternatives)]
    record = job.record(base, found.replications, times, seed=found.seed)
    summary = as_json(found)
    brief = {name: summary[name] for name in _BRIEF}
    return {**record, "scenarios": scenarios, "comparison": brief}

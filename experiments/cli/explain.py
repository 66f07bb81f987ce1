"""``tsunagari explain``: why customers stay, what that is worth, and why one of them left."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tsunagari.experiments.cli.job import Job, print_answer, print_json
from tsunagari.experiments.cli.options import (
    OneScenario,
    Place,
    Said,
    Work,
    Written,
    option,
    record,
)
from tsunagari.experiments.runs.folder import SCENARIO
from tsunagari.experiments.words import Words
from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from tsunagari.experiments.explain.explanation import Explanation
    from tsunagari.experiments.runs.tables import Format
    from tsunagari.sim.scenario import Scenario

_WORDS = "explanation.txt"
_WIDTH = 100


@record
class Asked:
    """What is asked of a market."""

    only: list[str] | None = option(
        "--only QUESTION",
        "Only retention, word-of-mouth or connection. May be repeated.",
        shown="all three",
    )
    firm: list[str] | None = option(
        "--firm NAME", "A firm to ask about. May be repeated.", shown="all firms at the start"
    )
    from_: int | None = option(
        "--from MONTH",
        "Month at which cohorts are closed and a firm begins to spend more.",
        min=1,
        shown="12; half-way in runs of less than 24 months",
    )
    lever: Literal["service", "attention"] = option(
        "--lever", "What a firm spends more on.", "service"
    )
    raises: list[float] | None = option(
        "--raise X",
        "A step of the ladder: so far above the firm's own level. May be repeated.",
        shown="0.1, 0.3, 0.8 of service; 0.05, 0.15, 0.4 of attention",
    )
    horizon: int | None = option(
        "--horizon N",
        "Months over which a connection is followed.",
        min=1,
        shown="to the end of the run",
    )
    prices: Literal["held", "passed-on"] | None = option(
        "--prices",
        "held: costs that a change brings do not reach prices; passed-on: they do.",
        shown="held",
    )


@record
class AskedOfOne:
    """What is asked of one customer."""

    customer: int | None = option(
        "--customer ID", "Tell why this customer left, and nothing else.", shown=False
    )
    month: int | None = option(
        "--month M", "Month of that customer to explain.", shown="when they last left a provider"
    )


def explain(
    asked: OneScenario,
    question: Asked,
    one: AskedOfOne,
    work: Work,
    place: Place,
    written: Written,
    said: Said,
) -> None:
    """Tell what holds customers, and what word of mouth and a connection are worth.

    With --customer: why that one left, or what holds one who never did. Without --replications
    there are 5, or as many as the scenario says if that is more; 3 where retention is taken apart.
    """
    job = Job(quiet=said.quiet)
    plan = job.load(asked)
    if one.customer is not None:
        _refuse_beside_customer(question, place)
        _explain_customer(job, plan, one.customer, one.month, work.threads, as_json=said.json)
        return
    if one.month is not None:
        message = "a month of one customer, and no customer is given"
        suggestion = "--customer ID says which; --from MONTH is for the other questions"
        raise Problems([Problem("", message, file=f"--month {one.month}", suggestion=suggestion)])
    from tsunagari.experiments.explain.explanation import explained, questions_of, replications_of
    from tsunagari.experiments.telling import explained as answer

    questions = questions_of(plan, **vars(question))
    with job.in_folder(place, f"{Path(asked.file).stem}-explained") as folder:
        (plan,) = job.resolve(plan)
        job.phase("prepare")
        given = asked.size.replications
        found = explained(plan, questions, job.stage, replications=given, **vars(work))
        _write(found, folder.staging, written.format)
        job.phase("write")
        if not written.no_figures:
            _draw(found, folder.staging)
            job.phase("draw")
        record = job.record(plan, replications_of(plan, questions, given))
        job.complete(folder, {**record, "explanation": asdict(questions)})
    if said.json:
        print_json(answer.as_json(found))
    else:
        print_answer(answer.as_text(found, _WIDTH), folder.path)


def _refuse_beside_customer(question: Asked, place: Place) -> None:
    """One customer is explained on the terminal; options of the other questions mean nothing."""
    given = {
        "--only": question.only, "--firm": question.firm, "--from": question.from_,
        "--raise": question.raises, "--horizon": question.horizon, "--prices": question.prices,
        "--out": place.out, "--force": place.force or None,
    }  # fmt: skip
    problems = [
        Problem("", "has no meaning together with --customer", file=name, suggestion="leave it out")
        for name, value in given.items()
        if value is not None
    ]
    if problems:
        raise Problems(problems)


def _explain_customer(
    job: Job,
    plan: Scenario,
    number: int,
    month: int | None,
    threads: int | None,
    *,
    as_json: bool,
) -> None:
    from tsunagari.experiments.explain.customer import explain_customer
    from tsunagari.experiments.telling import customer as told
    from tsunagari.experiments.words.terminal import wrapped

    (plan,) = job.resolve(plan)
    with job.interruptible(), job.progress(2 * plan.market.months) as progress:
        found = explain_customer(plan, number, month=month, threads=threads, progress=progress)
    if as_json:
        print_json(told.as_json(found))
        return
    words = Words.of(plan)
    print("\n".join(wrapped(told.in_words(found, words), _WIDTH)))
    table = told.as_table(found, words)
    if table:
        print(f"\n{table}")


def _write(found: Explanation, folder: Path, format: Format) -> None:
    from tsunagari.experiments.runs.tables import write_table
    from tsunagari.experiments.telling.explained import as_text
    from tsunagari.sim.reading import dump

    for name, columns in found.tables.items():
        write_table(columns, folder / f"{name}.{format}", format)
    (folder / _WORDS).write_text(as_text(found, _WIDTH) + "\n", encoding="utf-8")
    dump(found.plan, folder / SCENARIO)


def _draw(found: Explanation, folder: Path) -> None:
    """A picture for every question."""
    from tsunagari.experiments.pictures.page import plain_settings
    from tsunagari.experiments.telling.explained_charts import pages

    with plain_settings():
        for name, page in pages(found).items():
            page.save(folder, name)

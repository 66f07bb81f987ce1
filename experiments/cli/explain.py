"""``tsunagari explain``: why customers stay, what that is worth, and why one of them left."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.cli import explain_options as asked
from experiments.cli import options
from experiments.cli.clock import Clock, tell
from experiments.cli.loading import plan_of
from experiments.cli.progress import MonthsDone
from experiments.cli.questions import Questions, questions_of
from experiments.runs.folder import SCENARIO, ResultFolder
from experiments.runs.interrupts import remembered
from sim.problems import Problem, Problems

if TYPE_CHECKING:
    from experiments.explain.connection import Connection
    from experiments.explain.explanation import Explanation
    from experiments.explain.retention import RetentionParts
    from experiments.explain.word_of_mouth import WordOfMouth
    from experiments.runs.tables import Format
    from sim.scenario import Scenario

    type _Told = Callable[[int, str], _Months]
    """Given how many months there are to simulate, and of what: whom to tell of those done."""

_WORDS = "explanation.txt"
_WIDTH = 100
_REPLICATIONS, _RETENTION_REPLICATIONS = 5, 3
"""Fewest replications without --replications; retention runs 256 twins of a market for a firm."""


def explain(
    file: options.File,
    sets: options.Set = None,
    customers: options.Customers = None,
    months: options.Months = None,
    seed: options.Seed = None,
    replications: options.Replications = None,
    allow_code: options.AllowCode = False,
    only: asked.Only = None,
    firm: asked.FirmName = None,
    from_: asked.From = None,
    lever: asked.LeverName = "service",
    raises: asked.Raise = None,
    horizon: asked.Horizon = None,
    prices: asked.HeldPrices = None,
    customer: asked.CustomerNumber = None,
    month: asked.Month = None,
    workers: options.Workers = 1,
    threads: options.Threads = None,
    out: options.Out = None,
    force: options.Force = False,
    format: options.TableFormat = "parquet",
    no_figures: options.NoFigures = False,
    quiet: options.Quiet = False,
    json: options.Json = False,
) -> None:
    """Tell what holds customers, and what word of mouth and a connection are worth.

    With --customer: why that one left, or what holds one who never did. Without --replications
    there are 5, or as many as the scenario says if that is more; 3 where retention is taken apart.
    """
    clock = Clock()
    plan, notes = plan_of(
        file,
        sets,
        customers=customers,
        months=months,
        seed=seed,
        replications=replications,
        allow_code=allow_code,
    )
    if customer is not None:
        given = {
            "--only": only, "--firm": firm, "--from": from_, "--raise": raises,
            "--horizon": horizon, "--prices": prices, "--out": out, "--force": force or None,
        }  # fmt: skip
        _refuse_beside_customer(given)
        _explain_customer(plan, notes, customer, month, threads, quiet=quiet, as_json=json)
        return
    if month is not None:
        message = "a month of one customer, and no customer is given"
        suggestion = "--customer ID says which; --from MONTH is for the other questions"
        raise Problems([Problem("", message, file=f"--month {month}", suggestion=suggestion)])
    questions = questions_of(plan, only, firm, from_, lever, raises, horizon, prices or "held")
    name = f"{Path(file).stem}-explained"
    folder = ResultFolder(out, force=force) if out else ResultFolder.named_after(name)
    with remembered() as stop_if_interrupted, folder:
        from experiments.resolving import resolved

        plan, more_notes = resolved(plan)
        notes += more_notes
        tell(notes, quiet=quiet)
        clock.phase("prepare")
        work = {"workers": workers, "threads": threads}
        found = _found(plan, questions, replications, work, stop_if_interrupted, clock, quiet=quiet)
        _write(plan, found, folder.staging, format)
        clock.phase("write")
        if not no_figures:
            found.draw(folder.staging, seed=plan.seed)
            clock.phase("draw")
        record = _record(plan, questions, replications, clock, notes)
        stop_if_interrupted()
        folder.complete(record)
    _answer(found, folder.path, as_json=json)


def _refuse_beside_customer(given: Mapping[str, object]) -> None:
    """One customer is explained on the terminal; options of the other questions mean nothing."""
    problems = [
        Problem("", "has no meaning together with --customer", file=name, suggestion="leave it out")
        for name, value in given.items()
        if value is not None
    ]
    if problems:
        raise Problems(problems)


def _explain_customer(
    plan: Scenario,
    notes: Sequence[str],
    number: int,
    month: int | None,
    threads: int | None,
    *,
    quiet: bool,
    as_json: bool,
) -> None:
    from experiments.resolving import resolved

    plan, more_notes = resolved(plan)
    tell([*notes, *more_notes], quiet=quiet)
    with (
        remembered() as stop_if_interrupted,
        _Months(2 * plan.market.months, stop_if_interrupted, quiet=quiet) as progress,
    ):
        from experiments.explain.customer import explain_customer

        found = explain_customer(plan, number, month=month, threads=threads, progress=progress)
    if as_json:
        _print_json(found.as_json())
        return
    from experiments.words.terminal import wrapped

    print("\n".join(wrapped(found.words(), _WIDTH)))
    table = found.as_table()
    if table:
        print(f"\nUtility, term by term, in month {found.decision.month}:\n{table}")


def _count(plan: Scenario, replications: int | None, fewest: int) -> int:
    return max(fewest, plan.replications) if replications is None else replications


def _found(
    plan: Scenario,
    questions: Questions,
    replications: int | None,
    work: dict[str, Any],
    stop_if_interrupted: Callable[[], None],
    clock: Clock,
    *,
    quiet: bool,
) -> Explanation:
    """Answer the questions, one after another."""
    from experiments.explain.explanation import Explanation

    def months(total: int, what: str) -> _Months:
        tell([f"{what}: {total:,} months of market to simulate"], quiet=quiet)
        return _Months(total, stop_if_interrupted, quiet=quiet)

    few = _count(plan, replications, _RETENTION_REPLICATIONS)
    count = _count(plan, replications, _REPLICATIONS)
    found: dict[str, Any] = {}
    if "retention" in questions.parts:
        found["retention_parts"] = _retention(plan, questions, few, work, months)
        clock.phase("retention")
    if "word-of-mouth" in questions.parts:
        found["word_of_mouth"] = _word_of_mouth(plan, questions, count, work, months)
        clock.phase("word of mouth")
    if "connection" in questions.parts:
        found["connection"] = _connection(plan, questions, count, work, months)
        clock.phase("connection")
    return Explanation(plan, **found, prices=questions.prices)


def _retention(
    plan: Scenario, questions: Questions, count: int, work: dict[str, Any], months: _Told
) -> RetentionParts:
    from experiments.explain.retention import months_simulated, retention_parts

    ahead = questions.months_of_retention
    total = months_simulated(count, len(questions.firms), questions.month, ahead)
    with months(total, "retention") as progress:
        return retention_parts(
            plan, firms=questions.firms, month=questions.month, horizon=ahead,
            prices=questions.prices, replications=count, progress=progress, **work,
        )  # fmt: skip


def _word_of_mouth(
    plan: Scenario, questions: Questions, count: int, work: dict[str, Any], months: _Told
) -> WordOfMouth:
    from experiments.explain.horizons import followed_further
    from experiments.explain.word_of_mouth import months_of, word_of_mouth

    def heard(plan: Scenario, what: str) -> WordOfMouth:
        with months(count * months_of(plan), what) as progress:
            return word_of_mouth(
                plan, prices=questions.prices, replications=count, progress=progress, **work
            )

    first = heard(plan, "word of mouth")
    if not first.turns:
        return first
    longer = followed_further(plan, plan.market.months)
    what = "word of mouth, a second horizon where its sign may not last"
    return replace(first, longer=heard(longer, what))


def _connection(
    plan: Scenario, questions: Questions, count: int, work: dict[str, Any], months: _Told
) -> Connection:
    from experiments.explain.connection import connection, further, months_of

    def followed(
        plan: Scenario, firms: Sequence[str], horizon: int | None, what: str
    ) -> Connection:
        chosen: dict[str, Any] = {
            "month": questions.month, "lever": questions.lever, "raises": questions.raises,
            "horizon": horizon,
        }  # fmt: skip
        with months(count * months_of(plan, firms, **chosen), what) as progress:
            return connection(
                plan, firms, **chosen, prices=questions.prices, replications=count,
                progress=progress, **work,
            )  # fmt: skip

    first = followed(plan, questions.firms, questions.horizon, "connection")
    more = further(plan, first)
    if more is None:
        return first
    what = "connection, a second horizon where the gain still rises"
    return replace(first, longer=followed(*more, what))


class _Months(MonthsDone):
    """Months done; an interrupt that could have got lost is raised."""

    def __init__(self, total: int, stop_if_interrupted: Callable[[], None], *, quiet: bool) -> None:
        super().__init__(total, quiet=quiet)
        self._stop_if_interrupted = stop_if_interrupted

    def __call__(self, months: int) -> None:
        self._stop_if_interrupted()
        super().__call__(months)


def _write(plan: Scenario, found: Explanation, folder: Path, format: Format) -> None:
    from experiments.runs.tables import write_table
    from sim.reading import dump

    for name, columns in found.tables.items():
        write_table(columns, folder / f"{name}.{format}", format)
    (folder / _WORDS).write_text(found.as_text(_WIDTH) + "\n", encoding="utf-8")
    dump(plan, folder / SCENARIO)


def _record(
    plan: Scenario,
    questions: Questions,
    replications: int | None,
    clock: Clock,
    notes: Sequence[str],
) -> dict[str, Any]:
    """What ``run.json`` says."""
    from dataclasses import asdict

    from experiments.runs.record import run_record
    from experiments.runs.trial import Trial

    retention_only = questions.parts == ("retention",)
    fewest = _RETENTION_REPLICATIONS if retention_only else _REPLICATIONS
    count = _count(plan, replications, fewest)
    record = run_record(
        plan,
        [Trial(plan, plan.seed, number) for number in range(count)],
        started=clock.started,
        phases=clock.seconds,
        seconds=[],
        notes=notes,
        command=["tsunagari", *sys.argv[1:]],
    )
    return {**record, "explanation": asdict(questions)}


def _answer(found: Explanation, folder: Path, *, as_json: bool) -> None:
    if as_json:
        _print_json(found.as_json())
        return
    print(found.as_text(_WIDTH), end="\n\n")
    print(f"Results: {folder}")


def _print_json(document: dict[str, object]) -> None:
    from json import dumps

    print(dumps(document, ensure_ascii=False, allow_nan=False, indent=2))

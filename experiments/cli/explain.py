"""``tsunagari explain``: why customers stay, what that is worth, and why one of them left."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from experiments.cli import explain_options as asked
from experiments.cli import options
from experiments.cli.clock import Clock, tell
from experiments.cli.loading import plan_of
from experiments.cli.progress import MonthsDone
from experiments.explain.explanation import Questions, explained, questions_of, replications_of
from experiments.runs.folder import SCENARIO, ResultFolder
from experiments.runs.interrupts import remembered
from sim.problems import Problem, Problems

if TYPE_CHECKING:
    from experiments.explain.explanation import Explanation
    from experiments.runs.tables import Format
    from sim.scenario import Scenario

_WORDS = "explanation.txt"
_WIDTH = 100


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
    plan, notes = plan_of(file, sets, customers=customers, months=months, seed=seed,
                          replications=replications, allow_code=allow_code)  # fmt: skip
    if customer is not None:
        given = {"--only": only, "--firm": firm, "--from": from_, "--raise": raises,
                 "--horizon": horizon, "--prices": prices, "--out": out,
                 "--force": force or None}  # fmt: skip
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
        plan, notes = _resolved(plan, notes, quiet=quiet)
        clock.phase("prepare")

        def told(what: str, months: int) -> _Months:
            tell([f"{what}: {months:,} months of market to simulate"], quiet=quiet)
            return _Months(months, stop_if_interrupted, quiet=quiet, what=what, clock=clock)

        found = explained(plan, questions, told, replications=replications, workers=workers,
                          threads=threads)  # fmt: skip
        _write(found, folder.staging, format)
        clock.phase("write")
        if not no_figures:
            _draw(found, folder.staging)
            clock.phase("draw")
        count = replications_of(plan, questions, replications)
        record = _record(plan, questions, count, clock, notes)
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


def _resolved(plan: Scenario, notes: Sequence[str], *, quiet: bool) -> tuple[Scenario, list[str]]:
    """The scenario, resolved, and all notes, which are told."""
    from experiments.resolving import resolved

    plan, more = resolved(plan)
    notes = [*notes, *more]
    tell(notes, quiet=quiet)
    return plan, notes


def _explain_customer(
    plan: Scenario, notes: Sequence[str], number: int, month: int | None, threads: int | None,
    *, quiet: bool, as_json: bool,
) -> None:  # fmt: skip
    from experiments.explain.customer import explain_customer
    from experiments.telling import customer as told
    from experiments.words.terminal import wrapped

    plan, _ = _resolved(plan, notes, quiet=quiet)
    with (
        remembered() as stop_if_interrupted,
        _Months(2 * plan.market.months, stop_if_interrupted, quiet=quiet) as progress,
    ):
        found = explain_customer(plan, number, month=month, threads=threads, progress=progress)
    if as_json:
        _print_json(told.as_json(found))
        return
    print("\n".join(wrapped(told.in_words(found), _WIDTH)))
    table = told.as_table(found)
    if table:
        print(f"\n{table}")


class _Months(MonthsDone):
    """Months done; an interrupt that could have got lost is raised."""

    def __init__(
        self, total: int, stop_if_interrupted: Callable[[], None], *, quiet: bool,
        what: str = "", clock: Clock | None = None,
    ) -> None:  # fmt: skip
        super().__init__(total, quiet=quiet)
        self._stop_if_interrupted = stop_if_interrupted
        self._what, self._clock = what, clock

    def __call__(self, months: int) -> None:
        self._stop_if_interrupted()
        super().__call__(months)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, traceback)
        if self._clock is not None:
            self._clock.phase(self._what)


def _write(found: Explanation, folder: Path, format: Format) -> None:
    from experiments.runs.tables import write_table
    from experiments.telling.explained import as_text
    from sim.reading import dump

    for name, columns in found.tables.items():
        write_table(columns, folder / f"{name}.{format}", format)
    (folder / _WORDS).write_text(as_text(found, _WIDTH) + "\n", encoding="utf-8")
    dump(found.plan, folder / SCENARIO)


def _draw(found: Explanation, folder: Path) -> None:
    """A picture for every question."""
    from experiments.explain.charts import (
        connection_page,
        retention_parts_page,
        word_of_mouth_page,
    )
    from experiments.pictures.page import plain_settings

    plan = found.plan
    entering = [event.enter.name for event in plan.events if event.enter is not None]
    names = [*(firm.name for firm in plan.firms), *entering]

    def source(replications: int) -> str:
        times = "1 replication" if replications == 1 else f"{replications} replications"
        people = f"{plan.market.customers:,} customers"
        return f"Tsunagari · {plan.title} · {people} · seed {plan.seed} · {times}"

    with plain_settings():
        if (parts := found.retention_parts) is not None:
            page = retention_parts_page(parts, names, source=source(parts.replications))
            page.save(folder, "retention_parts")
        if (mouth := found.word_of_mouth) is not None:
            page = word_of_mouth_page(mouth, names, source=source(mouth.replications))
            page.save(folder, "word_of_mouth")
        if (worth := found.connection) is not None:
            page = connection_page(worth, names, source=source(worth.replications))
            page.save(folder, "connection")


def _record(
    plan: Scenario, questions: Questions, count: int, clock: Clock, notes: Sequence[str]
) -> dict[str, Any]:
    """What ``run.json`` says."""
    from dataclasses import asdict

    from experiments.runs.record import run_record
    from experiments.runs.trial import Trial

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
    from experiments.telling.explained import as_json as as_plain
    from experiments.telling.explained import as_text

    if as_json:
        _print_json(as_plain(found))
        return
    print(as_text(found, _WIDTH), end="\n\n")
    print(f"Results: {folder}")


def _print_json(document: dict[str, object]) -> None:
    from json import dumps

    print(dumps(document, ensure_ascii=False, allow_nan=False, indent=2))

"""``tsunagari panel``: a firm's files on people, and the true effects beside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tsunagari.experiments.cli.job import Job, print_answer, print_json
from tsunagari.experiments.cli.options import OneScenario, Place, Said, Work, option, record
from tsunagari.experiments.runs.folder import SCENARIO
from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from tsunagari.experiments.panel.panel import Asked, Panel
    from tsunagari.experiments.runs.tables import Format
    from tsunagari.sim.scenario import Scenario

_WORDS = "panel.txt"


@record
class Files:
    """Whose files, on whom, and how good they are."""

    firm: str | None = option("--firm NAME", "Whose files.", shown="the scenario's first firm")
    from_: int = option("--from MONTH", "First month; the last is the scenario's.", 13)
    sample: int = option("--sample N", "People observed, of all in the market.", 2000)
    missing: float = option("--missing X", "Part of the records that is lost.", 0.05)
    noise: float = option("--noise X", "How far records err, from 0 (not at all) to 1.", 1.0)
    asked: float = option("--asked X", "Part of its customers whom a month's survey asks.", 0.1)
    response: float = option("--response X", "Part of them who answer; more of the pleased.", 0.3)


@record
class Truth:
    """What of the truth is told."""

    lever: list[str] | None = option(
        "--lever KEY=NUMBER",
        "A value of the firm whose effects are told: price=0.95. May be repeated.",
        shown="eight usual levers",
    )
    horizon: list[int] | None = option(
        "--horizon N",
        "Months after which effects are told. May be repeated.",
        shown="12 and 24",
    )
    follow: int = option("--follow N", "Months for which customers are followed.", 60)


def panel(
    asked: OneScenario,
    files: Files,
    truth: Truth,
    work: Work,
    place: Place,
    *,
    format: Literal["parquet", "csv"] = option("--format", "Kind of table files.", "parquet"),
    said: Said,
) -> None:
    """Write what a firm could know of its customers, and the true effects of what it can do.

    --replications are those of the truth; without it there are 10, or as many as the scenario says
    if that is more.
    """
    from tsunagari.experiments.telling import panel as answer

    job = Job(quiet=said.quiet)
    plan = job.load(asked)
    with job.in_folder(place, f"{Path(asked.file).stem}-panel") as folder:
        (plan,) = job.resolve(plan)
        question = _asked(plan, files, truth, asked.size.replications)
        job.phase("prepare")
        found = _made(job, question, work)
        job.phase("simulate")
        _write(plan, found, folder.staging, format)
        job.phase("write")
        job.complete(folder, job.record(plan, question.replications))
    if said.json:
        print_json(answer.as_json(found))
    else:
        print_answer(answer.as_text(found), folder.path)


def _asked(plan: Scenario, files: Files, truth: Truth, replications: int | None) -> Asked:
    from tsunagari.experiments.panel.panel import HORIZONS, asked_of
    from tsunagari.experiments.panel.watch import Records

    return asked_of(
        plan,
        files.firm,
        first=files.from_,
        sample=files.sample,
        records=Records(files.missing, files.noise, files.asked, files.response),
        levers=None if truth.lever is None else dict(map(_lever, truth.lever)),
        horizons=truth.horizon or HORIZONS,
        follow=truth.follow,
        replications=replications,
    )


def _lever(typed: str) -> tuple[str, float]:
    """Key and value of a lever.

    Raises:
        Problems: It is not KEY=NUMBER.
    """
    key, _, value = typed.partition("=")
    try:
        return key.strip(), float(value)
    except ValueError:
        message = "is not KEY=NUMBER"
        place, suggestion = f"--lever {typed}", "write price=0.95"
        raise Problems([Problem("", message, place, suggestion=suggestion)]) from None


def _made(job: Job, question: Asked, work: Work) -> Panel:
    from tsunagari.experiments.panel.panel import made

    with job.progress(question.months) as progress:
        return made(question, workers=work.workers, threads=work.threads, progress=progress)


def _write(plan: Scenario, found: Panel, folder: Path, format: Format) -> None:
    from tsunagari.experiments.runs.tables import write_table
    from tsunagari.experiments.telling.panel import as_text
    from tsunagari.sim.reading import dump

    tables: dict[str, Any] = {**found.tables, "truth": found.truth, "naive": found.naive}
    for name, columns in tables.items():
        write_table(columns, folder / f"{name}.{format}", format)
    (folder / _WORDS).write_text(as_text(found) + "\n", encoding="utf-8")
    dump(plan, folder / SCENARIO)

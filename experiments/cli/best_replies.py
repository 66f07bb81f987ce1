"""``tsunagari discover SCENARIO --replies KEY``: what each firm would earn most at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.cli.job import Job, print_answer, print_json
from tsunagari.experiments.cli.options import Said, option, record
from tsunagari.experiments.runs.folder import SCENARIO
from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from tsunagari.experiments.studies.best_replies import BestReplies

_WORDS = "replies.txt"


@record
class Asked:
    """What is asked of the firms of a scenario; nothing of it is asked of a sweep."""

    replies: str | None = option(
        "--replies KEY",
        "Of a scenario, not of a sweep: what each firm would earn most at, over factors on this "
        "number of its own, such as price.",
        shown=False,
    )
    factor: list[float] | None = option(
        "--factor X",
        "A factor that is tried. May be repeated; 1 always is.",
        shown="0.7, 0.85, 1.15, 1.3, 1.5, 2",
    )
    from_: int | None = option(
        "--from MONTH", "Month from which on a factor holds.", min=1, shown="13"
    )
    horizon: int | None = option(
        "--horizon N", "Months of profits counted, the last year for ever.", min=12, shown="60"
    )
    iterate: bool = option("--iterate", "Look for best replies to best replies, too.", False)
    rounds: int | None = option("--rounds N", "Rounds of these, at most.", min=1, shown="12")
    tolerance: float | None = option(
        "--tolerance X", "They rest when no best reply is farther away than this part.",
        shown="0.02",
    )  # fmt: skip
    sets: list[str] | None = option(
        "--set PATH=VALUE", "Another value for a key of the scenario. May be repeated.", shown=False
    )
    customers: int | None = option(
        "--customers N", "Number of customers.", min=1, shown="the scenario's"
    )
    seed: int | None = option(
        "--seed N", "Whole number all chance depends on.", min=0, shown="the scenario's"
    )
    replications: int | None = option(
        "--replications R", "How often each market is run.", min=1, shown="the scenario's, or 5"
    )
    threads: int | None = option("--threads T", "Threads per run.", min=1, shown="1")
    out: Path | None = option(
        "--out DIR", "Folder for the results; new or empty.", shown="results/<scenario>-<time>"
    )


def refuse_of_a_sweep(asked: Asked) -> None:
    """A finished sweep has been run: nothing of these means anything there.

    Raises:
        Problems: Any of it was typed.
    """
    _refuse(
        {_typed(name): value for name, value in vars(asked).items() if name != "replies"},
        "belongs to --replies KEY, of a scenario",
    )


def refuse_of_a_scenario(**given: object) -> None:
    """What only a sweep can be asked.

    Raises:
        Problems: Any of it was typed.
    """
    named = {_typed(name): value for name, value in given.items()}
    _refuse(named, "is of a finished sweep, not of --replies")


def _typed(name: str) -> str:
    return {"sets": "--set", "from_": "--from"}.get(name, f"--{name.replace('_', '-')}")


def _refuse(given: dict[str, object], why: str) -> None:
    problems = [
        Problem("", why, file=name, suggestion="leave it out")
        for name, value in given.items()
        if value is not None and value is not False
    ]
    if problems:
        raise Problems(problems)


def best_replies(
    source: str,
    asked: Asked,
    firms: Sequence[str] | None,
    *,
    workers: int | None,
    allow_code: bool,
    force: bool,
    said: Said,
) -> None:
    """Run the markets, write the folder and tell what was found."""
    from tsunagari.experiments.cli.options import Place, Size
    from tsunagari.experiments.studies import best_replies as study
    from tsunagari.experiments.telling import best_replies as answer

    job = Job(quiet=said.quiet)
    size = Size(customers=asked.customers, months=None, seed=asked.seed)
    plan = job.load_file(source, asked.sets or (), size, allow_code)
    given: dict[str, Any] = {
        "factors": asked.factor, "month": asked.from_, "horizon": asked.horizon,
        "rounds": asked.rounds, "tolerance": asked.tolerance,
        "replications": asked.replications, "threads": asked.threads, "firms": firms,
    }  # fmt: skip
    place = Place(out=asked.out, force=force)
    with job.in_folder(place, f"{Path(source).stem}-replies") as folder:
        (plan,) = job.resolve(plan)
        job.phase("prepare")
        found = study.best_replies(
            plan, str(asked.replies), iterate=asked.iterate, workers=workers, announced=job.stage,
            **{name: value for name, value in given.items() if value is not None},
        )  # fmt: skip
        job.note(found.notes)
        _write(found, folder.staging)
        job.phase("write")
        job.complete(folder, job.record(found.plan, found.replications))
    if said.json:
        print_json(answer.as_json(found))
    else:
        print_answer(answer.as_text(found), folder.path)


def _write(found: BestReplies, folder: Path) -> None:
    from tsunagari.experiments.runs.tables import write_table
    from tsunagari.experiments.studies.best_replies import as_columns, iterated_columns
    from tsunagari.experiments.telling.best_replies import as_text
    from tsunagari.experiments.telling.study_charts import draw_replies
    from tsunagari.sim.reading import dump

    write_table(as_columns(found), folder / "replies.parquet")
    if found.iterated is not None:
        write_table(iterated_columns(found.iterated), folder / "iterated.parquet")
    draw_replies(found, folder)
    (folder / _WORDS).write_text(as_text(found) + "\n", encoding="utf-8")
    dump(found.plan, folder / SCENARIO)

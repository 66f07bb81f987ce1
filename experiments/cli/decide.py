"""``tsunagari decide``: options of a firm at equal spend, under what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tsunagari.experiments.cli.job import Job, print_answer, print_json, write_page
from tsunagari.experiments.cli.options import OneScenario, Place, Said, Work, option
from tsunagari.experiments.runs.folder import SCENARIO
from tsunagari.experiments.words import Words
from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tsunagari.experiments.deciding.asked import Spreads
    from tsunagari.experiments.deciding.decide import Decision
    from tsunagari.experiments.deciding.markets import Markets
    from tsunagari.sim.scenario import Scenario

_WORDS = "decision.txt"
_TABLE, _TRIED = "decision.parquet", "search.parquet"


def decide(
    asked: OneScenario,
    *,
    options: Path | None = option(
        "--options FILE", "What can be done, and by what it is judged, in YAML."
    ),
    prices: Literal["held", "passed-on"] | None = option(
        "--prices",
        "held: costs that an option brings do not reach prices; passed-on: they do.",
        shown="the file's, held unless it says so",
    ),
    budget: float | None = option(
        "--budget X", "What each option may cost a month.", min=0.0, shown="what the first costs"
    ),
    search: bool = option(
        "--search", "Look for the best mix of the file's levers within the budget.", False
    ),
    candidates: int = option("--candidates N", "Mixes that a search tries.", 60, min=4),
    limit: int | None = option(
        "--limit R", "Most draws of luck for each member.", min=2, shown="8"
    ),
    work: Work,
    place: Place,
    said: Said,
) -> None:
    """Compare options of a firm at equal spend: which is best, how sure, what turns it round.

    Members of the ensemble and draws of luck are run until the ranking is settled.
    """
    from tsunagari.experiments.deciding.faults import notes
    from tsunagari.experiments.telling import decision as answer

    job = Job(quiet=said.quiet)
    plan = job.load(asked)
    with job.in_folder(place, f"{Path(asked.file).stem}-decided") as folder:
        (plan,) = job.resolve(plan)
        markets, columns = _asked(
            plan, options, asked.ensemble, {"budget": budget, "prices": prices}
        )
        job.note(notes(markets))
        job.phase("prepare")
        found = _decided(job, markets, columns, (limit, candidates if search else 0), work)
        job.phase("simulate")
        words = Words.of(markets.base)
        document = _write(found, folder.staging, words)
        question = markets.question.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        asked_for = {"firm": markets.firm, "question": question}
        record = job.record(markets.base, found.outcomes.shape[2]) | {"decision": asked_for}
        write_page(folder, "decision", record, markets.base)
        job.phase("write")
        job.complete(folder, record)
    if said.json:
        print_json(document)
    else:
        print_answer(answer.as_text(document, words), folder.path)


def _asked(
    plan: Scenario, options: Path | None, ensemble: Path | None, typed: Mapping[str, Any]
) -> tuple[Markets, Spreads]:
    """The markets of what was typed, which wins over what the file says."""
    from tsunagari.experiments.deciding.asked import markets_of
    from tsunagari.experiments.deciding.question import read_question

    if options is None:
        suggestion = "--options FILE with options: [{name: Cheaper, times: {firms.Us.price: 0.95}}]"
        raise Problems([Problem("", "there is nothing to decide", suggestion=suggestion)])
    question = read_question(options)
    said = {name: value for name, value in typed.items() if value is not None}
    question = question.model_copy(update=said)
    return markets_of(plan, question, None if ensemble is None else ensemble.parent)


def _decided(
    job: Job, markets: Markets, columns: Spreads, most: tuple[int | None, int], work: Work
) -> Decision:
    """Run it; at most so many draws of luck for each member, and mixes in a search."""
    from tsunagari.experiments.deciding.decide import LIMIT, decided, most_months
    from tsunagari.experiments.runs.workers import trial_runner, worth_starting

    limit, candidates = LIMIT if most[0] is None else most[0], most[1]
    months = most_months(markets, limit, candidates)
    workers = work.workers or worth_starting(markets.base, months)
    with (
        job.progress(months) as progress,
        trial_runner(
            markets.base, workers=workers, threads=work.threads or 1, progress=progress
        ) as run,
    ):
        return decided(markets, run, limit=limit, candidates=candidates, columns=columns)


def _write(found: Decision, folder: Path, words: Words) -> Mapping[str, Any]:
    """Write all but the page, and give the figures."""
    import json

    from tsunagari.experiments.deciding import results
    from tsunagari.experiments.runs.results import FIGURES
    from tsunagari.experiments.runs.tables import write_table
    from tsunagari.experiments.telling import decision as answer
    from tsunagari.sim.reading import dump

    document = answer.as_json(found, words)
    dump(found.markets.base, folder / SCENARIO)
    write_table(results.as_columns(found), folder / _TABLE)
    if found.search is not None:
        write_table(results.search_columns(found.search), folder / _TRIED)
    (folder / _WORDS).write_text(answer.as_text(document, words) + "\n", encoding="utf-8")
    text = json.dumps(document, ensure_ascii=False, indent=2)
    (folder / FIGURES["decision"]).write_text(text + "\n", encoding="utf-8")
    return document

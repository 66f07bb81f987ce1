"""``tsunagari fit``: a market of one's own, from a table of its months."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.cli.job import Job, print_answer, print_json, write_page
from tsunagari.experiments.cli.options import WORKERS, Place, Said, argument, option
from tsunagari.experiments.words import Words
from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tsunagari.experiments.fitting.facts import Facts
    from tsunagari.experiments.fitting.fit import Fit
    from tsunagari.experiments.fitting.table import MarketTable
    from tsunagari.experiments.runs.tables import Columns

_WORDS = "fit.txt"


def fit(
    data: Path = argument("DATA", "The table: CSV, Excel or Parquet, a row a month and firm."),
    *,
    facts: Path | None = option("--facts FILE", "What else is known, in YAML."),
    column: list[str] | None = option(
        "--column WHAT=NAME",
        "What a column of the table is: firm=operator. May be repeated.",
        shown=False,
    ),
    us: str | None = option("--us FIRM", "The firm whose decisions are at stake."),
    customers: int = option("--customers N", "People in the markets tried.", 3000, min=100),
    draws: int = option("--draws N", "Markets drawn from the priors.", 600, min=20),
    members: int = option("--members N", "Members of the ensemble.", 64, min=2),
    bank: Path | None = option("--bank FILE", "Keeps the drawn markets, and finds them again."),
    template: bool = option("--template", "Write an example to DATA, and facts beside it.", False),
    workers: int | None = WORKERS,
    place: Place,
    said: Said,
) -> None:
    """Fit a market of one's own from a table of its months.

    Writes a scenario that stands as the table's market stood, an ensemble of what else it may be,
    what the table says of every parameter, and how well it would have forecast itself.
    """
    from tsunagari.experiments.fitting.facts import of_months, read_facts
    from tsunagari.experiments.fitting.fit import Size, fitted, months_of
    from tsunagari.experiments.fitting.simulated import with_facts
    from tsunagari.experiments.fitting.table import read_table

    if template:
        _write_template(data, force=place.force)
        return
    job = Job(quiet=said.quiet)
    table = read_table(data, _columns(column or []))
    known = _with_us(read_facts(facts, table), us, table)
    job.note(with_facts(of_months(table, known), known).notes)
    with job.in_folder(place, f"{data.stem}-fit") as folder:
        job.phase("prepare")
        size = Size(customers, draws, members)
        with job.progress(months_of(table, size)) as progress:
            found = fitted(
                table, known, size, title=data.stem, workers=workers, bank=bank, progress=progress
            )
        job.phase("simulate")
        document = _write(found, folder.staging)
        record = job.record(found.scenario, 1) | {"fit": {"table": data.name, **vars(size)}}
        write_page(folder, "fit", record, found.scenario)
        job.phase("write")
        job.complete(folder, record)
    if said.json:
        print_json(document)
    else:
        from tsunagari.experiments.telling.fit import as_text

        print_answer(as_text(document, Words()), folder.path)


def _with_us(facts: Facts, us: str | None, table: MarketTable) -> Facts:
    """The facts with the firm at stake, if one was typed.

    Raises:
        Problems: The table has no such firm.
    """
    if us is None:
        return facts
    if us not in table.firms:
        firms = ", ".join(table.firms)
        message = f"the table has no firm {us}"
        raise Problems([Problem("", message, "--us", suggestion=f"its firms are {firms}")])
    return facts.model_copy(update={"us": us})


def _columns(typed: list[str]) -> dict[str, str]:
    """What columns are, as typed.

    Raises:
        Problems: One is not WHAT=NAME.
    """
    wrong = [text for text in typed if "=" not in text]
    if wrong:
        message = f"{wrong[0]} is not WHAT=NAME"
        raise Problems([Problem("", message, "--column", suggestion="write firm=operator")])
    return {what: name for what, _, name in (text.partition("=") for text in typed)}


def _write(fit: Fit, folder: Path) -> Mapping[str, Any]:
    """Write all but the page, and give the figures."""
    import json

    from tsunagari.experiments.fitting import results
    from tsunagari.experiments.fitting.fit import ensemble_columns
    from tsunagari.experiments.runs.folder import SCENARIO
    from tsunagari.experiments.runs.results import FIGURES
    from tsunagari.experiments.runs.tables import write_table
    from tsunagari.experiments.telling.fit import as_text
    from tsunagari.sim.reading import dump

    dump(fit.scenario, folder / SCENARIO)
    tables: dict[str, Columns] = {
        "ensemble": ensemble_columns(fit),
        "fit": results.fitted_columns(fit),
        "parameters": results.parameter_columns(fit),
        "backtest": results.backtest_columns(fit),
        "columns": results.worth_columns(fit),
    }
    for name, columns in tables.items():
        if name != "backtest" or fit.scores:
            write_table(columns, folder / f"{name}.parquet")
    document = results.as_json(fit)
    text = json.dumps(document, ensure_ascii=False, indent=2)
    (folder / FIGURES["fit"]).write_text(text + "\n", encoding="utf-8")
    told = as_text(document, Words())
    (folder / _WORDS).write_text(told + "\n", encoding="utf-8")
    return document


def _write_template(data: Path, *, force: bool) -> None:
    """Write the example's table and facts, both or none."""
    from tsunagari.experiments.fitting.template import template

    facts = data.with_name(f"{data.stem}-facts.yaml")
    there = [path for path in (data, facts) if path.exists()]
    if there and not force:
        raise Problems(
            [Problem("", "exists already", str(path), suggestion="--force replaces it")
             for path in there]
        )  # fmt: skip
    for path, text in zip((data, facts), template(), strict=True):
        path.write_text(text, encoding="utf-8", newline="\n")
    print(Words()("terminal.written_template", data=data, facts=facts))

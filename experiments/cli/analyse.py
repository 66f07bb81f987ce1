"""``tsunagari sensitivity`` and ``discover``: what a finished sweep has to say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tsunagari.experiments.cli import best_replies
from tsunagari.experiments.cli.job import print_answer, print_json, tell
from tsunagari.experiments.cli.options import ALLOW_CODE, WORKERS, Said, argument, option, record
from tsunagari.experiments.words import Words

_AT = option("--at MONTH", "The outcome in this month.", min=0, shown="the last")


def sensitivity(
    folder: Path = argument("DIR", "A finished sweep with design: morris or design: sobol."),
    *,
    measure: str = option(
        "--measure NAME", "The outcome: a column of firms or market.", "market_share"
    ),
    firm: str | None = option("--firm NAME", "Of this firm only.", shown="every firm"),
    at: int | None = _AT,
    out: Path | None = option(
        "--out DIR",
        "Folder for tables and figure; what they replace there are their like.",
        shown="the sweep's",
    ),
    said: Said,
) -> None:
    """Morris or Sobol indices of a sweep's factors.

    Says which factors an outcome depends on, with intervals, and how much of its variance is luck.
    Writes sensitivity.parquet, sensitivity.png and .svg and, if the sweep has replications,
    variance.parquet.
    """
    from tsunagari.experiments.runs.disk import told_when_full
    from tsunagari.experiments.studies.sensitivity import sensitivity as analysed
    from tsunagari.experiments.studies.sensitivity import write_sensitivity
    from tsunagari.experiments.telling import sensitivity as answer
    from tsunagari.experiments.telling.study_charts import draw_sensitivity

    found = analysed(folder, measure, firm=firm, month=at)
    tell(found.notes, quiet=said.quiet)
    place = folder if out is None else out
    write_sensitivity(found, place)
    with told_when_full(f"the picture could not be written to {place}"):
        draw_sensitivity(found, place)
    if said.json:
        print_json(answer.as_json(found))
    else:
        print_answer(answer.as_text(found, Words()), place)


@record
class Wanted:
    """What a firm that chooses an option wants."""

    measure: str | None = option(
        "--measure NAME", "The outcome that is wanted: a column of firms or market.", shown="cash"
    )
    less_is_better: bool = option("--less-is-better", "The smallest outcome is the best.", False)
    firm: str | None = option(
        "--firm NAME", "Who decides.", shown="the firm that the levers belong to"
    )
    at: int | None = _AT


def discover(
    source: str = argument(
        "DIR", "A finished sweep whose design has levers; with --replies, a scenario."
    ),
    *,
    wanted: Wanted,
    asked: best_replies.Asked,
    copied: list[str] | None = option(
        "--copied FIRM",
        "Run it all again with this rival, or with 'all' of them, having copied the best "
        "option. May be repeated.",
        shown=False,
    ),
    allow_code: bool = ALLOW_CODE,
    workers: int | None = WORKERS,
    force: bool = option(
        "--force",
        "Replace what --copied found for another option or other rivals; with --replies, write to "
        "a folder that holds something.",
        False,
    ),
    said: Said,
) -> None:
    """Which of a firm's options suits which environment, and what it may cost.

    Writes regret.parquet, options.parquet, regret.png and .svg into the folder of the sweep; with
    --copied, a further sweep into its folder copied.

    With --replies KEY, of a scenario: the value of each firm's profits over factors on a number of
    its own, the best of them, and with --iterate best replies to best replies.
    """
    if asked.replies is not None:
        sweeps = {"measure": wanted.measure, "less_is_better": wanted.less_is_better}
        best_replies.refuse_of_a_scenario(**sweeps, at=wanted.at, copied=copied or None)
        best_replies.best_replies(
            source, asked, None if wanted.firm is None else [wanted.firm],
            workers=workers, allow_code=allow_code, force=force, said=said,
        )  # fmt: skip
        return
    best_replies.refuse_of_a_sweep(asked)
    how = {"workers": workers or 1, "allow_code": allow_code, "force": force}
    _discover_in_sweep(Path(source), wanted, copied or (), said, **how)


def _discover_in_sweep(
    folder: Path, wanted: Wanted, rivals: Sequence[str], said: Said, **how: Any
) -> None:
    from tsunagari.experiments.cli.progress import TrialsDone
    from tsunagari.experiments.runs.disk import told_when_full
    from tsunagari.experiments.studies.discovery import discover as discovered
    from tsunagari.experiments.studies.discovery import write_discovery
    from tsunagari.experiments.telling import discovery as answer
    from tsunagari.experiments.telling.study_charts import draw_regret

    with TrialsDone(quiet=said.quiet) as watcher:
        found = discovered(
            folder,
            wanted.measure or "cash",
            firm=wanted.firm,
            month=wanted.at,
            less_is_better=wanted.less_is_better,
            rivals=rivals,
            watcher=watcher,
            **how,
        )
    write_discovery(found, folder)
    with told_when_full(f"the picture could not be written to {folder}"):
        draw_regret(found, folder)
    if said.json:
        print_json(answer.as_json(found, Words()))
    else:
        print_answer(answer.as_text(found, Words()), folder)

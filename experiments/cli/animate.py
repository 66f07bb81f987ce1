"""``tsunagari animate``: a film of a market's network and shares."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from experiments.animation.animate import MONTHS_PER_SECOND, PEOPLE, RATES, WIDTHS, Shot
from experiments.animation.place import FilmFile
from experiments.cli import options
from experiments.cli.clock import tell
from experiments.cli.loading import plan_of
from experiments.cli.progress import MonthsDone
from experiments.runs.interrupts import remembered
from sim.problems import Problem, Problems
from sim.version import need

_PANEL = "Film"
_STEP = 32
_MOST_PEOPLE = 2000
_HUNDREDTHS = 100

Fps = Annotated[
    int | None,
    typer.Option(
        "--fps", metavar="N", min=1, max=60, help="Frames a second.", rich_help_panel=_PANEL,
        show_default=f"{RATES['.mp4']}, of a GIF {RATES['.gif']}",
    ),
]  # fmt: skip
Pace = Annotated[
    float,
    typer.Option(
        "--pace", metavar="X", min=0.1, max=60, help="Months a second.", rich_help_panel=_PANEL
    ),
]
People = Annotated[
    int,
    typer.Option(
        "--people", metavar="N", min=1, max=_MOST_PEOPLE, rich_help_panel=_PANEL,
        help="Customers whose network is shown, at most.",
    ),
]  # fmt: skip
Width = Annotated[
    int | None,
    typer.Option(
        "--width", metavar="N", min=320, max=3840, rich_help_panel=_PANEL,
        help="Width in pixels, a multiple of 32; the height is 9/16 of it.",
        show_default=f"{WIDTHS['.mp4']}, of a GIF {WIDTHS['.gif']}",
    ),
]  # fmt: skip
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FILE", rich_help_panel="Output",
        help="The film, .mp4 or .gif; or a folder, which gets <scenario>.mp4.",
        show_default="results/<scenario>-<time>/<scenario>.mp4",
    ),
]  # fmt: skip
Force = Annotated[
    bool, typer.Option("--force", help="Replace the film if it exists.", rich_help_panel="Output")
]


def animate(
    file: options.File,
    sets: options.Set = None,
    customers: options.Customers = None,
    months: options.Months = None,
    seed: options.Seed = None,
    allow_code: options.AllowCode = False,
    people: People = PEOPLE,
    fps: Fps = None,
    pace: Pace = MONTHS_PER_SECOND,
    width: Width = None,
    threads: options.Threads = None,
    out: Out = None,
    force: Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Make a film of a market: its network by provider, its shares month by month.

    An MP4 (H.264) plays in browsers and on slides; a GIF anywhere. Both are of one run.
    """
    need("film", "tsunagari animate")
    plan, notes = plan_of(
        file, sets, customers=customers, months=months, seed=seed, allow_code=allow_code
    )
    film = FilmFile.asked_for(out, Path(file).stem, force=force)
    shot = _shot(film.path, people, fps, pace, width)
    with remembered() as stop_if_interrupted, film:
        from experiments.animation.animate import animate as filmed
        from experiments.animation.animate import frames_of
        from experiments.resolving import resolved

        plan, more_notes = resolved(plan)
        tell([*notes, *more_notes], quiet=quiet)
        length, frames = plan.market.months, frames_of(plan.market.months, shot)
        with (
            MonthsDone(length, quiet=quiet) as simulated,
            MonthsDone(frames, quiet=quiet, unit="frame") as drawn,
        ):

            def month_done(count: int) -> None:
                stop_if_interrupted()
                simulated(count)

            def frame_done(count: int) -> None:
                stop_if_interrupted()
                drawn(count)

            found = filmed(
                plan, film.staging, shot, threads=threads, simulated=month_done, drawn=frame_done
            )
        stop_if_interrupted()
        film.complete()
    size = film.path.stat().st_size / 1e6
    print(f"Film: {film.path} ({found.frames} frames, {found.seconds:.1f} s, {size:.1f} MB)")


def _shot(file: Path, people: int, fps: int | None, pace: float, width: int | None) -> Shot:
    """The film wanted, once its numbers are found to fit together."""
    ending = file.suffix.lower()
    usual = Shot.usual(ending)
    problems = []
    if width is not None and width % _STEP:
        near = _STEP * round(width / _STEP)
        message = f"must be a multiple of {_STEP}, or the height would not be whole"
        problems.append(Problem("", message, f"--width {width}", suggestion=f"write {near}"))
    if fps is not None and ending == ".gif" and _HUNDREDTHS % fps:
        near = min((n for n in range(1, 51) if _HUNDREDTHS % n == 0), key=lambda n: abs(n - fps))
        message = "a GIF shows a frame for whole hundredths of a second"
        problems.append(Problem("", message, f"--fps {fps}", suggestion=f"write {near}"))
    if problems:
        raise Problems(problems)
    return replace(
        usual,
        people=people,
        width=usual.width if width is None else width,
        fps=usual.fps if fps is None else fps,
        months_per_second=pace,
    )

"""``tsunagari app``, ``animate`` and ``report``: a market to look at, and a result to hand on."""

from __future__ import annotations

import contextlib
import shlex
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from tsunagari.experiments.cli.job import Job, tell
from tsunagari.experiments.cli.options import (
    ALLOW_CODE,
    ENSEMBLE,
    FILE,
    QUIET,
    SETS,
    THREADS,
    Served,
    Size,
    argument,
    option,
    record,
)
from tsunagari.experiments.pictures.film_file import MONTHS_PER_SECOND, PEOPLE, RATES, WIDTHS, Shot
from tsunagari.experiments.words import Words, spoken
from tsunagari.experiments.words.messages import told
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.version import need

# -- app ------------------------------------------------------------------------------------------


@record
class Server(Served):
    """Where the page is served, and to whom."""

    no_token: bool = option(
        "--no-token",
        "Ask for no token: whoever reaches the address can open the page, under any account "
        "of this machine and, with --host, from any other.",
        False,
    )


def app(
    *,
    file: str = argument(
        "FILE",
        "The scenario that is open at first: a file, or the name of a shipped one.",
        "three-disciplines",
        shown=True,
    ),
    sets: list[str] | None = SETS,
    size: Size,
    ensemble: Path | None = ENSEMBLE,
    allow_code: bool = ALLOW_CODE,
    server: Server,
    quiet: bool = QUIET,
) -> None:
    """The market in a browser.

    Prints the address and serves the page until it is interrupted (Ctrl-C).
    """
    need("app", "tsunagari app")
    from tsunagari.experiments.app.catalogue import Catalogue
    from tsunagari.experiments.report.report import report as report_of

    sizes = {
        "market.customers": size.customers, "market.months": size.months, "seed": size.seed
    }  # fmt: skip
    catalogue = Catalogue(
        opening=file,
        sets=tuple(sets or ()),
        sizes=tuple((path, value) for path, value in sizes.items() if value is not None),
        ensemble=ensemble,
        allow_code=allow_code,
        report=partial(report_of, language=spoken(), made_by="tsunagari app"),
        language=spoken(),
    )
    _, notes = catalogue.plan(file)
    tell(notes, quiet=quiet)
    from tsunagari.experiments.app.server import bound, opened, serve

    named = server.allow_host or ()
    address = bound(server.host, server.port, told=named, open_to_all=server.no_token)
    tell(_reached_by(address.hosts.listening, server.no_token), quiet=quiet)
    with contextlib.ExitStack() as until_the_end:

        def ready() -> None:
            print(address.url, flush=True)
            if not quiet:
                print(Words()("terminal.ends"), file=sys.stderr, flush=True)
            if not server.no_browser:
                until_the_end.enter_context(opened(address.url))

        serve(catalogue, address, ready)


def _reached_by(host: str, no_token: bool) -> list[str]:
    """Who can open the page, where that is more than whoever started it."""
    from tsunagari.experiments.app.guard import is_loopback

    if no_token:
        where = "under any account of it" if is_loopback(host) else "and this address"
        return [f"no token is asked for: whoever reaches this machine {where} can open the page"]
    if is_loopback(host):
        return []
    return ["whoever has this address, with the token in it, can open the page"]


# -- animate --------------------------------------------------------------------------------------

_STEP = 32
_MOST_PEOPLE = 2000
_HUNDREDTHS = 100


def _by_kind(usual: Mapping[str, int]) -> str:
    return f"{usual['.mp4']}, of a GIF {usual['.gif']}"


@record
class Film:
    """What the film is like; what is not said is as usual, which depends on the kind of file."""

    people: int = option(
        "--people N", "Customers whose network is shown, at most.", PEOPLE, min=1, max=_MOST_PEOPLE
    )
    fps: int | None = option("--fps N", "Frames a second.", min=1, max=60, shown=_by_kind(RATES))
    pace: float = option("--pace X", "Months a second.", MONTHS_PER_SECOND, min=0.1, max=60)
    width: int | None = option(
        "--width N",
        "Width in pixels, a multiple of 32; the height is 9/16 of it.",
        min=320,
        max=3840,
        shown=_by_kind(WIDTHS),
    )


@record
class FilmPlace:
    """Where the film goes."""

    out: Path | None = option(
        "--out FILE",
        "The film, .mp4 or .gif; or a folder, which gets <scenario>.mp4.",
        shown="results/<scenario>-<time>/<scenario>.mp4",
    )
    force: bool = option("--force", "Replace the film if it exists.", False)


def animate(
    *,
    file: str = FILE,
    sets: list[str] | None = SETS,
    size: Size,
    allow_code: bool = ALLOW_CODE,
    film: Film,
    threads: int | None = THREADS,
    place: FilmPlace,
    quiet: bool = QUIET,
) -> None:
    """Make a film of a market: its network by provider, its shares month by month.

    An MP4 (H.264) plays in browsers and on slides; a GIF anywhere. Both are of one run.
    """
    need("film", "tsunagari animate")
    from tsunagari.experiments.pictures.film import animate as filmed
    from tsunagari.experiments.pictures.film_file import FilmFile, frames_of
    from tsunagari.experiments.telling.scenario import events_of, title_of

    job = Job(quiet=quiet)
    plan = job.load_file(file, sets or (), size, allow_code)
    made = FilmFile.asked_for(place.out, Path(file).stem, force=place.force)
    shot = _shot(made.path, film)
    with job.interruptible(), made:
        (plan,) = job.resolve(plan)
        length = plan.market.months
        with (
            job.progress(length) as simulated,
            job.progress(frames_of(length, shot), "frame") as drawn,
        ):
            words = Words.of(plan)
            events = events_of(plan, words)
            titled = plan.model_copy(update={"title": title_of(plan, words)})
            found = filmed(
                titled, made.staging, shot, events,
                threads=threads, simulated=simulated, drawn=drawn,
            )  # fmt: skip
        job.check()
        made.complete()
    size_of = {"frames": found.frames, "seconds": found.seconds}
    megabytes = made.path.stat().st_size / 1e6
    print(Words()("terminal.film", place=made.path, megabytes=megabytes, **size_of))


def _shot(file: Path, film: Film) -> Shot:
    """The film wanted, once its numbers are found to fit together."""
    ending, width, fps = file.suffix.lower(), film.width, film.fps
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
        people=film.people,
        width=usual.width if width is None else width,
        fps=usual.fps if fps is None else fps,
        months_per_second=film.pace,
    )


# -- report ---------------------------------------------------------------------------------------


def report(
    folder: Path = argument("DIR", "A folder that a command wrote: run, compare, fit, decide, …"),
    out: Path | None = option(
        "--out FILE",
        "The file; new, unless --force.",
        shown="DIR/report.html; fit.html and decision.html of their kinds",
    ),
    force: bool = option("--force", "Replace a file.", False),
    quiet: bool = QUIET,
) -> None:
    """Write one self-contained HTML file about a result folder.

    It opens in any browser, without a network, and prints on paper.
    """
    from tsunagari.experiments.report.report import checked, write_report
    from tsunagari.experiments.report.report import report as reported
    from tsunagari.experiments.runs.folder import REPORT
    from tsunagari.experiments.runs.results import PAGES, opened, reading

    source = opened(folder)
    file = folder / PAGES.get(source.kind, REPORT) if out is None else out
    checked(file, force=force)
    command = ["tsunagari", "report", str(folder), "--lang", spoken()]
    if out is not None:
        command += ["--out", str(out)]
    tell(source.notes, quiet=quiet)
    with reading(folder):
        text = reported(source, spoken(), shlex.join(command))
    write_report(text, file)
    tell([f"{len(text.encode()) / 1e6:.1f} MB, {told(source.kind)}"], quiet=quiet)
    print(Words()("terminal.report", place=file))

"""``tsunagari class``: teams own the firms of a market and play it, round by round."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tsunagari.experiments.cli.job import Job, tell
from tsunagari.experiments.cli.options import (
    ALLOW_CODE,
    FILE,
    QUIET,
    SETS,
    Place,
    Size,
    option,
    record,
)
from tsunagari.sim.version import need

if TYPE_CHECKING:
    from tsunagari.experiments.game.play import Game
    from tsunagari.experiments.words import Words
    from tsunagari.sim.scenario import Scenario

LOG = "class.yaml"
"""The log of a game in its folder: a scenario file."""


@record
class Rules:
    """How a game goes."""

    rounds: int = option("--rounds N", "Rounds, at most.", 10, min=1, max=40)
    months: int = option("--months N", "Months of market in a round.", 6, min=1, max=24)
    clock: int | None = option(
        "--clock SECONDS", "Time to decide in a round.", min=10, max=36_000, shown="no limit"
    )
    teams: int | None = option(
        "--teams N",
        "Firms for so many teams: where the scenario has fewer, its firms get twins.",
        min=1,
        max=30,
        shown="the scenario's firms",
    )


@record
class Crowd:
    """How big the market is, and what its chance depends on."""

    customers: int | None = option(
        "--customers N", "Number of customers.", min=1, shown="the scenario's"
    )
    seed: int | None = option(
        "--seed N", "Whole number all chance depends on.", min=0, shown="the scenario's"
    )


@record
class Room:
    """Where the class is served."""

    host: str = option(
        "--host ADDRESS",
        "Address to listen at; 0.0.0.0 lets in the phones of a network.",
        "127.0.0.1",
    )
    port: int | None = option(
        "--port N", "Port to listen at.", min=1, max=65535, shown="8765, or a free one"
    )
    allow_host: list[str] | None = option(
        "--allow-host NAME",
        "A name by which teams may open the page, besides the address; may be repeated.",
    )
    no_browser: bool = option("--no-browser", "Open no browser.", False)


def klass(
    *,
    file: str = FILE,
    sets: list[str] | None = SETS,
    crowd: Crowd,
    allow_code: bool = ALLOW_CODE,
    rules: Rules,
    room: Room,
    place: Place,
    quiet: bool = QUIET,
) -> None:
    """Let a class play a market: teams own firms and decide round by round.

    Prints the teacher's address, then the teams' with the code to join, and serves until it is
    interrupted (Ctrl-C). The folder gets the log of the game after every round, and the debrief.
    """
    need("app", "tsunagari class")
    from tsunagari.experiments.app.server import bound, opened
    from tsunagari.experiments.game.play import Clock, Game, with_seats
    from tsunagari.experiments.game.server import Classroom, serve
    from tsunagari.experiments.words import Words

    job = Job(quiet=quiet)
    size = Size(customers=crowd.customers, months=rules.rounds * rules.months, seed=crowd.seed)
    plan = job.load_file(file, ["claims=[]", *(sets or ())], size, allow_code)
    (plan,) = job.resolve(with_seats(plan, rules.teams))
    words = Words.of(plan)
    _warm(plan, quiet=quiet)
    with job.in_folder(place, f"class-{Path(file).stem}") as folder, contextlib.ExitStack() as held:
        game = Game(plan, rules.months, Clock(rules.clock))
        address = bound(room.host, room.port, told=room.allow_host or ())
        tell(_who_can_join(room.host), quiet=quiet)
        console = f"{address.base}teacher?token={address.access.token}"
        debrief, log = _debrief(words, folder.path), _log(folder.path)
        classroom = Classroom(game, words, address, debrief, log)

        def ready() -> None:
            print(console)
            print(f"{address.base} {classroom.code}", flush=True)
            if not quiet:
                print(words("terminal.ends"), file=sys.stderr, flush=True)
            if not room.no_browser:
                held.enter_context(opened(console))

        serve(classroom, ready)


def _warm(plan: Scenario, *, quiet: bool) -> None:
    """Compile what is needed before anybody waits for a round."""
    from tsunagari.experiments.runs.trial import is_warm, warm_up

    if not is_warm():
        tell(["the first market on this machine compiles the engine; half a minute"], quiet=quiet)
        warm_up(plan)


def _who_can_join(host: str) -> list[str]:
    from tsunagari.experiments.app.guard import is_loopback

    if is_loopback(host):
        return ["only this machine can join; --host 0.0.0.0 lets in the phones of its network"]
    return ["whoever reaches this machine and has the code can join; keep the first address secret"]


def _log(folder: Path) -> Callable[[Game], None]:
    """Writes what was played so far, whole or not at all."""
    from tsunagari.experiments.runs.disk import written
    from tsunagari.sim.reading.dumping import text_of_plan

    def write(game: Game) -> None:
        with written(folder / LOG, folder / f".{LOG}") as file:
            file.write(text_of_plan(game.log).encode())

    return write


def _debrief(
    words: Words, folder: Path
) -> Callable[[Game, Callable[[float], None]], Mapping[str, tuple[str, str]]]:
    """Makes the pages after a game, and writes them to the folder."""
    from tsunagari.experiments.game.debrief import debrief_of
    from tsunagari.experiments.report.debrief import pages
    from tsunagari.experiments.runs.folder import safe_name

    def make(game: Game, told: Callable[[float], None]) -> Mapping[str, tuple[str, str]]:
        made = pages(debrief_of(game, told), words)
        for firm, (_, text) in made.items():
            name = f"debrief-{safe_name(firm)}.html" if firm else "debrief.html"
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        return made

    return make

"""``tsunagari class``: teams own the firms of a market and play it, round by round."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tsunagari.experiments.cli.job import Job, tell
from tsunagari.experiments.cli.options import (
    ALLOW_CODE,
    QUIET,
    SETS,
    Crowd,
    Place,
    Served,
    Size,
    argument,
    option,
    record,
)
from tsunagari.experiments.runs.folder import SCENARIO
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.version import need

if TYPE_CHECKING:
    from tsunagari.experiments.game.play import Game
    from tsunagari.experiments.words import Words
    from tsunagari.sim.scenario import Scenario

ROUNDS, MONTHS = 10, 6


@record
class Rules:
    """How a game goes."""

    rounds: int | None = option("--rounds N", "Rounds, at most.", min=1, max=40, shown=str(ROUNDS))
    months: int | None = option(
        "--months N", "Months of market in a round.", min=1, max=24, shown=str(MONTHS)
    )
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


RESUME = option(
    "--resume DIR",
    "Take a class up again from its folder, instead of FILE: rounds, teams, code and keys.",
)


@record
class Begun:
    """What a new class plays."""

    file: str | None = argument(
        "FILE", "A scenario file, or the name of a shipped one (see `tsunagari list`).", None
    )
    sets: list[str] | None = SETS
    crowd: Crowd
    rules: Rules

    def plan(self, job: Job, allow_code: bool) -> Scenario:
        """The scenario, with a firm for each team."""
        from tsunagari.experiments.game.play import with_seats

        if self.file is None:
            what = "no scenario is named"
            raise Problems([Problem("", what, "FILE", suggestion="see `tsunagari list`")])
        months = (self.rules.rounds or ROUNDS) * (self.rules.months or MONTHS)
        size = Size(**vars(self.crowd), months=months)
        plan = job.load_file(self.file, ["claims=[]", *(self.sets or ())], size, allow_code)
        (plan,) = job.resolve(with_seats(plan, self.rules.teams))
        return plan

    def typed(self) -> list[str]:
        """What was said of it; of a class that is taken up, only the clock may be."""
        options = {"FILE": self.file, "--set": self.sets}
        rest = {f"--{name}": value for name, value in (vars(self.crowd) | vars(self.rules)).items()}
        said = (options | rest).items()
        return [name for name, value in said if value is not None and name != "--clock"]


def klass(
    *,
    begun: Begun,
    allow_code: bool = ALLOW_CODE,
    resume: Path | None = RESUME,
    room: Served,
    place: Place,
    quiet: bool = QUIET,
) -> None:
    """Let a class play a market: teams own firms and decide round by round.

    Prints the teacher's address, then the teams' with the code to join, and serves until it is
    interrupted (Ctrl-C). The folder gets the log of the game after every round, and the debrief.
    A laptop that broke down loses no round that was played: --resume.
    """
    need("app", "tsunagari class")
    from tsunagari.experiments.app.server import bound, opened
    from tsunagari.experiments.game.play import Clock, Game
    from tsunagari.experiments.game.register import Register, register_in, take_up
    from tsunagari.experiments.game.server import Classroom, serve
    from tsunagari.experiments.words import Words

    job, rules, before = Job(quiet=quiet), begun.rules, None
    months, seconds = rules.months or MONTHS, rules.clock
    if resume is None:
        plan = begun.plan(job, allow_code)
    else:
        _refuse([*begun.typed(), *(["--out"] if place.out else [])])
        before, place = register_in(resume), Place(out=resume, force=True)
        months, seconds = before["months"], seconds or before["clock"]
        (plan,) = job.resolve(job.load_file(str(resume / SCENARIO), [], Size(), allow_code))
    words = Words.of(plan)
    _warm(plan, quiet=quiet)
    name = f"class-{Path(begun.file or '').stem}"
    with job.in_folder(place, name) as folder, contextlib.ExitStack() as held:
        game = Game(plan, months, Clock(seconds))
        address = bound(room.host, room.port, told=room.allow_host or ())
        tell(_who_can_join(room.host), quiet=quiet)
        console = f"{address.base}teacher?token={address.access.token}"
        register = Register(folder.path, plan)
        classroom = Classroom(game, words, address, _debrief(words, folder.path), register.keep)
        if before is not None:
            take_up(classroom, before)
            register.keep(classroom)

        def ready() -> None:
            print(console)
            print(f"{address.base} {classroom.code}", flush=True)
            if not quiet:
                print(words("terminal.ends"), file=sys.stderr, flush=True)
            if not room.no_browser:
                held.enter_context(opened(console))

        serve(classroom, ready)


def _refuse(names: Iterable[str]) -> None:
    """Refuse what a class that is taken up has settled already.

    Raises:
        Problems: There is such an option.
    """
    what = "is settled by the class that is taken up again"
    wrong = [Problem("", what, name, suggestion="leave it out") for name in names]
    if wrong:
        raise Problems(wrong)


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

"""The register of a class on disk: who is in it and what was decided, to take it up again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.game.levers import Plan
from tsunagari.experiments.game.play import Team
from tsunagari.experiments.runs.disk import (
    damaged,
    is_intact,
    record_content,
    refused,
    written,
)
from tsunagari.experiments.runs.folder import SCENARIO
from tsunagari.sim.problems import Problems
from tsunagari.sim.reading.dumping import text_of_plan

if TYPE_CHECKING:
    from tsunagari.experiments.game.server import Classroom
    from tsunagari.sim.scenario import Scenario

LOG = "class.yaml"
"""What was played: a scenario file. The scenario that a class began with is beside it."""
REGISTER = "class.json"
"""Who plays, with keys and tokens, and what was decided in each round: for its own account only."""
_FORMAT = 1


class Register:
    """The files of a class in its folder, each whole or as it was before.

    Args:
        folder: Where they are.
        plan: The scenario that the class begins with.
    """

    def __init__(self, folder: Path, plan: Scenario) -> None:
        self._folder, self._logged = folder, 0
        self._write(SCENARIO, text_of_plan(plan).encode())

    def keep(self, room: Classroom) -> None:
        """Write down how things stand; the log only when a round was played or taken back."""
        rounds = len(room.game.rounds)
        if rounds != self._logged:
            self._write(LOG, text_of_plan(room.game.log).encode())
            self._logged = rounds
        self._write(REGISTER, record_content(_entries(room)))

    def _write(self, name: str, content: bytes) -> None:
        hidden = self._folder / f".{name}"
        with written(self._folder / name, hidden) as file:
            hidden.chmod(0o600 if name == REGISTER else 0o644)
            file.write(content)


def _entries(room: Classroom) -> dict[str, Any]:
    game = room.game
    return {
        "format": _FORMAT,
        "months": game.months,
        "clock": game.clock.seconds,
        "ended": game.ended,
        "code": room.code,
        "teams": [asdict(team) for team in game.teams.values()],
        "keys": room.keys,
        "tokens": room.tokens,
        "rounds": [
            {"teams": dict(each.teams), "plans": _plain(each.plans, each.fresh)}
            for each in game.rounds
        ],
        "given": _plain(game.given, game.given),
    }


def _plain(plans: Mapping[str, Plan], whose: Any) -> dict[str, Any]:
    return {firm: asdict(plan) for firm, plan in plans.items() if firm in whose}


def register_in(folder: Path) -> dict[str, Any]:
    """The register of a class.

    Raises:
        Problems: There is none, or it is not what was written.
    """
    file = folder / REGISTER
    if not file.is_file():
        raise refused(folder, "holds no class", f"name the folder that has {REGISTER} in it")
    if not is_intact(file):
        raise Problems([damaged(file, f"{LOG} beside it can still be run")])
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    if found["format"] != _FORMAT:
        raise refused(file, "was written by another version of the program")
    return found


def take_up(room: Classroom, found: Mapping[str, Any]) -> None:
    """Bring a new class to where the one of a register was: its rounds are played again."""

    def plans(of: Mapping[str, Any]) -> dict[str, Plan]:
        return {firm: Plan(**plan) for firm, plan in of.items()}

    room.code, room.tokens = found["code"], dict(found["tokens"])
    room.keys = {int(number): key for number, key in found["keys"].items()}
    rounds = [(each["teams"], plans(each["plans"])) for each in found["rounds"]]
    teams = [Team(**team) for team in found["teams"]]
    room.game.take_up(rounds, teams, plans(found["given"]), ended=found["ended"])

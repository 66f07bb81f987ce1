"""A class in a real process: teams, a teacher, and somebody who means harm."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pytest

from tests.experiments.game.classes import Class, Client, Team, classroom
from tsunagari.experiments.game.sight import Sight
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario

SIZE = ("--customers", "400", "--months", "2", "--rounds", "3")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Class]:
    with classroom("connected-age", *SIZE, "--out", str(tmp_path / "game")) as found:
        yield found


def hostile(room: Class, victim: Team) -> None:
    """All that comes to mind, from outside and with a team's own token."""
    place = room.base.split("//")[1].rstrip("/")
    stranger = Client(room.base)
    good = json.dumps(victim.plan()).encode()
    answers = [
        stranger.send("POST", "/decide", good)[0],
        stranger.send("POST", "/teacher/act", b'{"act": "next"}')[0],
        stranger.send("GET", "/state")[0],
        stranger.send("GET", "/teacher?token=guessed")[0],
        stranger.send("GET", "/teacher/log")[0],
        stranger.send("GET", "/projector/state")[0],
        victim.send("POST", "/teacher/act", b'{"act": "next"}')[0],
        victim.send("GET", "/teacher/state")[0],
        victim.send("GET", "/teacher/debrief/0")[0],
        victim.send("POST", "/decide", good, Origin="http://elsewhere.example")[0],
        victim.send("POST", "/decide", good, Origin="")[0],
        victim.send("POST", "/decide", good, Host="elsewhere.example")[0],
        victim.send("GET", "/state", Host="elsewhere.example")[0],
        victim.send("POST", "/decide", good, Content_Type="text/plain")[0],
        victim.send("POST", "/decide", b"{" * 4000)[0],
        victim.send("POST", "/decide", b"[" * 100_000)[0],
        victim.send("POST", "/decide", b'{"price": NaN}')[0],
        victim.send("POST", "/decide", b'{"price": 1' + b"0" * 3000 + b"}")[0],
        victim.send("POST", "/decide", b"\xff\xfe")[0],
        victim.send("POST", "/join", b'{"code": "AAAAAA", "name": "me"}')[0],
        victim.send("POST", "/join", b'{"code": ["x"], "name": "me"}')[0],
        victim.send("GET", "/" + "x" * 5000)[0],
        victim.send("GET", "/../../etc/passwd")[0],
        victim.send("PUT", "/decide", good)[0],
    ]
    assert all(status in (403, 404, 405, 421, 422) for status in answers), answers
    for firm in ("firm", "owner", "team"):
        status, _ = victim.post("/decide", victim.plan() | {firm: "Lean"})
        assert status == 422
    name = "<img src=x onerror=alert(1)>"
    status, _ = Client(room.base).post("/join", {"code": room.code, "name": name[:30]})
    assert status in (200, 422)
    assert place


def flood(room: Class, victim: Team) -> None:
    """So many messages with one token that they are no longer read."""
    answers = {victim.send("GET", "/state?mark=x")[0] for _ in range(120)}
    assert answers == {200, 429}


def test_a_class_plays_and_the_log_is_a_scenario(room: Class, tmp_path: Path) -> None:
    ann, bo = room.team("Ann"), room.team("Bo <b>&</b>")
    assert ann.firm == "Lean"
    assert "&lt;b&gt;" in bo.parts()["head"]
    assert ann.post("/decide", ann.plan())[0] == 422  # not begun
    room.act("go")
    plan = ann.plan() | {"claim": 0.6, "course": "intimacy"}
    status, said = ann.post("/decide", plan)
    assert status == 200, said
    assert ann.plan() == plan
    assert "has decided" in room.teacher.parts("/teacher/state")["teams"]
    hostile(room, bo)
    room.act("next")
    assert ann.plan() == plan
    flood(room, bo)
    before = room.teacher.send("GET", "/teacher/log")[1]
    room.act("next")
    room.act("back")
    assert room.teacher.send("GET", "/teacher/log")[1] == before
    room.act("next")
    room.act("next")
    status, said = room.teacher.post("/teacher/act", {"act": "next"})
    assert (status, said) == (422, {"refused": "The game is over."})
    assert ann.come_back(room.code) == 200
    assert ann.firm == "Lean"
    log = (tmp_path / "game" / "class.yaml").read_text("utf-8")
    assert log == room.teacher.send("GET", "/teacher/log")[1].decode()
    assert "firms.Lean.claim" in log
    room.debriefed()
    pages = {file.name for file in (tmp_path / "game").glob("*.html")}
    assert pages >= {"debrief.html", "debrief-Lean.html"}
    assert b"What your decisions were worth" in ann.send("GET", "/debrief")[1]


def test_a_class_is_taken_up_again_as_it_stood(room: Class, tmp_path: Path) -> None:
    ann, bo = room.team("Ann"), room.team("Bo")
    room.act("go")
    ann.post("/decide", ann.plan() | {"claim": 0.6})
    room.act("next")
    room.act("hand", firm=bo.firm, team=1)
    plan = bo.plan() | {"service": 0.25}
    assert bo.post("/decide", plan)[0] == 200
    there = shutil.copytree(tmp_path / "game", tmp_path / "copy")  # as a dead laptop leaves it
    assert (there / "class.json").stat().st_mode & 0o77 == 0
    with classroom("--resume", str(there)) as again:
        assert again.code == room.code
        port = urlsplit(again.base).port
        cookies = {f"tsunagari-{port}-team": value for value in ann.cookies.values()}
        same, other = Team(again.base, cookies, name="Ann"), Team(again.base, name="Bo", key=bo.key)
        assert other.come_back(room.code) == 200
        again.act("go")  # it begins paused, like every class
        assert same.parts() == ann.parts()
        assert other.plan() == plan
        for each in (room, again):
            each.act("next")
        ends = [each.teacher.send("GET", "/teacher/log")[1] for each in (room, again)]
        assert ends[0] == ends[1]
        assert same.parts()["own"] == ann.parts()["own"]
    command = [sys.executable, "-m", "tsunagari", "class", "--resume", str(there)]
    told = subprocess.run([*command, "--rounds", "3"], capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert told.stderr.startswith("--rounds: is settled by the class that is taken up again")


@pytest.mark.slow
def test_ctrl_c_does_not_wait_for_a_debrief(tmp_path: Path) -> None:
    size = ("--customers", "8000", "--rounds", "8", "--months", "24")
    with classroom("connected-age", *size, "--out", str(tmp_path / "game")) as room:
        ann = room.team("Ann")
        room.act("go")
        for number in range(3):
            ann.post("/decide", ann.plan() | {"claim": 0.1 * number})
            room.act("next")
        room.act("end")
        room.act("debrief")
        status, said = room.teacher.post("/teacher/act", {"act": "back"})
        assert (status, "being made" in said["refused"]) == (422, True)


def test_a_team_sees_its_own_firm_and_what_is_public_until_it_gets_another(room: Class) -> None:
    ann, bo = room.team("Ann"), room.team("Bo")
    state = ann.get("/state")
    assert "parts" not in ann.get(f"/state?mark={state['mark']}")
    room.act("go")
    assert "parts" in ann.get(f"/state?mark={state['mark']}")
    bo.post("/decide", bo.plan() | {"claim": 0.7, "service": 0.25})
    room.act("next")
    mine, theirs = ann.parts(), bo.parts()
    assert ann.key not in json.dumps(theirs)
    assert bo.key not in json.dumps(mine)
    assert "0.25" in theirs["form"]
    assert "0.25" not in mine["form"]
    assert mine["own"] != theirs["own"]
    assert "±" in mine["own"]
    for truth in ("satisfaction", "stickiness", "success"):
        assert truth not in json.dumps(mine).lower(), truth
    for firm in ("Lean", "Spark", "Tailor", "Broad"):
        assert firm in mine["public"]
    room.act("hand", firm=ann.firm, team=2)
    assert (ann.firm, bo.firm) == ("Spark", "Lean")
    room.act("hand", firm="Spark", team=0)
    assert "no firm" in ann.parts()["form"]
    assert room.teacher.post("/teacher/act", {"act": "hand", "firm": "None", "team": 1})[0] == 422


@pytest.mark.slow
def test_eight_teams_play_ten_rounds_of_twenty_thousand_customers(tmp_path: Path) -> None:
    """Two drop out and return, one sends hostile messages, and the tables are the same to the bit.

    How long a round takes is printed; it depends on the machine.
    """
    out = tmp_path / "game"
    size = ("--customers", "20000", "--rounds", "10", "--months", "6", "--teams", "8")
    with classroom("connected-age", *size, "--out", str(out)) as room:
        teams = [room.team(f"Team {number}") for number in range(8)]
        assert len({team.firm for team in teams}) == 8
        room.act("go")
        seconds = []
        for number in range(10):
            away = teams[2:4] if 3 <= number < 6 else []
            if number == 6:
                for team in teams[2:4]:
                    assert team.come_back(room.code) == 200
            for place, team in enumerate(teams):
                if team in away:
                    continue
                plan = team.plan()
                plan["price"] *= 0.98 if (number + place) % 3 == 0 else 1.0
                plan["claim"] = round(0.1 * ((number + place) % 4), 1)
                plan["attention"] = max(0.05, plan["attention"] - 0.05 * (number % 2))
                status, said = team.post("/decide", plan)
                assert status == 200, said
            if number in (1, 5):
                hostile(room, teams[7])
            seconds.append(room.act("next"))
            time.sleep(0.1)
        print(
            f"a round resolves in {max(seconds):.2f} s at most, {sorted(seconds)[5]:.2f} s mostly"
        )
        board = room.teacher.parts("/teacher/state")["board"]
    ran = tmp_path / "ran"
    command = [sys.executable, "-m", "tsunagari", "run", str(out / "class.yaml"), "--no-figures"]
    subprocess.run([*command, "--out", str(ran)], check=True, capture_output=True)
    market = Market(Scenario.load(out / "class.yaml"))
    market.run_for(60)
    for name, table in market.results.tables.items():
        written = pd.read_parquet(ran / f"{name}.parquet")
        pd.testing.assert_frame_equal(written, pd.DataFrame(table), check_exact=True)
    for profit in Sight.of(market).by("profit"):
        assert f"<b>{profit:,.0f}</b>" in board

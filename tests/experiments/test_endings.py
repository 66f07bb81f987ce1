"""How processes end: asked to from outside, or hanging."""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import sweeping
from sweeping import design, experiment, quick

from tsunagari.experiments.runs.interrupts import ENDING, end_politely, remembered, undisturbed
from tsunagari.experiments.runs.processes import Lost, Processes, _Job, _Patience, _size_of
from tsunagari.experiments.runs.workers import Crew, WorkerDiedError
from tsunagari.experiments.studies.sweep import Nobody, SweepRun, sweep
from tsunagari.sim.scenario import Scenario

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
SWEEP = (
    "scenario: connected-age\n"
    "values: {market.customers: 3000, market.months: 30, events: []}\n"
    "factors: {firms.Lean.price: {low: 0.8, high: 1.2, steps: 40}}\n"
    "design: grid\nreplications: 3\n"
)
LONG = ["connected-age", "--customers", "3000", "--months", "60", "--replications", "99"]
COMMANDS = {
    "run": ["run", *LONG],
    "run with workers": ["run", *LONG, "--workers", "2"],
    "compare": ["compare", *LONG, "--set", "firms.Lean.price=0.9", "--workers", "2"],
    "explain": ["explain", *LONG],
    "sweep": ["sweep", "sweep.yaml", "--workers", "2"],
}


def ended(command, number, folder, *, wait, whole_group=False):
    """Start a command, send it a signal some time after it made its folder, and look at the end."""
    (folder / "sweep.yaml").write_text(SWEEP)
    out = folder / "deep" / "out"
    process = subprocess.Popen(
        [sys.executable, "-m", "tsunagari", *COMMANDS[command], "--out", out],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        while not out.exists():
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.01)
        time.sleep(wait)
        (os.killpg if whole_group else os.kill)(process.pid, number)
        said, told = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130, told
    assert said == ""
    assert told.splitlines()[-1] == "interrupted"
    assert "Traceback" not in told
    assert not list(folder.rglob(".writing-*"))
    if command == "sweep":
        assert not (out / ".lock").exists()
    else:
        assert not (folder / "deep").exists()
    deadline = time.monotonic() + 10
    while _group_lives(process.pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _group_lives(group):
    """Whether a worker is still there; one that has ended and waits to be counted is not."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, belongs = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(belongs) == group and state != "Z":
            return True
    return False


@pytest.mark.parametrize(("command", "number"), [("run", signal.SIGTERM), ("sweep", signal.SIGHUP)])
def test_what_asks_to_end_does_what_ctrl_c_does(tmp_path, command, number):
    ended(command, number, tmp_path, wait=0.3, whole_group=command == "sweep")


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("turn", range(4))
def test_at_any_moment(tmp_path, command, turn):
    chance = random.Random(f"{command} {turn}")
    number = (signal.SIGTERM, signal.SIGHUP)[turn == 3]
    ended(command, number, tmp_path, wait=chance.uniform(0, 8), whole_group=turn == 2)


@pytest.fixture
def politely():
    """As a process of the command line; afterwards as before."""
    before = {number: signal.getsignal(number) for number in ENDING}
    end_politely()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("politely")
@pytest.mark.parametrize("number", ENDING)
def test_every_one_of_them_waits_for_what_must_not_be_disturbed(number):
    finished = []

    def disturbed():
        with undisturbed():
            os.kill(os.getpid(), number)
            finished.append("still")

    with pytest.raises(KeyboardInterrupt):
        disturbed()
    with remembered() as check:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
        with pytest.raises(KeyboardInterrupt):
            check()
    assert finished == ["still"]


def test_what_is_ignored_stays_so():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    term = signal.getsignal(signal.SIGTERM)
    try:
        end_politely()
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        assert callable(signal.getsignal(signal.SIGTERM))
    finally:
        signal.signal(signal.SIGHUP, before)
        signal.signal(signal.SIGTERM, term)


# -- workers that hang ---------------------------------------------------------------------------


def hanging(trial):
    """Hangs for a certain trial: once, where there is a file for that, or always."""
    place = Path(os.environ["HANGS"])
    if trial.plan.firms[0].price == sweeping.PRICES[2] and trial.replication == 1:
        left = int(place.read_text())
        if left:
            place.write_text(str(left - 1))
            os.kill(os.getpid(), signal.SIGSTOP)
    return quick(trial)


def test_how_long_a_trial_may_take_follows_from_those_before(monkeypatch):
    clock = iter([0.0, 1.0, 2.0, 1000.0, *(1000.0 + 4.0 * step for step in range(1, 99))])
    monkeypatch.setattr("tsunagari.experiments.runs.processes.time.monotonic", lambda: next(clock))
    patience = _Patience(60.0)
    trial = experiment().trials()[0].trial
    months = trial.plan.market.months
    large = replace(trial, plan=trial.plan.with_values({"market.months": 10 * months}))
    job, longer = (_Job(b"", Future(), _size_of((each,))) for each in (trial, large))
    one, other = (
        SimpleNamespace(jobs=deque([job] * 2), since=0.0, ready=True),
        SimpleNamespace(jobs=deque([longer]), since=0.0, ready=True),
    )
    for _ in range(2):
        patience.pass_time()
    assert not patience.is_over(one)  # none is back yet: nobody can tell
    patience.learnt(one)
    patience.learnt(other)
    other.jobs.append(longer)
    one.jobs.clear()
    one.jobs.append(job)
    patience.pass_time()  # all slept: no time of theirs
    assert patience.now == 7.0
    over = {}
    for worker, name in ((one, "one"), (other, "other")):
        while not patience.is_over(worker) and patience.now < 390:
            patience.pass_time()
        over[name] = patience.now
    assert 60 < over["one"] - 2 <= 68
    assert over["other"] > 380  # ten times as long a market


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_worker_that_hangs_is_replaced_and_its_trial_tried_once_more(
    tmp_path, monkeypatch, times
):
    (tmp_path / "hangs").write_text(str(times))
    monkeypatch.setenv("HANGS", str(tmp_path / "hangs"))
    monkeypatch.setattr("tsunagari.experiments.runs.processes._TIMES_LONGER", 0)
    run = SweepRun(experiment(), None, Nobody())
    with Processes(2, patience=10.0) as pool:
        done = run.in_folder(tmp_path / "out", Crew(pool), simulate=hanging)
    assert multiprocessing.active_children() == []
    assert (done.counts.done, done.counts.failed) == (25 - times, times - 1)
    if times == 2:
        (error,) = done.trials["error"].dropna()
        assert error.startswith("lost twice: the worker process hung: no sign of life for ")
        assert error.endswith("if it needs that long, run it with --workers 1")
        sweep(design(), out=tmp_path / "out", simulate=quick, retry_failed=True)
    sweep(design(), out=tmp_path / "whole", simulate=quick)
    sweeping.assert_same(tmp_path / "whole", tmp_path / "out")


def _stop_once(place):
    if place.exists():
        place.unlink()
        os.kill(os.getpid(), signal.SIGSTOP)
    return place.name


def _raise(text):
    raise LookupError(text)


def _die():
    os._exit(3)


def _die_at(number):
    if number == 3:
        os._exit(3)
    return number


@pytest.mark.slow
def test_the_workers_are_an_executor(tmp_path, monkeypatch):
    monkeypatch.setattr("tsunagari.experiments.runs.processes._TIMES_LONGER", 0)
    plan = Scenario().with_values({"market.customers": 50, "market.months": 1})
    (tmp_path / "stop").touch()
    with Processes(2, patience=10.0) as pool:
        crew = Crew(pool)
        crew.warm(plan)
        assert sorted(crew.results(str, range(9))) == list("012345678")
        assert list(crew.in_order(abs, range(-99, 0), ahead=5)) == list(range(99, 0, -1))
        assert list(crew.results(_stop_once, [tmp_path / "stop"])) == ["stop"]
        with pytest.raises(LookupError, match="as it is"):
            list(crew.results(_raise, ["as it is"]))
        with pytest.raises(LookupError, match="as it is"):
            pool.submit(_raise, "as it is").result(60)
        with pytest.raises(WorkerDiedError, match="lost twice: the worker process died"):
            list(crew.results(_die_at, range(5)))
        whole = list(crew.results(_die_at, range(5), given_up=lambda job, why: -job))
        assert sorted(whole) == [-3, 0, 1, 2, 4]
        with pytest.raises(Lost):
            pool.submit(_die).result(60)
        assert list(pool.map(abs, [-1, -2])) == [1, 2]
    assert multiprocessing.active_children() == []
    assert threading.active_count() < 20
    with pytest.raises(RuntimeError, match="takes no more work"):
        pool.submit(abs, 1)

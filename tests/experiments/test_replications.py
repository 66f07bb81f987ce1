"""A run is a value: where and beside what it runs does not show in its tables."""

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from replicated import run_replications

from tsunagari.experiments.runs.trial import Trial, digest, joined, run_trial
from tsunagari.experiments.runs.workers import WorkerDiedError, worth_starting
from tsunagari.sim.scenario import Scenario

ROOT = Path(__file__).parents[2]
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


@pytest.fixture(scope="module")
def plan():
    return Scenario().with_values({"market.customers": 60, "market.months": 3, "replications": 2})


def assert_same(left, right):
    assert list(left) == list(right)
    for name, columns in left.items():
        assert list(columns) == list(right[name])
        for column, values in columns.items():
            np.testing.assert_array_equal(values, right[name][column], f"{name}.{column}")


def test_a_key_is_made_of_the_content(plan):
    key = Trial(plan, 7).key
    assert key == Trial(plan.with_values({"market.months": 3}), 7).key
    assert key == Trial(plan.with_values({"seed": 99, "replications": 5}), 7).key
    assert len(key) == 32
    others = [
        Trial(plan, 8),
        Trial(plan, 7, replication=1),
        Trial(plan.with_values({"market.months": 4}), 7),
        Trial(plan.with_values({"firms.Lean.name": "Leaner"}), 7),
    ]
    assert len({key, *(trial.key for trial in others)}) == 5


def test_a_key_is_the_same_in_any_process(plan):
    code = (
        "from tsunagari import Scenario; from tsunagari.experiments.runs.trial import Trial;"
        "print(Trial(Scenario().with_values({'market.customers': 60, 'market.months': 3}), 7).key)"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "5"}
    printed = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == Trial(plan, 7).key


def test_a_run_is_more_than_its_first_replication(plan):
    assert digest(plan, seed=1) != digest(plan.with_values({"replications": 3}), seed=1)


def test_a_network_counts_by_its_content(plan):
    network = {"network.kind": "file", "network.file": "/a.csv", "network.digest": "0" * 32}
    one = plan.with_values(network)
    elsewhere = one.with_values({"network.file": "/b.csv"})
    changed = one.with_values({"network.digest": "1" * 32})
    assert digest(one, seed=1) == digest(elsewhere, seed=1) != digest(changed, seed=1)


def test_a_trial_travels(plan):
    trial = Trial(plan, 7, 1)
    copy = pickle.loads(pickle.dumps(trial))
    assert copy == trial
    assert copy.key == trial.key


def test_a_trial_is_the_market_itself(plan):
    from tsunagari.sim.market import Market

    market = Market(plan, seed=7)
    market.run_for(3)
    result = run_trial(Trial(plan, 7))
    assert_same(result.tables, market.results.tables)
    assert set(result.seconds) == {"build", "months", "tables"}


def test_replications_follow_one_another(plan):
    months = []
    done = run_replications(plan, seed=7, progress=months.append)
    assert months == [1] * 6
    assert [trial.replication for trial in done.trials] == [0, 1]
    assert_same(done.tables, joined([run_trial(Trial(plan, 7, r)).tables for r in (0, 1)]))
    assert sorted(set(done.tables["market"]["replication"])) == [0, 1]


def test_replications_differ_in_their_luck(plan):
    first, second = (run_trial(Trial(plan, 7, r)).tables["firms"] for r in (0, 1))
    assert not np.array_equal(first["customers"], second["customers"])


@pytest.mark.slow
def test_workers_and_threads_do_not_show(plan):
    months = []
    here = run_replications(plan, 7, 3, threads=2)
    there = run_replications(plan, 7, 3, workers=2, progress=months.append)
    assert_same(here.tables, there.tables)
    assert months == [3, 3, 3]
    assert multiprocessing.active_children() == []


def while_working(plan, act):
    """Do something as soon as there is a worker process, during a run that lasts."""

    def watch():
        while not multiprocessing.active_children():
            time.sleep(0.01)
        time.sleep(0.2)
        act()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        run_replications(plan.with_values({"market.months": 1200}), 7, 2, workers=2)
    finally:
        watcher.join()


@posix
def test_workers_that_die_again_and_again_are_a_sentence(plan):
    is_over = threading.Event()

    def kill_all():
        while not is_over.wait(0.2):
            for child in multiprocessing.active_children():
                child.kill()

    watcher = threading.Thread(target=kill_all)
    watcher.start()
    try:
        with pytest.raises(WorkerDiedError, match=r"fewer workers|end as soon as they start"):
            run_replications(plan.with_values({"market.months": 1200}), 7, 2, workers=2)
    finally:
        is_over.set()
        watcher.join()
    assert multiprocessing.active_children() == []


@posix
def test_ctrl_c_ends_the_workers_at_once(plan, capfd):
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        while_working(plan, lambda: os.kill(os.getpid(), signal.SIGINT))
    assert time.monotonic() - started < 5
    while multiprocessing.active_children():
        time.sleep(0.01)
    assert "Traceback" not in capfd.readouterr().err


def test_processes_are_started_where_there_is_work_for_them(monkeypatch):
    monkeypatch.setattr("tsunagari.agents.population.usable_threads", lambda: 8)
    plan = Scenario()  # 20,000 people
    assert worth_starting(plan, 120) == 1
    assert worth_starting(plan, 3100) == 5
    assert worth_starting(plan, 100_000) == 8
    assert worth_starting(plan.with_values({"market.customers": 300_000}), 100_000) == 1

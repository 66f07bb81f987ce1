"""A sweep, in one piece: its files, its answers, what it refuses, what it does with failures."""

import concurrent.futures as futures
import json
import os
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sweeping import (
    PRICES,
    assert_same,
    contents,
    design,
    experiment,
    failing,
    quick,
    trials_in,
)

from tsunagari.experiments.runs.disk import record_content
from tsunagari.experiments.runs.folder import FolderLock
from tsunagari.experiments.runs.trial import TrialResult
from tsunagari.experiments.runs.workers import ExecutorDiedError, one_line
from tsunagari.experiments.studies.shards import counts_in
from tsunagari.experiments.studies.sweep import sweep
from tsunagari.sim.problems import Failure, Problem, Problems


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The sweep in one piece, with which others are compared."""
    path = tmp_path_factory.mktemp("whole") / "out"
    return sweep(design(), out=path, simulate=quick)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_sweep_leaves_its_tables_and_nothing_else(whole):
    files = ["design.yaml", "firms", "market", "scenario.yaml", "sweep.json", "trials.parquet"]
    assert names(whole.path) == files
    assert names(whole.path / "firms") == ["part-00000.parquet"]
    assert (whole.counts.done, whole.counts.failed, whole.counts.total) == (24, 0, 24)
    record = json.loads((whole.path / "sweep.json").read_text())
    assert record["status"] == "complete"
    assert record["design"] == experiment().key


def test_a_row_for_each_trial_in_the_order_of_the_design(whole):
    trials = whole.trials
    planned = experiment().trials()
    assert list(trials.columns[:12]) == (
        "key replication seed status error seconds peak_memory point option environment block "
        "network".split()
    )
    assert list(trials.columns[12:]) == list(experiment().factors)
    assert list(trials.key) == [one.trial.key for one in planned]
    assert list(trials.replication) == [0] * 8 + [1] * 8 + [2] * 8
    assert list(trials.point) == list(range(8)) * 3
    assert list(trials["firms.Lean.price"]) == [
        one.point.values["firms.Lean.price"] for one in planned
    ]
    assert trials["firms.Lean.price"].dtype == np.float64
    assert trials["market.cities"].dtype == np.int64
    assert set(trials.status) == {"done"}
    assert trials.error.isna().all()
    assert trials.network.isna().all()
    assert (trials.seconds >= 0).all()
    if os.name != "nt":
        assert (trials.peak_memory > 10_000_000).all()


def test_a_trial_that_stands_twice_in_a_design_is_run_once(tmp_path):
    run = []

    def counted(trial):
        run.append(trial.key)
        return quick(trial)

    done = sweep(design(), out=tmp_path / "out", simulate=counted)
    assert len(run) == len(set(run)) == 21
    trials = done.trials
    assert list(trials.key[trials.point == 0]) == list(trials.key[trials.point == 7])
    assert done.counts.done == 24
    assert done.market.key.value_counts().eq(2).all()


def test_tables_are_those_of_the_trials(whole):
    by_key = dict(tuple(whole.firms.groupby("key")))
    for planned in experiment().trials():
        expected = pd.DataFrame(quick(planned.trial).tables["firms"])
        if len(expected):
            found = by_key[planned.trial.key].drop(columns="key").reset_index(drop=True)
            pd.testing.assert_frame_equal(found, expected, check_dtype=False)
        else:
            assert planned.trial.key not in by_key
    assert list(whole.firms.columns) == ["key", "firm", "price", "luck"]
    with pytest.raises(Failure, match="no table cohorts"):
        whole.table("cohorts")


def test_pandas_polars_and_duckdb_read_the_tables(whole, monkeypatch):
    import duckdb
    import polars

    folder = str(whole.path / "firms")
    frame = pd.read_parquet(folder)
    other = polars.read_parquet(f"{folder}/*.parquet")
    third = duckdb.connect().execute(f"SELECT * FROM read_parquet('{folder}/*.parquet')")
    rows = third.fetchall()
    assert len(frame) == len(other) == len(rows) > 20
    assert other.rows() == rows
    assert list(frame.columns) == other.columns == [column[0] for column in third.description]
    assert other.schema["firm"] == polars.String
    assert other["price"].null_count() == frame.price.isna().sum() > 0
    joined = other.join(polars.read_parquet(whole.path / "trials.parquet"), on="key")
    assert set(joined["market.cities"]) <= set(range(1, 8))


def test_a_complete_sweep_is_left_alone(whole):
    def never(trial):
        raise AssertionError

    before = {path: path.stat().st_mtime_ns for path in whole.path.rglob("*") if path.is_file()}
    before = {path: time for path, time in before.items() if path.suffix == ".parquet"}
    again = sweep(design(), out=whole.path, simulate=never)
    assert again.counts == whole.counts
    assert before == {path: path.stat().st_mtime_ns for path in before}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["threads", "processes", "worker processes"])
def test_it_does_not_matter_who_runs_the_trials(whole, tmp_path, kind):
    import multiprocessing

    out = tmp_path / "out"
    if kind == "threads":
        with futures.ThreadPoolExecutor(4) as pool:
            sweep(design(), out=out, simulate=quick, executor=pool)
    elif kind == "processes":
        spawn = multiprocessing.get_context("spawn")
        with futures.ProcessPoolExecutor(2, mp_context=spawn) as pool:
            sweep(design(), out=out, simulate=quick, executor=pool, in_flight=3)
            assert pool.submit(len, "open").result() == 4
    else:
        sweep(design(), out=out, simulate=quick, workers=2)
        assert multiprocessing.active_children() == []
    assert_same(whole.path, out)


def test_many_parts_say_the_same_as_one(whole, tmp_path, monkeypatch):
    monkeypatch.setattr("tsunagari.experiments.runs.sweep_files.CHUNK", 5)
    done = sweep(design(), out=tmp_path / "out", simulate=quick)
    assert len(names(tmp_path / "out" / "firms")) == 5
    assert contents(whole.path)["trials"] == contents(done.path)["trials"]
    pd.testing.assert_frame_equal(whole.firms, done.firms)


def test_a_failing_trial_is_a_row(tmp_path, monkeypatch):
    out = tmp_path / "out"
    done = sweep(design(), out=out, simulate=failing)
    assert (done.counts.done, done.counts.failed) == (18, 6)
    trials = done.trials
    failed = trials[trials.status == "failed"]
    assert set(failed["firms.Lean.price"]) == set(PRICES[1:3])
    assert set(failed.error) == {"ValueError: the price; is wrong"}
    assert set(failed.key).isdisjoint(done.market.key)
    assert set(done.market.key) == set(trials.key[trials.status == "done"])

    monkeypatch.setenv("MENDED", "1")
    assert sweep(design(), out=out, simulate=failing).counts.failed == 6
    again = sweep(design(), out=out, simulate=failing, retry_failed=True)
    assert again.counts.failed == 0
    other = sweep(design(), out=tmp_path / "other", simulate=quick)
    assert_same(other.path, out)


def test_where_everything_fails_there_are_rows_and_no_tables(tmp_path):
    def broken(trial):
        raise ZeroDivisionError

    done = sweep(design(), out=tmp_path / "out", simulate=broken)
    assert done.counts.failed == 24
    assert set(done.trials.error) == {"ZeroDivisionError"}
    assert "firms" not in names(done.path)


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        ({"firms": {"a": [1]}}, "KeyError: 'market'"),
        ({"firms": {"a": [1], "b": [1, 2]}, "market": {}}, "columns of different length"),
        ({"firms": {"key": [1]}, "market": {}}, "the name key"),
    ],
)
def test_tables_that_cannot_be_kept_are_a_failure_of_the_trial(tmp_path, tables, told):
    done = sweep(
        design(replications=1), out=tmp_path / "out", simulate=lambda t: TrialResult(t, tables, {})
    )
    assert all(told in error for error in done.trials.error)


def test_columns_of_several_types_get_one_that_fits_all(tmp_path, monkeypatch):
    monkeypatch.setattr("tsunagari.experiments.runs.sweep_files.CHUNK", 4)

    def mixed(trial):
        price = trial.plan.firms[0].price
        value = 1 if price < 1 else 1.5
        columns = {"value": [value], **({"more": [2]} if price > 1 else {})}
        return TrialResult(trial, {"firms": columns}, {})

    done = sweep(design(keep=["firms"]), out=tmp_path / "out", simulate=mixed)
    import duckdb

    query = f"SELECT value, more FROM read_parquet('{done.path}/firms/*.parquet')"
    rows = duckdb.connect().execute(query).fetchall()
    assert set(rows) == {(1.0, None), (1.5, 2), (1.5, None)}
    assert done.firms.value.dtype == np.float64


def test_a_folder_of_something_else_is_refused(whole, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    others = [
        (tmp_path, {}, "it holds no sweep"),
        (tmp_path / "file", {}, "not a folder"),
        (whole.path, {"replications": 4}, "another design"),
        (whole.path, {"seed": 9}, "another design"),
    ]
    for out, changes, why in others:
        with pytest.raises(Problems, match=why) as refused:
            sweep(design(**changes), out=out, simulate=quick)
        assert refused.value.problems[0].file == f"--out {out}"
    with pytest.raises(Problems, match="not shard 1/2"):
        sweep(design(), out=whole.path, simulate=quick, shard="1/2")
    assert names(tmp_path) == ["file", "notes.txt"]


def test_force_starts_over_and_leaves_other_files_alone(tmp_path):
    out = tmp_path / "out"
    sweep(design(keep=["firms", "market"]), out=out, simulate=quick)
    (out / "notes.txt").write_text("mine")
    sweep(design(seed=9, keep=["market"]), out=out, simulate=quick, force=True)
    assert set(trials_in(out).column("seed").to_pylist()) == {9}
    assert "firms" not in names(out)
    (out / "notes.txt").unlink()
    sweep(design(seed=9, keep=["market"]), out=tmp_path / "other", simulate=quick)
    assert_same(out, tmp_path / "other")


def test_one_process_at_a_time(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    lock = FolderLock(out)
    with pytest.raises(Problems, match="another process"):
        sweep(design(), out=out, simulate=quick)
    lock.release()
    assert sweep(design(), out=out, simulate=quick).counts.done == 24


def test_status_while_it_runs_locks_nothing(tmp_path):
    out = tmp_path / "out"
    one = experiment()
    assert counts_in(out, one).done == 0
    assert not out.exists()
    seen = []

    def looking(trial):
        seen.append(counts_in(out, one))
        return quick(trial)

    sweep(one, out=out, simulate=looking)
    assert [counts.done for counts in seen] == list(range(21))
    assert {(counts.failed, counts.total) for counts in seen} == {(0, 24)}
    final = counts_in(out, one)
    assert (final.done, final.failed, final.total) == (24, 0, 24)
    with pytest.raises(Problems, match="another design"):
        counts_in(out, experiment(seed=4))


def test_an_executor_that_is_shut_down_loses_nothing(tmp_path):
    out = tmp_path / "out"
    pool = futures.ThreadPoolExecutor(1)

    class Watcher:
        def note(self, text): ...
        def begin(self, counts): ...
        def progress(self, counts):
            if counts.done >= 5:
                pool.shutdown(cancel_futures=True)

    with pytest.raises(ExecutorDiedError, match="gave up its work"):
        sweep(design(), out=out, simulate=quick, executor=pool, watcher=Watcher())
    there = counts_in(out, experiment()).done
    assert 5 <= there < 24
    sweep(design(), out=out, simulate=quick)
    assert counts_in(out, experiment()).done == 24


@pytest.mark.parametrize("in_flight", [3, 64])
def test_jobs_cancelled_in_the_line_are_noticed(tmp_path, in_flight):
    class Closing(futures.Executor):
        """Runs four jobs; of the others it takes some, and cancels them where they stand."""

        def __init__(self):
            self.taken = 0

        def submit(self, task, job):
            self.taken += 1
            future = futures.Future()
            if self.taken <= 4:
                future.set_result(task(job))
            elif self.taken <= 20:
                assert future.cancel()
            else:
                raise RuntimeError("closed")
            return future

    out = tmp_path / "out"
    with pytest.raises(ExecutorDiedError, match="gave up its work"):
        sweep(design(), out=out, simulate=quick, executor=Closing(), in_flight=in_flight)
    assert counts_in(out, experiment()).done == 4


def test_what_the_machinery_loses_is_run_once_more(tmp_path):
    class Careless(futures.Executor):
        """Loses every job once, and one of them always."""

        def __init__(self):
            self.seen = set()

        def submit(self, task, job):
            future = futures.Future()
            price = job.trial.plan.firms[0].price
            if job.key in self.seen and price != PRICES[3]:
                future.set_result(task(job))
            else:
                self.seen.add(job.key)
                future.set_exception(ConnectionError("gone"))
            return future

    done = sweep(design(), out=tmp_path / "out", simulate=quick, executor=Careless())
    trials = done.trials
    assert set(trials["firms.Lean.price"][trials.status == "failed"]) == {PRICES[3]}
    (error,) = set(trials.error.dropna())
    assert error.startswith("lost twice: ConnectionError: gone")


def test_an_error_is_told_in_a_line():
    assert one_line(ValueError("a\n\n  b")) == "ValueError: a; b"
    assert one_line(KeyError()) == "KeyError"
    assert one_line(Failure("no room")) == "no room"
    assert one_line(Problems([Problem("a.b", "is wrong")])) == "a.b: is wrong"
    assert len(one_line(ValueError("x" * 5000))) == 1000


def test_values_of_any_kind_have_a_column(tmp_path):
    factors = {
        "firms.Lean.price": [1, 1.5],
        "events": [[], [{"month": 2, "leave": "Lean"}]],
        "network.draw": [None, 3],
    }
    values = {"market.customers": 200, "market.months": 12}
    changed = design(factors=factors, values=values, replications=1, scenario="empty-market")
    done = sweep(changed, out=tmp_path / "out", simulate=quick).trials
    assert list(done["firms.Lean.price"]) == [1.0, 1.5]
    assert [json.loads(text) for text in done["events"]] == factors["events"]
    assert done["network.draw"].isna().tolist() == [True, False]


def test_numbers_of_workers_are_checked(tmp_path):
    with pytest.raises(ValueError, match="workers"):
        sweep(design(), out=tmp_path, simulate=quick, workers=0)
    with pytest.raises(ValueError, match="in_flight"), futures.ThreadPoolExecutor(1) as pool:
        sweep(design(), out=tmp_path, simulate=quick, executor=pool, in_flight=0)
    with pytest.raises(ValueError, match="one or the other"):
        sweep(design(), out=tmp_path, simulate=quick, executor=pool, workers=2)


def test_an_unfinished_sweep_says_which_versions_it_was_begun_with(tmp_path):
    out = tmp_path / "out"
    told = []

    class Watcher:
        def note(self, text):
            told.append(text)

        def begin(self, counts): ...
        def progress(self, counts): ...

    sweep(design(), out=out, simulate=quick)
    record = json.loads((out / "sweep.json").read_text())
    record["versions"]["mesa"] = "2.0"
    del record["digest"]
    (out / "sweep.json").write_bytes(record_content(record))
    sweep(design(), out=out, simulate=quick, watcher=Watcher())
    assert len(told) == 1
    assert "mesa 2.0 then" in told[0]


def test_experiments_designs_and_mappings_are_the_same(whole, tmp_path):
    one = experiment()
    assert sweep(one, out=whole.path, simulate=quick).counts.done == 24
    assert sweep(one.design, out=whole.path, simulate=quick).counts.done == 24
    assert replace(whole.counts) == whole.counts

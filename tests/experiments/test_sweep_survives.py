"""Whatever is killed, and whenever: the tables are the same in the end."""

import contextlib
import errno
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sweeping
from hypothesis import given, settings
from hypothesis import strategies as st
from sweeping import PRICES, assert_same, deadly, design, experiment, quick, slow

from tsunagari.experiments.runs.disk import WriteError
from tsunagari.experiments.studies.shards import counts_in
from tsunagari.experiments.studies.sweep import sweep

ROOT = Path(__file__).parents[2]
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The sweep in one piece; its parts hold five trials each."""
    path = tmp_path_factory.mktemp("whole") / "out"
    with small_chunks():
        sweep(design(), out=path, simulate=quick)
    return path


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """The sweep in one piece, in parts of the usual size."""
    path = tmp_path_factory.mktemp("large") / "out"
    sweep(design(), out=path, simulate=quick)
    return path


@contextlib.contextmanager
def small_chunks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tsunagari.experiments.runs.sweep_files.CHUNK", 5)
        yield patch


class Killed(BaseException):
    """As if the process had been killed."""


class Mortal:
    """File operations of which the n-th and all after it do not happen."""

    def __init__(self, patch, lives):
        self.lives = lives
        for name in ("replace", "unlink", "mkdir", "rmdir"):
            patch.setattr(os, name, self.mortal(getattr(os, name)))

    def mortal(self, operation):
        def wrapped(path, *arguments, **options):
            if str(path).endswith(".lock"):
                return operation(path, *arguments, **options)
            self.lives -= 1
            if self.lives < 0:
                raise Killed
            return operation(path, *arguments, **options)

        return wrapped


def files_in(folder):
    """What a sweep has written, without what says whose it is."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in (".parquet", ".zip", ".yaml")
    )


losses = st.lists(st.tuples(st.integers(0, 10**6), st.booleans()), max_size=3)
"""Which files get lost, by a number that stands for any file, and whether they are only cut off.
How many files there are when a sweep is killed depends on the clock, so no draw may."""


@pytest.mark.slow
@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, 140), losses), min_size=1, max_size=4))
def test_wherever_it_is_killed_and_whatever_gets_lost_the_tables_are_the_same(
    whole, tmp_path_factory, kills
):
    out = tmp_path_factory.mktemp("killed") / "out"
    one = experiment()
    for lives, lost in kills:
        with small_chunks() as patch:
            Mortal(patch, lives)
            with contextlib.suppress(Killed):
                sweep(one, out=out, simulate=quick)
        written = files_in(out) if out.exists() else []
        for path, cut in {written[n % len(written)]: cut for n, cut in lost if written}.items():
            if cut:
                path.write_bytes(path.read_bytes()[:-10])
            else:
                path.unlink()
    with small_chunks():
        sweep(one, out=out, simulate=quick)
    assert_same(whole, out)
    shutil.rmtree(out.parent)


@pytest.mark.slow
@settings(max_examples=10)
@given(st.integers(0, 150), st.integers(0, 150))
def test_trials_run_again_may_be_interrupted_too(whole, tmp_path_factory, first, second):
    out = tmp_path_factory.mktemp("again") / "out"
    one = experiment()
    with small_chunks():
        sweep(one, out=out, simulate=sweeping.failing)
    for lives in (first, second):
        with small_chunks() as patch:
            Mortal(patch, lives)
            with contextlib.suppress(Killed):
                sweep(one, out=out, simulate=quick, retry_failed=True)
    with small_chunks():
        assert sweep(one, out=out, simulate=quick, retry_failed=True).counts.failed == 0
    assert_same(whole, out)
    shutil.rmtree(out.parent)


@contextlib.contextmanager
def running(out, *arguments):
    """A sweep in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, sweeping.__file__, out, *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(out, finished, process):
    one = experiment()
    deadline = time.monotonic() + 60
    while counts_in(out, one).done < finished:
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.slow
@posix
def test_killed_at_a_third_and_at_two_thirds(large, tmp_path):
    out = tmp_path / "out"
    for finished, arguments in ((8, ()), (16, ("workers=2",))):
        with running(out, *arguments) as process:
            wait_for(out, finished, process)
            process.kill()
            process.wait()
        assert finished <= counts_in(out, experiment()).done < 24
        assert not (out / "trials.parquet").exists()
    assert sweep(design(), out=out, simulate=quick).counts.done == 24
    assert_same(large, out)


@posix
def test_a_worker_that_is_killed_is_replaced_and_its_trial_run_again(large, tmp_path):
    out = tmp_path / "out"
    killed = []

    class Watcher:
        def note(self, text): ...
        def begin(self, counts): ...
        def progress(self, counts):
            if counts.done >= (5, 12, 99)[len(killed)]:
                killed.append(multiprocessing.active_children()[0])
                killed[-1].kill()

    done = sweep(design(), out=out, simulate=slow, workers=2, watcher=Watcher())
    assert len(set(killed)) == 2
    assert (done.counts.done, done.counts.failed) == (24, 0)
    assert_same(large, out)
    assert multiprocessing.active_children() == []


@posix
def test_a_trial_that_kills_its_worker_twice_is_a_failed_one(tmp_path):
    done = sweep(design(), out=tmp_path / "out", simulate=deadly, workers=2)
    assert (done.counts.done, done.counts.failed) == (23, 1)
    row = done.trials[done.trials.status == "failed"].iloc[0]
    assert (row["firms.Lean.price"], row.replication) == (PRICES[2], 1)
    assert row.error.startswith("lost twice: the worker process died (signal 9)")
    assert "fewer workers" in row.error


def test_a_full_disk_is_a_sentence_and_no_damage(large, tmp_path, monkeypatch):
    out = tmp_path / "out"
    usual = Path.open
    # The record; five times some trials; the parts, one by one; the rows; the record.
    for room in (1, 2, 4, 6, 8, 1, 1, 2, 3, 1):
        written = 0

        def full(path, mode="r", *arguments, **options):
            nonlocal written
            if mode == "wb" and path.name.startswith(".writing-"):
                written += 1
                if written > room:  # noqa: B023
                    file = usual(path, mode, *arguments, **options)
                    file.write(b"half a")
                    file.close()
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return usual(path, mode, *arguments, **options)

        monkeypatch.setattr(Path, "open", full)
        with pytest.raises(WriteError, match=r"^the disk is full: what is finished is kept in"):
            sweep(design(), out=out, simulate=quick)
        monkeypatch.setattr(Path, "open", usual)
        assert not list(out.glob(".writing-*"))
    sweep(design(), out=out, simulate=quick)
    assert_same(large, out)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 200 kB, where a test may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", "size=200k", "tmpfs", folder]
    if mount is None or subprocess.run([mount, *options], capture_output=True).returncode != 0:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_disk_that_is_really_full(large, small_disk):
    out = small_disk / "out"
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(120_000))
    with pytest.raises(WriteError, match="the disk is full"):
        sweep(design(), out=out, simulate=quick)
    assert 0 < counts_in(out, experiment()).done < 24
    with pytest.raises(WriteError, match="the disk is full"):
        sweep(design(), out=out, simulate=quick)
    ballast.unlink()
    sweep(design(), out=out, simulate=quick)
    assert_same(large, out)


@posix
def test_a_file_larger_than_allowed_is_a_sentence(tmp_path):
    out = tmp_path / "out"
    code = (
        "import resource, sys; from sweeping import design, quick;"
        "from tsunagari import sweep; from tsunagari.sim.problems import Failure;\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700))\n"
        "try: sweep(design(), out=sys.argv[1], simulate=quick)\n"
        "except Failure as failure: print(failure)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, out],
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{Path(__file__).parent}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("a file grew larger than allowed: what is finished is kept in")
    assert done.stderr == ""


@pytest.mark.slow
@posix
def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(tmp_path):
    file = tmp_path / "prices.yaml"
    file.write_text(
        "scenario: connected-age\n"
        "values: {market.customers: 3000, market.months: 30, events: []}\n"
        "factors: {firms.Lean.price: {low: 0.8, high: 1.2, steps: 40}}\n"
        "design: grid\nreplications: 3\n"
    )
    out = tmp_path / "out"
    command = [sys.executable, "-m", "tsunagari", "sweep", file, "--out", out, "--workers", "2"]
    process = subprocess.Popen(
        command,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        while not list(out.glob("finished/*.zip")):
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does, workers included
        said, told = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 130
    assert said == ""
    *_, how, end = told.splitlines()
    assert end == "interrupted"
    assert how.endswith("the same command goes on from there")
    assert f"of 120 trials are finished and kept in {out}" in how
    assert "Traceback" not in told
    assert len(list(out.glob("finished/*.zip"))) == int(how.split()[0]) > 0

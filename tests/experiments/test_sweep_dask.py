"""A real Dask scheduler with two workers on this machine, of which one is killed."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sweeping
from sweeping import assert_same, design, experiment, quick

from tsunagari.experiments.runs.workers import dask_cluster
from tsunagari.experiments.studies.shards import counts_in
from tsunagari.experiments.studies.sweep import sweep
from tsunagari.sim.problems import Failure, Problems

pytest.importorskip("distributed")
ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{Path(__file__).parent}"}


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """The scheduler's address, its process, and the workers' processes."""
    port, folder = free_port(), tmp_path_factory.mktemp("dask")
    address = f"tcp://127.0.0.1:{port}"
    common = ["--no-dashboard", "--host", "127.0.0.1"]
    commands = [
        ["dask_scheduler", "--port", str(port), *common],
        *[["dask_worker", address, "--no-nanny", "--nthreads", "1", *common]] * 2,
    ]
    with contextlib.ExitStack() as stack:
        processes = []
        for name, *arguments in commands:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{name}", *arguments],
                cwd=folder,
                env=ENVIRONMENT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
            processes.append(process)
        yield address, *processes


@contextlib.contextmanager
def sweeping_on(address, out):
    process = subprocess.Popen(
        [sys.executable, sweeping.__file__, out, f"dask={address}"],
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(out, finished, process):
    deadline = time.monotonic() + 60
    while counts_in(out, experiment()).done < finished:
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.exhaustive
@pytest.mark.slow
def test_a_killed_worker_and_a_killed_scheduler(cluster, tmp_path):
    address, scheduler, worker, _ = cluster
    whole = sweep(design(), out=tmp_path / "whole", simulate=quick).path
    out, other = tmp_path / "out", tmp_path / "other"
    with sweeping_on(address, out) as process:
        wait_for(out, 5, process)
        worker.kill()
        told = process.communicate(timeout=60)[1]
        assert (process.returncode, told) == (0, "")
    assert_same(whole, out)
    with sweeping_on(address, other) as process:
        wait_for(other, 5, process)
        scheduler.kill()
        told = process.communicate(timeout=60)[1]
    assert process.returncode == 1
    assert told.startswith("the executor gave up its work")
    assert told.count("\n") == 1
    assert 5 <= counts_in(other, experiment()).done < 24
    sweep(design(), out=other, simulate=quick)
    assert_same(whole, other)


def test_where_nobody_answers_a_sentence_says_so():
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(Failure, match=f"no Dask scheduler answers at {address} within 0.2"):
        dask_cluster(address, seconds=0.2).__enter__()
    for wrong in ("foo://x", "nothing at all"):
        with pytest.raises(Problems, match=r"--dask .*write it as tcp://"):
            dask_cluster(wrong).__enter__()


def test_without_the_package_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Failure, match=r"pip install 'tsunagari\[cluster\]'"):
        dask_cluster("tcp://127.0.0.1:1").__enter__()

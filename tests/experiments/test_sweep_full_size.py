"""Two hundred trials of 5,000 customers over 60 months, hit in every way; minutes."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sweeping import assert_same

pytestmark = [
    pytest.mark.slow,
    pytest.mark.exhaustive,
    pytest.mark.skipif(not Path("/proc").exists(), reason="who is whose child is read from /proc"),
]

ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}
FILE = """\
scenario: connected-age
values: {market.customers: 2000, market.months: 60}
factors:
  firms.Lean.price: {low: 0.8, high: 1.1}
  stickiness.location: {low: 0.2, high: 0.9}
design: latin-hypercube
samples: 30
replications: 4
"""
TOTAL = 120


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("design") / "design.yaml"
    path.write_text(FILE)
    return path


@pytest.fixture(scope="module")
def whole(file, tmp_path_factory):
    """The sweep, uninterrupted, by one worker; and its summary."""
    out = tmp_path_factory.mktemp("whole") / "out"
    return out, finish(file, out)


def command(file, out, *options):
    return [sys.executable, "-m", "tsunagari", "sweep", file, "--out", out, *options]


def finish(file, out, *options):
    done = subprocess.run(
        command(file, out, "--json", *options), env=ENVIRONMENT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def finished(file, out):
    """How many trials are done, as anybody may ask."""
    asked = command(file, out, "--status", "--json")
    return json.loads(subprocess.run(asked, env=ENVIRONMENT, capture_output=True).stdout)["done"]


def started(file, out, until, *options):
    """A sweep that has finished so many trials."""
    process = subprocess.Popen(
        command(file, out, "--workers", "2", *options),
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while finished(file, out) < until:
        assert process.poll() is None, process.stderr.read()
    return process


def children(process):
    """Its worker processes."""
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    found = [int(number) for number in path.read_text().split()]
    return [
        number for number in found if b"spawn_main" in Path(f"/proc/{number}/cmdline").read_bytes()
    ]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_stopped_at_a_third_and_at_two_thirds(file, whole, tmp_path, how):
    out = tmp_path / "out"
    for part in (1, 2):
        process = started(file, out, TOTAL * part // 3)
        process.send_signal(how)
        told = process.communicate(timeout=30)[1]
        assert process.returncode == (130 if how == signal.SIGINT else -9)
        assert "Traceback" not in told
        assert TOTAL * part // 3 <= finished(file, out) < TOTAL
    finish(file, out, "--workers", "2")
    assert_same(whole[0], out)


def test_a_worker_killed(file, whole, tmp_path):
    out = tmp_path / "out"
    process = started(file, out, TOTAL // 3)
    os.kill(children(process)[0], signal.SIGKILL)
    told = process.communicate(timeout=300)[1]
    assert process.returncode == 0, told
    assert "Traceback" not in told
    assert_same(whole[0], out)


def test_four_shards_merged(file, whole, tmp_path):
    shards = [tmp_path / f"x-shard-{index}-of-4" for index in range(4)]
    for index, shard in enumerate(shards):
        finish(file, shard, "--workers", "2", "--shard", f"{index}/4")
    merge = [sys.executable, "-m", "tsunagari", "merge", *shards]
    subprocess.run(merge, env=ENVIRONMENT, check=True, capture_output=True)
    assert_same(whole[0], tmp_path / "x")


def test_a_full_disk(file, whole, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk]
    if shutil.which("mount") is None or subprocess.run(mounted, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        stopped = subprocess.run(
            command(file, disk / "out", "--workers", "2"),
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
        )
        assert stopped.returncode == 1
        last = stopped.stderr.splitlines()[-1]
        assert last.startswith("tsunagari: the disk is full: what is finished is kept in")
        assert "Traceback" not in stopped.stderr
        assert finished(file, disk / "out") > 10
        subprocess.run(["mount", "-o", "remount,size=200m", disk], check=True)
        finish(file, disk / "out", "--workers", "2")
        assert_same(whole[0], disk / "out")
    finally:
        subprocess.run(["umount", disk], check=True)


def test_memory_does_not_grow_with_the_number_of_trials(tmp_path):
    code = (
        "import resource, sys; from sweeping import design, quick;"
        "from tsunagari.experiments.studies.sweep import sweep;"
        "number = int(sys.argv[2]);"
        "sweep(design(replications=number // 8), out=sys.argv[1], simulate=quick);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    path = f"{ROOT}{os.pathsep}{Path(__file__).parent}"
    most = {}
    for number in (200, 2000):
        arguments = [sys.executable, "-c", code, tmp_path / str(number), str(number)]
        environment = ENVIRONMENT | {"PYTHONPATH": path}
        done = subprocess.run(arguments, env=environment, capture_output=True, check=True)
        most[number] = int(done.stdout)
        assert pq.read_metadata(tmp_path / str(number) / "trials.parquet").num_rows == number
    assert most[2000] < 1.1 * most[200]

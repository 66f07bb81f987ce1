"""A result folder is complete or says that it is not, whatever happens to the writer."""

import contextlib
import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tsunagari.experiments.runs.folder import ResultFolder, WriteError
from tsunagari.experiments.runs.interrupts import remembered, undisturbed
from tsunagari.sim.problems import Problems

ROOT = Path(__file__).parents[2]
WRITER = Path(__file__).with_name("writer.py")
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


def filled(path, content="new", **options):
    """A complete folder."""
    with ResultFolder(path, **options) as folder:
        (folder.staging / "firms.parquet").write_text(content)
        (folder.staging / "shares.png").write_text(content)
        folder.complete({"seed": 7})
    return folder.path


def names(path):
    return sorted(file.name for file in path.iterdir())


@contextlib.contextmanager
def writer(path, stop, *options):
    """The writer script, arrived at ``stop``."""
    process = subprocess.Popen(
        [sys.executable, WRITER, path, stop, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    try:
        assert process.stdout.readline() == "ready\n", process.stderr.read()
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_complete_folder_says_so(tmp_path):
    path = filled(tmp_path / "deep" / "er")
    assert names(path) == ["firms.parquet", "run.json", "shares.png"]
    record = json.loads((path / "run.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256(b"new").hexdigest()
    assert record.pop("digest").startswith("sha256:")
    assert record == {
        "status": "complete",
        "seed": 7,
        "files": [
            {"name": name, "bytes": 3, "digest": digest} for name in ("firms.parquet", "shares.png")
        ],
    }


def test_an_empty_folder_is_taken(tmp_path):
    assert "run.json" in names(filled(tmp_path))


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_an_error_leaves_nothing(tmp_path, error):
    def fail():
        with ResultFolder(tmp_path / "results" / "one") as folder:
            (folder.staging / "firms.parquet").write_text("half")
            raise error

    with pytest.raises(error):
        fail()
    assert names(tmp_path) == []


def test_a_folder_the_user_made_stays(tmp_path):
    with ResultFolder(tmp_path):
        pass
    assert tmp_path.is_dir()
    assert names(tmp_path) == []


def test_a_folder_that_holds_something_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(Problems, match=r"not empty \(it holds notes\.txt\).*--force"):
        filled(tmp_path)
    assert names(tmp_path) == ["notes.txt"]


def test_a_result_is_not_replaced_by_accident(tmp_path):
    filled(tmp_path, "old")
    with pytest.raises(Problems, match="holds a result already"):
        filled(tmp_path)
    assert (tmp_path / "firms.parquet").read_text() == "old"


def test_force_replaces_what_a_run_wrote_and_nothing_else(tmp_path):
    filled(tmp_path, "old")
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "mine.png").write_text("mine")
    (tmp_path / "market.csv").write_text("mine: no run says it wrote it")
    (tmp_path / "report.html").write_text("of the old result")
    with ResultFolder(tmp_path, force=True) as folder:
        (folder.staging / "firms.parquet").write_text("new")
        assert (tmp_path / "run.json").exists()
        folder.complete({})
    kept = ["firms.parquet", "market.csv", "mine.png", "notes.txt", "run.json"]
    assert names(tmp_path) == kept
    assert (tmp_path / "firms.parquet").read_text() == "new"


def test_force_that_fails_keeps_the_old_result(tmp_path):
    filled(tmp_path, "old")

    def fail():
        with ResultFolder(tmp_path, force=True) as folder:
            (folder.staging / "firms.parquet").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert names(tmp_path) == ["firms.parquet", "run.json", "shares.png"]
    assert (tmp_path / "firms.parquet").read_text() == "old"


def test_a_record_cannot_lead_out_of_the_folder(tmp_path):
    outside = tmp_path / "precious"
    outside.write_text("mine")
    path = filled(tmp_path / "out")
    files = [{"name": "../precious"}, {"name": str(outside)}, {"name": ".."}, {"name": 3}]
    (path / "run.json").write_text(json.dumps({"files": files}))
    filled(path, force=True)
    assert outside.read_text() == "mine"


@pytest.mark.parametrize("record", ["{", "[]", '{"files": 3}', '{"files": [1]}', "\xff"])
def test_force_survives_a_broken_record(tmp_path, record):
    (tmp_path / "run.json").write_text(record, encoding="latin-1")
    filled(tmp_path, force=True)
    assert json.loads((tmp_path / "run.json").read_text())["status"] == "complete"


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(Problems, match="this is a file"):
        filled(tmp_path / "out")
    with pytest.raises(Problems, match="cannot be written to"):
        filled(tmp_path / "out" / "below")


def test_a_folder_where_a_table_goes_is_refused(tmp_path):
    (tmp_path / "firms.parquet").mkdir()
    with pytest.raises(Problems, match=r"a folder named firms\.parquet"):
        filled(tmp_path, force=True)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_an_unwritable_folder_is_refused():
    with pytest.raises(Problems, match="cannot be written to"):
        filled(Path("/proc/self/out"))


def test_a_read_only_folder_is_refused(closed_folder):
    for place in (closed_folder, closed_folder / "below"):
        with pytest.raises(Problems, match="cannot be written to"):
            filled(place)
    assert list(closed_folder.iterdir()) == []


def test_two_of_the_same_name_and_second_are_numbered(tmp_path):
    with ResultFolder.named_after("A/B: つ?.con", tmp_path) as first:
        again = ResultFolder(first.path, numbered=True)
        with again:
            assert again.path.name == f"{first.path.name}-2"
        assert first.path.name.startswith("A-B-つ-con-2")
        assert first.path.parent == tmp_path


@pytest.mark.parametrize(("name", "start"), [("...", "run-"), ("x" * 300, "x" * 60 + "-")])
def test_any_name_makes_a_folder(tmp_path, name, start):
    with ResultFolder.named_after(name, tmp_path) as folder:
        assert folder.path.name.startswith(start)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG])
def test_a_full_disk_is_a_sentence(tmp_path, monkeypatch, number):
    def full(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError, match=r"could not be written to .*out; none was kept"):
        filled(tmp_path / "out")
    assert names(tmp_path) == []


def test_a_full_disk_under_force_keeps_the_old_result(tmp_path, monkeypatch):
    filled(tmp_path, "old")

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError, match="the disk is full"):
        filled(tmp_path, force=True)
    assert (tmp_path / "firms.parquet").read_text() == "old"
    assert (tmp_path / "run.json").exists()
    assert len(names(tmp_path)) == 3


def test_an_error_about_another_file_is_none_of_ours(tmp_path):
    with pytest.raises(FileNotFoundError), ResultFolder(tmp_path / "out"):
        (tmp_path / "absent").read_text()


def test_a_folder_in_use_is_refused(tmp_path):
    with writer(tmp_path, "firms"):
        for force in (False, True):
            with pytest.raises(Problems, match="another process is writing"):
                filled(tmp_path, force=force)
        assert [n for n in names(tmp_path) if n.startswith(".writing-")]


@posix
@pytest.mark.parametrize("stop", ["open", "firms", "flushing", "renamed"])
def test_what_a_killed_writer_leaves_is_no_result(tmp_path, stop):
    with writer(tmp_path, stop) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert "run.json" not in names(tmp_path)
    with pytest.raises(Problems, match="--force"):
        filled(tmp_path)
    filled(tmp_path, force=True)
    assert names(tmp_path) == ["firms.parquet", "run.json", "shares.png"]
    assert (tmp_path / "firms.parquet").read_text() == "new"


@posix
@pytest.mark.parametrize("stop", ["firms", "flushing"])
def test_a_killed_force_keeps_the_old_result(tmp_path, stop):
    filled(tmp_path, "old")
    with writer(tmp_path, stop, "--force") as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert (tmp_path / "run.json").exists()
    assert (tmp_path / "firms.parquet").read_text() == "old"


@posix
def test_force_killed_while_replacing_is_no_result(tmp_path):
    filled(tmp_path, "old")
    with writer(tmp_path, "renamed", "--force") as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert "run.json" not in names(tmp_path)
    assert "shares.png" in names(tmp_path)
    with ResultFolder(tmp_path, force=True) as folder:
        folder.complete({})
    assert names(tmp_path) == ["run.json"]  # what the old and the killed run wrote has gone


@posix
@pytest.mark.parametrize("stop", ["open", "firms", "flushing"])
def test_an_interrupted_writer_leaves_nothing(tmp_path, stop):
    with writer(tmp_path / "out", stop) as process:
        process.send_signal(signal.SIGINT)
        process.wait(10)
    assert names(tmp_path) == []


@posix
def test_ctrl_c_waits_until_the_block_is_over():
    done = []

    def disturbed():
        with undisturbed():
            os.kill(os.getpid(), signal.SIGINT)
            done.append("still")

    with pytest.raises(KeyboardInterrupt):
        disturbed()
    assert done == ["still"]


@posix
def test_a_swallowed_ctrl_c_is_remembered():
    with remembered() as check:
        check()
        with contextlib.suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            check()


@posix
def test_ctrl_c_in_a_finaliser_comes_again(capfd):
    class Finalised:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0)

    def work():
        with remembered():
            Finalised()
            for _ in range(200):
                time.sleep(0.05)

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        work()
    assert time.monotonic() - started < 5
    assert capfd.readouterr().err == ""


@posix
def test_other_lost_errors_are_still_reported(monkeypatch):
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", reported.append)

    class Finalised:
        def __del__(self):
            raise ValueError("lost")

    with remembered():
        Finalised()
    assert [report.exc_type for report in reported] == [ValueError]


def test_other_threads_have_nothing_to_put_off():
    seen = []

    def work():
        with undisturbed(), remembered() as check:
            check()
            seen.append("ran")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == ["ran"]

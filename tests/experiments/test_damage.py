"""What changed on disk is told, never used: single bits, and all that may lie where a file did."""

import contextlib
import json
import os
import random
import shutil

import numpy as np
import pytest
import sweeping
from reported import SCENARIO, SWEEP, done, typed
from sweeping import assert_same, experiment, quick

import tsunagari
from tsunagari.experiments.runs.disk import record_content
from tsunagari.experiments.runs.results import opened
from tsunagari.experiments.runs.tables import read_table, write_table
from tsunagari.experiments.studies.sweep import sweep
from tsunagari.sim.problems import Problems

FEW, MANY = 6, 400
SMALL = ("--customers", 60, "--months", 3, "--replications", 2, "--no-figures", "--out")
KINDS = ("run", "csv", "compared", "explained", "swept")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder of every kind, made by the commands."""
    home = tmp_path_factory.mktemp("damage")
    file = home / "small.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    (home / "sweep.yaml").write_text(SWEEP, encoding="utf-8")
    done("run", file, *SMALL, home / "run")
    done("run", file, *SMALL, home / "csv", "--format", "csv")
    done("compare", file, "--set", "firms.Tailor.price=0.8", *SMALL, home / "compared")
    done("explain", file, "--only", "word-of-mouth", "--only", "connection", "--firm", "Lean",
         "--from", 1, "--horizon", 1, *SMALL, home / "explained")  # fmt: skip
    done("sweep", home / "sweep.yaml", "--months", 2, "--out", home / "swept")
    return home


@pytest.fixture
def copied(home, tmp_path):
    """A copy of the folder of a kind, to be spoilt."""

    def copy(kind):
        return shutil.copytree(home / kind, tmp_path / kind, dirs_exist_ok=True)

    return copy


def flip(path, chance):
    content = bytearray(path.read_bytes())
    bit = chance.randrange(8 * len(content))
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


def results_in(folder):
    """All that is read, and must be whole, in a folder."""
    shown = (".txt", ".html", ".lock")
    return sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.endswith(shown))


def flipped_in(folder, number, read):
    """Flip a bit of every file so many times; all must be told in one line."""
    chance, paths = random.Random(7), results_in(folder)
    assert paths
    for path in paths:
        whole = path.read_bytes()
        for _ in range(number):
            flip(path, chance)
            with pytest.raises(Problems) as told:
                read(folder)
            assert str(folder) in str(told.value), path
            assert len(told.value.problems) == 1
        path.write_bytes(whole)
    read(folder)


@pytest.mark.parametrize("kind", KINDS)
def test_no_flipped_bit_is_silent(copied, kind):
    flipped_in(copied(kind), FEW, tsunagari.read_results)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_no_flipped_bit_of_many_is_silent(copied, kind):
    flipped_in(copied(kind), MANY, opened)


@pytest.mark.parametrize(
    ("kind", "file", "command"),
    [
        ("run", "firms.parquet", ["report"]),
        ("run", "run.json", ["report"]),
        ("csv", "market.csv", ["report"]),
        ("compared", "differences.parquet", ["report"]),
        ("compared", "scenario-2.yaml", ["report"]),
        ("explained", "connection.parquet", ["report"]),
        ("swept", "sweep.json", ["report"]),
        ("swept", "firms/part-00000.parquet", ["report"]),
        ("swept", "trials.parquet", ["sensitivity"]),
        ("swept", "firms/part-00000.parquet", ["discover"]),
        ("swept", "scenario.yaml", ["discover"]),
        ("swept", "market/part-00000.parquet", ["merge"]),
        ("swept", "market/part-00000.parquet", ["status"]),
    ],
)
def test_commands_tell_damage_in_a_line(copied, home, kind, file, command):
    folder = copied(kind)
    if command == ["status"]:
        command = ["sweep", home / "sweep.yaml", "--months", 2, "--status", "--out"]
    for seed in range(2):
        whole = (folder / file).read_bytes()
        flip(folder / file, random.Random(seed))
        status, out, said = typed(*command, folder)
        assert (status, out) == (2, ""), said
        assert len(said.strip().splitlines()) == 1
        assert file in said
        assert "again" in said  # what to do
        assert not list(folder.glob("report.html"))
        (folder / file).write_bytes(whole)


def test_what_is_shown_may_be_edited_and_is_noted(copied):
    folder = copied("explained")
    (folder / "explanation.txt").write_text("mine")
    (folder / "notes.parquet").write_text("no table, and no damage")
    assert typed("report", folder)[0] == 0
    assert tsunagari.read_results(folder).notes == (
        "explanation.txt: missing, or not as the command wrote it; nothing is read from it",
    )
    status, _, said = typed("report", folder, "--force")
    assert status == 0
    assert "explanation.txt: missing" in said


# -- sweeps mend themselves -----------------------------------------------------------------------


class Stopped(BaseException):
    """As if the process had been killed."""


class Watcher:
    def __init__(self):
        self.notes = []

    def note(self, text):
        self.notes.append(text)

    def begin(self, counts): ...
    def progress(self, counts): ...


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr("tsunagari.experiments.runs.sweep_files.CHUNK", 5)


def half(folder):
    """A sweep that was killed after some trials; of joined and of single ones."""
    left = iter(range(13))

    def stopping(trial):
        if next(left, None) is None:
            raise Stopped
        return sweeping.failing(trial)

    with contextlib.suppress(Stopped):
        sweep(experiment(), out=folder, simulate=stopping)


def mended(folder, whole, number):
    """Flip bits of every file; the same command says so, and makes the same tables."""
    chance = random.Random(3)
    one = experiment()
    pristine = folder.with_name("pristine")
    shutil.copytree(folder, pristine)
    names = [path.relative_to(pristine) for path in results_in(pristine)]
    if number == 1:
        names = chance.sample(names, 5)
    for name in names:
        for _ in range(number):
            shutil.rmtree(folder)
            shutil.copytree(pristine, folder)
            flip(folder / name, chance)
            with pytest.raises(Problems):
                opened(folder)
            watcher = Watcher()
            sweep(one, out=folder, simulate=sweeping.failing, watcher=watcher)
            assert len(watcher.notes) == 1
            assert watcher.notes[0].startswith(name.as_posix())
            assert_same(whole, folder)
            opened(folder)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(
    "number", [1, pytest.param(MANY // 40, marks=[pytest.mark.slow, pytest.mark.exhaustive])]
)
def test_a_damaged_sweep_is_mended_by_the_same_command(tmp_path, number):
    sweep(experiment(), out=tmp_path / "whole", simulate=sweeping.failing)
    sweep(experiment(), out=tmp_path / "done", simulate=sweeping.failing)
    mended(tmp_path / "done", tmp_path / "whole", number)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(
    "number", [1, pytest.param(MANY // 40, marks=[pytest.mark.slow, pytest.mark.exhaustive])]
)
def test_a_damaged_trial_is_set_aside_and_run_again(tmp_path, number):
    sweep(experiment(), out=tmp_path / "whole", simulate=sweeping.failing)
    half(tmp_path / "half")
    assert {p.name.split(".", 1)[1] for p in (tmp_path / "half" / "finished").iterdir()} >= {
        "done.zip",
        "failed.zip",
        "parquet",
    }
    mended(tmp_path / "half", tmp_path / "whole", number)


def test_a_lost_record_is_made_anew_only_for_the_same_shard(tmp_path):
    sweep(experiment(), out=tmp_path, simulate=quick, shard="1/2")
    flip(tmp_path / "sweep.json", random.Random(1))
    with pytest.raises(Problems, match="another shard of this design"):
        sweep(experiment(), out=tmp_path, simulate=quick, shard="2/2")
    with pytest.raises(Problems, match=r"the record|as a record"):
        sweep(experiment(replications=2), out=tmp_path, simulate=quick)
    assert sweep(experiment(), out=tmp_path, simulate=quick, shard="1/2").counts.done == 12


# -- whatever lies where a result should ---------------------------------------------------------


def aged(folder):
    """As an earlier version wrote it: without digests."""
    for name in ("run.json", "sweep.json"):
        if (folder / name).exists():
            record = json.loads((folder / name).read_text(encoding="utf-8"))
            del record["digest"]
            for file in record["files"]:
                del file["digest"]
            (folder / name).write_text(json.dumps(record | {"format": 1}), encoding="utf-8")
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_folders_of_an_earlier_version_are_read_with_a_note(copied, kind):
    folder = aged(copied(kind))
    status, _, said = typed("report", folder)
    assert status == 0
    assert "an earlier version made this, which kept no digests" in said
    assert len(tsunagari.read_results(folder)) >= 2


def resized(folder):
    """The record with the sizes that its files have now."""
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    for file in record["files"]:
        if (folder / file["name"]).is_file():
            file["bytes"] = (folder / file["name"]).stat().st_size
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")


def changed(name, change):
    """Another table in place of one."""

    def spoil(folder):
        columns = read_table(folder / f"{name}.parquet")
        write_table(change(columns), folder / f"{name}.parquet")

    return spoil


def put(name, content):
    return lambda folder: (folder / name).write_bytes(content)


def looped(name):
    def spoil(folder):
        (folder / name).unlink()
        (folder / name).symlink_to(name)

    return spoil


def made_a_folder(name):
    def spoil(folder):
        (folder / name).unlink()
        (folder / name).mkdir()

    return spoil


def without(column):
    return lambda columns: {k: v for k, v in columns.items() if k != column}


def with_(column, value):
    def change(columns):
        return columns | {column: np.full(len(columns[column]), value)}

    return change


SPOILT = {
    "a nesting bomb": put("run.json", b"[" * 200_000),
    "a nesting bomb of objects": put("run.json", b'{"a":' * 200_000),
    "no object": put("run.json", b"3"),
    "an empty record": put("run.json", b""),
    "no text": put("run.json", b"\xff\xfe"),
    "a number without end": put("run.json", b'{"format": ' + b"9" * 10_000 + b"}"),
    "an empty object": put("run.json", b"{}"),
    "another's record": put("run.json", b'{"format": 1, "status": "complete"}'),
    "a record that is a folder": made_a_folder("run.json"),
    "a record that leads to itself": looped("run.json"),
    "an empty table": put("firms.parquet", b""),
    "no table": put("firms.parquet", b"PAR1 but no table PAR1"),
    "a table that is a folder": made_a_folder("firms.parquet"),
    "a table that leads to itself": looped("firms.parquet"),
    "no rows": changed("market", lambda columns: {k: v[:0] for k, v in columns.items()}),
    "a foreign table": changed("firms", lambda _: {"x": np.arange(3)}),
    "a table of no columns": changed("cohorts", lambda _: {}),
    "a column less": changed("firms", without("market_share")),
    "no firm": changed("firms", without("firm")),
    "text for a number": changed("firms", with_("price", "cheap")),
    "numbers for names": changed("firms", with_("firm", 7)),
    "no name": changed("firms", with_("firm", None)),
    "months before the start": changed("flows", with_("month", -1)),
    "months after the end": changed("market", with_("month", 4)),
    "one month only": changed("market", with_("month", 1)),
    "half a month": changed("market", with_("month", 0.5)),
    "a replication too many": changed("cohorts", with_("replication", 2)),
    "a replication less": changed("firms", with_("replication", 0)),
    "another scenario": changed("firms", with_("scenario", "Elsewhere")),
    "rows twice": changed("firms", lambda c: {k: np.concatenate([v, v]) for k, v in c.items()}),
    "an empty scenario": put("scenario.yaml", b""),
    "no scenario": put("scenario.yaml", b"[" * 5_000),
    "a scenario that is a folder": made_a_folder("scenario.yaml"),
}  # fmt: skip


@pytest.mark.parametrize("what", SPOILT)
def test_whatever_lies_in_a_folder_is_a_sentence(copied, what):
    folder = aged(copied("run"))
    SPOILT[what](folder)
    if (folder / "run.json").is_file() and what not in list(SPOILT)[:8]:
        resized(folder)
    status, out, said = typed("report", folder)
    assert (status, out) == (2, ""), said
    assert "Traceback" not in said
    assert len(said.strip().splitlines()) == 1, said
    assert str(folder) in said
    with pytest.raises(Problems):
        tsunagari.read_results(folder)


WEIRD = [None, -1, "x", [{"name": "../x"}], {"a": {"b": 1}}]


@pytest.mark.parametrize("kind", ["compared", "swept"])
def test_no_value_in_a_record_ends_in_a_traceback(copied, kind):
    """Sealed, too, as somebody could who wants to."""
    folder = copied(kind)
    path = folder / ("sweep.json" if kind == "swept" else "run.json")
    record = json.loads(path.read_text(encoding="utf-8"))
    del record["digest"]
    refused = 0
    for key in record:
        for value in WEIRD:
            path.write_bytes(record_content(record | {key: value}))
            with contextlib.suppress(Problems):
                tsunagari.read_results(folder)
                continue
            refused += 1
    assert refused > 2 * len(record)


def test_a_later_version_is_named(copied):
    folder = copied("run")
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    del record["digest"]
    (folder / "run.json").write_bytes(record_content(record | {"format": 3}))
    with pytest.raises(Problems, match="format 3, of a later version"):
        tsunagari.read_results(folder)


@pytest.mark.skipif(os.name == "nt", reason="files are closed by other means there")
def test_what_may_not_be_read_is_a_sentence(copied, tmp_path):
    folder = copied("run")
    opened(folder)  # everything is imported: nobody may not read root's files
    for name in ("run.json", "firms.parquet", "."):
        mode = (folder / name).stat().st_mode
        (folder / name).chmod(0)
        for parent in (tmp_path, *tmp_path.parents):
            if parent.is_relative_to("/tmp") and parent != parent.parent.parent:
                with contextlib.suppress(PermissionError):
                    parent.chmod(0o755)
        try:
            if os.geteuid() == 0:
                os.seteuid(65534)
            with pytest.raises(Problems):
                opened(folder)
        finally:
            os.seteuid(os.getuid())
        (folder / name).chmod(mode)


# -- Python --------------------------------------------------------------------------------------


def test_results_are_read_as_frames(home):
    run = tsunagari.read_results(home / "run")
    assert (run.kind, set(run)) == ("run", {"firms", "market", "segments", "cohorts", "flows"})
    assert run.firms is run["firms"]
    assert run.market["month"].tolist() == [0, 1, 2, 3] * 2
    assert run.scenario.market.customers == 60
    assert run.notes == ()
    assert tsunagari.read_results(str(home / "csv")).firms["firm"].tolist() == (
        run.firms["firm"].tolist()
    )
    with pytest.raises(AttributeError, match="there is no table firm in this folder; there are"):
        run.firm  # noqa: B018
    swept = tsunagari.read_results(home / "swept")
    assert list(swept) == ["trials", "firms", "market"]
    assert set(swept.firms["key"]) == set(swept.trials["key"])
    assert "differences" in tsunagari.read_results(home / "compared")
    assert "word_of_mouth" in tsunagari.read_results(home / "explained")


def test_tables_have_the_declared_columns(home):
    from tsunagari.experiments.runs.results import MEASURES
    from tsunagari.sim.measures import COLUMNS

    run = tsunagari.read_results(home / "run")
    for name, declared in COLUMNS.items():
        assert list(run[name])[: len(declared)] == list(declared)
        assert set(run[name]) == {*declared, *MEASURES.get(name, ())}

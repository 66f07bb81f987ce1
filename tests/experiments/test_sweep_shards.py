"""Shards, joined, are the sweep in one piece."""

import contextlib
import json
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sweeping import assert_same, design, experiment, failing, quick

from tsunagari.experiments.studies.shards import merge
from tsunagari.experiments.studies.sweep import sweep
from tsunagari.experiments.studies.sweep_folder import Shard, default_folder
from tsunagari.sim.problems import Problems


@contextlib.contextmanager
def chunks_of(size):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tsunagari.experiments.runs.sweep_files.CHUNK", size)
        patch.setattr("tsunagari.experiments.studies.shards.CHUNK", size)
        yield


def shards(folder, number, simulate=quick, **changes):
    paths = [folder / f"x-shard-{index}-of-{number}" for index in range(1, number + 1)]
    for index, path in enumerate(paths, start=1):
        sweep(design(**changes), out=path, shard=f"{index}/{number}", simulate=simulate)
    return paths


@pytest.mark.slow
@settings(max_examples=6)
@given(st.sampled_from([1, 2, 3, 5, 7, 26]), st.integers(1, 30), st.booleans())
def test_shards_of_any_number_make_the_whole(tmp_path_factory, number, size, some_fail):
    folder = tmp_path_factory.mktemp("shards")
    simulate = failing if some_fail else quick
    with chunks_of(size):
        whole = sweep(design(), out=folder / "whole", simulate=simulate)
        merged = merge(reversed(shards(folder, number, simulate)))
    assert merged.path == folder / "x"
    assert merged.counts == whole.counts
    assert_same(whole.path, merged.path)
    shutil.rmtree(folder)


def test_a_merged_sweep_goes_on_like_any_other(tmp_path):
    merged = merge(shards(tmp_path, 4, failing), tmp_path / "merged")
    assert merged.counts.failed == 6
    assert sweep(design(), out=merged.path, simulate=quick).counts.failed == 6
    mended = sweep(design(), out=merged.path, simulate=quick, retry_failed=True)
    assert mended.counts.failed == 0
    assert_same(mended.path, sweep(design(), out=tmp_path / "whole", simulate=quick).path)
    record = json.loads((merged.path / "sweep.json").read_text())
    assert (record["shard"], record["total"]) == (None, 24)


def test_what_makes_no_whole_is_refused(tmp_path):
    paths = shards(tmp_path, 4)
    whole = sweep(design(), out=tmp_path / "whole", simulate=quick).path
    other = tmp_path / "other"
    sweep(design(seed=9), out=other, shard="2/4", simulate=quick)
    third = tmp_path / "third"
    sweep(design(), out=third, shard="2/3", simulate=quick)
    cases = [
        ([*paths[:2], paths[3]], r"shard 3/4 is missing, 6 of 24 trials; .*--shard 3/4"),
        ([*paths, paths[0]], "holds the same shard as"),
        ([paths[0], other, *paths[2:]], "another design than"),
        ([paths[0], third, *paths[2:]], "one of 3 shards"),
        ([*paths, whole], "in one piece"),
        ([*paths, tmp_path / "none"], "holds no sweep"),
    ]
    for folders, why in cases:
        with pytest.raises(Problems, match=why):
            merge(folders, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with pytest.raises(Problems, match="another design"):
        merge(paths, other)


def test_an_unfinished_shard_is_named_with_what_it_lacks(tmp_path):
    paths = shards(tmp_path, 3)

    class Enough(BaseException): ...

    class Watcher:
        def note(self, text): ...
        def begin(self, counts): ...
        def progress(self, counts):
            if counts.done >= 3:
                raise Enough

    shutil.rmtree(paths[1])
    with pytest.raises(Enough):
        sweep(design(), out=paths[1], shard="2/3", simulate=quick, watcher=Watcher())
    with pytest.raises(Problems, match=r"shard 2/3 is not complete: 5 of its 8 trials are missing"):
        merge(paths)
    sweep(design(), out=paths[1], shard="2/3", simulate=quick)
    assert merge(paths).counts.done == 24


def test_shards_without_a_common_name_need_one(tmp_path):
    paths = shards(tmp_path, 2)
    paths[0].rename(tmp_path / "y-shard-1-of-2")
    with pytest.raises(Problems, match="--out DIR"):
        merge([tmp_path / "y-shard-1-of-2", paths[1]])


def test_shards_are_counted_from_nought_or_from_one():
    assert [Shard.parsed(f"{index}/4").index for index in range(5)] == [0, 1, 2, 3, 0]
    assert list(Shard.parsed("3/3").positions(7)) == [0, 3, 6]
    for text in ("5/4", "1/0", "0/0", "-1/4", "1", "a/b", "1/2/3", ""):
        with pytest.raises(Problems, match="--shard"):
            Shard.parsed(text)


def test_folders_are_named_after_the_design():
    one = experiment()
    assert default_folder(one).parts == ("results", f"sweep-{one.key[:8]}")
    name = f"sweep-{one.key[:8]}-shard-4-of-4"
    assert default_folder(one, Shard.parsed("4/4")).name == name
    assert default_folder(experiment(seed=9)) != default_folder(one)

"""Films: as many frames as told, the colours of the market in them, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from imageio_ffmpeg import count_frames_and_secs, get_ffmpeg_exe
from PIL import Image

from tsunagari.experiments.pictures.film import Film, animate, colours_of_providers
from tsunagari.experiments.pictures.film_file import FilmFile, Pace, Shot, frames_of
from tsunagari.experiments.pictures.marks import colour_of, dot, lettered, palette_of, put
from tsunagari.experiments.pictures.people import moved_apart
from tsunagari.experiments.pictures.stage import (
    NETWORK,
    NOBODY_COLOUR,
    Recording,
    in_lines,
    recorded,
)
from tsunagari.experiments.pictures.text import width_of
from tsunagari.experiments.telling.scenario import words_of
from tsunagari.experiments.words import Words
from tsunagari.sim.market import Market
from tsunagari.sim.problems import Problems
from tsunagari.sim.scenario import Scenario

ROOT = Path(__file__).resolve().parents[2]
MONTHS = 5
SMALL = Shot(people=60, width=320, fps=10, months_per_second=5)
posix = pytest.mark.skipif(os.name == "nt", reason="signals and terminals of POSIX")


@pytest.fixture(scope="module")
def plan() -> Scenario:
    return Scenario.load("disruptor").with_values(
        {
            "market": {"customers": 300, "months": MONTHS},
            "claims": [],
            "events": [
                {"month": 2, "enter": {"name": "Zero", "discipline": "disruptor"}},
                {"month": 4, "set": "zmot.connectivity", "to": 2.0, "note": "つながる"},
            ],
        }
    )


@pytest.fixture(scope="module")
def recording(plan: Scenario) -> Recording:
    return recorded(plan, 120, [(e.month, words_of(e, Words("en"))) for e in plan.events])


@pytest.fixture(scope="module")
def film(recording: Recording) -> Film:
    return Film(recording, Pace(fps=12, per_month=3), 640)


def pixel(frame: np.ndarray, at: np.ndarray) -> tuple[int, ...]:
    return tuple(int(v) for v in frame[round(at[1]), round(at[0])])


# -- what is recorded and drawn --------------------------------------------------------------------


def test_people_are_recorded_as_the_market_has_them(plan: Scenario, recording: Recording) -> None:
    market = Market(plan)
    rows = recording.neighbourhood.rows
    for month in range(MONTHS + 1):
        assert (recording.provider[month] == market.population.column("provider")[rows]).all()
        nobody = float((market.population.column("provider") < 0).mean())
        assert recording.without_provider[month] == pytest.approx(nobody)
        if month < MONTHS:
            market.run_for(1)
    assert len({*recording.provider.ravel().tolist()}) > 3


def test_tellings_go_from_who_rated_to_a_friend(recording: Recording) -> None:
    ties = {tuple(sorted(tie)) for tie in recording.neighbourhood.ties.tolist()}
    told = [telling for month in recording.tellings for telling in month]
    assert recording.tellings[0] == ()
    assert len(told) > 10
    assert all(tuple(sorted((t.teller, t.hearer))) in ties for t in told)
    assert all(1 <= t.stars <= 5 for t in told)


def test_everybody_has_the_colour_of_their_provider(recording: Recording, film: Film) -> None:
    styles = recording.subject.styles
    for month in range(MONTHS + 1):
        frame = film.frame(month, 1.0)
        for person, provider in enumerate(recording.provider[month]):
            wanted = colour_of(NOBODY_COLOUR if provider < 0 else styles[provider].colour)
            assert pixel(frame, film.crowd.places[person]) == tuple(wanted)


def test_switchers_are_on_the_way_to_their_new_colour(recording: Recording, film: Film) -> None:
    provider = recording.provider
    moved = provider[1] != provider[0]
    assert moved.any()
    before, after = film.colours(0, 1.0), film.colours(1, 1.0)
    between = film.colours(1, 1 / 4)
    assert (between[~moved] == before[~moved]).all()
    assert between[moved] == pytest.approx((before[moved] + after[moved]) / 2)
    # And they are ringed meanwhile, and not once the month is over.
    ink = [(film.frame(1, at)[:, :310] < 60).all(axis=2).sum() for at in (1 / 3, 1.0)]
    assert ink[0] > ink[1]


def test_nobody_hides_anybody(film: Film) -> None:
    places = film.crowd.places
    apart = np.hypot(*(places[:, None] - places[None, :]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    assert apart.min() > 2 * film.crowd.radius
    left, bottom, width, height = (film.stage.scale * v for v in NETWORK)
    assert (places[:, 0] >= left - 1e-6).all()
    assert (places[:, 0] <= left + width + 1e-6).all()
    assert (film.shape[0] - places[:, 1] <= bottom + height + 1e-6).all()


def test_people_at_one_place_are_moved_apart_the_same_way_every_time() -> None:
    at = moved_apart(np.full((30, 2), 5.0), 1.0, (20.0, 20.0))
    gaps = np.hypot(*(at[:, None] - at[None, :]).transpose(2, 0, 1))[np.triu_indices(30, 1)]
    assert gaps.min() > 0.95
    assert (at == moved_apart(np.full((30, 2), 5.0), 1.0, (20.0, 20.0))).all()
    assert (moved_apart(np.zeros((1, 2)), 1.0, (9.0, 9.0)) < 0.1).all()


def test_lines_grow_with_the_months(recording: Recording, film: Film) -> None:
    chart, rows = film.stage.frame, slice(None)
    colours = [colour_of(style.colour) for style in recording.subject.styles[:4]]

    def columns_with_lines(frame: np.ndarray) -> int:
        rows = film.stage.rows(chart.bottom, chart.top)
        part = frame[rows, int(chart.left * film.stage.scale) :]
        return max(int((part == colour).all(axis=2).any(axis=0).sum()) for colour in colours)

    widths = [columns_with_lines(film.stage.before[rows])]
    widths += [columns_with_lines(film.frame(month, 1.0)) for month in range(1, MONTHS + 1)]
    assert widths == sorted(widths)
    assert widths[0] == 0
    assert widths[-1] > 0.8 * chart.width * film.stage.scale


def test_shares_are_those_of_the_tables(plan: Scenario, recording: Recording, film: Film) -> None:
    market = Market(plan)
    market.run_for(MONTHS)
    firms = market.results.firms
    for place, name in enumerate(recording.subject.cube.names):
        rows = firms[firms["firm"] == name]
        shares = 100 * rows["market_share"].to_numpy(dtype=float)
        assert film.stage.shares[rows["month"].to_numpy(), place] == pytest.approx(shares)


def test_a_frame_changes_nothing_that_other_frames_are_made_of(film: Film) -> None:
    one = film.frame(3, 0.5)
    for month in range(MONTHS + 1):
        film.frame(month, 0.7)
    assert (film.frame(3, 0.5) == one).all()


@pytest.mark.parametrize(
    ("fps", "pace", "months"), [(24, 4.0, 120), (10, 4.0, 12), (1, 60, 3), (5, 0.1, 2), (10, 5, 0)]
)
def test_a_film_has_as_many_frames_as_it_says(fps: int, pace: float, months: int) -> None:
    found = Pace.of(fps, pace)
    moments = list(found.moments(months))
    assert len(moments) == found.frames(months) == frames_of(months, Shot(1, 320, fps, pace))
    assert moments[0] == (0, 1.0)
    assert moments[-1] == (months, 1.0)
    assert moments == sorted(moments)
    assert {month for month, _ in moments} == set(range(months + 1))


# -- files -----------------------------------------------------------------------------------------


def frames_in(file: Path) -> list[np.ndarray]:
    """All frames of a file, as ffmpeg reads them."""
    asked = [get_ffmpeg_exe(), "-v", "error", "-i", str(file), "-f", "rawvideo"]
    done = subprocess.run([*asked, "-pix_fmt", "rgb24", "-"], capture_output=True, check=True)
    return list(np.frombuffer(done.stdout, np.uint8).reshape(-1, 180, 320, 3))


def described(file: Path) -> str:
    """What ffmpeg says of a file."""
    asked = [get_ffmpeg_exe(), "-i", str(file)]
    return subprocess.run(asked, capture_output=True, check=False, encoding="utf-8").stderr


def test_an_mp4_is_read_back(plan: Scenario, tmp_path: Path) -> None:
    file, seen = tmp_path / "film.mp4", []
    found = animate(plan, file, SMALL, simulated=seen.append, drawn=seen.append)
    assert (found.frames, found.seconds) == (45, 4.5)  # 1 s, 5 months of 2 frames, 2.5 s
    assert sum(seen) == MONTHS + 45
    assert count_frames_and_secs(str(file)) == (45, pytest.approx(4.5))
    assert len(frames_in(file)) == 45
    told = described(file)
    assert re.search(r"Video: h264 \(High\).*, yuv420p\(tv, bt709.*\), 320x180,.* 10 fps,", told)
    assert "title           : A disruptor enters" in told
    content = file.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # a page shows it while it loads
    animate(plan, tmp_path / "again.mp4", SMALL)
    assert (tmp_path / "again.mp4").read_bytes() == content


def test_a_gif_has_the_frames_to_the_palettes_colour(plan: Scenario, tmp_path: Path) -> None:
    file = tmp_path / "film.gif"
    animate(plan, file, SMALL)
    with Image.open(file) as image:
        assert image.size == (320, 180)
        assert image.info["loop"] == 0
        image.seek(image.n_frames - 1)
        last = np.asarray(image.convert("RGB"))
    film = Film(recorded(plan, SMALL.people), Pace.of(10, 5), SMALL.width)
    for person, place in enumerate(film.crowd.places):
        wanted = tuple(int(v) for v in film.colours(MONTHS, 1.0)[person])
        assert pixel(last, place) == wanted
    assert len(frames_in(file)) == 45
    animate(plan, tmp_path / "again.gif", SMALL)
    assert (tmp_path / "again.gif").read_bytes() == file.read_bytes()
    animate(plan.with_values({"seed": 9}), tmp_path / "other.gif", SMALL)
    assert (tmp_path / "other.gif").read_bytes() != file.read_bytes()


@pytest.mark.parametrize(
    "values",
    [
        {"market.months": 0},
        {"market.customers": 1, "market.months": 2},
        {"network.kind": "complete", "market.months": 1},
        {"market.start": "empty", "market.months": 2},
        {"firms": [{"name": "甘やかし屋", "discipline": "none"}], "market.months": 1},
        {"firms": [{"name": f"Firm {n}"} for n in range(30)], "market.months": 2},
        {"title": "", "market.months": 1},
    ],
)
def test_any_market_makes_a_film(values: dict[str, object], tmp_path: Path) -> None:
    base = {"market.customers": 50, **values}
    animate(Scenario().with_values(base), tmp_path / "film.gif", SMALL)
    months = int(str(values["market.months"]))
    assert len(frames_in(tmp_path / "film.gif")) == frames_of(months, SMALL)


def test_a_palette_holds_the_firms_colours_to_the_bit() -> None:
    colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
    palette = palette_of([*colours, *colours, NOBODY_COLOUR])
    assert palette.shape == (256, 3)
    there = {tuple(row) for row in palette.tolist()}
    wanted = [*colours, NOBODY_COLOUR, "#ffffff", "#1a1a1a"]
    assert {tuple(colour_of(c).astype(int).tolist()) for c in wanted} <= there


# -- small parts -----------------------------------------------------------------------------------


def test_nobody_has_a_colour_of_its_own() -> None:
    firms = np.array([[1, 2, 3], [4, 5, 6]], np.float32)
    found = colours_of_providers(np.array([1, -1, 0], np.int16), firms, np.float32([7, 8, 9]))
    assert found.tolist() == [[4, 5, 6], [7, 8, 9], [1, 2, 3]]


@pytest.mark.parametrize("at", [(-3, -3), (18, 18), (-100, 5), (5, 100), (8, 8)])
def test_what_lies_outside_of_a_frame_is_cut_off(at: tuple[int, int]) -> None:
    frame = np.full((20, 20, 3), 255, np.uint8)
    put(frame, dot(3.0), np.zeros(3, np.float32), *at)
    dark = int((frame[:, :, 0] < 128).sum())
    assert dark == {(8, 8): 25, (-100, 5): 0, (5, 100): 0}.get(at, dark)
    assert 0 <= dark <= 25


def test_words_are_as_wide_as_they_are_measured_and_japanese_has_signs() -> None:
    mask, above = lettered("Month 24", 20, 2.0)
    inked = np.flatnonzero(mask.any(axis=0))
    assert inked[-1] - inked[0] == pytest.approx(2 * width_of("Month 24", 20), rel=0.05)
    assert mask[above - 3].any()
    kana, _ = lettered("つながり", 20, 1.0)
    assert kana.sum() > 100
    assert not np.array_equal(kana, lettered("あまやか", 20, 1.0)[0])


def test_lines_of_words_fit_and_nothing_is_lost_while_there_is_room() -> None:
    words = "place stops mattering; leaving becomes easy; obligation fades"
    lines = in_lines(words, 300, 17, 9)
    assert " ".join(lines) == words
    assert all(width_of(line, 17) <= 300 for line in lines)
    assert (
        "".join(in_lines("場所が意味を失い乗り換えがたやすくなる" * 2, 300, 17, 9)).count("場所")
        == 2
    )
    two = in_lines(words, 300, 17, 2)
    assert len(two) == 2
    assert "…" in two[1]
    assert in_lines("", 300, 17, 2) == []


# -- the command -----------------------------------------------------------------------------------

TINY = ("--months", "2", "--customers", "60", "--people", "20", "--width", "320")


@pytest.fixture
def tsunagari(tmp_path, monkeypatch, capfd):
    """The command in a folder of its own: status, stdout, stderr."""
    from tsunagari.experiments.cli import main

    monkeypatch.chdir(tmp_path)

    def call(*typed: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tsunagari", *map(str, typed)])
        status = main()
        said, told = capfd.readouterr()
        return status, said, told

    return call


def everything(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*"))


def test_the_ending_says_which_film_and_a_folder_gets_an_mp4(tsunagari, tmp_path):
    status, said, told = tsunagari("animate", "three-disciplines", *TINY, "-q")
    assert (status, told) == (0, "")
    (file,) = (p for p in tmp_path.rglob("*.mp4"))
    assert re.fullmatch(
        r"results/three-disciplines-\d{8}-\d{6}/three-disciplines.mp4",
        file.relative_to(tmp_path).as_posix(),
    )
    assert said.startswith(f"Film: {file.relative_to(tmp_path)} (96 frames, 4.0 s, 0.")
    assert tsunagari("animate", "three-disciplines", *TINY, "--out", "new/a.GIF")[0] == 0
    assert (tmp_path / "new" / "a.GIF").read_bytes()[:4] == b"GIF8"
    assert tsunagari("animate", "three-disciplines", *TINY, "--out", "new")[0] == 0
    assert everything(tmp_path / "new") == ["a.GIF", "three-disciplines.mp4"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--out", "a.avi"], "--out a.avi: a film ends in .mp4 or .gif, not in .avi; write a.mp4"),
        (["--out", "there.gif"], "--out there.gif: there is such a file already; --force replaces"),
        (["--out", "there.gif/a.mp4"], "the film cannot be written there (a file is no folder)"),
        (["--out", "folder.mp4/a.gif/x.gif"], "--out folder.mp4/a.gif/x.gif: the film cannot be"),
        (["--width", "1000"], "--width 1000: must be a multiple of 32"),
        (["--out", "a.gif", "--fps", "24"], "--fps 24: a GIF shows a frame for whole hundredths"),
        (["--set", "firms.Lean.prize=1"], "did you mean firms.Lean.price?"),
    ],
)
def test_what_is_wrong_is_a_sentence(tsunagari, tmp_path, options, sentence):
    (tmp_path / "there.gif").write_text("mine")
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "folder.mp4" / "a.gif").write_text("mine")
    before = everything(tmp_path)
    status, said, told = tsunagari("animate", "three-disciplines", *TINY[:6], *options)
    assert (status, said) == (2, "")
    assert sentence in told
    assert told.count("\n") == 1
    assert everything(tmp_path) == before
    assert (tmp_path / "there.gif").read_text() == "mine"


def test_force_replaces_the_film(tsunagari, tmp_path):
    (tmp_path / "a.gif").write_text("mine")
    assert tsunagari("animate", "three-disciplines", *TINY, "--out", "a.gif", "--force")[0] == 0
    assert (tmp_path / "a.gif").read_bytes()[:4] == b"GIF8"


@posix
def test_a_folder_nobody_may_write_to_is_a_sentence(closed_folder):
    with (
        pytest.raises(Problems, match="cannot be written there"),
        FilmFile(closed_folder / "a.gif"),
    ):
        pass


@pytest.mark.slow
@posix
def test_a_disk_that_fills_up_leaves_nothing_and_says_so(tmp_path):
    limited = f"""
import resource, sys
from tsunagari.experiments.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))
sys.argv = ["tsunagari", "animate", "three-disciplines", *{TINY!r}, "--out", "new/a.mp4"]
sys.exit(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", limited], cwd=tmp_path, capture_output=True, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, encoding="utf-8", timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    said = done.stderr.splitlines()[-1]
    assert said.startswith("tsunagari: a file grew larger than allowed: the film could not")
    assert "Traceback" not in done.stderr
    assert everything(tmp_path) == []


def test_without_ffmpeg_it_is_a_sentence(tsunagari, tmp_path, monkeypatch):
    def missing() -> str:
        raise RuntimeError("No ffmpeg exe could be found.")

    monkeypatch.setattr("imageio_ffmpeg.get_ffmpeg_exe", missing)
    status, _, told = tsunagari("animate", "three-disciplines", *TINY, "--out", "a.mp4")
    assert status == 1
    assert "films are written by ffmpeg, which is not there" in told
    assert everything(tmp_path) == []


@pytest.mark.slow
@posix
def test_ctrl_c_leaves_no_half_film(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "tsunagari", "animate", "three-disciplines", "--customers", "200",
         "--months", "120", "--pace", "0.2", "--out", "films/a.mp4"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    staged = tmp_path / "films" / f".writing-{process.pid}.mp4"
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:  # until frames are in it
            with contextlib.suppress(FileNotFoundError):
                if staged.stat().st_size > 0:
                    break
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        said, told = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    assert said == b""
    assert told.rstrip().endswith(b"interrupted")
    assert b"Traceback" not in told
    assert everything(tmp_path) == []

"""Names of every kind on their way out: to a terminal, to tables, to a spreadsheet, to pictures."""

from __future__ import annotations

import io
import re
import sys
import time
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tsunagari.experiments.cli import main
from tsunagari.experiments.pictures.marks import lettered
from tsunagari.experiments.pictures.markup import escaped as in_html
from tsunagari.experiments.pictures.stage import in_lines
from tsunagari.experiments.pictures.text import outlined, short_names, shortened, width_of
from tsunagari.experiments.runs.tables import read_table, write_table
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.letters import notes_on_missing
from tsunagari.experiments.words.terminal import Escaping, columns_of, cut_to
from tsunagari.experiments.words.text import unsuitable
from tsunagari.sim.problems import Problem

ROOT = Path(__file__).parents[2]
HARD = ["NA", "null", "nobody", "None", "nan", "1e5", "01", "True", "仕立屋", 'a"b, c', "שלום"]
"""Names that other programs take for something else."""
TEXT = ["scenario", "firm", "segment", "discipline", "source", "destination", "decided_by"]
HOSTILE = ["\x1b[2J", "\x9b31m", "\r", "\x07", "\u202e", "\u2028", "\ud800", "\0", "a\nb"]


@pytest.fixture
def tsunagari(tmp_path, monkeypatch):
    """A command as a process would run it: exit status, bytes on stdout, bytes on stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*typed: object) -> tuple[int, bytes, bytes]:
        streams = [io.BytesIO(), io.BytesIO()]
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["tsunagari", *map(str, typed)])
            for name, stream in zip(("stdout", "stderr"), streams, strict=True):
                patch.setattr(sys, name, io.TextIOWrapper(stream, "ascii", "strict"))
            status = main()
            sys.stdout.flush()
            sys.stderr.flush()
            return status, *(stream.getvalue() for stream in streams)

    return call


def assert_harmless(*said: bytes) -> None:
    for text in said:
        assert unsuitable(text.decode("utf-8"), lines=True) is None, text
        assert b"Traceback" not in text


# -- the terminal ----------------------------------------------------------------------------------


@given(st.text())
@example("\x1b]0;title\x07")
@example("\u2068שלום\u2069")
def test_nothing_written_is_obeyed(text):
    below = io.BytesIO()
    stream = Escaping(io.TextIOWrapper(below, "ascii"))
    assert stream.write(text) == len(text)
    stream.flush()
    shown = below.getvalue().decode("utf-8").replace("\r\n", "\n")
    assert unsuitable(shown, lines=True) is None
    if unsuitable(text, lines=True) is None:
        assert shown == text


@pytest.mark.parametrize("text", HOSTILE)
def test_no_argument_reaches_the_terminal_raw(tsunagari, text):
    commands = [
        [f"x{text}"],
        ["check", f"x{text}.yaml"],
        ["check", "three-disciplines", "--set", f"{text}=1"],
        ["check", "three-disciplines", "--set", f"title=x{text}y"],
        ["check", "three-disciplines", "--set", f"firms.x{text}.price=1"],
        ["run", "three-disciplines", f"--x{text}"],
        ["run", "three-disciplines", "--months", f"1{text}"],
        ["compare", "three-disciplines", "--variant", f"x{text}"],
        ["compare", "three-disciplines", "--set", "seed=2", "--measure", f"x{text}"],
        ["explain", "three-disciplines", "--firm", f"x{text}"],
        ["report", f"x{text}"],
        ["new", f"x{text}.yaml"],
    ]
    for command in commands:
        status, *said = tsunagari(*command)
        assert_harmless(*said)
        if "title" not in command[-1] or text not in ("a\nb", "\r"):  # YAML makes spaces of them
            assert status == 2, (command, said)
            assert said[0] == b""


def test_no_file_reaches_the_terminal_raw(tsunagari, tmp_path):
    for number, text in enumerate(HOSTILE):
        code = "".join(f"\\U{ord(c):08x}" for c in text)
        for line in (
            f'"x{code}": 1', f'market: {{"x{code}": 1}}', f'title: !<x{code.lower()}> a',
            f'title: *x{code[:2]}', f'events: [{{month: 1, leave: "x{code}"}}]',
            f'events: [{{month: 1, set: "x{code}.y", to: 1}}]', f'extends: "x{code}"',
            f'firms: [{{name: "x{code}", price: "{code}"}}, {{name: "x{code}"}}]',
            f'title: "a{text}', f'? [x{text}]\n: 1', f'title: %{text}',
            f'"x{code}": 1\n"x{code}": 2',
        ):  # fmt: skip
            file = tmp_path / f"f{number}.yaml"
            file.write_bytes(line.encode("utf-8", "surrogatepass"))
            status, *said = tsunagari("check", file)
            assert_harmless(*said)
            if not line.startswith("title: *"):
                assert status == 2, (line, said)
            for told in said[1].decode().splitlines():
                assert told.startswith(str(file)), (line, told)


def test_a_problem_is_one_short_line():
    problem = Problem("p" * 5_000, "m\n\x1b[2J", f"--set {'x' * 5_000}", suggestion="\r")
    assert str(problem).isprintable()
    assert len(str(problem)) < 500


def test_cutting_takes_no_longer_than_reading():
    long = "仕立屋 Tailor שלום" * 4_000
    started = time.process_time()
    assert columns_of(cut_to(long, 79)) in (78, 79)
    assert width_of(shortened(long, 200, 13), 13) <= 200
    assert len(in_lines(long, 200, 13, 3)) == 3
    assert len(set(short_names([long, long + "!", long], 200, 13))) == 3
    assert time.process_time() - started < 5


@given(st.text(st.sampled_from("aW匠\u0301 e")), st.integers(1, 30))
def test_what_is_cut_fits_and_what_fits_stays(text, width):
    cut = cut_to(text, width)
    assert columns_of(cut) <= width
    if columns_of(text) <= width:
        assert cut == text
    else:
        longer = text[: len(cut)]  # one character more does not fit
        assert text.startswith(cut[:-1])
        assert columns_of(longer) > width - 1


# -- tables ----------------------------------------------------------------------------------------


def documented() -> str:
    """How docs/tables.md reads a table in CSV."""
    page = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    return re.search(r"^table = (pd\.read_csv\(.*?)\n```", page, re.M | re.S)[1]


def read_by_pandas(file: Path) -> pd.DataFrame:
    line = documented().replace('"results/csv/flows.csv"', "file")
    return eval(line, {"pd": pd, "file": file, "text": TEXT})


def assert_same_table(one: pd.DataFrame, other: pd.DataFrame) -> None:
    assert list(one) == list(other)
    for name in one:
        if name in TEXT:
            assert one[name].tolist() == other[name].tolist(), name
        else:
            bits = [table[name].to_numpy(np.float64).tobytes() for table in (one, other)]
            assert bits[0] == bits[1], name


NAMES = st.text(min_size=1).filter(lambda name: unsuitable(name) is None)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(NAMES | st.sampled_from(HARD), NUMBERS, st.booleans()), min_size=1))
def test_a_table_in_csv_is_that_in_parquet(tmp_path_factory, rows):
    folder = tmp_path_factory.getbasetemp()
    columns = {
        "firm": [name for name, _, _ in rows],
        "source": ["" if nobody else name for name, _, nobody in rows],
        "month": np.arange(len(rows)),
        "fit": np.array([np.nan if nobody else number for _, number, nobody in rows]),
    }
    for kind in ("csv", "parquet"):
        write_table(columns, folder / f"any.{kind}", kind)
    found = read_by_pandas(folder / "any.csv")
    if not np.isnan(columns["fit"]).all():
        assert_same_table(found, pd.read_parquet(folder / "any.parquet"))
    own = read_table(folder / "any.csv")
    assert own["firm"].tolist() == columns["firm"]
    assert (folder / "any.csv").read_bytes().startswith(b"\xef\xbb\xbffirm,")


def test_names_that_look_like_nothing_come_through_a_run(tsunagari, tmp_path):
    firms = ", ".join("{name: '" + name.replace("'", "''") + "'}" for name in HARD)
    text = f"title: つながりの市場\nmarket: {{customers: 150, months: 4}}\nfirms: [{firms}]\n"
    (tmp_path / "hard.yaml").write_text(text, encoding="utf-8")
    for kind in ("csv", "parquet"):
        options = ("--format", kind, "--no-figures", "--quiet", "--out", kind)
        status, said, told = tsunagari("run", "hard.yaml", *options)
        assert (status, told) == (0, b"")
        assert_harmless(said)
    for name in ("firms", "market", "segments", "cohorts", "flows"):
        found = read_by_pandas(tmp_path / "csv" / f"{name}.csv")
        assert_same_table(found, pd.read_parquet(tmp_path / "parquet" / f"{name}.parquet"))
    assert sorted(set(read_by_pandas(tmp_path / "csv" / "firms.csv")["firm"])) == sorted(HARD)
    assert tsunagari("report", "csv")[0] == 0
    page = (tmp_path / "csv" / "report.html").read_text(encoding="utf-8")
    assert all(in_html(name) in page for name in HARD)


# -- pictures --------------------------------------------------------------------------------------


def test_the_first_letter_of_a_hebrew_name_stands_at_the_right():
    whole, first = outlined("שלום", 20)[0], outlined("ש", 20)[0]
    end = whole[-len(first) :]
    assert end[:, 0].max() == pytest.approx(whole[:, 0].max())
    assert np.allclose((end - first)[:, 0], (end - first)[0, 0], atol=0.02)
    film, letter = lettered("שלום", 20, 2.0)[0], lettered("ש", 20, 2.0)[0]
    assert np.abs(film[:, -letter.shape[1] + 3 :].sum() - letter[:, 3:].sum()) < 0.05 * letter.sum()


def test_arabic_letters_are_joined_and_what_surrounds_a_name_stays_in_order():
    assert width_of("مرحبا", 20) < 0.9 * sum(width_of(letter, 20) for letter in "مرحبا")
    (name,) = short_names(["שלום"], 200, 20)
    percent = outlined("%", 20)[0]
    labelled = outlined(f"{name} 12 %", 20)[0][-len(percent) :]  # the last thing at the right
    assert np.allclose((labelled - percent)[:, 0], (labelled - percent)[0, 0], atol=0.02)
    said = Words("en")("report.event_poach", firm="שלום", by="Lean")
    assert "\u2068שלום\u2069" in said
    assert Words("ja")("report.event_leave", firm="Lean").count("\u2068") == 0


def test_a_sentence_goes_its_own_way_whatever_it_begins_with():
    name, sentence = outlined("שלום", 20)[0], outlined("שלום lost to Lean", 20)[0]
    assert np.allclose(sentence[: len(name)], name, atol=0.02)


def test_what_no_font_has_is_noted_and_told_apart():
    assert notes_on_missing(["A", "仕立屋", "שלום", "مرحبا", "Ω mega", "葛\U000e0100"]) == []
    (note,) = notes_on_missing(["ไทย"])
    assert "U+0E44" in note
    assert "ไทย" in note
    assert np.array_equal(outlined("ไทย", 13)[0], outlined("?", 13)[0])
    assert short_names(["ไทย", "🦄", "A"], 200, 13) == ["? 1", "? 2", "A"]


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=80).filter(lambda name: unsuitable(name) is None))
@example("שלום A مرحبا 12")
@example("\u0301")
def test_any_name_can_be_drawn(name):
    points, codes = outlined(name, 13)
    assert len(points) == len(codes)
    assert np.isfinite(points).all()
    assert width_of(name, 13) >= 0
    for short in short_names([name, name + "x"], 120, 13):
        assert width_of(short, 13) <= 121 or len(unicodedata.normalize("NFC", short)) < 6

"""Whatever is wrong with an input: status 2, a sentence for each problem, and nothing written.

Here the whole command runs, on the real schema; the finer cases are in ``tests/sim``.
"""

from __future__ import annotations

import gzip
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tsunagari.__main__ import main
from tsunagari.experiments.runs.folder import ResultFolder

ROOT = Path(__file__).resolve().parents[2]
FROM_FILE = "market: {months: 1}\nnetwork: {kind: file, file: ties.csv}\n"


@pytest.fixture
def tsunagari(tmp_path, monkeypatch, capsys):
    """Runs a command in a folder of its own: exit status, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def typed(*arguments):
        monkeypatch.setattr(sys, "argv", ["tsunagari", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ending:
            main()
        said = capsys.readouterr()
        return ending.value.code, said.out, said.err

    return typed


@pytest.fixture
def refused(tsunagari):
    """What a run of a file is refused with, line by line; ``check`` says the same and no less."""

    def told(file="s.yaml", *options):
        before = contents(Path.cwd())
        status, said, lines = tsunagari("run", file, *options)
        assert (status, said) == (2, "")
        assert "Traceback" not in lines
        assert contents(Path.cwd()) == before
        return lines.splitlines()

    return told


def contents(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def write(text: str | bytes, file: str = "s.yaml") -> None:
    Path(file).write_bytes(text.encode() if isinstance(text, str) else text)


FIRM = "firms: [{name: A}, {name: B}]\n"
BAD = {
    "an empty file": ("", ["1:1: there is no scenario in it"]),
    "not YAML": ("market: {months: 3\n", ["1:9: is not YAML: a bracket is not closed"]),
    "a tab": ("market:\n\tmonths: 3\n", ["2:1: is not YAML: a tab"]),
    "a key twice": (
        "seed: 1\nmarket: {months: 3, months: 4}\nseed: 2\n",
        ["2:21 market.months: the key months is already", "3:1 seed: the key seed is already"],
    ),
    "an unknown key": (
        "market: {month: 3}\n",
        ["1:10 market.month: unknown key; did you mean months?"],
    ),
    "a wrong type": (
        "market: {months: twelve}\nfirms: {}\ntitle: [x]\n",
        [
            '1:18 market.months: must be a whole number, not the text "twelve"',
            "2:8 firms: must be a list, not keys with values",
            "3:8 title: must be text, not a list",
        ],
    ),
    "a quoted number": (
        'market: {months: "12"}\n',
        ['1:18 market.months: must be a whole number, not the text "12"; write 12 without quotes'],
    ),
    "out of range": (
        "market: {exit: 1.5}\nstickiness: {location: -0.1}\nlooking: {friends_left: 0}\n",
        [
            "1:16 market.exit: must be at most 1, not 1.5",
            "2:24 stickiness.location: must be at least 0, not -0.1",
            "3:25 looking.friends_left: must be greater than 0, not 0",
        ],
    ),
    "not a number, and infinity": (
        "zmot: {friend: .nan, review: .inf}\nmarket: {tenure: 1e999, exit: -.inf}\n",
        [
            "1:16 zmot.friend: must be a finite number",
            "1:30 zmot.review: must be a finite number",
            "2:18 market.tenure: must be a finite number",
            "2:31 market.exit: must be a finite number",
        ],
    ),
    "negative and fractional counts": (
        "replications: 0\nmarket: {customers: -5, months: 2.5, cities: 0.5}\nseed: -1\n",
        [
            "1:15 replications: must be at least 1, not 0",
            "2:21 market.customers: must be at least 1, not -5",
            "2:33 market.months: must be a whole number, not 2.5",
            "2:46 market.cities: must be a whole number, not 0.5",
            "3:7 seed: must be at least 0, not -1",
        ],
    ),
    "shares of segments": (
        "segments: [{name: a, share: 0.5}, {name: b, share: 0.4}]\n",
        ["1:11 segments: the shares of the segments add up to 0.9, not to 1"],
    ),
    "shares of firms": (
        "firms: [{name: A, share: 0.8}, {name: B, share: 0.4}]\n",
        ["1:8 firms: the shares of the firms add up to 1.2, more than 1"],
    ),
    "two firms of one name": (
        "firms: [{name: が}, {name: か\u3099}]\n",  # one letter, and two that look like it
        ["1:27 firms.1.name: the name 'か\u3099' is taken already"],
    ),
    "an unknown discipline": (
        "firms:\n  - {name: A, discipline: customer-intimcy}\n",
        ["2:27 firms.A.discipline: there is no discipline 'customer-intimcy'; did you mean"],
    ),
    "an event after the end": (
        "market: {months: 12}\nevents: [{month: 13, leave: Lean}]\n",
        ["2:18 events.0.month: month 13 is after the end of the run (12 months)"],
    ),
    "events on what is not there": (
        FIRM + "events:\n"
        "  - {month: 1, leave: C}\n"
        "  - {month: 2, set: stickiness.place, to: 1}\n"
        "  - {month: 3, set: firms.D.price, to: 1}\n"
        "  - {month: 4, set: seed, to: 1}\n"
        "  - {month: 5, set: 'a..b', to: 1}\n"
        "  - {month: 6, scandal: Zero}\n"
        "  - {month: 7, enter: {name: Zero}}\n",
        [
            "3:23 events.0.leave: there is no firm 'C'",
            "4:21 events.1.set: there is no parameter 'stickiness.place'",
            "5:21 events.2.set: there is no firm 'D'",
            "6:21 events.3.set: 'seed' cannot change during a run",
            "7:21 events.4.set: 'a..b' is not a path",
            "8:25 events.5.scandal: Zero enters in month 7, after this event",
        ],
    ),
    "an event's value": (
        "events: [{month: 1, set: market.exit, to: 2}, {month: 1, set: zmot.friend, to: x}]\n",
        ["1:43 events.0.to: market.exit: ", "1:80 events.1.to: zmot.friend: "],
    ),
    "a number where an event should name something": (
        "events:\n"
        "  - {month: 1, set: firms.Lean.discipline, to: 1}\n"
        "  - {month: 1, set: firms.Lean.target, to: true}\n",
        ["2:48 events.0.to: firms.Lean.discipline: ", "3:44 events.1.to: firms.Lean.target: "],
    ),
    "a file that extends itself": (
        "extends: s.yaml\n",
        ["1:10 extends: goes round in a circle: s.yaml extends s.yaml"],
    ),
    "a base that is not there": (
        "extends: no.yaml\n",
        ["1:10 extends: no.yaml: there is neither such a file nor a shipped scenario"],
    ),
    "binary": (b"\x7fELF\x02\x01\x00\x00", [" is a binary file, not a scenario"]),
    "not UTF-8": ("title: 町".encode("cp932"), ["1:8: is not UTF-8 text; save it as UTF-8"]),
    "an alias bomb": (
        "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"{k}: &{k} [{', '.join(['*' + b] * 10)}]\n"
            for b, k in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        ["5:4: has more than 50,000 values with its aliases"],
    ),
    "tags of Python": (
        "title: !!python/object/apply:os.system ['touch here']\nmarket: !!python/name:os.system\n",
        [
            "1:8 title: the tag !!python/object/apply:os.system is not allowed",
            "1:8 title: must be text, not a list",
            "2:1 market: must be keys with values, not nothing",
            "2:9 market: the tag !!python/name:os.system is not allowed",
        ],
    ),
    "code that nobody allowed": (
        "firms: [{name: A, discipline: 'm:C'}]\n"
        "events:\n"
        "  - {month: 1, enter: {name: B, discipline: 'm:C'}}\n"
        "  - {month: 2, set: firms.A.discipline, to: 'm:C'}\n"
        "  - {month: 3, set: 'firms.\"A\".\"discipline\"', to: 'm:C'}\n",
        [
            "1:31 firms.A.discipline: m:C is Python code",
            "3:45 events.0.enter.discipline: m:C is Python code",
            "4:45 events.1.to: m:C is Python code",
            "5:51 events.2.to: m:C is Python code",
        ],
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused(case, tsunagari, refused):
    text, expected = BAD[case]
    write(text)
    lines = refused("s.yaml", "--out", "out")
    places = [f"s.yaml:{start}" for start in expected]
    assert [line[: len(start)] for line, start in zip(lines, places, strict=True)] == places
    status, said, told = tsunagari("check", "s.yaml")
    assert (status, said, told.splitlines()) == (2, "", lines)


def test_a_circle_of_files(refused, tmp_path):
    write("extends: b.yaml\n")
    write("extends: s.yaml\n", "b.yaml")
    assert refused() == [
        f"{tmp_path.resolve() / 'b.yaml'}:1:10 extends: goes round in a circle: "
        "s.yaml extends b.yaml extends s.yaml"
    ]


def test_no_file_and_a_folder(tmp_path, refused):
    (tmp_path / "folder").mkdir()
    assert "neither such a file nor a shipped scenario" in refused("no.yaml")[0]
    assert "did you mean disruptor?" in refused("disrupter")[0]
    assert refused("folder") == ["folder: is a folder, not a scenario file"]


def test_ten_megabytes_of_anything_are_refused_at_once(refused):
    write(random.Random(3).randbytes(10_000_000))
    started = time.perf_counter()
    assert len(refused()) == 1
    write(b"title: " + b"x" * 10_000_000)
    assert len(refused()) == 1
    assert time.perf_counter() - started < 2.0


def test_code_that_is_allowed_and_cannot_be_had(refused, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    write("1 / 0\n", "broken_discipline.py")
    write("class Plain: pass\n", "plain_discipline.py")
    write(
        "market: {customers: 50, months: 1}\n"
        "firms:\n"
        "  - {name: A, discipline: 'no_such_module:C'}\n"
        "  - {name: B, discipline: 'broken_discipline:C'}\n"
        "events:\n"
        "  - {month: 1, set: firms.A.discipline, to: 'plain_discipline:Plain'}\n"
        "  - {month: 1, enter: {name: C, discipline: 'plain_discipline:Other'}}\n"
    )
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    lines = refused("s.yaml", "--allow-code")
    starts = [
        "s.yaml: firms.A.discipline: discipline 'no_such_module:C' cannot be imported",
        "s.yaml: firms.B.discipline: broken_discipline:C cannot be imported: ZeroDivisionError",
        "s.yaml: events.0.to: discipline 'plain_discipline:Plain' is not a subclass",
        "s.yaml: events.1.enter.discipline: discipline 'plain_discipline:Other' cannot be imported",
    ]
    assert [line[: len(start)] for line, start in zip(lines, starts, strict=True)] == starts


def test_code_is_found_beside_the_scenario_and_after_all_else(tsunagari, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "market").mkdir()
    write(
        "from tsunagari import Discipline\n\n\nclass Own(Discipline):\n    name = 'own'\n",
        "market/own_discipline_for_this_test.py",
    )
    write("raise SystemError\n", "market/numpy.py")  # never stands in for what is installed
    write(
        "market: {customers: 60, months: 1}\n"
        "firms: [{name: A, discipline: 'own_discipline_for_this_test:Own'}]\n",
        "market/s.yaml",
    )
    options = ("--allow-code", "--no-figures", "--out", "out")
    status, said, _ = tsunagari("run", "market/s.yaml", *options)
    assert (status, said.splitlines()[-1]) == (0, "Results: out")
    assert "own" in said


# -- networks from files ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ties", "told"),
    [
        ("a,b,heavy\nb,c,light\n", "ties.csv:1: the weight 'heavy' is not a number"),
        ("a,b,1\nb,c,-2\n", "ties.csv:2: the weight -2 is below 0"),
        ("a\nb\n", "ties.csv:1: only one column"),
        ("", "ties.csv: no ties"),
        ("source,target\n", "ties.csv: no ties"),
        (b"\x00\x01\x02", "ties.csv: binary, and not text in UTF-8"),
        (gzip.compress(b"a,b\n" * 999, mtime=0)[:-9], "ties.csv: "),
    ],
)
def test_a_bad_network_is_refused(ties, told, refused, tmp_path):
    write(FROM_FILE)
    write(ties, "ties.csv")
    (line,) = refused("s.yaml", "--out", "out")
    assert line.removeprefix(f"{tmp_path.resolve()}{os.sep}").startswith(told)


def test_a_network_that_is_not_there(refused):
    write(FROM_FILE)
    (line,) = refused("s.yaml", "--out", "out")
    assert line.startswith("s.yaml:2:29 network.file: there is no such file")


def test_ties_put_right_are_counted_in_notes(tsunagari):
    write(FROM_FILE)
    write("a,a\na,b\nb,a\nb,c\nc,c\n", "ties.csv")
    status, _, told = tsunagari("run", "s.yaml", "--no-figures", "--out", "out")
    assert status == 0
    notes = [line for line in told.splitlines() if line.startswith("note: ")]
    assert notes == [
        "note: ties.csv: 3 people, 2 ties, 1.33 friends on average, all ties weigh the same",
        "note: 2 ties of a person with themselves left out",
        "note: 1 tie given before merged",
    ]


# -- options ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("market.month=3", "--set market.month=3: unknown key; did you mean market.months?"),
        ("nowhere.x=3", "--set nowhere.x=3: nowhere: unknown key; known here:"),
        ("market.months", "--set market.months: is not of the form path=value"),
        ("market.months=[", "--set market.months=[: is not YAML"),
        ("market.months=.nan", "--set market.months=.nan: must be a whole number"),
        ("firms.Lean.discipline=m:C", "--set firms.Lean.discipline=m:C: m:C is Python code"),
    ],
)
def test_a_bad_option_is_refused(option, told, refused):
    (line,) = refused("three-disciplines", "--set", option)
    assert line.startswith(told)


@pytest.mark.parametrize(
    "options",
    [
        ("--customers", "0"), ("--customers", "1.5"), ("--customers", "many"), ("--months", "-1"),
        ("--seed", "-1"), ("--replications", "0"), ("--workers", "0"), ("--threads", "0"),
        ("--format", "xlsx"), ("--customers", "99999999999"), ("--seed", "9" * 20),
    ],
)  # fmt: skip
def test_a_bad_number_is_refused(options, refused):
    lines = refused("three-disciplines", *options)
    assert any(options[0] in line or "--set" in line for line in lines)


def test_a_result_that_has_no_place_is_refused(refused, tmp_path):
    (tmp_path / "full").mkdir()
    write("mine", "full/notes.txt")
    write("mine", "file")
    assert "not empty" in refused("three-disciplines", "--out", "full")[0]
    assert "a file, not a folder" in refused("three-disciplines", "--out", "file")[0]
    assert len(refused("three-disciplines", "--out", "file/below")) == 1
    with ResultFolder(tmp_path / "taken"):
        (line,) = refused("three-disciplines", "--out", "taken", "--force")
    assert "another process" in line


@pytest.fixture
def imported(refused):
    """All that a refusal of ``--out`` needs is there before the test becomes nobody."""
    Path("file").touch()
    assert len(refused("three-disciplines", "--out", "file")) == 1


def test_a_folder_nobody_may_write_to_is_refused(imported, refused, closed_folder, monkeypatch):
    monkeypatch.chdir(closed_folder.parent)
    for place in (closed_folder, closed_folder / "below"):
        (line,) = refused("three-disciplines", "--out", str(place))
        assert "cannot be written" in line


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="there is no such folder here")
def test_a_place_where_no_folder_can_be_is_refused(refused):
    assert "cannot be written" in refused("three-disciplines", "--out", "/proc/here")[0]


# -- what is fine ----------------------------------------------------------------------------------


def test_what_other_editors_and_languages_write_is_accepted(tsunagari):
    write(
        "\ufefftitle: '2024'\r\nstory: |\r\n  町の市場。\r\n"
        "market: {customers: 80, months: 1}\r\n"
        'firms:\r\n  - {name: 仕立屋, discipline: customer-intimacy}\r\n  - {name: "7"}\r\n'
        "events:\r\n  - {month: 1, set: firms.仕立屋.price, to: 1}\r\n"
    )
    assert tsunagari("check", "s.yaml")[0] == 0
    status, said, told = tsunagari("run", "s.yaml", "--out", "結果", "--quiet")
    assert (status, told) == (0, "")
    assert "仕立屋" in said
    assert tsunagari("check", "結果/scenario.yaml")[0] == 0


def test_a_real_process_ends_the_same_way(tmp_path):
    (tmp_path / "s.yaml").write_text("market: {month: 3}\n")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tsunagari", "run", "s.yaml", "--out", "out"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"s\.yaml:1:10 market\.month: [^\n]+\n", done.stderr)
    assert contents(tmp_path) == {"s.yaml"}


@pytest.mark.slow
def test_a_million_ties_are_read(tsunagari):
    draw = random.Random(5)
    people = [f"人{number}" for number in range(200_000)]
    pairs = "".join(f"{draw.choice(people)},{draw.choice(people)}\n" for _ in range(1_000_000))
    write(FROM_FILE)
    write(pairs, "ties.csv")
    started = time.perf_counter()
    status, said, _ = tsunagari("run", "s.yaml", "--no-figures", "--out", "out")
    assert status == 0
    assert "Results: out" in said
    assert time.perf_counter() - started < 60

"""Pictures: all files, whole, the same each time, and right about what they show."""

import io
import xml.etree.ElementTree as ET
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from synthetic import tables

from tsunagari.experiments.pictures import page as page_module
from tsunagari.experiments.pictures.chart import Event, firm_styles
from tsunagari.experiments.pictures.figures import FIGURES, Subject, describe, draw_all, switching
from tsunagari.experiments.pictures.paper import compact
from tsunagari.experiments.pictures.scales import (
    inner_ticks,
    month_ticks,
    padded,
    round_ticks,
    spread,
)
from tsunagari.experiments.pictures.text import outlined, short_names, shortened, width_of
from tsunagari.experiments.runs.cube import Cube, quantiles

FIVE = ["Lean", "Spark", "Tailor", "Broad", "Zero"]
LONG = [
    "株式会社つながり商店街活性化推進協議会東京本部第一営業所",
    "A" * 40,
    "B" * 39 + "C",
    "$x$ <&> 😀\x07",
]
CASES = {
    "usual": lambda: tables(FIVE[:4]),
    "replicated": lambda: tables(FIVE, replications=3, enters={"Zero": 9}, closes={"Broad": 15}),
    "one firm": lambda: tables(["Lean"]),
    "thirty firms": lambda: tables([f"Firm {n}" for n in range(30)], months=13, replications=2),
    "nine firms, one empty": lambda: tables([f"Firm {n}" for n in range(9)], empty=("Firm 3",)),
    "nobody has customers": lambda: tables(FIVE[:3], empty=FIVE[:3]),
    "long names": lambda: tables(LONG),
    "one month": lambda: tables(FIVE[:2], months=1),
    "no month": lambda: tables(FIVE[:2], months=0),
    "no firm": lambda: tables([], months=3),
    "all closed": lambda: tables(FIVE[:2], closes={"Lean": 5, "Spark": 7}),
}
EVENTS = [(3, "location erodes"), (3, "立地"), (4, "a launch"), (900, "never"), (0, "start")]


def subject(found, events=()):
    return Subject.of(found, customers=20_000, seed=7, events=events)


@pytest.mark.parametrize("case", CASES)
def test_every_picture_is_written_whole(case, tmp_path):
    paths = draw_all(CASES[case](), tmp_path, customers=20_000, seed=7, events=EVENTS)
    assert [path.name for path in paths] == [n + s for n in FIGURES for s in (".png", ".svg")]
    assert sorted(tmp_path.iterdir()) == sorted(paths)  # nothing half-written is left
    for path in paths:
        if path.suffix == ".png":
            with Image.open(path) as image:
                assert image.size == (1280, 720)
                assert image.text["Title"]
                assert image.text["Description"].endswith(".")
        else:
            root = ET.parse(path).getroot()
            assert root.find("{http://www.w3.org/2000/svg}title").text
            assert "<text" not in path.read_text(encoding="utf-8")  # letters are outlines


def test_same_tables_make_the_same_files(tmp_path):
    contents = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        paths = draw_all(tables(LONG), folder, customers=10, seed=1, events=EVENTS)
        contents.append([path.read_bytes() for path in paths])
    assert contents[0] == contents[1]


def test_a_users_settings_change_nothing_and_stay(tmp_path):
    import matplotlib

    drawn = partial(draw_all, tables(FIVE), tmp_path, customers=1, seed=1, names=["flows"])
    plain = drawn()[0].read_bytes()
    with matplotlib.rc_context({"savefig.bbox": "tight", "lines.linewidth": 9, "font.size": 30}):
        again = draw_all(tables(FIVE), tmp_path, customers=1, seed=1, names=["flows"])[
            0
        ].read_bytes()
        assert matplotlib.rcParams["font.size"] == 30
    assert again == plain


def test_a_picture_that_fails_leaves_the_old_one(tmp_path, monkeypatch):
    [path, _] = draw_all(tables(FIVE), tmp_path, customers=1, seed=1, names=["flows"])
    old = path.read_bytes()

    def full(self, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        draw_all(tables(FIVE), tmp_path, customers=2, seed=1, names=["flows"])
    assert path.read_bytes() == old
    assert len(list(tmp_path.iterdir())) == 2


def test_unknown_picture():
    with pytest.raises(KeyError):
        describe("pie", tables(FIVE))


def test_descriptions_say_what_the_tables_say():
    found = tables(FIVE[:4])
    last = found.firms[found.firms["month"] == 24]
    top = last.loc[last["market_share"].idxmax()]
    assert f"{top['firm']} is largest at the end" in describe("market_share", found)
    assert f"{100 * top['market_share']:.0f} %" in describe("market_share", found)
    assert "highest for Broad" in describe("retention", found)
    assert "highest for Broad (10 points), lowest for Lean (−20" in describe(
        "satisfaction_nps", found
    ).replace("-", "−")
    between = found.flows.query("source != '' and destination != ''")
    pair = between.groupby(["source", "destination"])["customers"].sum().idxmax()
    assert f"from {pair[0]} to {pair[1]}" in describe("flows", found)


def test_thirty_styles_differ_and_follow_the_order():
    names = [f"Firm {n}" for n in range(30)]
    styles = firm_styles(names)
    assert len(set(styles.values())) == 30
    assert firm_styles([*names, "later"])["Firm 3"] == styles["Firm 3"]
    assert len({style.colour for style in list(styles.values())[:7]}) == 7


def test_same_style_in_every_picture_though_few_are_shown():
    found = tables([f"Firm {n}" for n in range(12)], months=3)
    shown = subject(found).shown
    assert len(shown) == 8
    assert shown == sorted(shown)
    final = Cube(found).final_shares()
    assert set(np.argsort(-final)[:8]) == set(shown)


def test_source_line():
    said = subject(tables(FIVE[:2], replications=2)).source
    assert said == "Tsunagari · The connected age · 20,000 customers · seed 7 · 2 replications"
    assert subject(tables(FIVE[:2])).source.endswith("1 replication")


def test_events_of_one_month_share_a_line_and_later_ones_are_left_out():
    assert subject(tables(FIVE), EVENTS).events == (
        Event(0, "①", "start"),
        Event(3, "②", "location erodes; 立地"),
        Event(4, "③", "a launch"),
    )


def test_cube_reads_each_row_to_its_place():
    found = tables(FIVE, replications=2, enters={"Zero": 9}, closes={"Broad": 15})
    shuffled = found.firms.sample(frac=1, random_state=1)
    order = shuffled["firm"].drop_duplicates().tolist()
    cube, other = Cube(found), Cube(type(found)(**{**vars(found), "firms": shuffled}))
    assert cube.names == tuple(FIVE)
    row = found.firms.query("replication == 1 and month == 7 and firm == 'Tailor'").iloc[0]
    assert cube.measure("customers")[1, 7, 2] == row["customers"]
    place = [order.index(name) for name in FIVE]
    np.testing.assert_array_equal(cube.measure("nps"), other.measure("nps")[:, :, place])
    assert cube.entered.tolist() == [0, 0, 0, 0, 9]
    assert np.isnan(cube.measure("customers")[:, :9, 4]).all()
    np.testing.assert_array_equal(cube.closed()[0], [np.nan, np.nan, np.nan, 15, np.nan])


def test_closing_is_seen_in_the_flows_when_rows_go_on():
    found = tables(FIVE[:3], closes={"Lean": 5})
    gone = found.firms.query("firm == 'Lean' and month == 4").assign(customers=0, market_share=0)
    more = [gone.assign(month=month) for month in range(5, 25)]
    found.firms = type(gone)(np.concatenate([found.firms, *more]), columns=gone.columns)
    found.firms = found.firms.infer_objects()
    cube = Cube(found)
    assert cube.closed()[0, 0] == 5
    assert np.isnan(cube.share()[0, 5:, 0]).all()


def test_a_firm_closed_in_some_replications_counts_as_nothing_there():
    found = tables(FIVE[:3], replications=2)
    keep = ~found.firms.eval("firm == 'Lean' and replication == 1 and month >= 5")
    found.firms = found.firms[keep]
    share = Cube(found).share()
    assert (share[1, 5:, 0] == 0).all()
    assert (share[0, 5:, 0] > 0).all()


@given(
    st.lists(st.lists(st.floats(-9, 9) | st.just(np.nan), min_size=3, max_size=3), min_size=1),
    st.floats(0, 1),
)
def test_quantiles_are_numpys_without_its_warnings(rows, part):
    values = np.array(rows)
    for column, found in zip(values.T, quantiles(values, part)[0], strict=True):
        finite = column[np.isfinite(column)]
        expected = np.quantile(finite, part) if finite.size else np.nan
        np.testing.assert_allclose(found, expected, atol=1e-12)


def test_flows_add_up():
    found = tables(FIVE, replications=2, enters={"Zero": 9})
    moved = switching(subject(found))
    assert moved.sum() == found.flows["customers"].sum()
    lean = found.flows.query("source == 'Lean' and destination == ''")["customers"].sum()
    assert moved[0, 5] == lean
    assert (np.diag(moved) == 0).all()


@given(
    st.lists(st.floats(-50, 150), min_size=1, max_size=12),
    st.floats(1, 30),
)
def test_labels_do_not_overlap(wanted, gap):
    places = spread(wanted, gap, 0.0, 100.0)
    fits = gap * (len(wanted) - 1) <= 100
    apart = np.diff(np.sort(places))
    assert (apart >= (gap if fits else 100 / (len(wanted) - 1)) - 1e-6).all()
    assert min(places) >= -1e-6
    assert max(places) <= 100 + 1e-6
    order = np.argsort(wanted, kind="stable")
    assert (np.diff(np.array(places)[order]) >= -1e-9).all()


def test_labels_with_room_stay_where_they_want_to_be():
    assert spread([10.0, 60.0, 35.0], 20, 0, 100) == [10.0, 60.0, 35.0]
    assert spread([50.0, 50.0], 20, 0, 100) == [40.0, 60.0]


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_ticks_enclose_and_lie_within(low, width):
    ticks = round_ticks(low, low + width)
    slack = 1e-6 * max(1, abs(low), width)
    assert ticks[0] <= low + slack
    assert ticks[-1] >= low + width - slack
    assert 2 <= len(ticks) <= 9
    scale = padded(np.array([low, low + width]), zero=False)
    assert scale[0] < scale[1]
    assert all(scale[0] - slack <= tick <= scale[1] + slack for tick in inner_ticks(*scale))


def test_month_ticks_are_years_where_there_are_some():
    assert month_ticks(120) == [0, 24, 48, 72, 96, 120]
    assert month_ticks(0) == [0]
    assert month_ticks(36) == [0, 6, 12, 18, 24, 30, 36]
    assert len(month_ticks(100_000)) < 100


def test_shortened_names_fit_and_still_differ():
    names = ["Customer intimacy of the north A", "Customer intimacy of the north B", *LONG]
    short = short_names(names, 150, 13)
    assert len(set(short)) == len(names)
    assert all(width_of(name, 13) <= 150 for name in short)
    same_ends = short_names(["AB" * 20 + f"{n:03}" + "CD" * 20 for n in range(5)], 120, 13)
    assert len(set(same_ends)) == 5
    assert shortened("short", 150, 13) == "short"


def test_width_is_that_of_the_outline():
    points, codes = outlined("Tailor W 匠の技", 14)
    assert len(points) == len(codes)
    assert points[codes != 79][:, 0].max() == pytest.approx(
        width_of("Tailor W 匠の技", 14), rel=0.05
    )
    assert len(outlined("匠", 14)[0]) > 10


def test_nothing_is_smaller_than_the_last_row_can_read():
    assert min(page_module.SMALL, page_module.NORMAL, page_module.LARGE) >= 13


def test_pictures_are_not_blank():
    found = io.BytesIO()
    page = FIGURES["market_share"](subject(tables(FIVE[:4])))
    page._write()
    page._figure.savefig(found, format="png")
    colours = {colour for _, colour in Image.open(found).convert("RGB").getcolors(100_000)}
    wanted = [style.colour for style in firm_styles(FIVE[:4]).values()]
    assert {tuple(bytes.fromhex(colour[1:])) for colour in wanted} <= colours


@pytest.mark.parametrize(
    ("number", "text"),
    [
        *((0, "0"), (0.4, "0.4"), (9.96, "10"), (999, "999")),
        *((1234, "1.2k"), (35_400, "35k"), (999_700, "1.0M"), (1_300_000, "1.3M")),
    ],
)
def test_compact_counts(number, text):
    assert compact(number) == text

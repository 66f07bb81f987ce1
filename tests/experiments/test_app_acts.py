"""What is done in a market on the page: acts, undone and redone, and the untouched market."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.experiments.japanese import NAMES, english_in
from tests.experiments.test_app import eventually, plan
from tsunagari.experiments.app.acts import ENTRANTS, MOST_ACTS, event_of, script_of
from tsunagari.experiments.app.catalogue import Catalogue, scenario_file
from tsunagari.experiments.app.controls import controls_of
from tsunagari.experiments.app.desk import Desk
from tsunagari.experiments.app.pairs import difference, histories_of, paired
from tsunagari.experiments.app.play import Play
from tsunagari.experiments.app.plots import chart_of, differences, title_of
from tsunagari.experiments.app.series import DRAWN, Series
from tsunagari.experiments.app.session import Room, Session, View, sentence_of
from tsunagari.experiments.pictures.chart import FirmStyle, LineChart
from tsunagari.experiments.pictures.chart import Series as Line
from tsunagari.experiments.pictures.web import live
from tsunagari.experiments.words import Words, language_of, speaking
from tsunagari.sim.market import Market
from tsunagari.sim.problems import Problems
from tsunagari.sim.scenario import Scenario, load

ENGLISH = Words("en")
CHEAPER = {"do": "set", "path": "firms.Lean.price", "value": 0.8}
ZERO = {"do": "enter", "like": "disruptor", "name": "Zero"}


@pytest.fixture
def session() -> Iterator[Session]:
    found = Session(lambda: None)
    yield found
    found.close()


def lived(of: Scenario, month: int) -> dict[str, Any]:
    """What charts would show of a scenario run from its start."""
    market, series = Market(of), Series(of.title)
    series.take(market)
    for _ in range(month):
        market.step()
        series.take(market)
    return series.as_json()


def on(session: Session, month: int) -> None:
    """Go on to a month."""
    session.step(month - session.view.month)
    eventually(lambda: session.view.month == month and not session.view.busy)


def begun(session: Session, **values: Any) -> None:
    session.reset(plan(**values))
    eventually(lambda: session.view.run == 1)


# -- acts, and the way back ----------------------------------------------------------------------


@pytest.mark.slow
def test_an_act_is_an_event_and_the_file_says_the_same_to_the_bit(
    session: Session, tmp_path: Path
) -> None:
    begun(session)
    on(session, 3)
    session.act(ZERO)
    session.act({"do": "set", "path": "firms.Zero.price", "value": 0.7})
    on(session, 6)
    session.act(CHEAPER)
    session.act({"do": "scandal", "firm": "Spark"})
    on(session, 9)
    played = session.plan
    assert played is not None
    assert session.market is not None
    assert [(e.month, e.kind) for e in played.events] == [
        (4, "enter"), (4, "set"), (7, "set"), (7, "scandal"),
    ]  # fmt: skip
    assert played == session.market.played
    file = tmp_path / "played.yaml"
    file.write_bytes(scenario_file(played, "played").content)
    again = Market(load(file)[0])
    again.run_for(9)
    assert again.results.firms.equals(session.market.results.firms)
    assert lived(load(file)[0], 9) == session.view.series


def test_the_untouched_market_is_a_run_of_the_scenario_without_acts(session: Session) -> None:
    begun(session)
    on(session, 4)
    session.act(CHEAPER)
    assert session.view.untouched is None, "until the month of the act both are the same"
    on(session, 8)
    assert session.view.untouched == lived(plan(), 8)
    assert session.view.untouched != session.view.series
    assert session.view.beside is session.view.untouched


def test_what_is_undone_never_was_and_what_is_redone_was_never_undone(session: Session) -> None:
    begun(session)
    on(session, 2)
    session.act(ZERO)
    on(session, 5)
    session.act(CHEAPER)
    on(session, 8)
    both, untouched, acts = session.view.series, session.view.untouched, session.view.acts
    session.undo()
    eventually(lambda: len(session.view.acts) == 1 and not session.view.busy)
    alone = session.view.series
    events = [{"month": 3, "enter": {"name": "Zero", "discipline": "disruptor"}}]
    assert alone == lived(plan(events=events), 8)
    assert session.view.untouched == untouched
    session.undo()
    eventually(lambda: session.view.acts == () and not session.view.busy)
    assert session.view.series == untouched
    assert session.view.untouched is None
    assert (session.view.can_undo, session.view.can_redo) == (False, True)
    session.redo()
    session.pause()
    eventually(lambda: session.view.series == alone)
    session.redo()
    eventually(lambda: session.view.series == both)
    assert session.view.acts == acts
    assert session.view.untouched == untouched
    assert session.view.month == 8
    on(session, 9)
    assert session.plan is not None
    assert session.view.series == lived(session.plan, 9)


def test_an_act_of_the_coming_month_may_be_changed_and_taken_back(session: Session) -> None:
    begun(session)
    on(session, 2)
    session.act(CHEAPER)
    session.act({**CHEAPER, "value": 0.9})
    assert [act.event["to"] for act in session.view.acts] == [0.9]
    assert session.view.standing["firms.Lean.price"] == 0.9
    session.undo()
    eventually(lambda: [act.event["to"] for act in session.view.acts] == [0.8])
    session.undo()
    eventually(lambda: session.view.acts == ())
    session.redo()
    eventually(lambda: len(session.view.acts) == 1)
    session.act({"do": "launch", "firm": "Spark"})
    assert not session.view.can_redo, "what was done since takes its place"
    on(session, 3)
    assert session.view.standing["firms.Lean.price"] == 0.8


def test_redo_goes_back_no_further_than_undo_did() -> None:
    play, lived_again = Play(plan()), list[int]()
    for said, months in ((CHEAPER, 4), ({**CHEAPER, "value": 0.7}, 4), (None, 3)):
        for _ in range(months):
            play.month()
        if said:
            play.act(said, event_of(said, play.played, 1.0, ENGLISH))
    series = play.here.series.as_json()
    for again in (False, True, False, True):
        lived_again.clear()
        other = play.other(again=again)
        other.settle(play, lived_again.append)
        play = other
        assert lived_again == [9, 10, 11]
    assert play.here.series.as_json() == series


@pytest.mark.parametrize("kind", ENTRANTS)
def test_every_kind_of_entrant_enters(kind: str) -> None:
    play = Play(plan())
    said = {"do": "enter", "like": kind, "name": "New"}
    play.act(said, event_of(said, play.played, play.here.series.price(), ENGLISH))
    play.month()
    assert play.here.market.firm("New").active
    assert play.untouched is not None
    assert len(play.untouched.market.firms) == 4


# -- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        *(None, [], "x", {}, {"do": "set"}, {"do": ["set"]}, {"do": "quit"}, {**ZERO, "more": 1}),
        *({**CHEAPER, "path": path} for path in ("seed", "network.file", "events.0", "", None, [])),
        *({**CHEAPER, "path": path} for path in ("market.customers", "firms.Lean.share", "title")),
        *({**CHEAPER, "value": value} for value in ("1", True, [1], {}, 10**300, -1, float("nan"))),
        {**CHEAPER, "path": "firms.Lean.discipline", "value": "os:System"},
        *({**ZERO, "like": kind} for kind in ("os:System", "", None, [], 3)),
        *({**ZERO, "name": name} for name in ("", " ", "Lean", "x" * 41, None, [], "a\x1b[2J")),
        *({"do": "scandal", "firm": firm} for firm in ("Nobody", None, [], {})),
    ],
)
def test_what_the_page_does_not_offer_is_refused(session: Session, said: Any) -> None:
    begun(session)
    with pytest.raises(Problems):
        session.act(said)
    assert session.view.acts == ()
    assert session.plan == plan()


@pytest.mark.slow
def test_acts_have_an_end(session: Session) -> None:
    begun(session)
    play = Play(plan())
    event = {"scandal": "Spark", "note": "x"}
    for _ in range(MOST_ACTS):
        play.act({}, event)
    with pytest.raises(Problems, match="as many as one market takes"):
        play.act({}, event)
    on(session, 24)
    with pytest.raises(Problems, match="after the end of the plan"):
        session.act(CHEAPER)


def test_acts_need_room_for_the_untouched_market() -> None:
    size = plan().market.customers * plan().network.neighbours
    session = Session(lambda: None, Room(2 * size))
    begun(session)
    with pytest.raises(Problems, match="untouched market beside them"):
        session.act(CHEAPER)
    on(session, 2)
    assert session.view.acts == ()
    session.close()


@pytest.mark.parametrize(
    "said", [None, {}, "x", [1], [[1]], [["1", {}]], [[True, {}]], [[2, {}], [1, {}]], [[1, []]]]
)
def test_a_script_that_is_none_is_refused(said: Any) -> None:
    with pytest.raises(Problems):
        script_of(said)
    assert script_of([[1, CHEAPER], [4, ZERO]]) == [(1, CHEAPER), (4, ZERO)]


# -- the desk ------------------------------------------------------------------------------------


@pytest.fixture
def desk() -> Iterator[Desk]:
    found = Desk(Catalogue(sizes=(("market.customers", 300), ("market.months", 24))), lambda: None)
    eventually(lambda: found.session.view.run == 1)
    yield found
    found.close()


def test_a_slider_acts_where_an_event_can_and_waits_where_only_a_reset_does(desk: Desk) -> None:
    desk.set_value("firms.Lean.price", 0.9)
    assert desk.waiting == 1, "before the first month it is the scenario that changes"
    desk.set_value("firms.Lean.price", None)
    on(desk.session, 3)
    desk.set_value("firms.Lean.price", 0.8)
    desk.set_value("firms.Lean.price", 0.85)
    desk.set_value("network.rewire", 0.5)
    assert (desk.waiting, list(desk.changed_values)) == (1, ["network.rewire"])
    (act,) = desk.session.view.acts
    assert (act.month, act.words) == (4, "Lean: Price factor 0.85")
    on(desk.session, 4)
    assert desk.standing["firms.Lean.price"] == 0.85
    desk.set_value("firms.Lean.price", 0.85)
    assert len(desk.session.view.acts) == 1, "what stands already is no act"
    with pytest.raises(Problems, match="greater than 0"):
        desk.set_value("firms.Lean.price", -1)


def test_an_entrant_has_its_controls_at_once(desk: Desk) -> None:
    desk.session.act(ZERO)
    paths = {one["path"]: one for one in desk.spec}
    assert paths["firms.Zero.price"]["late"]
    assert "firms.Zero.share" not in paths
    assert len(paths) == len(desk.spec)
    desk.set_value("firms.Zero.price", 0.6)
    assert [act.month for act in desk.session.view.acts] == [1, 1]
    desk.session.undo()
    desk.session.undo()
    eventually(lambda: desk.session.view.acts == ())
    assert not any(one["path"].startswith("firms.Zero.") for one in desk.spec)


def test_a_link_opens_what_was_seen(desk: Desk) -> None:
    desk.set_value("zmot.claim", 2.0)
    desk.reset()
    eventually(lambda: desk.session.view.run == 2)
    on(desk.session, 4)
    desk.session.act({"do": "enter", "like": "platform", "name": "Net"})
    on(desk.session, 7)
    desk.set_value("firms.Net.price", 0.9)
    link = json.loads(json.dumps(desk.link))
    other = Desk(Catalogue(sizes=(("market.customers", 300), ("market.months", 24))), lambda: None)
    other.restore(link)
    eventually(lambda: other.session.view.month == 7 and not other.session.view.busy)
    assert other.session.plan == desk.session.plan
    assert other.session.view.series == desk.session.view.series
    assert other.session.view.untouched == desk.session.view.untouched
    assert other.link == desk.link
    before = other.link
    for wrong in (
        None,
        {**link, "source": "/etc/passwd"},
        {**link, "set": {"network.file": "/etc/passwd"}},
        {**link, "set": {"zmot.claim": "much"}},
        {**link, "set": {"zmot.claim": -1e9}},
        {**link, "month": 10**6},
        {**link, "month": True},
        {**link, "acts": [[1, "x"]]},
        {**link, "more": 1},
    ):
        with pytest.raises(Problems):
            other.restore(wrong)
        assert other.link == before
    other.close()


def test_an_act_of_a_link_that_is_not_on_offer_is_told(desk: Desk) -> None:
    acts = [[1, {"do": "enter", "like": "os:System", "name": "x"}]]
    desk.restore({"source": "three-disciplines", "set": {}, "acts": acts, "month": 3})
    eventually(lambda: desk.session.view.problem != "")
    assert "no such kind of entrant" in desk.session.view.problem
    assert desk.session.view.acts == ()
    desk.session.step()
    eventually(lambda: desk.session.view.month == 1)


def test_what_was_set_survives_another_scenario(desk: Desk) -> None:
    desk.set_value("zmot.claim", 2.0)
    desk.set_value("market.customers", 200)
    desk.choose("disruptor")
    assert desk.changed_values == {"market.customers": 200}
    desk.set_value("seed", 5)
    desk.choose("three-disciplines")
    assert desk.changed_values == {"zmot.claim": 2.0, "market.customers": 200, "seed": 5}
    eventually(lambda: desk.session.view.size == 200)


# -- the difference ------------------------------------------------------------------------------


def test_the_difference_is_told_in_words_with_units(session: Session) -> None:
    begun(session)
    on(session, 3)
    session.act(CHEAPER)
    session.act(ZERO)
    assert differences(session.view, "market_share", ENGLISH) == []
    on(session, 9)
    view = session.view
    assert view.series is not None
    assert view.untouched is not None
    told = differences(view, "market_share", ENGLISH)
    now, then = (
        found["measures"]["market_share"][0][-1] for found in (view.series, view.untouched)
    )
    where = "above" if now > then else "below"
    share = f"{100 * now:.1f} %, {abs(100 * (now - then)):.1f} points {where}"
    assert told[0] == f"Lean: market share {share} the untouched market"
    assert told[-1].startswith("Zero: market share")
    assert told[-1].endswith("it is not in the untouched market")
    for key in DRAWN:
        assert len(differences(view, key, Words("ja"))) == 5


def test_three_histories_are_paired_replications(session: Session) -> None:
    begun(session)
    on(session, 2)
    session.act(CHEAPER)
    on(session, 6)
    view, told = session.view, []
    assert session.plan is not None
    assert session.untouched_plan is not None
    found = paired(session.untouched_plan, session.plan, view, told.append)
    assert told[-1] == 3 * 2 * 6
    assert found.histories[0] == (view.series, view.untouched)
    assert found.are_of(view)
    other = Market(session.plan, replication=2)
    other.run_for(6)
    share = other.results.firms.query("month == 6").market_share.to_list()
    ends = [line[-1] for line in found.histories[2][0]["measures"]["market_share"]]
    assert ends == pytest.approx(share, abs=1e-4)
    months = np.array([0.0, 6.0, 7.0])
    low, high = found.band(DRAWN["market_share"], "Lean", months)
    own = difference(*found.histories[0], DRAWN["market_share"], "Lean")
    assert low[0] == high[0] == 0.0
    assert low[1] <= own[-1] <= high[1]
    assert np.isnan(low[2])
    session.act({**CHEAPER, "value": 0.7})
    assert found.are_of(session.view), "what comes later does not change them"
    session.undo()
    session.undo()
    eventually(lambda: session.view.acts == ())
    assert not found.are_of(session.view)


def test_histories_are_members_where_something_is_not_known(tmp_path: Path) -> None:
    file = tmp_path / "ensemble.parquet"
    looks = np.linspace(0.05, 0.4, 9)
    pd.DataFrame({"looking.base": looks}).to_parquet(file)
    sizes = (("market.customers", 300), ("market.months", 8))
    shown, _ = Catalogue(sizes=sizes, ensemble=file).plan("three-disciplines")
    other, _ = Catalogue(sizes=sizes, ensemble=file).plan("disruptor")
    assert (len(shown.members["looking.base"]), other.members) == (9, {})
    play = Play(shown)
    play.act(CHEAPER, event_of(CHEAPER, play.played, 1.0, ENGLISH))
    play.month()
    seen = View(month=1, acts=play.acts)
    found = paired(shown, play.played, seen, lambda _: None)
    assert len(found.histories) == histories_of(shown) == 8
    known = shown.with_values({"members": {}, "looking.base": float(looks[5])})
    market, series = Market(known, replication=5), Series(known.title)
    series.take(market)
    market.step()
    series.take(market)
    assert found.histories[5][1] == series.as_json()


# -- words and pictures --------------------------------------------------------------------------


def test_the_page_speaks_japanese(session: Session) -> None:
    words, names = Words("ja"), NAMES | {"Net"}
    begun(session, events=[{"month": 1, "scandal": "Spark"}])
    for control in controls_of(Scenario.load("disruptor"), words):
        assert language_of(control.meaning) == "ja", control.path
    play = Play(plan())
    for said in (CHEAPER, {"do": "launch", "firm": "Lean"}, {**ZERO, "like": "platform"}):
        play.act(said, event_of(said, play.played, 1.0, words))
        assert english_in(play.acts[-1].words, names) == []
    on(session, 1)
    session.act(CHEAPER)
    on(session, 3)
    for key in DRAWN:
        told = [*differences(session.view, key, words), title_of(key, words)]
        chart = chart_of(session.view, key, words, with_events=False)
        assert english_in(" ".join([*told, chart.up, chart.across]), names) == []


def test_what_is_refused_is_said_in_japanese(desk: Desk) -> None:
    asked = [
        lambda: desk.session.act({"do": "quit"}),
        lambda: desk.session.act({"do": "scandal", "firm": "Nobody"}),
        lambda: desk.session.act({**ZERO, "like": "?"}),
        lambda: desk.session.act({**ZERO, "name": ""}),
        lambda: desk.session.act({**CHEAPER, "value": "much"}),
        lambda: desk.restore({"source": "/", "set": {}, "acts": [], "month": 0}),
        lambda: desk.restore({"source": "disruptor", "set": {}, "acts": [1], "month": 0}),
        lambda: desk.session.pace(3.0),
        lambda: desk.read(10**300),
    ]
    with speaking("ja"):
        for ask in asked:
            with pytest.raises(Problems) as raised:
                ask()
            said = sentence_of(raised.value)
            assert english_in(said) == [], said


@given(st.lists(st.floats(0, 100), min_size=3, max_size=40), st.integers(2, 9))
def test_scales_only_grow_and_names_stand_clear_of_ticks(values: list[float], firms: int) -> None:
    line = np.array(values)
    before, changes = None, 0
    for end in range(1, len(values) + 1):
        series = [
            Line(f"firm {n}", n, FirmStyle("#0072B2", (), ""), np.minimum(line[:end] + n, 100.0))
            for n in range(firms)
        ]
        chart = LineChart(series, across="Month", up="%", months=60)
        drawing = live(chart, 480.0, 240.0, "chart")
        low, high = map(float, re.search(r'data-up="(\S+) (\S+)"', drawing).groups())  # type: ignore[union-attr]
        bottom = float(re.search(r'data-frame="\S+ \S+ \S+ (\S+)"', drawing)[1])  # type: ignore[index]
        names = [float(y) for y in re.findall(r'y="([\d.]+)">firm', drawing)]
        assert names
        assert max(names) <= bottom + 1.0, "the numbers below begin at 5 pixels under the frame"
        if before is not None:
            assert low <= before[0]
            assert high >= before[1]
            changes += (low, high) != before
        before = low, high
    assert changes <= 8, "round ends change seldom"

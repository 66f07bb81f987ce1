"""What the page is made of, without a browser."""

from __future__ import annotations

import gc
import json
import re
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tsunagari import scenarios
from tsunagari.experiments.app.catalogue import Catalogue, cut_off, sentences
from tsunagari.experiments.app.controls import GROUPS, controls_of
from tsunagari.experiments.app.desk import Desk
from tsunagari.experiments.app.series import DRAWN, Series, ends, lines
from tsunagari.experiments.app.session import Session
from tsunagari.experiments.pictures.people import neighbourhood, places
from tsunagari.experiments.runs.cube import RESERVOIRS
from tsunagari.experiments.telling.person import story
from tsunagari.experiments.words import texts
from tsunagari.sim.market import Market
from tsunagari.sim.problems import Problems
from tsunagari.sim.scenario import Scenario

SIZE = {"market.customers": 300, "market.months": 24}


def plan(name: str = "three-disciplines", **values: Any) -> Scenario:
    return Scenario.load(name).with_values({**SIZE, **values})


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.005)


@pytest.fixture
def session() -> Iterator[Session]:
    found = Session(lambda: None)
    yield found
    found.close()


# -- scenarios and sliders -----------------------------------------------------------------------


@pytest.mark.parametrize("name", scenarios.names())
def test_every_control_starts_within_its_reach_and_moves_its_own_key(name: str) -> None:
    catalogue = Catalogue()
    start, _ = catalogue.plan(name)
    found = controls_of(start)
    assert len({control.path for control in found}) == len(found)
    assert {control.group for control in found if control.asked} >= set(GROUPS[:-1])
    for control in found:
        assert control.meaning
        if control.kind in ("number", "whole"):
            assert control.low <= control.value <= control.high, control
            assert control.step > 0


def test_the_ends_of_sliders_are_values_that_the_schema_takes() -> None:
    name, catalogue = "three-disciplines", Catalogue()
    found = controls_of(catalogue.plan(name)[0])
    for control in [c for c in found if c.asked and c.kind in ("number", "whole")][::2]:
        for end in (control.low, control.high):
            value = int(end) if control.kind == "whole" else end
            changed, _ = catalogue.plan(name, {control.path: value})
            again = {c.path: c.value for c in controls_of(changed)}
            assert again[control.path] == value


def test_every_number_of_a_firm_and_of_a_section_has_a_control() -> None:
    paths = {control.path for control in controls_of(plan())}
    assert {"firms.Lean.price", "firms.Lean.markup", "zmot.connectivity"} <= paths
    assert {"disciplines.customer-intimacy.attention", "finance.credit"} <= paths


def test_what_the_command_line_says_holds_for_the_scenario_it_named() -> None:
    catalogue = Catalogue("connected-age", ("firms.Lean.price=0.8",), (("market.customers", 200),))
    opening, _ = catalogue.plan("connected-age")
    other, _ = catalogue.plan("disruptor")
    assert (opening.firms[0].price, opening.market.customers) == (0.8, 200)
    assert (other.firms[0].price, other.market.customers) == (1.0, 200)
    assert list(catalogue.titles()) == scenarios.names()


def test_a_file_of_ones_own_comes_first(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("format: 1\ntitle: 私の市場\n", encoding="utf-8")
    assert next(iter(Catalogue(str(file)).titles().items())) == (str(file), "私の市場")


def test_events_are_moved_and_left_out() -> None:
    catalogue = Catalogue()
    base, _ = catalogue.plan("connected-age")
    assert len(base.events) > 1
    month = base.events[1].month + 1
    changed, _ = catalogue.plan("connected-age", {"events.0": False, "events.1.month": month})
    assert len(changed.events) == len(base.events) - 1
    assert changed.events[0].month == month
    assert changed.events[0].set == base.events[1].set
    for language, words in changed.translations.items():
        assert words.notes == base.translations[language].notes[1:]


def test_what_is_wrong_is_told_at_its_path() -> None:
    with pytest.raises(Problems) as raised:
        Catalogue().plan("three-disciplines", {"firms.Lean.price": -5, "zmot.claim": "much"})
    told = {entry["path"]: entry["text"] for entry in sentences(raised.value)}
    assert set(told) == {"firms.Lean.price", "zmot.claim"}
    assert told["firms.Lean.price"].startswith("firms.Lean.price: must be greater than 0")


def test_a_network_from_a_file_keeps_its_size(tmp_path: Path) -> None:
    (tmp_path / "ties.csv").write_text("a,b\nb,c\n", encoding="utf-8")
    file = tmp_path / "mine.yaml"
    file.write_text("network: {kind: file, file: ties.csv}\n", encoding="utf-8")
    with pytest.raises(Problems, match="every node of it is a customer"):
        Catalogue(str(file)).plan(str(file), {"market.customers": 10})


# -- a session -----------------------------------------------------------------------------------


def test_a_session_is_the_market_itself(session: Session) -> None:
    session.reset(plan())
    eventually(lambda: session.view.run == 1)
    for month in range(1, 7):
        session.step()
        eventually(lambda month=month: session.view.month == month)  # type: ignore[misc]
    market = Market(plan())
    market.run_for(6)
    last = market.results.firms.query("month == 6")
    series = session.view.series
    assert series is not None
    shown = [line[-1] for line in series["measures"]["market_share"]]
    assert shown == pytest.approx(last.market_share.to_list(), abs=1e-4)
    assert json.dumps(series, allow_nan=False)


def test_it_plays_to_the_end_and_no_further(session: Session) -> None:
    session.reset(plan())
    session.play()  # before there is a market: it begins as soon as there is one
    eventually(lambda: session.view.run == 1)
    session.play()
    while session.view.month < 24:
        session.drawn(session.view.frame)
        time.sleep(0.001)
    eventually(lambda: not session.view.playing)
    session.step()
    time.sleep(0.05)
    assert session.view.month == 24


def test_a_new_run_has_the_old_one_as_its_ghost(session: Session) -> None:
    session.reset(plan())
    session.step(3)
    eventually(lambda: session.view.month == 3)
    first = session.view.series
    session.reset(plan(**{"firms.Lean.price": 0.5}))
    eventually(lambda: session.view.run == 2)
    assert session.view.month == 0
    assert session.view.ghost == first


def test_what_fails_is_told_and_the_session_lives_on(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: Series, market: Market) -> None:
        raise MemoryError

    session.reset(plan())
    eventually(lambda: session.view.run == 1)
    with monkeypatch.context() as patched:
        patched.setattr(Series, "take", fails)
        session.step()
        eventually(lambda: session.view.problem != "")
    assert "not enough memory" in session.view.problem
    session.reset(plan())
    eventually(lambda: session.view.run == 2)
    assert session.view.problem == ""


def test_a_closed_session_frees_its_market() -> None:
    session = Session(lambda: None)
    session.reset(plan())
    eventually(lambda: session.view.run == 1)
    market = weakref.ref(session.market)  # type: ignore[arg-type]
    population = weakref.ref(session.market.population)  # type: ignore[union-attr]
    session.close()
    eventually(lambda: market() is None and population() is None)


def test_a_market_that_was_replaced_is_freed() -> None:
    session = Session(lambda: None)
    session.reset(plan())
    eventually(lambda: session.view.run == 1)
    first = weakref.ref(session.market)  # type: ignore[arg-type]
    session.reset(plan())
    eventually(lambda: session.view.run == 2)
    gc.collect()
    assert first() is None
    session.close()


def test_a_desk_counts_what_waits_for_the_reset() -> None:
    desk = Desk(Catalogue(sizes=tuple(SIZE.items())), lambda: None)
    eventually(lambda: desk.session.view.run == 1)
    desk.set_value("firms.Lean.price", 0.9)
    desk.set_value("zmot.claim", 2.0)
    assert desk.waiting == 2
    desk.set_value("zmot.claim", 1.5)  # as in the scenario: nothing waits
    assert desk.waiting == 1
    desk.set_value("firms.Lean.price", -1)
    desk.reset()
    assert desk.waiting == 1, "nothing begins while something is wrong"
    desk.set_value("firms.Lean.price", 0.9)
    desk.reset()
    eventually(lambda: desk.session.view.run == 2)
    assert desk.waiting == 0
    assert desk.session.plan is not None
    assert desk.session.plan.firms[0].price == 0.9
    desk.choose("disruptor")
    eventually(lambda: desk.session.view.run == 3)
    assert desk.changed_values == {}
    desk.close()


def test_a_desk_explains_a_customer() -> None:
    desk = Desk(Catalogue(sizes=tuple(SIZE.items())), lambda: None)
    desk.session.step(4)
    eventually(lambda: desk.session.view.month == 4)
    assert desk.session.market is not None
    desk.read(desk.session.market.first_customer_id + 7)
    desk.explain()
    eventually(
        lambda: bool((desk.story_of_person() or {}).get("why")) or bool(desk.session.view.problem)
    )
    assert desk.session.view.problem == ""
    told = desk.story_of_person()
    assert told is not None
    assert told["why"].startswith(f"Customer {told['title'].split()[-1]} is of the segment")
    desk.close()


# -- charts, people, stories ---------------------------------------------------------------------


def test_churn_is_drawn_smoothed_and_told_as_everywhere() -> None:
    market = Market(plan())
    series = Series("churn")
    series.take(market)
    for _ in range(6):
        market.step()
        series.take(market)
    shown, firms = series.as_json(), market.results.firms
    lean = firms[firms.firm == firms.firm[0]].set_index("month")
    smoothed = 100 * (1 - lean.retention.loc[4:6]).mean()
    assert lines(shown, DRAWN["churn"])[0][-1] == pytest.approx(smoothed, abs=2e-3)
    rate = 100 * lean.leaves.loc[1:].sum() / lean.customers.loc[:5].sum()
    assert ends(shown, DRAWN["churn"])[0] == pytest.approx(rate, abs=2e-3)
    late = lean.stickiness_money.mean()
    assert ends(shown, DRAWN["stickiness_money"])[0] == pytest.approx(100 * late, abs=2e-3)


def test_a_long_run_is_thinned_and_keeps_its_last_month() -> None:
    market = Market(plan(**{"market.months": 700}))
    series = Series("long")
    series.take(market)
    for month in range(1, 701):
        with market.working():
            market.month = month
        series.take(market)
    months = series.as_json()["months"]
    assert len(months) <= 301
    assert months[-1] == 700


def test_a_firm_that_enters_later_has_no_values_before() -> None:
    events = [{"month": 3, "enter": {"name": "Zero", "discipline": "disruptor"}}]
    market = Market(plan(events=events))
    series = Series("entry")
    series.take(market)
    for _ in range(4):
        market.step()
        series.take(market)
    shown = series.as_json()
    assert [firm["name"] for firm in shown["firms"]][-1] == "Zero"
    assert shown["measures"]["customers"][-1][:3] == [None, None, None]
    assert shown["measures"]["customers"][-1][-1] is not None


@pytest.mark.parametrize("kind", ["small-world", "random", "scale-free", "communities", "complete"])
def test_a_neighbourhood_is_of_friends_and_keeps_its_places(kind: str) -> None:
    market = Market(plan(**{"network.kind": kind, "market.customers": 900}))
    network = market.population.network
    found = neighbourhood(network, 400)
    assert len(np.unique(found.rows)) == 400
    assert found.places.min() >= 0
    assert found.places.max() <= 1
    for one, other in found.ties[::40]:
        assert found.rows[other] in network.neighbours(int(found.rows[one]))
    assert neighbourhood(network, 400, like=found) is found
    again = neighbourhood(network, 400)
    np.testing.assert_array_equal(again.places, found.places)


def test_friends_are_drawn_near_each_other() -> None:
    ring = np.array([(i, (i + 1) % 60) for i in range(60)], np.uint16)
    at = places(60, ring)
    friends = np.linalg.norm(at[ring[:, 0]] - at[ring[:, 1]], axis=1).mean()
    anybody = np.linalg.norm(at[:, None] - at[None], axis=2).mean()
    assert friends < 0.35 * anybody


def test_what_is_seen_of_people_is_what_they_are() -> None:
    market = Market(plan("empty-market", **{"market.customers": 900, "market.months": 60}))
    market.run_for(60)
    found = neighbourhood(market.population.network, 250)
    seen = found.snapshot(market)
    provider = market.population.column("provider")[found.rows]
    assert [ord(sign) - 49 for sign in seen["providers"]] == provider.tolist()
    assert {-1, 0} <= set(provider.tolist())
    rated = market.population.column("rated_month")[found.rows] == 60
    assert len(seen["ratings"]) == rated.sum() > 0
    assert seen["moved"]


def test_a_story_says_what_the_columns_say() -> None:
    market = Market(plan())
    market.run_for(12)
    column = market.population.column
    moved = int(np.flatnonzero((column("left_provider") >= 0) & (column("provider") >= 0))[0])
    number = market.first_customer_id + moved
    told = " ".join(story(market, number).sentences)
    old = market.firms[column("left_provider")[moved]].name
    new = market.firms[column("provider")[moved]].name
    assert f"This month they left {old} for {new}." in told
    stayed = int(np.flatnonzero((column("tenure") > 12) & (column("rating") > 0))[0])
    tale = story(market, market.first_customer_id + stayed, [0, 0, 1])
    told = " ".join(tale.sentences)
    assert f"{column('tenure')[stayed]} months by now" in told
    assert f"gave {market.firms[column('rated_provider')[stayed]].name} " in told
    assert tale.path == ("month 0: Lean", "month 2: Spark")
    with pytest.raises(Problems, match="numbered from"):
        story(market, 10**9)


def test_everybody_has_a_story_in_every_month() -> None:
    market = Market(plan(**{"market.customers": 120}))
    for _ in range(8):
        for row in range(120):
            assert all(story(market, market.first_customer_id + row).sentences)
        market.step()


def test_a_plan_that_is_cut_off_is_the_beginning_of_the_run() -> None:
    whole = Market(plan("connected-age", **{"market.months": 60}))
    whole.run_for(10)
    short = Market(cut_off(whole.plan, 10))
    short.run_for(10)
    assert short.plan.market.months == 10
    assert whole.results.firms.equals(short.results.firms)


# -- Mesa's own page -----------------------------------------------------------------------------


def test_a_market_runs_in_mesas_own_page() -> None:
    import solara
    from ipyvuetify import Btn
    from mesa.visualization import Slider, SolaraViz

    class Shop(Market):
        def __init__(self, price: float = 1.0, seed: int = 1) -> None:
            super().__init__(plan(**{"firms.Lean.price": price}), seed=seed)

    def customers(market: Market) -> Any:
        return solara.Text(f"customers: {[firm.customers for firm in market.firms]}")

    shop = solara.reactive(Shop())
    page = SolaraViz(
        shop,
        components=[customers],
        model_params={"price": Slider("Price", 0.8, 0.5, 1.5, 0.1), "seed": 1},
    )
    _, shown = solara.render(solara.AppLayout(children=[page]), handle_error=False)
    buttons = {found.widget.children[0]: found.widget for found in shown.find(Btn)}
    buttons["Step"].click()
    assert shop.value.month == 1
    assert shop.value.firm("Lean").terms.price == 1.0
    buttons["Reset"].click()
    assert (shop.value.month, shop.value.firm("Lean").terms.price) == (0, 0.8)
    shown.close()


def test_every_label_is_used_and_every_label_used_is_there() -> None:
    from tsunagari.experiments.app import plots

    folder = Path(plots.__file__).parent
    files = [file.read_text(encoding="utf-8") for file in folder.glob("vue/*.vue")]
    asked = {key for text in files for key in re.findall(r"\bw\.(\w+)", text)}
    labels = texts("en", "page")
    assert asked <= set(labels)
    code = "".join(
        [
            *files,
            *(f.read_text(encoding="utf-8") for f in folder.glob("*.py")),
        ]
    )
    made = {
        *(f"group_{group}" for group in GROUPS),
        *RESERVOIRS,
    }
    unused = [
        key
        for key in labels
        if key not in asked | made
        and not re.search(rf'"(page\.)?{re.escape(key)}"', code)
        and not key.startswith(("pace_", "kind_", "did_", "shock_", "is_"))
    ]
    assert unused == []

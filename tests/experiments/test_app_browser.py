"""The page in a real browser, served by a real process."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext

from tests.experiments.paged import Server, Tab, boxes, browsing, served
from tsunagari.experiments.words import Words
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario, load

CUSTOMERS, MONTHS = 400, 30
SIZE = ("--customers", str(CUSTOMERS), "--months", str(MONTHS))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with served("three-disciplines", *SIZE, "--quiet") as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with browsing() as found:
        yield found


@pytest.fixture
def tab(server: Server, browser: BrowserContext) -> Iterator[Tab]:
    """A tab that must not have met anything wrong by the end."""
    found = Tab(browser, server.url)
    found.opened()
    yield found
    found.close()
    assert found.wrong == []


def plan(**values: float) -> Scenario:
    """The scenario of the server, with other values (``firms__Lean__price=0.8``)."""
    size = {"market.customers": CUSTOMERS, "market.months": MONTHS}
    named = {path.replace("__", "."): value for path, value in values.items()}
    return Scenario.load("three-disciplines").with_values({**size, **named})


def shares(of: Scenario, month: int) -> dict[str, str]:
    """What the page should show as market share after so many months."""
    market = Market(of)
    market.run_for(month)
    firms = market.results.firms
    last = firms[firms.month == month]
    return {
        firm: f"{100 * share:.0f} %"
        for firm, share in zip(last.firm, last.market_share, strict=True)
    }


def shown(tab: Tab, expected: dict[str, str]) -> bool:
    """Whether the table shows these shares; it is drawn last, a moment after the month's number."""
    end = time.monotonic() + 10
    while {firm: cells[0] for firm, cells in tab.figures().items()} != expected:
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def test_it_plays_to_the_end_and_the_charts_follow(tab: Tab) -> None:
    begun = tab.lines()
    tab.page.click("#ts-play")
    tab.wait_for_month(24)
    middle = tab.lines()
    tab.wait_for_month(MONTHS)
    tab.page.wait_for_selector("#ts-play[disabled]")
    assert len(begun) == len(middle) == 4
    assert all(len(late) > len(early) for late, early in zip(middle, begun, strict=True))
    assert shown(tab, shares(plan(), MONTHS))


def test_pausing_and_stepping(tab: Tab) -> None:
    tab.page.select_option("#ts-pace", "0.1")
    tab.page.click("#ts-play")
    tab.wait_for_month(2)
    tab.page.click("#ts-play")
    tab.page.wait_for_selector("#ts-step:not([disabled])")
    paused = tab.month()
    assert paused < MONTHS
    tab.step(1)
    assert tab.month() == paused + 1


def test_what_an_event_cannot_set_counts_from_the_next_reset_on(tab: Tab) -> None:
    tab.step(6)
    before = tab.lines()
    assert tab.lines(".line.before") == []
    tab.put("seed", "3")
    tab.page.wait_for_selector("#ts-reset .ts-count")
    assert "waits for Reset" in tab.page.inner_text('[data-path="seed"]')
    tab.step(1)
    assert shown(tab, shares(plan(), 7)), "not before the reset"
    tab.reset()
    assert tab.page.query_selector("#ts-reset .ts-count") is None
    tab.step(6)
    assert shown(tab, shares(plan(seed=3), 6))
    assert tab.lines() != before
    assert len(tab.lines(".line.before")) == 4, "the run before stays as dotted lines"


def test_a_slider_acts_from_the_coming_month_on(tab: Tab) -> None:
    tab.step(6)
    slider = '[data-path="firms.Lean.price"] input[type="range"]'
    assert tab.page.get_attribute(slider, "aria-label") == "Lean: Price factor"
    tab.page.focus(slider)
    for _ in range(4):
        tab.page.press(slider, "ArrowLeft")
    tab.page.wait_for_selector("#ts-done li")
    price = float(tab.page.input_value('[data-path="firms.Lean.price"] input[type="number"]'))
    assert price < 1.0
    assert tab.page.query_selector("#ts-reset .ts-count") is None
    tab.step(2)
    event = {"month": 7, "set": "firms.Lean.price", "to": price}
    assert shown(tab, shares(plan().with_values({"events": [event]}), 8))
    assert len(tab.lines(".line.before")) == 4, "the untouched market goes on as dotted lines"
    tab.page.wait_for_selector('#ts-difference svg[data-month="8"]')
    assert len(tab.told()) == 4
    assert tab.told()[0].startswith("Lean: market share ")


def done(tab: Tab, count: int) -> None:
    """Wait until the list of acts has so many, and the market is there."""
    tab.page.wait_for_function(
        "count => document.querySelectorAll('#ts-done li').length === count"
        " && document.querySelector('#ts-month')",
        arg=count,
        polling=20,
    )


def drawn(tab: Tab, lines: list[str], told: list[str], seconds: float = 20.0) -> bool:
    """Whether the page comes to show these lines and sentences; its parts follow each other."""
    end = time.monotonic() + seconds
    while (tab.lines(), tab.told()) != (lines, told):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.slow
def test_an_entrant_and_an_answer_undone_and_redone_are_a_scenario(
    tab: Tab, server: Server, browser: BrowserContext, tmp_path: Path
) -> None:
    tab.step(23)
    tab.page.select_option("#ts-kind", "disruptor")
    tab.page.fill("#ts-name", "Zero")
    tab.page.click("#ts-enter")
    done(tab, 1)
    tab.page.wait_for_selector(".ts-tabs button:has-text('Zero')")
    tab.step(6)
    tab.page.select_option("#ts-act-firm", "Lean")
    tab.page.click("#ts-cheaper")
    done(tab, 2)
    assert tab.page.inner_text("#ts-done li:last-child").split("·")[0].strip() == (
        "Month 30 Lean: Price factor 0.9"
    )
    tab.step(1)
    for part in ("#ts-plot-share", "#ts-difference"):  # they follow the number of the month
        tab.page.wait_for_selector(f'{part} svg[data-month="30"]')
    both, told = tab.lines(), tab.told()
    ghosts = tab.lines(".line.before")
    assert len(told) == 5
    assert "points" in " ".join(told)
    tab.page.click("#ts-undo")
    done(tab, 1)
    assert not drawn(tab, both, told, seconds=2)
    assert (tab.month(), tab.lines(".line.before")) == (30, ghosts)
    tab.page.click("#ts-undo")
    tab.page.wait_for_selector("#ts-done", state="detached")
    tab.page.wait_for_selector("#ts-redo:not([disabled])")
    assert len(tab.lines()) == 4
    assert shown(tab, shares(plan(), 30)), "the ghosts are a run of the scenario without acts"
    tab.page.click("#ts-redo")
    done(tab, 1)
    tab.page.click("#ts-redo")
    done(tab, 2)
    assert drawn(tab, both, told)
    assert tab.month() == 30
    with tab.page.expect_download() as download:
        tab.page.click("#ts-get-scenario")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    command = [sys.executable, "-m", "tsunagari", "check", str(file)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    played, _ = load(file)
    assert [event.month for event in played.events] == [24, 30]
    assert shown(tab, shares(played, 30))
    tab.page.wait_for_function("location.hash.includes('Zero')")
    address = tab.page.url
    tab.page.reload()
    tab.wait_for_month(30)
    done(tab, 2)
    assert drawn(tab, both, told), "a reload changes nothing"
    other = Tab(browser, address)
    other.page.goto(address)
    other.wait_for_month(30)
    done(other, 2)
    assert drawn(other, both, told), "nor does a link"
    other.page.click("#ts-three")
    other.page.wait_for_selector("#ts-band")
    other.close()
    assert other.wrong == []


def test_the_search_knows_measures(tab: Tab) -> None:
    tab.step(2)
    tab.page.fill("#ts-search", "churn")
    tab.page.click('[data-measure="churn"]')
    tab.page.wait_for_function("document.querySelector('#ts-plot-second select').value === 'churn'")


def test_a_value_that_is_not_allowed_is_told(tab: Tab) -> None:
    tab.put("firms.Lean.price", "-5")
    tab.page.wait_for_selector("#ts-said")
    assert re.search(r"firms\.Lean\.price: .*greater than 0", tab.page.inner_text("#ts-said"))
    assert tab.page.is_disabled("#ts-reset")
    assert tab.month() == 0
    assert len(tab.lines()) == 4
    tab.put("market.customers", "0")
    tab.page.wait_for_function("document.querySelectorAll('#ts-said p').length === 2")
    tab.page.click("#ts-forget")
    tab.page.wait_for_selector("#ts-said", state="detached")
    tab.step(2)
    tab.put("firms.Lean.price", "-5")
    tab.page.wait_for_selector("#ts-said")
    assert re.search(r"greater than 0", tab.page.inner_text("#ts-said"))
    assert tab.page.query_selector("#ts-done") is None
    tab.step(1)


def test_the_scenario_taken_home_is_the_one_that_runs(tab: Tab, tmp_path: Path) -> None:
    tab.page.click(".ts-tabs button:has-text('Tailor')")
    tab.put("firms.Tailor.attention", "0.5")
    tab.page.wait_for_selector("#ts-reset .ts-count")
    tab.reset()
    with tab.page.expect_download() as download:
        tab.page.click("#ts-get-scenario")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    command = [sys.executable, "-m", "tsunagari", "check", str(file)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    found, _ = load(file)
    assert found == plan(firms__Tailor__attention=0.5)


def test_the_report_taken_home_is_of_the_run_so_far(tab: Tab, tmp_path: Path) -> None:
    assert tab.page.is_disabled("#ts-get-report")
    tab.step(5)
    with tab.page.expect_download() as download:
        tab.page.click("#ts-get-report")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    text = file.read_text(encoding="utf-8")
    assert file.suffix == ".html"
    assert "Tailor" in text
    assert plan().title in text


@pytest.mark.slow
def test_two_tabs_have_markets_of_their_own(
    tab: Tab, server: Server, browser: BrowserContext
) -> None:
    other = Tab(browser, server.url)
    other.opened()
    other.put("seed", "2")
    other.page.wait_for_selector("#ts-reset .ts-count")
    other.reset()
    other.step(6)
    assert tab.month() == 0
    tab.step(6)
    assert tab.lines() != other.lines()
    assert shown(other, shares(plan(seed=2), 6))
    other.close()
    tab.step(1)
    assert other.wrong == []


def test_a_person_tells_their_story(tab: Tab) -> None:
    tab.step(3)
    tab.page.wait_for_function("document.querySelector('#ts-network').width > 0")
    box = tab.page.locator("#ts-network").bounding_box()
    assert box is not None
    tab.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    words = tab.page.inner_text("#ts-person")
    assert "Segment" in words
    assert "friend" in words
    tab.page.click("#ts-why")
    tab.page.wait_for_selector("#ts-why-words")
    assert "value weights" in tab.page.inner_text("#ts-why-words")
    tab.page.press("#ts-person", "Escape")
    tab.page.wait_for_selector("#ts-person", state="detached")
    tab.page.fill("#ts-number", "99999999")
    tab.page.click("#ts-read")
    assert "there is no such customer" in tab.page.inner_text("#ts-person")


def test_another_scenario_brings_its_own_sliders_and_events(tab: Tab) -> None:
    tab.page.select_option("#ts-scenario", "connected-age")
    tab.page.wait_for_selector('#ts-scenario:has(option[value="connected-age"]:checked)')
    tab.page.click("#ts-group-events")
    tab.page.wait_for_selector('[data-path="events.0"] input[type="checkbox"]')
    tab.page.fill("#ts-search", "loss aversion")
    tab.page.wait_for_selector('[data-path="judgement.loss_aversion"]')
    said = tab.page.inner_text('[data-path="judgement.loss_aversion"]')
    assert "ratio" in said
    assert "disappointment" in said


def test_everybody_can_use_it_in_light_and_in_dark(tab: Tab) -> None:
    tab.step(2)
    tab.page.fill("#ts-number", "100")
    tab.page.click("#ts-read")
    tab.page.wait_for_selector("#ts-person")
    tab.put("firms.Lean.price", "0.8")
    tab.page.wait_for_selector("#ts-done li")
    tab.step(1)
    for _ in ("light", "dark"):
        found = Axe().run(tab.page, context=".ts-page").response["violations"]
        serious = [
            (violation["id"], [node["html"][:120] for node in violation["nodes"]])
            for violation in found
            if violation["impact"] in ("serious", "critical")
        ]
        assert serious == []
        tab.page.click("#ts-theme")


_LINES = """const Plain = WebSocket; window.lines = [];
window.WebSocket = class extends Plain {
  constructor(...given) { super(...given); window.lines.push(this); }
};"""
"""What a script could do that had got into a page: speak for it."""


def test_what_is_refused_is_said_in_its_own_tab(
    tab: Tab, server: Server, browser: BrowserContext
) -> None:
    other = Tab(browser, server.url)
    other.page.add_init_script(_LINES)
    other.opened()
    assert urlsplit(other.page.url).query == "", "the token does not stay in the address"
    other.page.evaluate("window.lines.at(-1).send('nonsense')")
    other.page.wait_for_selector("#ts-said")
    assert "no message of this page" in other.page.inner_text("#ts-said")
    other.step(1)
    other.page.wait_for_selector("#ts-said", state="detached")
    other.page.goto(server.url.partition("?")[0])  # the cookie is enough
    other.wait_for_month(0)
    other.close()
    assert other.wrong == []
    tab.step(1)
    assert tab.page.query_selector("#ts-said") is None


@pytest.mark.slow
def test_in_japanese_it_has_all_letters_and_interrupted_it_ends_at_once(
    browser: BrowserContext,
) -> None:
    with served("three-disciplines", *SIZE, "--lang", "ja") as own:
        tab = Tab(browser, own.url)
        tab.opened()
        assert boxes(tab.page) == []
        tab.page.click("#ts-play")
        tab.wait_for_month(1)
        status, said = own.interrupt()
        tab.close()
    assert status == 130
    # Nothing else is said: no traceback, no host that it looked up or connected to.
    words = Words("ja")
    assert said.splitlines() == [words("terminal.ends"), words("terminal.interrupted")]


@pytest.mark.slow
def test_a_port_in_use_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "tsunagari", "app", "--port", port, "--no-browser"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stderr == f"--port {port}: the port is in use; leave the option out\n"

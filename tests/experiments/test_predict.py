"""The page for predictions: what is in it, what it hides, and what it says of a prediction."""

import base64
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from chromium import ARGUMENTS, executable

from docs.makers.lessons.page import PREDICT as PAGE
from docs.makers.lessons.registry import LESSONS
from tsunagari.experiments.predict.__main__ import main
from tsunagari.experiments.predict.page import page_of, surfaces
from tsunagari.experiments.predict.topics import TOPICS, Size

SIZE = Size(customers=200, seed=3, months=24)
VALUES = {topic.name: (topic.values[0], topic.shipped, topic.values[-1]) for topic in TOPICS}
QUICK = ("diffusion", "stickiness")


def data_of(text):
    return json.loads(
        re.search(r'<script type="application/json" id="data">(.*?)</script>', text)[1]
    )


def band_of(topic):
    """[3, value, axis] as the page has it; NaN where undefined."""
    whole = np.frombuffer(base64.b64decode(topic["band"]), "<u2").astype(float)
    low, high = topic["scale"]
    values = np.where(whole == 65535, np.nan, low + whole / 65534 * (high - low))
    return values.reshape(3, len(topic["values"]), len(topic["months"]))


@pytest.fixture(scope="module")
def found():
    """A quick surface: three settings of each topic, two small and short markets each."""
    few = []
    for topic in TOPICS:
        inside = [month for month in topic.months if month <= topic.months[0] + 12]
        few.append(replace(topic, values=VALUES[topic.name], months=inside))
    return surfaces(few, SIZE, 2)


@pytest.fixture(scope="module")
def text(found):
    return page_of(found, SIZE, 2)


# -- the surface ---------------------------------------------------------------------------------


def test_what_is_packed_is_what_was_run(found, text):
    data = data_of(text)
    assert [one["name"] for one in data["topics"]] == list(LESSONS)
    for surface, packed in zip(found, data["topics"], strict=True):
        low, high = packed["scale"]
        unpacked = band_of(packed)
        assert np.array_equal(np.isnan(unpacked), np.isnan(surface.band))
        assert np.nanmax(np.abs(unpacked - surface.band)) <= (high - low) / 65534
        topic, value = surface.topic, surface.topic.values[1]
        courses = [topic.course(value, SIZE, number)[topic.months[-1]] for number in (0, 1)]
        assert surface.band[1, 1, -1] == pytest.approx(np.mean(courses), nan_ok=True)


@pytest.mark.slow  # spawned processes import everything
def test_workers_make_no_difference(found):
    topic = found[0].topic
    again = surfaces([topic], SIZE, 2, workers=2)[0]
    assert np.array_equal(again.band, found[0].band, equal_nan=True)


def test_every_topic_has_a_start_that_the_class_is_told(found):
    for surface in found:
        assert np.isfinite(surface.band[:, :, 0]).all(), surface.topic.name


def test_equal_surfaces_give_equal_pages(found, text):
    assert page_of(found, SIZE, 2) == text
    assert "http" not in text.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")


def test_a_debrief_that_is_not_so_is_named(tmp_path, capsys):
    out = tmp_path / "page.html"
    asked = ["--only", "stickiness", "--customers", "40", "--replications", "1", "--workers", "1"]
    assert main([*asked, "--out", str(out)]) == 0
    assert [one["name"] for one in data_of(out.read_text(encoding="utf-8"))["topics"]] == [
        "stickiness"
    ]
    told = capsys.readouterr().err
    flat = np.zeros((11, 55))
    broken = TOPICS[3].statements(flat)
    assert not all(broken.values())
    assert all(line.startswith("stickiness: it is not so") for line in told.splitlines())


def test_the_page_of_the_documentation_is_the_command_s():
    text = PAGE.read_text(encoding="utf-8")
    assert len(text.encode()) < 1_000_000
    assert [one["name"] for one in data_of(text)["topics"]] == list(LESSONS)
    for topic, packed in zip(TOPICS, data_of(text)["topics"], strict=True):
        assert packed["values"] == [topic.told(value) for value in topic.values]
        assert packed["debrief"] == list(topic.debrief)
        statements = topic.statements(band_of(packed)[1])
        assert all(statements.values()), (topic.name, statements)
    without = r"\1\2", r'(id="data">).*?(</script>)'
    assert re.sub(without[1], without[0], text) == re.sub(
        without[1], without[0], page_of([], SIZE, 2)
    )


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(number, marks=() if topic.name in QUICK else pytest.mark.slow)
        for number, topic in enumerate(TOPICS)
    ],
)
def test_the_page_of_the_documentation_is_what_markets_do_now(number):
    topic = TOPICS[number]
    data = data_of(PAGE.read_text(encoding="utf-8"))
    packed, size = data["topics"][number], Size(2000, 1)
    assert data["source"].endswith("2,000 customers · seed 1 · 10 markets for each setting")
    now = surfaces([replace(topic, values=[topic.shipped])], size, data["replications"])[0]
    then = band_of(packed)[:, packed["shipped"]]
    step = (packed["scale"][1] - packed["scale"][0]) / 65534
    again = "run python -m tsunagari.experiments.predict"
    assert np.allclose(now.band[:, 0], then, rtol=0, atol=step, equal_nan=True), again


# -- in a browser --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=executable(), args=list(ARGUMENTS))
        yield one
        one.close()


@pytest.fixture
def page(browser, text, tmp_path):
    """The quick page, from a file, without a network; a complaint of the browser is an error."""
    file = tmp_path / "predict.html"
    file.write_text(text, encoding="utf-8")
    context = browser.new_context(offline=True, viewport={"width": 1000, "height": 900})
    one = context.new_page()
    wrong: list[str] = []
    one.on(
        "request", lambda request: wrong.append(request.url) if request.url[:5] != "file:" else None
    )
    one.on("console", lambda message: wrong.append(message.text))
    one.on("pageerror", lambda error: wrong.append(str(error)))
    one.goto(file.as_uri())
    yield one
    context.close()
    assert [entry for entry in wrong if entry != "data:,"] == []


def everything_said(page):
    """All text of the page, hidden or not, and all that assistive technology is told."""
    return page.evaluate(
        """() => [document.body.cloneNode(true)].map((body) => {
          body.querySelectorAll("script").forEach((one) => one.remove());
          return body.textContent + [...body.querySelectorAll("*")].map((one) =>
            [...one.attributes].map((a) => a.value).join(" ")).join(" ");
        })[0]"""
    )


def test_the_result_is_hidden_until_it_is_predicted(page):
    hidden = everything_said(page)
    assert page.locator("path.truth, polygon.band").count() == 0
    assert page.locator("#figures td, #debrief p").count() == 0
    page.get_by_role("button", name="Show what happened").click()
    assert "Predict first" in page.get_by_role("status").inner_text()
    assert page.locator("path.truth").count() == 0
    page.locator("#points input").nth(2).press("ArrowRight")
    page.get_by_role("button", name="Show what happened").click()
    assert page.locator("path.truth").count() == page.locator("polygon.band").count() == 1
    assert page.locator("#result").is_visible()
    assert everything_said(page) != hidden
    page.get_by_role("button", name="Predict again").click()
    assert page.locator("path.truth, polygon.band, #figures td, #debrief p").count() == 0
    assert "happened: month" not in everything_said(page)


@pytest.mark.parametrize("number", range(len(TOPICS)))
def test_the_score_is_the_distance_to_the_surface(page, text, number):
    topic = data_of(text)["topics"][number]
    page.goto(page.url.split("#")[0] + "#" + topic["name"])
    page.locator("#setting").fill(str(len(topic["values"]) - 1))
    assert page.locator("#setting-told").inner_text() == topic["values"][-1]
    low, high = topic["scale"]
    share = [0.1, 0.9, 0.3, 0.5, 0.7, 0.2]
    step = (high - low) / 200
    guess = [low + step * round(200 * part) for part in share]
    for place, value in enumerate(guess):
        page.locator("#points input").nth(place).fill(str(value))
    page.get_by_role("button", name="Show what happened").click()
    ends = band_of(topic)[:, -1, topic["points"]]
    there = np.isfinite(ends[1])
    miss = np.abs(np.array(guess) - ends[1])[there].mean()
    inside = int(((ends[0] <= guess) & (guess <= ends[2]))[there].sum())
    told = page.get_by_role("status").inner_text()
    assert f"off by {miss:.{topic['decimals']}f}" in told
    assert f"{inside} of your {there.sum()} points" in told
    cells = page.locator("#figures tr").first.locator("td").all_inner_texts()
    assert cells[1].replace("\u2212", "-").startswith(f"{ends[1][0]:.{topic['decimals']}f}")


def test_a_curve_is_drawn_with_the_pointer(page, text):
    box = page.locator("#chart").bounding_box()
    values = "els => els.map((e) => Number(e.value))"
    page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.8 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.97 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.up()
    drawn = page.locator("#points input").evaluate_all(values)
    assert drawn == sorted(drawn)
    assert drawn[0] < drawn[2] < drawn[-1]
    assert page.locator("path.guess").count() == 1


def test_points_that_nobody_set_follow(page, text):
    topic = data_of(text)["topics"][0]
    inputs = page.locator("#points input")
    inputs.nth(2).fill(str(topic["scale"][1] / 2))
    values = inputs.evaluate_all("els => els.map((e) => Number(e.value))")
    assert values[3] == values[4] == values[5] == values[2]
    assert 0 < values[0] < values[1] < values[2]


def test_all_can_be_done_with_the_keyboard(page):
    def at():
        return page.evaluate("document.activeElement.id || document.activeElement.textContent")

    page.keyboard.press("Tab")
    assert at() == "Diffusion"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("h2").inner_text() == "Word of mouth"
    assert at() == "title"
    page.keyboard.press("Tab")
    assert at() == "setting"
    before = page.locator("#setting-told").inner_text()
    page.keyboard.press("ArrowRight")
    assert page.locator("#setting-told").inner_text() != before
    for _ in range(6):
        page.keyboard.press("Tab")
        page.keyboard.press("PageUp")
    page.keyboard.press("Tab")
    assert at() == "reveal"
    page.keyboard.press("Enter")
    assert page.locator("#result").is_visible()
    assert at() == "again"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator("path.other").count() == 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_stands_in_anybodys_way(page, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    for step in ("before", "after"):
        serious = [
            (step, rule["id"], [node["html"] for node in rule["nodes"]])
            for rule in Axe().run(page).response["violations"]
            if rule["impact"] in ("serious", "critical")
        ]
        assert serious == []
        if step == "before":
            page.locator("#points input").first.press("ArrowRight")
            page.locator("#reveal").click()


def test_it_fits_on_a_telephone(page):
    page.set_viewport_size({"width": 400, "height": 800})
    page.locator("#points input").first.press("ArrowRight")
    page.locator("#reveal").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400

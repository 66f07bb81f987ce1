"""A class in a real browser: a phone, the console and the projector, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.experiments.game.classes import classroom
from tests.experiments.paged import boxes, browsing

pytestmark = pytest.mark.slow


def width(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_team_on_a_phone_and_a_teacher_with_a_projector(tmp_path: Path, language: str) -> None:
    size = ("--customers", "600", "--rounds", "2", "--months", "2", "--lang", language)
    with (
        classroom("over-claiming", *size, "--out", str(tmp_path / "game")) as room,
        browsing() as tabs,
    ):
        wrong: list[str] = []

        def opened(address: str, wide: int) -> Any:
            page = tabs.new_page()
            page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else 0)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("dialog", lambda dialog: dialog.accept())
            page.set_viewport_size({"width": wide, "height": 740})
            page.goto(address)
            return page

        console = opened(room.console, 1280)
        assert "token" not in console.url
        phone = opened(f"{room.base}?code={room.code}", 375)
        phone.fill("#name", "Blue")
        phone.click("form button")
        phone.wait_for_selector("form[data-budget]")
        assert phone.is_disabled("form button")
        console.click("[data-act=go]")
        phone.wait_for_selector("form[data-budget] button:enabled")
        before = phone.inner_text("#cost")
        phone.locator("#attention").press("End")
        phone.locator("#investment").press("End")
        assert phone.inner_text("#cost") != before
        assert phone.is_disabled("form button")
        phone.locator("#investment").press("Home")
        phone.locator("#attention").press("Home")
        phone.locator("#claim").press("End")
        phone.click("form button")
        phone.wait_for_selector(".note.done")
        projector = opened(f"{room.base}projector", 1280)
        for number in range(2):
            console.wait_for_selector("[data-act=next]:enabled")
            console.click("[data-act=next]")
            phone.wait_for_selector(f"#own thead th:nth-child({number + 2})")
        projector.wait_for_selector("#charts svg.live")
        console.click("[data-act=debrief]")
        console.wait_for_selector(".pages a", timeout=300_000)
        phone.wait_for_selector("a.button")
        debrief = opened(f"{room.base}debrief", 375)
        for page, most in ((phone, 375), (console, 1280), (projector, 1280), (debrief, 375)):
            assert width(page) <= most, page.url
            assert boxes(page) == [], page.url
            assert page.locator("html").get_attribute("lang") == language
            found = Axe().run(page).response["violations"]
            assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
        assert wrong == []

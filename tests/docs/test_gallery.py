"""Every picture of the documentation is made by the command that says so, and is small."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import chromium
import numpy as np
import pytest
from PIL import Image

from docs.makers.gallery.exhibit import Exhibit
from docs.makers.gallery.making import made
from docs.makers.gallery.page import gallery
from docs.makers.gallery.registry import EXHIBITS
from docs.makers.gallery.screens import TALL, picture_of_page
from docs.makers.gallery.shrinking import palette_for, smaller
from docs.makers.lessons.registry import LESSONS
from tsunagari import scenarios
from tsunagari.experiments.cli.registry import COMMANDS
from tsunagari.experiments.pictures.chart import firm_styles
from tsunagari.sim.problems import Failure

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SHOWN = re.compile(r"!\[([^\]]*)\]\(([^)\s]*pictures/[^)\s]+)\)")
MADE_BY_PAGE = re.compile(r"<!-- picture: \S+ -->\n!\[[^\]]*\]\(([^)]+)\)")
TINY = Exhibit(
    file="tiny.png",
    section="",
    title="",
    sentence="",
    alternative="",
    commands=("run three-disciplines --customers 60 --months 2 --no-claims",),
    made="market_share.png",
    width=320,
)


def shown() -> dict[str, list[Path]]:
    """Pictures that pages show, by name, with the pages."""
    found: dict[str, list[Path]] = {}
    for page in PAGES:
        for _, target in SHOWN.findall(page.read_text(encoding="utf-8")):
            assert (page.parent / target).resolve().parent == PICTURES, page
            found.setdefault(Path(target).name, []).append(page)
    return found


def test_every_picture_shown_is_made_by_a_command_and_none_is_left_over() -> None:
    by_gallery = {exhibit.file for exhibit in EXHIBITS}
    by_lessons = {f"lesson-{name}.png" for name in LESSONS}
    by_pages = {
        Path(target).name
        for page in PAGES
        for target in MADE_BY_PAGE.findall(page.read_text(encoding="utf-8"))
    }
    assert len(by_gallery) == len(EXHIBITS)
    assert not by_gallery & (by_lessons | by_pages)
    everything = by_gallery | by_lessons | by_pages
    assert set(shown()) == everything
    assert {file.name for file in PICTURES.iterdir()} == everything


def test_every_picture_says_in_words_what_it_shows() -> None:
    for page in PAGES:
        for words, target in SHOWN.findall(page.read_text(encoding="utf-8")):
            assert len(words) > 10, (page, target)


def test_pictures_are_small() -> None:
    files = {exhibit.file: (PICTURES / exhibit.file).stat().st_size for exhibit in EXHIBITS}
    for name, size in files.items():
        assert size <= (1_500_000 if name.endswith(".gif") else 150_000), name
    assert sum(file.stat().st_size for file in PICTURES.iterdir()) <= 4_000_000


def test_the_page_is_the_one_that_the_command_writes() -> None:
    assert (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8") == gallery(EXHIBITS)


def test_every_scenario_and_every_command_with_pictures_is_there() -> None:
    commands = [command.split() for exhibit in EXHIBITS for command in exhibit.commands]
    assert {words[0] for words in commands} <= set(COMMANDS)
    pictured = {"run", "compare", "explain", "sensitivity", "discover", "animate", "report", "app"}
    assert pictured <= {words[0] for words in commands}
    assert {words[1] for words in commands if words[0] == "run"} == set(scenarios.names())


def test_the_readme_shows_some_of_it() -> None:
    assert sum(ROOT / "README.md" in pages for pages in shown().values()) >= 4


@pytest.mark.slow
def test_a_picture_is_made_by_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    with Image.open(io.BytesIO(made(TINY))) as image:
        assert (image.format, image.size) == ("PNG", (320, 180))
    for wrong, told in (
        (replace(TINY, made="nowhere.png"), "0 files named nowhere.png were left, not one"),
        (replace(TINY, commands=("check no-such",)), "check no-such ended with status 2"),
    ):
        with pytest.raises(Failure, match=told):
            made(wrong)


def test_few_colours_leave_firms_and_paper_as_they_are() -> None:
    colours = [style.colour for style in firm_styles("abcdefg").values()]
    wanted = [tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5)) for colour in colours]
    # A sheet of noise with a thin line of each firm: counting pixels would drop the lines.
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 256, (300, 400, 3)).astype(np.uint8)
    pixels[:100] = 255
    for place, colour in enumerate(wanted):
        pixels[10 * place + 5] = colour
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    with Image.open(io.BytesIO(smaller(content.getvalue(), 400))) as image:
        assert image.mode == "P"
        kept = np.asarray(image.convert("RGB"))
    assert (kept[:100] == pixels[:100]).all()
    assert palette_for(pixels).shape == (256, 3)
    assert palette_for(pixels[:1]).shape == (256, 3)  # of one colour


def test_a_browser_shows_a_page(tmp_path: Path) -> None:
    chromium.executable()
    file = tmp_path / "page.html"
    file.write_text("<body style='margin:0;background:rgb(0, 114, 178)'>", encoding="utf-8")
    with Image.open(io.BytesIO(picture_of_page(file.as_uri()))) as image:
        assert image.size == TALL
        assert image.convert("RGB").getpixel((500, 500)) == (0, 114, 178)

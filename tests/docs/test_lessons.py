"""Lessons: figures in their places, pictures, and what is done about a page that is not so.

That the pages' own commands give the figures is told by the test of documented commands.
"""

import re

import numpy as np
import pytest

from docs.makers.lessons import __main__ as command
from docs.makers.lessons import telling
from docs.makers.lessons.diffusion import half
from docs.makers.lessons.lesson import Derived, Lesson
from docs.makers.lessons.page import FOLDER, FOLDERS, PICTURES, commands, filled
from docs.makers.lessons.registry import LESSONS
from docs.makers.lessons.results import Found
from docs.makers.lessons.slide import slide
from tsunagari.experiments.pictures.page import Page, plain_settings
from tsunagari.sim.problems import Failure

TEXT = """\
# A lesson

```sh
uv run tsunagari run three-disciplines --customers 60 --months 13 --out results/one  # small
```

Lean ends with <!-- figure: share -->?<!-- end --> of the market.

![](../pictures/lesson-small.png)
"""
TEXTS = {"en": TEXT, "ja": TEXT.replace("../", "../../")}
DESCRIBED = ("A picture in words.", "言葉による図。")
RUN = ["run", "three-disciplines", "--customers", "60", "--months", "13", "--out", "results/one"]


def small(results):
    found = Found(results / "one")
    share = found.at_end("market_share", "Lean")
    return Derived(
        figures={"share": telling.share(share)},
        statements={"Lean is there": bool(share[0] > 0), "the moon is of cheese": False},
        picture=slide("A message", *DESCRIBED, found.source()),
    )


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """A lesson of one small run, alone in a folder of its own."""
    docs = tmp_path / "docs"
    folders = {"en": docs / "lessons", "ja": docs / "lessons" / "ja"}
    folders["ja"].mkdir(parents=True)
    (docs / "pictures").mkdir()
    for language, folder in folders.items():
        (folder / "small.md").write_text(TEXTS[language], encoding="utf-8")
    monkeypatch.setattr(command, "FOLDERS", folders)
    monkeypatch.setattr(command, "PICTURES", docs / "pictures")
    monkeypatch.setattr(command, "LESSONS", {"small": Lesson("small", small)})
    return docs


def derived(**figures):
    with plain_settings():
        return Derived(figures, {}, slide("A message", *DESCRIBED, "where it is from"))


# -- the command ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_figures_and_pictures_are_made_from_the_commands_printed(lesson, capsys):
    page, picture = lesson / "lessons" / "small.md", lesson / "pictures" / "lesson-small.png"
    assert command.main(["--only", "small", "--check"]) == 1
    assert "small.md: stale" in capsys.readouterr().out
    assert page.read_text(encoding="utf-8") == TEXT
    assert not picture.exists()
    assert command.main(["--only", "small"]) == 1  # for the cheese
    told = capsys.readouterr()
    assert told.out == "small.md: filled in\nja/small.md: filled in\n"
    assert told.err == "small.md: it is not so any more that the moon is of cheese\n"
    text = page.read_text(encoding="utf-8")
    assert re.search(r"with <!-- figure: share -->\d+\.\d % \(.* to .*\)<!-- end --> of", text)
    assert "![A picture in words.](../pictures/lesson-small.png)" in text
    japanese = (page.parent / "ja" / "small.md").read_text(encoding="utf-8")
    assert re.search(r"with <!-- figure: share -->\d+\.\d%（.*〜.*）<!-- end --> of", japanese)
    assert "![言葉による図。](../../pictures/lesson-small.png)" in japanese
    assert picture.read_bytes()[:4] == b"\x89PNG"
    assert list(picture.parent.iterdir()) == [picture]
    command.main(["--only", "small"])
    assert capsys.readouterr().out == "small.md: as before\nja/small.md: as before\n"


def test_a_command_that_fails_ends_it(lesson, capfd):
    page = lesson / "lessons" / "small.md"
    page.write_text(TEXT.replace("three-disciplines", "three-people"), encoding="utf-8")
    with pytest.raises(Failure, match=r"tsunagari run three-people .* ended with status 2"):
        command.main(["--only", "small"])
    assert "three-people" in capfd.readouterr().err


def test_commands_are_read_from_the_page():
    assert list(commands(TEXT)) == [RUN]
    with pytest.raises(ValueError, match="commands of tsunagari only"):
        list(commands("```sh\nrm -r results\n```\n"))


# -- the marked places ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("<!-- end -->", "", "in pairs"),
        ("figure: share", "figure: wages", "no figures wages"),
        ("Lean ends with <", "Lean ends with\n<", "start of a line"),
        ("lesson-small.png", "lesson-large.png", "show its picture once"),
    ],
)
def test_a_place_that_is_wrong_is_refused(old, new, message):
    with pytest.raises(ValueError, match=message):
        filled(TEXT.replace(old, new), Lesson("small", small), derived(share="1 %"))


def test_figures_are_filled_in_again_and_again():
    lesson = Lesson("small", small)
    once = filled(TEXT, lesson, derived(share="1.0 %"))
    assert "-->1.0 %<!-- end -->" in once
    assert filled(once, lesson, derived(share="1.0 %")) == once
    assert "-->2.0 %<!-- end -->" in filled(once, lesson, derived(share="2.0 %"))


def test_numbers_are_told_as_the_program_tells_them():
    values = np.array([0.1, 0.2, 0.3])
    assert telling.share(values) == "20.0 % (12.0 to 28.0)"
    assert telling.amount(1000 * values) == "200 (120 to 280)"
    assert telling.points(-values) == "−20.0 points (−44.8 to +4.8)"
    assert telling.change(np.array([-0.001, -0.001])) == "0 (0 to 0)"
    assert telling.mean(np.array([5.0, 7.0])) == "6 (−7 to 19)"
    assert telling.in_japanese(telling.share(values)) == "20.0%（12.0〜28.0）"
    assert telling.in_japanese(telling.points(-values)) == "−20.0 ポイント（−44.8〜+4.8）"
    assert telling.is_above(values + 1)
    assert not telling.is_above(values)
    assert telling.is_below(values - 1)


def test_a_half_that_is_never_reached_is_undefined():
    reach = np.array([[0.0, 0.4, 0.5, 0.9], [0.0, 0.1, 0.2, 0.3]])
    assert half(reach)[0] == 2
    assert np.isnan(half(reach)[1])


def test_a_message_that_is_too_long_for_the_last_row_is_refused():
    with pytest.raises(ValueError, match="too long for a slide"):
        slide("word " * 40, "", "", "")
    assert isinstance(slide("word " * 15, "", "", ""), Page)


# -- the pages -----------------------------------------------------------------------------------


PARTS = {
    "en": "The question,Predict,Run,Discuss,Exercise",
    "ja": "問い,予想,実行,話し合い,課題",
}


@pytest.mark.parametrize("language", FOLDERS)
@pytest.mark.parametrize("name", LESSONS)
def test_a_page_has_all_that_a_lesson_needs(name, language):
    text = (FOLDERS[language] / f"{name}.md").read_text(encoding="utf-8")
    parts = re.findall(r"^## (.*?)[ （(]+(\d+) (?:minutes\)|分）)$", text, re.M)
    assert [part for part, _ in parts] == PARTS[language].split(",")
    assert sum(int(minutes) for _, minutes in parts) == 45
    answer, predict, other = {
        "en": ("Answer", "../_static/predict.html", "[日本語](ja/"),
        "ja": ("答え", "../../_static/predict.ja.html", "[English](../"),
    }[language]
    assert text.count(f"<details>\n<summary>{answer}</summary>\n\n") == 1
    assert text.count("\n\n</details>\n") == 1
    assert f'href="{predict}#{name}"' in text
    assert f"\n\n{other}{name}.md)\n\n" in text
    assert (PICTURES / f"lesson-{name}.png").exists()
    assert "--><!-- end -->" not in text
    runs = list(commands(text))
    assert len({words[words.index("--out") + 1] for words in runs}) == len(runs) > 1


@pytest.mark.parametrize("name", LESSONS)
def test_both_languages_say_the_same(name):
    """Commands but for ``--lang ja``, code, every figure, and the numbers that tell the picture."""
    english, japanese = (
        (folder / f"{name}.md").read_text(encoding="utf-8") for folder in FOLDERS.values()
    )
    block, figure = re.compile(r"^```.*?^```$", re.M | re.S), re.compile(r"figure: (\S+) -->(.*?)<")
    assert block.findall(english) == block.findall(japanese.replace(" --lang ja\n", "\n"))
    assert all(words[-2:] == ["--lang", "ja"] for words in commands(japanese))
    told = {name: telling.in_japanese(value) for name, value in figure.findall(english)}
    assert dict(figure.findall(japanese)) == told
    pictures = [re.findall(r"!\[(.*)\]", text)[0] for text in (english, japanese)]
    first, second = (sorted(re.findall(r"[-+]?\d+(?:\.\d+)?", one)) for one in pictures)
    assert first == second


@pytest.mark.parametrize(
    ("page", "folder"), [("docs/educators.md", "lessons"), ("README.ja.md", "docs/lessons/ja")]
)
def test_the_way_in_leads_to_every_lesson(page, folder):
    text = (FOLDER.parents[1] / page).read_text(encoding="utf-8")
    order = [text.index(f"({folder}/{name}.md)") for name in LESSONS]
    assert order == sorted(order)

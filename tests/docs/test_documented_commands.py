"""Every command and every piece of Python that the documentation prints works as printed."""

from __future__ import annotations

import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from documented import EXCLUDED, ROOT, arguments, blocks, commands, complaints

import tsunagari
from docs.makers.lessons.page import FOLDERS
from docs.makers.lessons.registry import LESSONS

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")


def has_something_to_run(page: Path) -> bool:
    return any(language in ("sh", "python") for _, language, _ in blocks(page))


# The Japanese lessons print what the English ones do: the test of lessons holds them together.
RUNNABLE = [page for page in PAGES if has_something_to_run(page) and page.parent != FOLDERS["ja"]]


@pytest.fixture(scope="module")
def failures(request, tmp_path_factory):
    """What failed on each page asked for; two pages at a time, each in a folder of its own."""
    asked = [
        item.callspec.params["page"]
        for item in request.session.items
        if getattr(item, "originalname", "") == "test_what_a_page_prints_runs"
    ]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as pool:
        jobs = {
            page: pool.submit(complaints, page, tmp_path_factory.mktemp(page.stem))
            for page in asked
        }
        return {page: job.result() for page, job in jobs.items()}


FIRST = {"README.md", "strategists.md", "fit.md"}
"""Pages whose commands run with every change; those of the others take minutes more."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=() if page.name in FIRST else pytest.mark.exhaustive)
        for page in RUNNABLE
    ],
    ids=lambda page: page.name,
)
def test_what_a_page_prints_runs(page, failures):
    assert "\n\n".join(failures[page]) == ""


def test_the_pages_of_all_readers_are_among_them():
    names = {page.name for page in RUNNABLE}
    assert {"README.md", "strategists.md", "researchers.md", "educators.md"} <= names
    for language, pages in (("en", RUNNABLE), ("ja", PAGES)):
        assert set(LESSONS) == {page.stem for page in pages if page.parent == FOLDERS[language]}


def test_what_is_left_out_is_still_printed():
    printed = {
        line
        for page in PAGES
        for _, language, text in blocks(page)
        if language == "sh"
        for line in commands(text)
    }
    assert set(EXCLUDED) <= printed
    for line in printed - set(EXCLUDED):
        assert arguments(line)


def test_every_block_says_what_it_is():
    for page in PAGES:
        fences = re.findall(r"^```(.*)$", page.read_text(encoding="utf-8"), re.M)
        assert set(fences[1::2]) <= {""}, page.name
        known = {"", "sh", "python", "yaml", "csv", "{toctree}", "{eval-rst}"}
        assert {fence.split(" ")[0] for fence in fences[::2]} <= known | {"{include}"}, page.name


def test_a_page_that_does_not_work_is_noticed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    page.write_text(
        "```python\nx = 1\n```\n```python\nx\n```\n<!-- continues -->\n```python\nx\n```\n"
        "```sh\npip install uv && uv run tsunagari check no.yaml  # not there\n```\n"
    )
    found = complaints(page, tmp_path)
    assert len(found) == 3
    assert [("NameError" in told) for told in found] == [True, True, False]
    assert "status 2" in found[2]
    with pytest.raises(ValueError, match="nobody knows"):
        arguments("rm -r results")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_is_there(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"https?:", target):
            continue
        file, _, heading = target.partition("#")
        there = page.parent / file if file else page
        assert there.exists(), target
        assert not heading or heading in headings(there), target


def headings(page: Path) -> set[str]:
    """The anchors of a page's headings, as the generator and code hosts make them."""
    lines = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    plain = (re.sub(r"[^\w\- ]", "", line.lower()) for line in lines)
    return {line.replace(" ", "-") for line in plain}


def test_the_generator_is_told_all_pages():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    for page in PAGES[1:]:
        name = page.relative_to(ROOT / "docs").with_suffix("").as_posix()
        assert name == "index" or re.search(rf"^{name}$", index, re.M), name


def test_every_public_name_is_in_the_reference():
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    for name in tsunagari.__all__:
        assert name.startswith("_") or f":: tsunagari.{name}" in page, name

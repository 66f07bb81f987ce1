"""What is cited by author and year is listed, and what is listed is cited."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "references.md"
CITING = ("docs/**/*.md", "README.md", "scenarios/*.yaml", "agents/**/*.py", "sim/**/*.py",
          "experiments/**/*.py")  # fmt: skip
_NAME = r"[A-ZÉ][\w'’]+(?:-[A-Z]\w+)?"
_OF = "(?:[Vv]an (?:den )?)?"
CITATION = re.compile(
    rf"({_NAME})(?:, {_OF}{_NAME})*(?:,? (?:&|and) {_OF}{_NAME}(?: {_NAME})?| et al\.)?"
    r",? \(?((?:18|19|20)\d\d)\b(?!-\d)"
)
LISTED = re.compile(r"^- ([^\n]*?) ((?:18|19|20)\d\d)\. ", re.M)
NOT_AUTHORS = {"Service", "Nobody"}
"""Words before a year that are no authors: a study without any, and an example."""


def literature():
    """The lines of the list, each in one."""
    text = PAGE.read_text(encoding="utf-8").split("\n## The literature\n")[1]
    return [" ".join(entry.split()) for entry in re.split(r"\n(?=- )", text.strip())]


def keys_listed():
    found = [LISTED.match(entry) for entry in literature()]
    assert all(found), [e for e, match in zip(literature(), found, strict=True) if not match]
    return [(re.split(r"[, ]", match[1])[0], match[2]) for match in found]


def keys_cited(text):
    flat = re.sub(r"\n[ #]*", " ", re.sub(r"^```\w.*?^```$", "", text, flags=re.M | re.S))
    return {(a, year) for a, year in CITATION.findall(flat) if a not in NOT_AUTHORS}


@pytest.fixture(scope="module")
def cited():
    """Author and year, to the files that cite them."""
    found = {}
    for pattern in CITING:
        for path in sorted(ROOT.glob(pattern)):
            if path != PAGE:
                for key in keys_cited(path.read_text(encoding="utf-8")):
                    found.setdefault(key, []).append(path.relative_to(ROOT).as_posix())
    return found


def test_every_citation_is_listed(cited):
    listed = set(keys_listed())
    assert len(listed) > 70
    assert {key: files for key, files in cited.items() if key not in listed} == {}


def test_everything_listed_is_cited(cited):
    assert [key for key in keys_listed() if key not in cited] == []


def test_the_list_is_in_order_and_names_nothing_twice():
    listed = keys_listed()
    assert len(set(listed)) == len(listed)
    order = [key[0].lower() for key in listed]
    assert order == sorted(order)


def test_the_sources_are_those_that_are_traced():
    from docs.makers.traceability.statements import SOURCES

    text = PAGE.read_text(encoding="utf-8").split("\n## The literature\n")[0]
    for source in SOURCES:
        title, _, year = source.rpartition(" 2019")
        assert f"*{title or year}*" in text


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("(Bass 1969; Sultan et al. 1990)", {("Bass", "1969"), ("Sultan", "1990")}),
        ("Schmitt, Skiera & Van den Bulte 2011", {("Schmitt", "2011")}),
        ("(Bijmolt, van Heerde & Pieters 2005)", {("Bijmolt", "2005")}),
        ("Treacy and Wiersema (1995) say", {("Treacy", "1995")}),
        ("against: Campbell-Hunt 2000", {("Campbell-Hunt", "2000")}),
        ("as *Erdem & Keane\n  1996*", {("Erdem", "1996")}),
        ("on 2026-01-02, of 1,969 customers", set()),
    ],
)
def test_how_citations_are_found(text, keys):
    assert keys_cited(text) == keys

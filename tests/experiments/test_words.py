"""Both languages say the same things, and everything that is named has a name."""

import re
import string
from importlib import resources
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.experiments.japanese import english_in
from tsunagari.agents.columns import SOURCE_NAMES
from tsunagari.experiments.explain import connection, customer, retention, word_of_mouth
from tsunagari.experiments.telling import explained
from tsunagari.experiments.telling.customer import decided
from tsunagari.experiments.telling.keys import key_of, known_keys
from tsunagari.experiments.words import LANGUAGES, THEMES, Words, language_of, texts
from tsunagari.experiments.words.letters import font_of
from tsunagari.experiments.words.messages import messages
from tsunagari.experiments.words.numbers import (
    compact,
    counted,
    listed,
    plain,
    readable,
    signed,
    with_doubt,
    written,
)
from tsunagari.experiments.words.terminal import columns_of, wrapped
from tsunagari.sim.measures import MEASURES

NOT_SHOWN = {
    "format",
    "title",
    "story",
    "seed",
    "replications",
    "claims",
    "translations",
    "measures",
}


def places(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("theme", THEMES)
def test_both_languages_have_the_same_keys_and_places(theme):
    english, japanese = (texts(language, theme) for language in LANGUAGES)
    assert list(english) == list(japanese)
    for key, text in english.items():
        assert set(places(text)) == set(places(japanese[key])), (theme, key)


def test_japanese_texts_hold_no_english_words():
    for theme in (*THEMES, "measures", "units"):
        for key, text in texts("ja", theme).items():
            fixed = "".join(part for part, *_ in string.Formatter().parse(text))
            assert not english_in(fixed), (theme, key, text)


def test_every_letter_is_in_a_font_that_pages_and_pictures_have():
    fitted = messages().values()
    told = {*"".join((*fitted, *(text for t in THEMES for text in texts("ja", t).values())))}
    assert [letter for letter in told if letter != "\n" and font_of(letter) is None] == []
    page = resources.files("tsunagari.experiments.app").joinpath("vue/page.css").read_text("utf-8")
    ranges = re.findall(r"U\+(\w+)-(\w+)", page)
    far = [letter for letter in told if ord(letter) >= 0x2E80]
    assert all(any(int(a, 16) <= ord(x) <= int(b, 16) for a, b in ranges) for x in far)


def test_every_measure_and_every_key_has_its_words():
    assert set(texts("ja", "measures")) == set(MEASURES)
    units = {measure.unit.name for measure in MEASURES.values()} | {
        unit for unit, _ in known_keys().values()
    }
    assert units - {""} == set(texts("ja", "units"))
    wanted = {key for key in known_keys() if key.split(".")[0] not in NOT_SHOWN}
    assert wanted == set(texts("ja", "schema"))
    assert set(texts("ja", "keys")) <= {*known_keys(), "seed"}


def test_everything_an_explanation_names_has_its_words():
    for part in (*retention.PARTS, *word_of_mouth.PARTS, *connection.RIVALS):
        assert explained.part_name({"part": part}, Words("en")), part
    for verdict in {*connection.VERDICTS} - {"costs nothing"}:
        assert Words("en").has(f"explaining.{verdict.replace(',', '').replace(' ', '_')}"), verdict
    for name in (*customer.TERMS.values(), *customer.SOURCES, *customer.OCCASIONS):
        assert Words("en").has(f"customer.{name.replace(' ', '_')}"), name
    for reason in filter(None, SOURCE_NAMES):
        assert decided(reason), reason


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("firms.Lean.price", "firms.price"),
        ('firms."A.B".price', "firms.price"),
        ("disciplines.none.markup", "firms.markup"),
        ("disciplines.none", "disciplines.none"),
        ("events.0.enter.price", "firms.price"),
        ("zmot.connectivity", "zmot.connectivity"),
    ],
)
def test_keys_of_paths(path, key):
    assert key_of(path) == key
    assert key in known_keys()


def test_numbers_and_lists():
    english, japanese = Words("en"), Words("ja")
    assert english.percent(-0.0123) == "−1.2 %"
    assert japanese.percent(0.5) == "50.0%"
    assert english.percent(-0.0001) == "0.0 %"
    assert signed(0.00123) == "+0.00123"
    assert signed(0.0) == "0"
    assert signed(float("nan")) == "–"
    assert readable(-1234.5) == "−1,234"
    assert [written(v, "+.1f") for v in (-0.04, 0.0, 0.05)] == ["0.0", "0.0", "+0.1"]
    assert written(float("inf"), ".1f") == "–"
    assert with_doubt(0.498, -0.00046, 0.95) == ["0.00", "0.95", "0.50"]
    assert with_doubt(1234.0, 7200.5) == ["7,200", "1,234"]
    assert [compact(v, ".1f") for v in (999.4, 999.6, -2.5e6)] == ["999.4", "1.0k", "−2.5M"]
    assert counted(1, "tie") == "1 tie"
    assert counted(2000, "person", "people") == "2,000 people"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert plain({"a": (float("nan"), 1)}) == {"a": [None, 1]}
    assert english.joined(["a", "b", "c"]) == "a, b and c"
    assert japanese.joined(["a", "b", "c"]) == "a、b、c"
    assert english.counted(1, "month") == "1 month"


@given(st.floats(1e-4, 1e14), st.sampled_from([".2g", "+.3g", ",.4g", ".6g", ".0f", "+.2f"]))
def test_a_number_that_people_read_has_no_exponent(value, form):
    text = written(value, form)
    assert "e" not in text
    assert float(text.replace(",", "")) == float(f"{value:{form}}".replace(",", ""))
    assert text.startswith("+") == (form.startswith("+") and text != "0.00")


@pytest.mark.parametrize(
    ("best", "other", "told"),
    [
        ("Advertise more", "値下げ", "Advertise more と値下げ"),
        ("値下げ", "Advertise", "値下げと Advertise"),
        ("値下げ", "契約なし", "値下げと契約なし"),
    ],
)
def test_a_value_stands_in_a_japanese_sentence_as_a_word_of_its_kind(best, other, told):
    japanese = Words("ja")
    assert told in japanese("deciding.numbers_how", best=best, next=other)
    assert "14.9億円です" in japanese(
        "pictures.largest_for", title="T", month=3, name=best, value="14.9億円"
    )


def test_large_numbers_have_their_names_in_tables_too():
    assert [compact(v, ".4g", language="ja") for v in (1.494e10, -1.27e7, 9125)] == [
        "149.4億", "−1270万", "9125",
    ]  # fmt: skip


def test_languages_are_told_apart():
    assert language_of("場所は意味を失う") == "ja"
    assert language_of("ひらがな") == "ja"
    assert language_of("Lean: 90 %") == "en"


@given(st.text(alphabet="ab ,（）。、市場の顧客ー円1−", max_size=120), st.integers(8, 60))
def test_lines_hold_all_of_a_text_and_are_broken_where_it_can_be(text, width):
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        # What is wider is one piece: marks or letters without a place to break between them.
        assert columns_of(line) <= width or not re.search("[市場の顧客円]{2}", line)
    for before, line in pairwise(lines):
        assert line[0] not in "、。）ー" or re.search(rf"(^|\s){re.escape(line[0])}", text), before

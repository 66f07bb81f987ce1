"""A scenario's words in other languages: matched, kept with what they translate, of no effect."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsunagari import scenarios
from tsunagari.experiments.runs.trial import digest
from tsunagari.experiments.studies.changes import changes
from tsunagari.sim.problems import Problems
from tsunagari.sim.reading import dump
from tsunagari.sim.scenario import Scenario, load

TRANSLATED = Path(__file__).parent / "translated.json"
"""Digests of the words of shipped scenarios when they were last translated."""
CLAIM = """
  - {say: First, source: A, without: {firms.Lean.price: 1.0}, firm: Lean, measure: cash,
     month: 3, expect: higher, remark: Why}
  - {say: Second, source: A, without: {firms.Lean.price: 1.0}, firm: Lean, measure: cash,
     month: 9, expect: higher}
"""
BASE = f"""
format: 1
title: A town
story: Watch it.
market: {{customers: 100, months: 12}}
firms: [{{name: Lean, discipline: none, price: 0.9}}]
events:
  - {{month: 2, set: zmot.connectivity, to: 2, note: early}}
  - {{month: 8, set: zmot.connectivity, to: 1, note: late}}
claims:{CLAIM}
translations:
  ja:
    title: 町
    story: 見る。
    claims: [第一, 第二]
    remarks: [理由, ""]
    notes: [早い, 遅い]
"""
WORDS = {
    "title": "町",
    "story": "見る。",
    "claims": ["第一", "第二"],
    "remarks": ["理由", ""],
    "notes": ["早い", "遅い"],
}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    file = tmp_path / "base.yaml"
    file.write_text(BASE, encoding="utf-8")
    return file


def words(plan: Scenario) -> dict[str, object]:
    """The Japanese words that there are."""
    return {k: v for k, v in plan.translations["ja"].model_dump().items() if v}


def problem(file: Path, *options: str) -> str:
    with pytest.raises(Problems) as raised:
        load(file, options)
    (one,) = raised.value.problems
    return str(one)


def test_a_file_has_words_in_another_language_and_keeps_them_when_it_is_written(
    base: Path, tmp_path: Path
) -> None:
    plan, _ = load(base)
    assert words(plan) == WORDS
    dump(plan, tmp_path / "again.yaml")
    assert load(tmp_path / "again.yaml")[0] == plan


def test_no_run_depends_on_them() -> None:
    plan = Scenario().with_values({"title": "A town"})
    other = plan.with_values({"translations.ja.title": "町"})
    assert other.translations["ja"].title == "町"
    assert other != plan
    assert digest(other, seed=1) == digest(plan, seed=1)
    assert not changes(plan, other)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("claims: [第一]", "translations.ja.claims: has 1 text, but the scenario has 2 claims; "
         "write one text per claim, in order, or none at all"),
        ("notes: [a, b, c]", "has 3 texts, but the scenario has 2 events"),
        ("claims: [第一, ' ']", "translations.ja.claims.1: must not be empty"),
        ("remarks: [理由, 別]", 'translations.ja.remarks.1: translates nothing; write ""'),
        ("tilte: 町", "translations.ja.tilte: unknown key; did you mean title?"),
        ("claims: 第一", "translations.ja.claims: must be a list"),
    ],
)  # fmt: skip
def test_what_does_not_match_is_told_where_it_stands(base: Path, text: str, sentence: str) -> None:
    before = BASE.partition("translations:")[0]
    base.write_text(f"{before}translations:\n  ja: {{{text}}}\n", encoding="utf-8")
    told = problem(base)
    assert sentence in told
    assert f"{base}:{before.count(chr(10)) + 2}:" in told


def test_a_language_that_is_not_known_is_told_with_those_that_are(base: Path) -> None:
    assert "translations.fr: unknown key; known here: en, ja" in problem(
        base, "translations.fr.title=La ville"
    )
    assert "translations.jap: unknown key; did you mean ja?" in problem(
        base, "translations.jap.title=町"
    )


@pytest.mark.parametrize(
    ("own", "lost"),
    [
        ("title: A village", {"title"}),
        ("story: Look away.", {"story"}),
        ("claims: []", {"claims", "remarks"}),
        ("{title: A village, story: Look away., events: []}", {"title", "story", "notes"}),
        ("market: {customers: 50}", set()),
        ("title: A village\ntranslations: {ja: {title: 村}}", set()),
    ],
)
def test_an_extending_file_does_not_inherit_translations_of_words_of_its_own(
    base: Path, own: str, lost: set[str]
) -> None:
    child = base.with_name("child.yaml")
    flow = own.startswith("{")
    child.write_text(
        f"{{extends: base.yaml, {own[1:]}" if flow else f"extends: base.yaml\n{own}",
        encoding="utf-8",
    )
    found = words(load(child)[0])
    assert set(found) == set(WORDS) - lost
    if "title" in found:
        assert found["title"] == ("村" if "村" in own else "町")


@pytest.mark.parametrize(
    ("options", "lost"),
    [
        (["title=A village"], {"title"}),
        (["events=[]"], {"notes"}),
        (["claims=[]"], {"claims", "remarks"}),
        (["claims.0.say=Otherwise"], {"claims", "remarks"}),
        (["claims.0.month=2", "events.0.to=3"], set()),
        (["translations.ja.title=村", "title=A village"], set()),
    ],
)
def test_an_option_takes_the_translation_along_of_what_it_rewords(
    base: Path, options: list[str], lost: set[str]
) -> None:
    plan, _ = load(base, options)
    assert set(words(plan)) == set(WORDS) - lost


def test_the_same_holds_for_values_in_python(base: Path) -> None:
    plan, _ = load(base)
    assert set(words(plan.with_values({"claims": []}))) == {"title", "story", "notes"}
    assert words(plan.with_values({"firms.Lean.price": 1.1})) == WORDS
    both = plan.with_values({"translations.ja.title": "村", "title": "A village"})
    assert both.translations["ja"].title == "村"


def test_a_shorter_run_leaves_out_the_texts_of_what_it_leaves_out(base: Path) -> None:
    plan, notes = load(base, ["market.months=6"])
    assert len(notes) == 2
    found = words(plan)
    assert (found["claims"], found["remarks"], found["notes"]) == (["第一"], ["理由"], ["早い"])


@given(st.integers(1, 12))
def test_texts_stay_beside_what_they_translate_at_any_length(months: int) -> None:
    whole = Scenario.load("exceeding-expectations")
    plan, _ = load("exceeding-expectations", [f"market.months={8 * months}"])
    for kind, key in (("claims", "claims"), ("events", "notes")):
        texts = getattr(plan.translations["ja"], key)
        pairs = zip(getattr(whole, kind), getattr(whole.translations["ja"], key), strict=True)
        meant = {getattr(item, "say" if key == "claims" else "note"): text for item, text in pairs}
        items = getattr(plan, kind)
        assert texts == [meant[getattr(i, "say" if key == "claims" else "note")] for i in items]


@pytest.mark.parametrize("name", scenarios.names())
def test_every_shipped_scenario_has_all_its_words_in_japanese(name: str) -> None:
    plan = Scenario.load(name)
    there = words(plan)
    wanted = {
        "title": plan.title,
        "story": plan.story,
        "claims": plan.claims,
        "remarks": [claim.remark for claim in plan.claims if claim.remark],
        "notes": [event.note for event in plan.events if event.note],
    }
    assert set(there) == {key for key, texts in wanted.items() if texts}
    ja = plan.translations["ja"]
    texts = [ja.title, ja.story, *ja.claims, *ja.remarks, *ja.notes]
    for text in texts:
        assert not text or any("ぁ" <= c <= "ヿ" or "一" <= c <= "鿿" for c in text)
        assert "  " not in text
        assert "。 " not in text  # lines are joined without blanks
    # What a reader is told to type is the same in every language.
    for one, other in (
        (plan.story, ja.story),
        *zip((c.remark or "" for c in plan.claims), ja.remarks or [""] * 99, strict=False),
    ):
        options = one.replace("\n", " ").split("--set ")[1:]
        paths = [option.split("=")[0] for option in options]
        assert all(f"--set {path}=" in other for path in paths)


def words_to_translate(plan: Scenario) -> str:
    """Digest of all that a translation of a scenario says in another language."""
    words = [
        plan.title,
        plan.story,
        *(claim.say for claim in plan.claims),
        *(claim.remark or "" for claim in plan.claims),
        *(event.note or "" for event in plan.events),
    ]
    return hashlib.blake2b("\0".join(words).encode(), digest_size=8).hexdigest()


def test_translations_are_of_the_words_as_they_are_now(pytestconfig: pytest.Config) -> None:
    """Whoever rewords a scenario rewords its translation, then runs this with --update-golden."""
    now = {name: words_to_translate(Scenario.load(name)) for name in scenarios.names()}
    if pytestconfig.getoption("--update-golden"):
        TRANSLATED.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
    then = json.loads(TRANSLATED.read_text(encoding="utf-8"))
    assert [name for name in now if now[name] != then.get(name)] == []

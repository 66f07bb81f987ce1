"""Under ``ja`` nothing is English but names, code and keys, in the output of every command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import typer

from tests.experiments.japanese import english_in
from tests.experiments.spoken_code import sentences
from tsunagari.experiments.cli import app
from tsunagari.experiments.cli.options import language_of
from tsunagari.experiments.cli.process import status_of
from tsunagari.experiments.cli.registry import COMMANDS, FOR
from tsunagari.experiments.deciding.question import Question
from tsunagari.experiments.fitting.facts import Facts
from tsunagari.experiments.studies.design import Design
from tsunagari.experiments.telling.problems import in_words
from tsunagari.experiments.words import language_of as written_in
from tsunagari.experiments.words import speaking, spoken, texts
from tsunagari.experiments.words.messages import is_told, messages, told
from tsunagari.sim.problems import Problems
from tsunagari.sim.reading.tree import Place, node_of
from tsunagari.sim.reading.validation import validated
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.keys import keys


def typed(*arguments: object) -> int:
    return status_of(typer.main.get_command(app), [*map(str, arguments), "--lang", "ja"])


@pytest.mark.parametrize(
    ("arguments", "environ", "language"),
    [
        ([], {}, "en"),
        ([], {"LANG": "ja_JP.UTF-8"}, "ja"),
        ([], {"LC_ALL": "C", "LANG": "ja_JP.UTF-8"}, "en"),
        ([], {"LC_ALL": "", "LC_MESSAGES": "ja", "LANG": "en_GB"}, "ja"),
        ([], {"TSUNAGARI_LANG": "en", "LANG": "ja"}, "en"),
        (["run", "x", "--lang", "ja"], {"TSUNAGARI_LANG": "en"}, "ja"),
        (["--lang=en", "list"], {"TSUNAGARI_LANG": "ja"}, "en"),
        (["run", "--lang", "fr"], {"TSUNAGARI_LANG": "ja"}, "ja"),
    ],
)
def test_what_is_typed_wins_over_the_variable_and_that_over_the_system(
    arguments, environ, language
):
    assert language_of(arguments, environ) == language


def test_a_language_there_is_not(monkeypatch, capsys):
    with pytest.raises(Problems, match="TSUNAGARI_LANG=fr: must be en or ja"):
        language_of([], {"TSUNAGARI_LANG": "fr"})
    monkeypatch.setenv("TSUNAGARI_LANG", "fr")
    assert status_of(typer.main.get_command(app), ["list"]) == 2
    assert capsys.readouterr().err == "TSUNAGARI_LANG=fr: must be en or ja\n"


def test_a_language_is_spoken_for_as_long_as_the_command_lasts():
    with speaking("ja"):
        assert spoken() == "ja"
    assert spoken() == "en"


def test_whatever_code_says_has_its_japanese():
    table = messages()
    missing = [
        (place, text)
        for place, text in sentences()
        if text not in table and not any(known.startswith(text) for known in table)
    ]
    assert not missing, "add them to experiments/words/messages.toml"


def test_the_japanese_of_what_code_says_is_sound():
    for english, japanese in messages().items():
        count = english.count("{}")
        places = re.findall(r"\{(\d*)\}", japanese)
        if any(places):
            assert all(places), english
            assert {*map(int, places)} <= {*range(count)}, english
        else:
            assert len(places) == count, english
        own = [c for c in japanese if written_in(c) == "ja"]
        assert own or count, english
        assert len(own) >= len("".join(english_in(japanese))) / 10, english


@pytest.mark.parametrize(
    ("english", "japanese"),
    [
        ("must be a whole number of at least 1, not 0", None),
        ("must be a whole number, not the text \"many\"",
         "整数を書きます（文字列「many」は使えません）"),
        ("write 1.05 for 5 % more, 0.95 for 5 % less, 0.05 for 5 % of it",
         "5% 高いなら 1.05、5% 安いなら 0.95、その 5% なら 0.05 と書きます"),
        ("did you mean firms.Lean.price?", "firms.Lean.price のことですか"),
        ("must be true or false or a number, not nothing", None),
        ("4 events after month 12, where this run ends, left out (month 24)",
         "この実行の終わる 12 か月目より後の出来事 4 件を省きました（24 か月目）"),
    ],
)  # fmt: skip
def test_parts_of_sentences_are_told_too(english, japanese):
    assert not english_in(told(english, "ja"), _KEYS | {"many"})
    assert japanese is None or told(english, "ja") == japanese
    assert told(english, "en") == english


def filled(text: str, parts: list[str]) -> str:
    left = iter(parts)
    return re.sub(r"\{(\d*)\}", lambda at: parts[int(at[1])] if at[1] else next(left), text)


def test_every_sentence_is_told_as_itself_whatever_it_names():
    """No other sentence of the table takes a word of it for its own, as "to" for "〜"."""
    named = ["100", "Hikari Gym", "0.5", "firms.Lean.price", "price", "12"]
    wrong = []
    for english, japanese in messages().items():
        pieces = english.split("{}")
        for turn in range(len(named)) if len(pieces) > 1 else ():
            parts = [named[(turn + at) % len(named)] for at in range(len(pieces) - 1)]
            for at in range(1, len(pieces) - 1):  # nothing tells where the one before it ends
                parts[at] = parts[at].split()[0] if pieces[at] in ("", " ") else parts[at]
            if pieces[0] == "" and pieces[1].startswith((" person", " people")):
                parts[0] = "12"
            text = "".join(piece + part for piece, part in zip(pieces, [*parts, ""], strict=True))
            wanted = filled(japanese, parts)
            if told(text, "ja") != wanted:
                wrong.append((text, told(text, "ja"), wanted))
    assert not wrong, wrong[:5]


@pytest.mark.parametrize(
    "said",
    [
        "File is not a zip file", "Input should be less than or equal to 100",
        "Parquet magic bytes not found in footer", "invalid start byte", "Bad magic number",
        "There is no item named '[Content_Types].xml' in the archive", "connection to it was lost",
        "the value has to be one of a or b; it is not so",
    ],
)  # fmt: skip
def test_what_other_programs_say_is_not_told_by_halves(said):
    told_of = told(said, "ja")
    assert told_of == said or not english_in(told_of, _KEYS)


ASKED_OF_KEYS = ("1 year", "5%", -1e9, 1e9, 2.5, True, None, [], {"a": 1}, "x" * 400, "2026-01")


@pytest.mark.parametrize("model", [Question, Facts, Design, Scenario])
def test_whatever_a_key_refuses_is_told_in_japanese(model):
    told_of, kinds = set(), set()
    for key in keys(model):
        if (kind := (key.type, key.range, key.unit)) in kinds:
            continue
        kinds.add(kind)
        for wrong in ASKED_OF_KEYS:
            document: object = wrong
            for step in reversed(key.path.split(".")):
                name = step.removesuffix("[]")
                document = {name: [document] if step != name else document}
            try:
                validated(model, node_of(document, Place("f", None, None, Path.cwd())))
            except Problems as raised:
                with speaking("ja"):
                    told_of |= {in_words(problem).message for problem in raised.problems}
    assert len(told_of) > 20
    steps = {step for key in keys(model) for step in key.path.replace("[]", "").split(".")}
    names = _KEYS | steps | {"True", "inf", "other", "file", "steady", "year"}
    lists = re.compile(r".*?(?=のどれかを書きます)|(?<=のは ).*|x{9,}|「[^」]*」|'[^']*'")
    for text in told_of:
        assert not english_in(lists.sub("", text), names), text
        assert "。。" not in text
        assert not re.search("〜(?![0-9−])", text), text


def test_a_name_is_left_as_it_is():
    assert told("there is no firm 3 members; there are Now or Never", "ja").endswith(
        "Now or Never です"
    )
    assert told("nobody wrote this sentence", "ja") == "nobody wrote this sentence"


_KEYS = frozenset(
    "customers seed market firms firm levers factors facts copied error operator attention service "
    "connection retention word-of-mouth word mouth operational-excellence product-leadership share "
    "customer-intimacy disruptor none int str float path Schema three-disciplines set enter leave "
    "launch scandal poach kind title true false svg def measure months price pip "
    "install all Scenario no-different margin".split()
) | {*COMMANDS}
WRONG = {
    "an unknown key": "titel: x",
    "a key at the wrong place": "customers: 3",
    "a wrong type": "market: {customers: many}",
    "out of range": "market: {customers: 0, months: -1}",
    "an unknown discipline": "firms: [{name: A, discipline: kindness}]",
    "two of a name": "firms: [{name: A}, {name: A}]",
    "a missing name": "firms: [{price: 1}]",
    "shares beyond one": "firms: [{name: A, share: 0.7}, {name: B, share: 0.7}]",
    "no YAML": "market: [",
    "a tab": "market:\n\tcustomers: 3",
    "an event of nothing": "events: [{month: 3}]",
    "an event of an unknown firm": "events: [{month: 3, leave: Zorro}]",
    "an event of an unknown path": "events: [{month: 3, set: zmot.connectivty, to: 1}]",
    "a claim of an unknown measure": "claims: [{say: x, source: y, without: {events: []}, "
    "measure: churns, expect: lower, kind: mechanism}]",
    "nothing": "",
    "a list": "[1, 2]",
    "twice": "seed: 1\nseed: 2",
    "code": "firms: [{name: A, discipline: 'm:C'}]",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_scenario_is_told_in_japanese(wrong, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yaml").write_text(wrong, encoding="utf-8")
    assert typed("check", "s.yaml") == 2
    said = capsys.readouterr().err
    assert said
    names = _KEYS | {"kindness", "many", "Zorro", "churns", "titel"}
    for line in said.splitlines():
        assert not english_in(re.sub(r"^s\.yaml:\d+:\d+ \S+", "", line), names), line


@pytest.mark.parametrize(
    "arguments",
    [
        ["chek"], ["check"], ["run", "three-disciplines", "--customers", "0"],
        ["run", "three-disciplines", "--customers", "few"], ["run", "three-disciplines", "--foo"],
        ["run", "three-disciplines", "--format", "xml"], ["run", "a", "b"], ["run", "no.yaml"],
        ["run", "three-disciplin"], ["check", "three-disciplines", "--set", "market.custmers=3"],
        ["check", "three-disciplines", "--set", "market.customers"], ["report", "nowhere"],
        ["compare", "three-disciplines"], ["sensitivity", "nowhere"], ["fit", "no.csv"],
        ["decide", "three-disciplines"], ["validate", "--only", "X9"], ["merge", "nowhere"],
        ["explain", "three-disciplines", "--month", "3"], ["sweep", "no.yaml"],
    ],
)  # fmt: skip
def test_wrong_usage_is_told_in_japanese(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert typed(*arguments) == 2
    out, err = capsys.readouterr()
    names = _KEYS | {"chek", "few", "nowhere", "xml", "three-disciplin"}
    assert out + err
    for line in (out + err).splitlines():
        assert not english_in(line, names), line


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_help_is_in_japanese(name, capsys):
    assert typed(*([name] if name else []), "--help") == 0
    out = capsys.readouterr().out
    told_of = out.partition("例：\n")[0]
    for line in told_of.splitlines():
        assert not english_in(line, _KEYS), line


def test_every_command_is_for_something():
    listed = [name for names in FOR.values() for name in names]
    assert sorted(listed) == sorted({*COMMANDS})
    assert len(listed) == len({*listed})


def test_light_commands_answer_in_japanese(tmp_path, monkeypatch, capsys):
    from tsunagari import scenarios

    monkeypatch.chdir(tmp_path)
    assert typed("list") == 0
    for line in capsys.readouterr().out.splitlines():
        assert not english_in(line.partition(" ")[2]), line
    assert typed("new", "mine.yaml") == 0
    assert typed("check", "mine.yaml") == 0
    said = capsys.readouterr()
    assert not english_in(said.out + said.err)
    comments = [
        line.partition("#")[2] for line in (tmp_path / "mine.yaml").read_text("utf-8").splitlines()
    ]
    for comment in comments:
        assert not english_in(comment.partition("# ")[2] or comment.partition("  #")[2]), comment
    assert {*scenarios.names()} >= {"three-disciplines"}
    assert typed("schema") == 0
    assert "市場" in capsys.readouterr().out


def test_a_scenario_of_ones_own_firms_in_plain_words(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    firms = ("--firm", "青葉, 45 %, 4500, customer-intimacy", "--firm", "Kaede、30％, 3900")
    money = ("--currency", "JPY", "--unit-cost", "2800")
    assert typed("new", "ours.yaml", *firms, *money) == 0
    assert typed("check", "ours.yaml") == 0
    from tsunagari.sim.scenario import Scenario

    plan = Scenario.load("ours.yaml")
    assert [(f.name, f.share, f.asks) for f in plan.firms] == [
        ("青葉", 0.45, 4500.0),
        ("Kaede", 0.3, 3900.0),
    ]
    assert (plan.money.currency, plan.money.unit_cost) == ("JPY", 2800.0)
    capsys.readouterr()
    assert typed("new", "b.yaml", "--firm", "Aoba, cheap", "--firm", "B, 900") == 2
    said = capsys.readouterr().err
    assert "シェアでも価格でも価値基準でもありません" in said
    assert "--unit-cost 2800" in said
    assert not Path("b.yaml").exists()


def test_new_asks_in_the_readers_language(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    answers = iter(["青葉、Kaede", "45", "4500", "customer-intimacy", "", "", "", "2800", "JPY"])
    asked = []
    monkeypatch.setattr("builtins.input", lambda text: asked.append(text) or next(answers))
    assert typed("new", "ours.yaml", "--ask") == 0
    assert len(asked) == 9
    assert asked[1].startswith("青葉の顧客シェアは")
    assert typed("check", "ours.yaml") == 0


ROOT = Path(__file__).resolve().parents[2]


def _blocks(page: str) -> list[str]:
    """Blocks of code without their comments."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL)
    return [re.sub(r" +#.*", "", block) for block in found]


def test_both_readmes_have_the_same_commands_and_link_to_each_other():
    assert _blocks("README.ja.md") == _blocks("README.md")
    assert "(README.ja.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(README.md)" in (ROOT / "README.ja.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("page", "language"), [("README.md", "en"), ("README.ja.md", "ja")])
def test_the_readmes_tell_the_idea_of_every_scenario_as_the_list_does(page, language):
    from tsunagari import scenarios

    text = (ROOT / page).read_text(encoding="utf-8")
    ideas = dict(re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", text, re.MULTILINE))
    assert ideas == dict(texts(language, "ideas"))
    assert set(ideas) == set(scenarios.names())


def test_the_page_for_predictions_is_in_japanese():
    from tsunagari.experiments.predict.page import Surface, _asset, page_of
    from tsunagari.experiments.predict.topics import TOPICS, Size

    found = [
        Surface(
            topic, np.full((3, len(topic.values), len(topic.months)), 10.0) * [[[1]], [[2]], [[3]]]
        )
        for topic in TOPICS
    ]
    with speaking("ja"):
        page = page_of(found, Size(100, 1), 2)
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])
    names = frozenset({"Loud", "Quiet"})
    for topic in data["topics"]:
        for key in ("title", "question", "setting", "measured", "since"):
            assert not english_in(topic[key], names), topic[key]
        assert not english_in(" ".join(topic["debrief"]), names), topic["name"]
    for piece in messages("predict"):
        assert piece in _asset("predict.html") + _asset("predict.js"), piece
    body = re.sub(r"<(style|script).*?</\1>", "", page, flags=re.DOTALL)
    assert not english_in(re.sub(r"<[^>]*>", " ", body))


def test_what_validate_looks_for_has_its_japanese():
    from tsunagari.experiments.validate.registry import patterns

    for pattern in patterns(()):
        assert is_told(pattern.pattern), pattern.id
        assert is_told(pattern.null), pattern.id


SWEEP = """
scenario: three-disciplines
values: {market.customers: 60, market.months: 4, claims: []}
factors:
  firms.Lean.price: %s
  zmot.connectivity: {low: 0.5, high: 2.0}
%s
"""
TINY = ("--customers", "60", "--months", "6", "--replications", "2")
ANSWERS = {
    "run": ["run", "connected-age", *TINY, "--report", "--out", "run"],
    "report": ["report", "run", "--out", "r.html"],
    "compare": ["compare", "disruptor", *TINY, "--set", "firms.Lean.price=0.9", "--out", "c"],
    "sweep": ["sweep", "sobol.yaml", "--out", "s"],
    "status": ["sweep", "sobol.yaml", "--out", "s", "--status"],
    "sensitivity": ["sensitivity", "s"],
    "levers": ["sweep", "levers.yaml", "--out", "l"],
    "discover": ["discover", "l"],
    "replies": ["discover", "three-disciplines", "--replies", "price", "--customers", "60",
                "--replications", "2", "--horizon", "12", "--factor", "0.8", "--factor", "1.2",
                "--out", "p"],
    "explain": ["explain", "three-disciplines", *TINY, "--months", "14", "--firm", "Lean",
                "--out", "e"],
    "customer": ["explain", "three-disciplines", *TINY, "--customer", "12"],
    "ablate": ["ablate", "three-disciplines", "--customers", "40", "--months", "2",
               "--replications", "2", "--set", "claims=[]", "--out", "a"],
    "template": ["fit", "market.csv", "--template"],
    "fit": ["fit", "market.csv", "--facts", "market-facts.yaml", "--customers", "100", "--draws",
            "20", "--members", "2", "--out", "f"],
    "panel": ["panel", "three-disciplines", "--customers", "200", "--months", "20", "--sample",
              "30", "--replications", "2", "--horizon", "4", "--follow", "4", "--lever",
              "price=0.9", "--out", "n"],
    "animate": ["animate", "disruptor", "--customers", "60", "--months", "4", "--out", "m.gif"],
    "validate": ["validate", "--only", "L6"],
}  # fmt: skip


@pytest.mark.slow
def test_every_command_answers_in_japanese(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    levers = "levers: [firms.Lean.price]\ndesign: latin-hypercube\nsamples: 4"
    Path("sobol.yaml").write_text(SWEEP % ("{low: 0.9, high: 1.1}", "design: sobol\nsamples: 4"))
    Path("levers.yaml").write_text(SWEEP % ("[0.9, 1.1]", levers))
    names = _KEYS | _NAMES_IN_ANSWERS
    for command, arguments in ANSWERS.items():
        assert typed(*arguments) == 0, command
        out, err = capsys.readouterr()
        for line in (out + err).splitlines():
            assert not english_in(line, names), (command, line)
    for picture in ("run/stickiness.svg", "c/differences.svg", "s/sensitivity.svg", "l/regret.svg"):
        text = Path(picture).read_text("utf-8")
        told_of = re.findall(r"<dc:(?:title|description)>(?!Matplotlib)(.*?)<", text)
        assert told_of, picture
        for text in told_of:
            assert not english_in(text, names), (picture, text)


_NAMES_IN_ANSWERS = frozenset(
    "thrifty Hibari Tsubame Kaede Minato churn joins nps customers transactions contacts exposures "
    "reviews books".split()
)

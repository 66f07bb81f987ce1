"""Every suggestion is followed, word by word, and what was objected to is gone."""

from __future__ import annotations

import difflib
import random
import re
from collections.abc import Iterator

import pytest

from tsunagari.experiments.words.text import unsuitable
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.scenario import Scenario, load
from tsunagari.sim.schema.keys import keys

FILE = "market: {customers: 50, months: 6}\n"
KEYS = [key for key in keys(Scenario) if "[]" not in key.path and key.default != ""]
FIRM_KEYS = [key for key in keys(Scenario) if re.fullmatch(r"firms\[\]\.\w+", key.path)]


def told(tmp_path, *sets: str) -> list[Problem]:
    """What is said of some options."""
    file = tmp_path / "s.yaml"
    file.write_text(FILE, encoding="utf-8")
    try:
        load(file, sets)
    except Problems as raised:
        return list(raised.problems)
    return []


def corrected(option: str, problem: Problem, meant: str) -> str:
    """The option with what was meant in place of what was written."""
    path, _, value = option.partition("=")
    wrong = problem.path if path.startswith(problem.path) else ""
    if problem.message.startswith("must be one of"):
        return f"{path}={meant}"
    if problem.message.startswith("unknown key") and wrong:
        return option.replace(wrong if "." in meant else wrong.rpartition(".")[2], meant, 1)
    words = re.findall(r"(?:\"[^\"]*\"|[^\s,:{}\[\]=])+", option)
    near = difflib.get_close_matches(meant, words, n=1, cutoff=0.3)
    return option.replace(near[0] if near else value, meant, 1)


def followed(option: str, problem: Problem) -> Iterator[list[str]]:
    """Options as somebody writes them who does what a suggestion says; none where it asks more."""
    path = option.partition("=")[0]
    suggestion = problem.suggestion or ""
    if found := re.fullmatch(r"did you mean (.+)\?", suggestion):
        yield from ([corrected(option, problem, meant)] for meant in found[1].split(" or "))
    elif found := re.fullmatch(r'write "(.*)" in quotes', suggestion) or re.fullmatch(
        r'write "(.*)"', suggestion
    ):
        yield [f'{path}="{found[1]}"']
    elif found := re.fullmatch(r"write (\S+) without quotes", suggestion):
        yield [f"{path}={found[1]}"]
    elif found := re.fullmatch(r"write it as (\S+)", suggestion):
        yield [found[1]]
    elif found := re.fullmatch(r"write (\w+): (\S+)", suggestion):
        beside = (problem.path or path).rpartition(".")[0]
        yield [option, f"{beside}.{found[1]}={found[2]}"]
    elif suggestion == "leave it out":
        text = "".join(c for c in option if not unsuitable(c))
        yield [re.sub(r"\\(e|x[0-9a-f]{2}|u[0-9a-f]{4})", "", text)]
    elif factors := re.findall(r"([\d.]+) for", suggestion):
        yield from ([f"{path}={factor}"] for factor in factors)
    elif found := re.fullmatch(r"write ([^ ]+)(?: or ([^ ]+))?", suggestion):
        yield from ([f"{path}={number}"] for number in found.groups() if number)


def unmet(tmp_path, option: str) -> tuple[int, list[str]]:
    """How many suggestions an option gets, and those after which the same is said again."""
    count, failed = 0, []
    for problem in told(tmp_path, option):
        for options in followed(option, problem):
            count += 1
            again = {(p.path, p.message) for p in told(tmp_path, *options)}
            same = ("must be", "must have", problem.message.partition(",")[0])
            if any(path == problem.path and message.startswith(same) for path, message in again):
                failed.append(f"{problem} -> {options}: {again}")
    return count, failed


OPTIONS = [
    *["firms.Lean.price=0,9", "firms.Lean.price='0.9'", "firms.Lean.price=90%"],
    *["firms.Lean.price=0,900", "firms.Lean.share=5 %", "firms.Lean.share=2,5 %"],
    *["market.customers=5e3", "market.customers=5.5", "market.customers='1 000'"],
    *["market.months='6'", "network.kind=smallworld", "network.kind=scale free", "title=5"],
    *["title=true", "title=0x10", "story=1e5", "firms.Leen.price=1", "firms.1.prise=1"],
    *["market.custumers=5", "customers=5", "months=5", "firms.Lean.discipline=operational"],
    *["firms.Lean.target=thrify", "events=[{month: 3, leave: Leen}]"],
    *["events=[{month: 3, set: stickyness.location, to: 1}]"],
    *["events=[{month: 3, set: firms.Lean.prise, to: 1}]"],
    *["events=[{month: 3, set: firms.Leen.price, to: 1}]", "seed=1.0", "seed=1.5"],
    *["events=[{month: 3, set: firms.Lean.discipline, to: disrupter}]"],
    *["events=[{month: 3, enter: {name: N, discipline: disrupter}}]"],
    *["events=[{month: 3, enter: {nam: N}}]", "segments.thrify.share=0.3", "format='1'"],
    *["disciplines.nonne.markup=1", "network.rewire=10%", "a", "=5", "firms..price=1"],
    *["firms.Lean.name='A B '", "firms.Lean.name='=x'", "title='=-@a'", 'title="a\\eb"'],
    *['firms.Lean.name="a\\u200bb"', "firms.Lean.name=5", "firms.Lean.name=true"],
]


@pytest.mark.parametrize("option", OPTIONS)
def test_what_is_suggested_is_accepted(tmp_path, option):
    count, failed = unmet(tmp_path, option)
    assert count >= 1, told(tmp_path, option)
    assert not failed


NO_HINT = ["firms=Lean", "firms=5", "market.customers='-5'", "market.customers=10_000_000_000"]


@pytest.mark.parametrize("option", [*NO_HINT, "events=[{month: 3, set: market.custmers, to: 1}]"])
def test_what_would_fail_again_is_not_suggested(tmp_path, option):
    problems = told(tmp_path, option)
    assert problems
    assert all(problem.suggestion is None for problem in problems)


def mutations(seed: int, most: int) -> Iterator[str]:
    """Keys and values of the schema as people get them wrong."""
    chance = random.Random(seed)
    for _ in range(most):
        key = chance.choice([*KEYS, *FIRM_KEYS])
        path = key.path.replace("firms[]", "firms.Lean")
        number = chance.choice(["0.5", "1", "7", "3.5", "1000", "1_000", "-2", "1e3", "0,5", "1,5"])
        value = chance.choice(
            [f"'{number}'", f"{number}%", f"{number} %", number, f"[{number}]", "yes", "True",
             "'true'", "0x1F", f"{key.default}s", "1.000,5", "'1 000'"]
        )  # fmt: skip
        if chance.random() < 0.4:
            at = chance.randrange(1, len(path))
            path = path[:at] + chance.choice(["", path[at] * 2, "x"]) + path[at + 1 :]
            value = key.default or "1"
        yield f"{path}={value}"


def assert_all_met(tmp_path, seed: int, most: int, least: int) -> None:
    counts, failures = 0, []
    for option in mutations(seed, most):
        count, failed = unmet(tmp_path, option)
        counts += count
        failures += failed
    assert not failures, "\n".join(failures)
    assert counts >= least


def test_suggestions_for_random_mistakes_are_accepted(tmp_path):
    assert_all_met(tmp_path, seed=3, most=60, least=10)


@pytest.mark.slow
def test_suggestions_for_thousands_of_mistakes_are_accepted(tmp_path):
    assert_all_met(tmp_path, seed=4, most=2_000, least=400)

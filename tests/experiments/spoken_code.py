"""Sentences that the code itself says to users: errors, notes, help; found in its source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tsunagari.experiments.words import language_of

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "agents/asked.py", "sim/paths.py", "sim/problems.py", "sim/events.py", "sim/own_code.py",
    "sim/version.py", "sim/scenario.py", "sim/scale.py", "sim/reading", "sim/network", "sim/schema",
    "experiments/cli", "experiments/runs", "experiments/studies", "experiments/fitting",
    "experiments/deciding", "experiments/panel", "experiments/explain",
    "experiments/report/report.py", "experiments/validate/registry.py",
    "experiments/pictures/film_file.py", "experiments/words/letters.py",
    "experiments/words/text.py",
)  # fmt: skip
_SENTENCE = re.compile(r"[A-Za-z]{2,}[,:;]? [a-z]{2,}|^[a-z]+ \{\}|\{\} [a-z]{2,}")
_NOT_TOLD = {"meaning", "unit", "source", "key", "title", "sources", "description"}
_TOLD_ELSEWHERE = {"parameter", "dated", "Field", "_texts", "_operating_model", "print_table"}
_OF_THE_PROGRAM = {
    "TypeError", "RuntimeError", "KeyError", "AttributeError", "AssertionError", "IndexError",
    "NotImplementedError", "KeyboardInterrupt", "FileNotFoundError", "SystemExit",
}  # fmt: skip
NAMES = frozenset([
    # What YAML's reader says, on which its sentences are chosen.
    *["'\\t' that cannot start", "mapping values are not allowed", "could not find expected ':'",
     "found unexpected end of stream", "but got '<stream end>'", "but found '<stream end>'",
     "but found '}'", "but found ']'", "found undefined tag handle", "expected <block end>",
     "that cannot start any token", "unexpected end of stream", "got '<stream end>'",
     "Value error, ", "edges with data", "adjacency with data", "!doctype html"],
    # Names of draws, verdicts, terms, records and steps, which the catalogue of texts has.
    *["network: place in line", "network: ties", "came true", "did not come true",
       "cannot be told", "claim {}", "Latin hypercube", "switching to ", "values {}", "Best mix",
       "last click", "several truths", "no truth", "lever {}", "without {}", "missing nps",
       "missing {}", "order of clicks", "pays throughout", "pays, then stops", "pays at first",
       "does not pay", "costs nothing", "luck of the month", "handling time", "quality believed",
       "lasting taste", "number of reviews", "guarantee and gain-sharing", "closed form",
       "somebody they like works there", "usual intensity", "own readiness",
       "orders of holds", "friends who left",
       "friends who are there", "rating of the provider", "doing without", "switching cost",
       "loss to rivals", "{} is ", "one of"],
    # What is typed, files that are written, and other programs' errors.
    *["results/<file>-<key of the design>", "shape {} does not fit {}",
       "{} of a network must be a row of {}",
       "starts of a network do not fit its size and its friends",
       "ties of a network must be as many as friends, or none",
       "names of a network must be as many as its people", "a level is between 0 and 1, not {}",
       "an ensemble of shape {} for values of {}", "an ensemble of {}; at least {} are needed",
       "members of the ensemble are NaN", "Problems are raised when there is at least one",
       "{} coalitions are not those of a whole number of players",
       "{} Nothing means the discipline's.",
       "One firm: its name, its discipline, and what it does otherwise than that."],
])  # fmt: skip


def sentences() -> Iterator[tuple[str, str]]:
    """Place and template of every sentence, ``{}`` for what it names."""
    for room in ROOMS:
        path = ROOT / room
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            tree = ast.parse(file.read_text(encoding="utf-8"))
            for node in _told(tree):
                text = _template(node)
                if "{{" in text:  # for str.format
                    text = text.replace("{{", "{").replace("}}", "}")
                is_typed = text.startswith("tsunagari ") or "\n# " in text or "\\(" in text
                if language_of(text) == "ja":  # words for a column of tables
                    continue
                if _SENTENCE.search(text) and text not in NAMES and not is_typed:
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", text


def _told(node: ast.AST) -> Iterator[ast.expr]:
    """Texts below a node, but those that nobody is told."""
    if isinstance(node, ast.FunctionDef) and node.name == "__repr__":
        return
    if isinstance(node, ast.Constant | ast.JoinedStr):
        yield node
        if isinstance(node, ast.JoinedStr):
            for value in node.values:
                if isinstance(value, ast.FormattedValue):
                    yield from _told(value.value)
        return
    children = ast.iter_child_nodes(node)
    if isinstance(node, ast.Call):
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if called in _OF_THE_PROGRAM | _TOLD_ELSEWHERE:
            return
        arguments = node.args[:2] if called == "_entry" else node.args
        keywords = [one.value for one in node.keywords if one.arg not in _NOT_TOLD]
        children = iter([*arguments, *keywords])
    for child in children:
        if not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            yield from _told(child)


def _template(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(
        value.value if isinstance(value, ast.Constant) else "{}"
        for value in getattr(node, "values", ())
    )

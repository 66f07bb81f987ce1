"""What is wrong, in the language that is spoken."""

from __future__ import annotations

from dataclasses import replace

from tsunagari.experiments.words import spoken
from tsunagari.experiments.words.messages import told
from tsunagari.sim.problems import Problem


def in_words(problem: Problem) -> Problem:
    """A problem in the language that is spoken; where that has no words for it, in English."""
    if spoken() == "en":
        return problem
    parts = [told(part) for part in (problem.message, problem.suggestion) if part]
    return replace(problem, message="。".join(parts), suggestion=None)

"""What is wrong, in the language that is spoken."""

from __future__ import annotations

import re
from dataclasses import replace

from tsunagari.experiments.telling.keys import meanings
from tsunagari.experiments.words import spoken
from tsunagari.experiments.words.messages import told
from tsunagari.sim.problems import Problem


def in_words(problem: Problem) -> Problem:
    """A problem in the language that is spoken; where that has no words for it, in English."""
    if spoken() == "en":
        return problem
    message, parts = problem.message, []
    missing = re.fullmatch(r"is missing \((.*)\)", message, re.DOTALL)
    if missing:
        parts, message = [f"{told('is missing')}（{meanings(missing[1]).rstrip('。')}）"], ""
    parts += [told(part) for part in (message, problem.suggestion) if part]
    return replace(problem, message="。".join(parts), suggestion=None)

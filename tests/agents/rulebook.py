"""Every rule there is, found by its decorator, and inputs to try it with."""

import importlib
import inspect
import math
import pkgutil
import random
import typing

import tsunagari.agents.phases
import tsunagari.agents.rules
from tsunagari.agents.compiled import Word

MODULES = [
    "tsunagari.agents.chance",
    *(
        f"{package.__name__}.{module.name}"
        for package in (tsunagari.agents.rules, tsunagari.agents.phases)
        for module in pkgutil.iter_modules(package.__path__)
    ),
]
POSITIVE = {
    *("connectivity", "extremity", "step", "noise", "sensitivity", "breadth", "habit_months"),
    *("attention", "defection_ratio", "shape", "mean", "scale", "base", "sources"),
    *("friends", "usual"),
}
"""Parameters that the schema keeps above zero: a logarithm, a root or a quotient needs it."""


def _is_rule(found: object, module: str) -> bool:
    return (
        inspect.isfunction(found)
        and found.__module__ == module
        and inspect.getsource(found).startswith("@rule")
    )


RULES = [
    found
    for module in MODULES
    for found in vars(importlib.import_module(module)).values()
    if _is_rule(found, module)
]


def types_of(rule):
    """Types of the parameters by name, and of the result."""
    hints = typing.get_type_hints(rule, include_extras=True)
    return {name: hints[name] for name in inspect.signature(rule).parameters}, hints["return"]


def any_input(luck: random.Random, name: str, kind: object) -> int | float | bool:
    """A value that such a parameter may take: usual, at an edge, or far out."""
    if kind == Word:
        return luck.getrandbits(64)
    if kind is bool:
        return luck.random() < 0.5
    if kind is int:
        return luck.choice([0, 1, luck.randrange(6), luck.randrange(250), luck.getrandbits(28)])
    number = luck.choice(
        [
            0.0,
            1.0,
            luck.random(),
            luck.random(),
            luck.uniform(-3.0, 3.0),
            luck.gauss(0.0, 20.0),
            math.ldexp(luck.uniform(-1.0, 1.0), luck.randrange(-60, 21)),
        ]
    )
    return abs(number) or 1e-3 if name in POSITIVE else number


def inputs_of(rule, count: int, seed: int):
    """So many inputs of a rule for which it has a result, and the results.

    What a rule has no result for (a logarithm of nothing, say) cannot be compared: Python raises
    where compiled code would go on with a NaN.
    """
    luck = random.Random(f"{rule.__module__}.{rule.__name__}{seed}")
    kinds, _ = types_of(rule)
    inputs, results = [], []
    for _ in range(count):
        values = tuple(any_input(luck, name, kind) for name, kind in kinds.items())
        try:
            result = rule(*values)
        except (ArithmeticError, ValueError):
            continue
        inputs.append(values)
        results.append(result)
    return inputs, results

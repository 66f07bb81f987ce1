"""Tsunagari: markets in which connected customers choose, stay with and leave firms.

The public names are imported when they are first used, so that ``import tsunagari`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agents.customer import Customer
    from agents.firm.discipline import Discipline
    from agents.firm.firm import Firm
    from experiments.runs.results import read_results
    from experiments.studies.compare import compare
    from experiments.studies.shards import merge
    from experiments.studies.sweep import sweep
    from sim.market import Market
    from sim.scenario import Scenario

    __version__: str

__all__ = [
    "Customer",
    "Discipline",
    "Firm",
    "Market",
    "Scenario",
    "__version__",
    "compare",
    "merge",
    "read_results",
    "sweep",
]

_HOMES = {
    "Customer": "agents.customer",
    "Discipline": "agents.firm.discipline",
    "Firm": "agents.firm.firm",
    "Market": "sim.market",
    "Scenario": "sim.scenario",
    "compare": "experiments.studies.compare",
    "merge": "experiments.studies.shards",
    "read_results": "experiments.runs.results",
    "sweep": "experiments.studies.sweep",
}


def __getattr__(name: str) -> Any:
    """Import a public name from where it lives (PEP 562)."""
    if name == "__version__":
        value: Any = _imported("sim.version", "version")()
    elif name in _HOMES:
        value = _imported(_HOMES[name], name)
    else:
        raise AttributeError(f"module 'tsunagari' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """All names, also those not imported yet."""
    return sorted({*globals(), *__all__})


def _imported(module: str, name: str) -> Any:
    import importlib

    from tsunagari._floors import stranger

    problem = stranger()
    if problem is not None:
        raise ImportError(problem)
    return getattr(importlib.import_module(module), name)

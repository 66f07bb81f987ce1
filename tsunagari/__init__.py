"""Tsunagari: markets in which connected customers choose, stay with and leave firms.

The public names are imported when they are first used, so that ``import tsunagari`` costs nothing.
An installed package has the floors (``agents``, ``sim``, …) inside it; in a checkout they stand
beside it and are found there under the same names, ``tsunagari.agents`` and so on.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tsunagari.agents.customer import Customer
    from tsunagari.agents.firm.discipline import Discipline
    from tsunagari.agents.firm.firm import Firm
    from tsunagari.experiments.decide import decide
    from tsunagari.experiments.fitting.fit import fit
    from tsunagari.experiments.panel.panel import panel
    from tsunagari.experiments.panel.watch import Records
    from tsunagari.experiments.runs.results import read_results
    from tsunagari.experiments.studies.compare import compare
    from tsunagari.experiments.studies.shards import merge
    from tsunagari.experiments.studies.sweep import sweep
    from tsunagari.sim.market import Market
    from tsunagari.sim.scenario import Scenario

    __version__: str

__all__ = [
    "Customer",
    "Discipline",
    "Firm",
    "Market",
    "Records",
    "Scenario",
    "__version__",
    "compare",
    "decide",
    "fit",
    "merge",
    "panel",
    "read_results",
    "sweep",
]

_HERE = Path(__file__).resolve().parent
if not (_HERE / "agents").is_dir():
    __path__.append(str(_HERE.parent))

_HOMES = {
    "Customer": "tsunagari.agents.customer",
    "Discipline": "tsunagari.agents.firm.discipline",
    "Firm": "tsunagari.agents.firm.firm",
    "Market": "tsunagari.sim.market",
    "Records": "tsunagari.experiments.panel.watch",
    "Scenario": "tsunagari.sim.scenario",
    "compare": "tsunagari.experiments.studies.compare",
    "decide": "tsunagari.experiments.decide",
    "fit": "tsunagari.experiments.fitting.fit",
    "merge": "tsunagari.experiments.studies.shards",
    "panel": "tsunagari.experiments.panel.panel",
    "read_results": "tsunagari.experiments.runs.results",
    "sweep": "tsunagari.experiments.studies.sweep",
}


def __getattr__(name: str) -> Any:
    """Import a public name from where it lives (PEP 562)."""
    if name == "__version__":
        value: Any = _imported("tsunagari.sim.version", "version")()
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

    return getattr(importlib.import_module(module), name)

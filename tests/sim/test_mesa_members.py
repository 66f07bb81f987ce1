"""Every public member that comes from Mesa has a verdict, which is tried; the page tells them all.

`uv run pytest tests/sim/test_mesa_members.py --update-docs` writes docs/mesa.md anew.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import mesa
import mesa_verdicts as verdicts
import pandas as pd
import pytest
from mesa_verdicts import PLAN, REFUSED, Priced, Verdict

from tsunagari.agents.customer import Customer
from tsunagari.agents.firm.firm import Firm
from tsunagari.sim.market import Market

PAGE = Path(__file__).resolve().parents[2] / "docs" / "mesa.md"

AGENTS = {kind: verdicts.agent_verdicts(kind) for kind in (Customer, Firm)}
SETS = [
    verdicts.set_verdicts(kind) for kind in (verdicts.CUSTOMERS, verdicts.FIRMS, verdicts.EVERYBODY)
]
TABLES = [
    ("Model", verdicts.model_members, [verdicts.MODEL]),
    ("Agent", verdicts.agent_members, list(AGENTS.values())),
    ("AgentSet", verdicts.set_members, SETS),
    ("batch_run", verdicts.batch_members, [verdicts.BATCH]),
]
EVERY = [
    pytest.param(verdict, id=f"{name}-{place}-{member}")
    for name, _, columns in TABLES
    for place, column in enumerate(columns)
    for member, verdict in column.items()
]


@pytest.mark.parametrize(("name", "members", "columns"), TABLES)
def test_every_member_of_mesa_has_a_verdict_and_nothing_else_has(name, members, columns):
    for column in columns:
        assert sorted(column) == sorted(members()), name


@pytest.mark.parametrize("verdict", EVERY)
def test_a_verdict_holds(verdict: Verdict):
    text = verdict.said()
    assert text.startswith(("works", REFUSED)), text
    assert "\n" not in text


def test_the_page_tells_the_verdicts(request):
    text = page()
    if request.config.getoption("--update-docs"):
        PAGE.write_text(text, encoding="utf-8", newline="\n")
    assert PAGE.read_text(encoding="utf-8") == text, (
        "docs/mesa.md is stale: uv run pytest tests/sim/test_mesa_members.py --update-docs"
    )


@pytest.mark.slow
def test_a_batch_in_two_processes_gives_the_same_rows():
    asked = {"rng": [1, 2], "display_progress": False}
    parameters = {"price": [0.9, 1.1]}
    here = mesa.batch_run(Priced, parameters, **asked)
    there = mesa.batch_run(Priced, parameters, number_processes=2, **asked)
    there.sort(key=lambda row: row["RunId"])
    pd.testing.assert_frame_equal(pd.DataFrame(here), pd.DataFrame(there))


def test_a_collector_of_ones_own_takes_the_place_of_the_tables():
    class Collecting(Market):
        def __init__(self, rng=None):
            super().__init__(PLAN, seed=rng, threads=1)
            self.datacollector = mesa.DataCollector(
                {"month": "month"}, agenttype_reporters={Firm: {"price": "price"}}
            )

        def step(self):
            super().step()
            self.datacollector.collect(self)

    rows = mesa.batch_run(Collecting, {}, rng=[1], display_progress=False)
    assert [row["month"] for row in rows] == [3] * len(PLAN.firms)
    assert all(row["price"] > 0 for row in rows)
    with pytest.raises(RuntimeError, match="collected every month"):
        verdicts.market().datacollector.collect(None)
    frame = verdicts.market().datacollector.get_model_vars_dataframe()
    assert {"hhi", "Lean.price"} <= set(frame)


# -- the page ------------------------------------------------------------------------------------


def page() -> str:
    model, agent, sets, batch = (columns for _, _, columns in TABLES)
    return HEAD.format(mesa=version("mesa")) + "\n".join(
        [
            "## Model\n",
            "`Market` is a `mesa.Model`.\n",
            table(["Member", "Market"], model),
            "## Agents\n",
            "`Customer` and `Firm` are `mesa.Agent`s.\n",
            table(["Member", "Customer", "Firm"], agent),
            "## Sets of agents\n",
            "`market.agents_by_type[Customer]`, `market.agents_by_type[Firm]` and `market.agents`. "
            "Subsets and copies of firms are Mesa's own `AgentSet`.\n",
            table(["Member", "Customers", "Firms", "All agents"], sets),
            BATCH,
            table(["Parameter", "Here"], batch),
            LASTS,
        ]
    )


def table(head: list[str], columns: list[dict[str, Verdict]]) -> str:
    lines = [head, ["---"] * len(head)]
    members = sorted(columns[0], key=lambda name: (name.startswith("__"), name))
    lines += [[f"`{m}`", *(column[m].said() for column in columns)] for m in members]
    escaped = ([cell.replace("|", "\\|") for cell in line] for line in lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in escaped)


# ruff: noqa: E501 - the page's own lines
HEAD = """\
# What of Mesa works here

A market is a Mesa model, firms and customers are its agents. This page goes through every public member
of Mesa's `Model`, `Agent` and `AgentSet` and every parameter of `batch_run` (Mesa {mesa}), and says whether it
works as Mesa documents it, or how it is refused. A test tries each line, and writes this page:
`uv run pytest tests/sim/test_mesa_members.py --update-docs`.

"""

BATCH = """\
## batch_run

The tables of a market are its data collector, so no other is needed:

```python
import mesa
import pandas as pd

from tsunagari import Market, Scenario

plan = Scenario.load("three-disciplines").with_values({"market.customers": 200, "market.months": 6})


class Priced(Market):
    def __init__(self, price=1.0, rng=None):
        super().__init__(plan.with_values({"firms.Lean.price": price}), seed=rng)


rows = mesa.batch_run(Priced, {"price": [0.9, 1.1]}, rng=range(3), display_progress=False)
print(pd.DataFrame(rows).groupby("price")[["hhi", "Lean.market_share", "Lean.cash"]].mean())
```

With `number_processes` above 1 the class must stand in a module that other processes can import. For columns
of your own set `market.datacollector = mesa.DataCollector(...)` and collect, as in any Mesa model.
"""

LASTS = """\
## What may be set

Attributes must be declared, in the body of a class or in its `__init__`; a misspelt one is refused. Between two
months

- a firm's stocks may be set and hold: `cash`, `staff`, `product`, `novelty`, `culture`, `data`, `overpromise`,
  `adstock`, `capabilities`, `discipline`. What it decides itself every month, as its `price`, is refused:
  `market.act("firms.Lean.price", 0.9)` changes what it follows from;
- a customer's traits and states may be set and hold, and `segment`, `district`, `tenure`, `contract_left` and
  `provider`, which moves the customer there as somebody new. Records of what happened are refused.

While the market makes its month, phases and plans of your own classes may set all of it. Only acts are in
`market.played`; what is set directly is not.
"""

"""What the default market amounts to, on small markets, and what set its numbers."""

import math

import numpy as np
import pytest

from docs.makers.sector import figures
from docs.makers.sector.__main__ import main
from docs.makers.sector.figures import PriceChange, SectorFigures, elasticity, leaders, numbers_of
from docs.makers.sector.page import PAGE, with_figures
from docs.makers.sector.settings import SECTIONS, SETTINGS, assumed, rows
from tsunagari.experiments.runs.statistics import Interval
from tsunagari.experiments.validate.purity import CONNECTIVITIES, ENVIRONMENTS, PURE, PurityMap
from tsunagari.experiments.validate.study import Draw
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.keys import keys

KEYS = {key.path: key for key in keys(Scenario)}


@pytest.fixture(scope="module")
def draw():
    values = {"market.customers": 300, "market.months": 30}
    return Draw(Scenario.load("three-disciplines").with_values(values), 3, 1)


def test_figures_of_a_run_are_those_of_its_tables(draw):
    found = numbers_of(draw)
    market = Market(draw.plan, seed=3, replication=1)
    market.run_for(30)
    firms = market.results.firms
    late = firms[firms.month > figures.WARM_UP].groupby("firm")
    before = firms[(firms.month >= figures.WARM_UP) & (firms.month < 30)].groupby("firm")
    for name, numbers in found["firms"].items():
        lost = late.leaves.sum()[name] / before.customers.sum()[name]
        assert numbers["churn"] == pytest.approx(lost)
        assert numbers["nps"] == pytest.approx(late.nps.mean()[name])
        assert numbers["margin"] + sum(numbers[cost] for cost in figures.COSTS) == pytest.approx(1)
    prices = late.price.mean()
    assert found["spread"] == pytest.approx(prices.max() / prices.min() - 1)
    assert sum(found["stars"]) == pytest.approx(1)


def test_a_firm_that_has_closed_has_no_figures(draw):
    gone = draw.plan.with_values({"events": [{"month": 9, "leave": "Spark"}]})
    found = numbers_of(Draw(gone, 3, 1))
    assert all(math.isnan(number) for number in found["firms"]["Spark"].values())
    assert math.isfinite(found["spread"])


def test_who_asks_more_wins_fewer(draw, monkeypatch):
    monkeypatch.setattr(figures, "CHANGE", 0.2)
    assert elasticity(PriceChange(draw, "Lean")) < -0.5


def test_leaders_and_how_sure_they_are():
    shape = (len(ENVIRONMENTS), len(CONNECTIVITIES), len(PURE), 3)
    less_middle = np.full(shape, -1.0)
    less_middle[0, 0, 1] = 5.0  # Spark, by far and always
    less_middle[0, 1, 2] = [9.0, -1.0, 0.0]  # Tailor, by luck
    found = leaders(PurityMap(less_middle, less_middle), less_middle)
    assert found[0][:3] == [("Spark", True), ("Tailor", False), ("Broad", True)]


def test_the_page_says_what_was_measured():
    number = Interval(0.0213, 0.01, 0.03)
    numbers = dict.fromkeys([*figures.NUMBERS, "elasticity"], number)
    cells = [[("Lean", True)] * len(CONNECTIVITIES)] * len(ENVIRONMENTS)
    found = SectorFigures(
        {"Lean": numbers, "町": numbers | {"price": Interval(math.nan, math.nan, math.nan)}},
        (number,) * 5, Interval(0.4, math.nan, math.nan), {"profit": cells, "share": cells},
    )  # fmt: skip
    page = "a\n<!-- measured: sector -->\nold\n<!-- end -->\nb\n"
    text = with_figures(page, found, "By hand.")
    assert text.startswith("a\n<!-- measured: sector -->\n\nBy hand.\n")
    assert text.endswith("\n<!-- end -->\nb\n")
    assert "| Customers lost a month, % | 2.1 (1.0 to 3.0) | 2.1 (1.0 to 3.0) |" in text
    assert "| Price | 0.02 (0.01 to 0.03) | – |" in text
    assert "asks 40.0 % more" in text
    assert "Lean in 35" in text
    assert with_figures(text, found, "By hand.") == text
    with pytest.raises(ValueError, match="0 parts"):
        with_figures("", found, "")


def test_the_page_has_been_written_and_says_by_which_command(capsys):
    text = PAGE.read_text(encoding="utf-8")
    assert "Written by `python -m docs.makers.sector" in text
    assert "--quick" not in text
    with pytest.raises(SystemExit) as ending:
        main(["--page", "no/such/page.md"])
    assert ending.value.code == 2
    assert "there is no page" in capsys.readouterr().err


def test_every_number_is_set_by_something_once_or_assumed():
    told = [row[0].strip("`") for row in rows(KEYS)]
    assert len(told) == len(set(told)) == sum(len(setting.paths) for setting in SETTINGS)
    listed = dict(assumed(KEYS))
    assert list(listed) == [f"`{section}`" for section in SECTIONS]
    for path, key in KEYS.items():
        section, _, name = path.partition(".")
        if section in SECTIONS and name and not any(p.startswith(f"{path}.") for p in KEYS):
            assert (f"`{name}` {key.default}" in listed[f"`{section}`"]) != (path in told), path
    for setting in SETTINGS:
        assert setting.source

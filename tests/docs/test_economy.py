"""The default market as an economy: how its figures are made, and the bands that hold."""

import re

import numpy as np
import pytest

from docs.makers.economy.figures import Held, Part, demand, prices, success, top
from docs.makers.economy.page import OUTSIDE, PAGE, held_line, with_part
from docs.makers.economy.runs import FIRMS, Case, Runs, changed, value
from tsunagari.experiments.runs.workers import Crew
from tsunagari.sim.scenario import Scenario


def test_the_value_of_steady_profits_is_that_of_a_perpetuity():
    steady = {"profit": np.full((85, 4), 3.0)}
    rate = Scenario.load("three-disciplines").finance.discount
    assert value(steady, 1) == pytest.approx(3.0 / rate)
    assert 0 < value(steady, 1, years=3, forever=False) < value(steady, 1, forever=False)


def test_the_top_of_a_parabola_in_ln_factor_is_found():
    factors = (0.7, 0.85, 1.0, 1.15, 1.3)
    assert top(factors, [-(np.log(x / 1.08) ** 2) for x in factors]) == pytest.approx(1.08)
    assert top(factors, factors) == pytest.approx(1.3)


def test_what_is_outside_its_band_is_listed_first():
    text = "".join(
        f"<!-- measured: {n} -->\n<!-- end -->\n" for n in ("missed", "prices", "demand")
    )
    good, bad = Held("a", 1.0, 0.5, 2.0), Held("b", 3.0, 0.5, 2.0)
    text = with_part(text, "prices", Part((), (good, bad)), 2, 1)
    text = with_part(text, "demand", Part((), (good,)), 2, 1)
    head = text[: text.index("<!-- end -->")]
    assert "1 of 3 figures are outside their bands:" in head
    assert held_line(bad).removesuffix(f": {OUTSIDE}") in head
    assert "- a" not in head
    assert "0 of 3 figures are outside their bands." in with_part(
        text, "prices", Part((), (good, good)), 2, 1
    )
    with pytest.raises(ValueError, match="0 parts 'nothing'"):
        with_part(text, "nothing", Part(()), 2, 1)


def test_every_band_on_the_page_has_the_verdict_of_its_figure():
    text = PAGE.read_text(encoding="utf-8").replace("−", "-")
    found = re.findall(r"^- .*: ([-\d.]+), asked ([-\d.]+) to ([-\d.]+): (.*)$", text, re.M)
    assert len(found) == 46
    for figure, low, high, verdict in found:
        assert (verdict == "within") == (float(low) <= float(figure) <= float(high))


def test_a_market_is_run_once_and_its_change_holds_from_its_month_on():
    runs = Runs(Crew())
    small = {"months": 15, "people": 100}
    as_it_is, dear = runs.of([Case(**small), changed("Lean", "price", 1.5, **small)], 1)
    assert runs.of([Case(**small)], 1)[0][0] is as_it_is[0]
    ratio = dear[0]["price"] / as_it_is[0]["price"]
    np.testing.assert_array_equal(ratio[:13], 1.0)
    assert ratio[13, 0] == pytest.approx(1.5)


@pytest.mark.exhaustive
@pytest.mark.slow  # minutes: some 200 markets
def test_the_bands_that_hold_on_the_page_hold():
    runs = Runs(Crew())
    for held in prices(runs, 4).held:
        assert held.within, held_line(held)
    for held in demand(runs, 4).held:  # a year's joins of one firm are too few in so small a market
        assert held.within or "joins" in held.what, held_line(held)
    found = success(runs, 6)
    assert [held_line(held) for held in found.held[: len(FIRMS)] if not held.within] == []
    (_, rows), = found.tables  # fmt: skip
    for firm, _, _, _, nothing, double in rows:
        assert nothing.mean < -0.2, firm
        assert double.mean > nothing.mean, firm

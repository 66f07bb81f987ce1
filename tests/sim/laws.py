"""What must be true of the tables of every market, whatever its scenario."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

CONTRACT = {
    "firms": """
        scenario replication month firm discipline customers market_share revenue_share
        share_of_customer retention retention_due retention_12 joins leaves stickiness
        stickiness_location stickiness_switching stickiness_obligation stickiness_success
        stickiness_money held_against_better satisfaction expectation success_rate trust nps
        next_purchase_intention rating reviews fit price unit_cost revenue profit cash clv
        clv_to_date referral_value acquisition_cost joins_stimulus joins_review joins_friend
        joins_referral joins_memory
    """.split(),
    "market": """
        scenario replication month hhi reach without_provider need connectivity spending
    """.split(),
    "segments": """
        scenario replication month segment people customers surplus surplus_realised value_share
    """.split(),
    "cohorts": "scenario replication firm joined tenure survivors".split(),
    "flows": "scenario replication month source destination decided_by customers".split(),
}
COSTS = """
    delivery attention service intermediation advertising acquisition investment fixed interest
""".split()
RESERVOIRS = "location switching obligation success".split()
REASONS = """
    stimulus review friend referral memory dissatisfaction exit closure dismissal price time quality
    certainty success nearness taste reputation popularity guarantee people necessity luck
""".split()
CHANNELS = [f"joins_{name}" for name in "stimulus review friend referral memory".split()]
SHARES = """
    market_share revenue_share share_of_customer retention retention_due retention_12
    held_against_better success_rate next_purchase_intention fit
""".split()
MAY_BE_NULL = {  # a measure, and when it says something nevertheless
    "market_share": lambda f: f["everybody"] > 0,
    "revenue_share": lambda f: f["all_revenue"] > 0,
    "retention": lambda f: f["before"] > 0,
    "share_of_customer": lambda f: f["customers"] > 0,
    "stickiness": lambda f: f["customers"] > 0,
    "stickiness_money": lambda f: f["share_of_customer"] > 0,  # weighted by what is bought
    **{f"stickiness_{name}": lambda f: f["customers"] > 0 for name in RESERVOIRS},
    "next_purchase_intention": lambda f: f["customers"] > 0,
    "fit": lambda f: f["customers"] > 0,
    "acquisition_cost": lambda f: f["joins"] > 0,
    "satisfaction": lambda f: f["stayed"] > 0,
    "expectation": lambda f: f["stayed"] > 0,
    "success_rate": lambda f: f["stayed"] > 0,
    "trust": lambda f: f["stayed"] > 0,
    "nps": lambda f: f["stayed"] > 0,
}


@dataclass(frozen=True)
class Books:
    """The tables of one run, and how many people it was of."""

    people: int
    tables: dict[str, pd.DataFrame]

    @cached_property
    def firms(self) -> pd.DataFrame:
        """The table of firms with last month's customers and cash, and the market's sums."""
        firms = self.tables["firms"].copy()
        by_firm = firms.groupby("firm", sort=False)
        firms["before"] = by_firm["customers"].shift(fill_value=0)
        firms["cash_before"] = by_firm["cash"].shift()
        by_month = firms.groupby("month")
        firms["everybody"] = by_month["customers"].transform("sum")
        firms["all_revenue"] = by_month["revenue"].transform("sum")
        firms["stayed"] = np.where(firms["month"] > 0, firms["customers"] - firms["joins"], 0)
        return firms

    @property
    def market(self) -> pd.DataFrame:
        """The table of the market, by month."""
        return self.tables["market"].set_index("month")


def near(left: pd.Series, right: pd.Series, scale: float = 1.0) -> bool:
    """Whether two columns are equal but for rounding; undefined is near nothing."""
    size = np.maximum(np.maximum(np.abs(left), np.abs(right)), scale)
    return bool((np.abs(left - right) <= 1e-9 * size).all())


def columns_are_as_promised(books: Books) -> None:
    for name, columns in CONTRACT.items():
        assert set(columns) <= set(books.tables[name].columns)


def every_month_is_there_once(books: Books) -> None:
    months = books.market.index
    assert list(months) == list(range(len(months)))
    rows = books.firms[["month", "firm"]]
    assert not rows.duplicated().any()
    for _, own in rows.groupby("firm"):  # from entry to exit without a gap
        assert (own["month"].diff().dropna() == 1).all()


def shares_sum_to_one(books: Books) -> None:
    for share, total in (("market_share", "everybody"), ("revenue_share", "all_revenue")):
        some = books.firms[books.firms[total] > 0]
        sums = some.groupby("month")[share].sum()
        assert near(sums, pd.Series(1.0, sums.index))


def customers_balance(books: Books) -> None:
    f = books.firms
    later = f[f["month"] > 0]
    assert (later["customers"] == later["before"] + later["joins"] - later["leaves"]).all()
    assert (f.loc[f["month"] == 0, ["joins", "leaves"]] == 0).all(axis=None)
    assert (f[["customers", "joins", "leaves"]] >= 0).all(axis=None)
    with_provider = f.groupby("month")["customers"].sum().reindex(books.market.index, fill_value=0)
    assert (books.market["without_provider"] + with_provider == books.people).all()
    assert near(books.market["reach"], with_provider / books.people)


def flows_agree(books: Books) -> None:
    flows = books.tables["flows"]
    f = books.firms.set_index(["month", "firm"])
    for end, column in (("source", "leaves"), ("destination", "joins")):
        some = flows[flows[end] != ""]
        moved = some.groupby(["month", end])["customers"].sum()
        moved.index.names = ["month", "firm"]
        assert moved.index.isin(f.index).all()
        assert (f[column] == moved.reindex(f.index, fill_value=0)).all()
    assert (flows["customers"] > 0).all()
    assert (flows["source"] != flows["destination"]).all()
    assert flows["decided_by"].isin(REASONS).all()
    assert not flows[["month", "source", "destination", "decided_by"]].duplicated().any()


def everybody_joined_through_something(books: Books) -> None:
    through = books.firms[CHANNELS]
    assert (through >= 0).all(axis=None)
    assert (through.sum(axis=1) == books.firms["joins"]).all()


def cohorts_survive_less_and_less(books: Books) -> None:
    cohorts = books.tables["cohorts"]
    keys = ["firm", "joined"]
    ordered = cohorts.sort_values([*keys, "tenure"])
    assert (ordered.groupby(keys)["tenure"].diff().dropna() == 1).all()
    assert (ordered.groupby(keys)["survivors"].diff().dropna() <= 0).all()
    assert (cohorts["survivors"] >= 0).all()
    alive = cohorts.assign(month=cohorts["joined"] + cohorts["tenure"])
    alive = alive.groupby(["month", "firm"])["survivors"].sum()
    f = books.firms.set_index(["month", "firm"])["customers"]
    assert (alive.reindex(f.index, fill_value=0) == f).all()
    assert (alive[~alive.index.isin(f.index)] == 0).all()  # of firms that left the market
    begun = cohorts[(cohorts["tenure"] == 0) & (cohorts["joined"] > 0)]
    begun = begun.set_index(["joined", "firm"])["survivors"]
    joins = books.firms.set_index(["month", "firm"])["joins"]
    assert (begun.reindex(joins.index, fill_value=0) == joins).all()


def shares_lie_between_zero_and_one(books: Books) -> None:
    known = books.firms[SHARES]
    assert (known.isna() | ((known >= 0) & (known <= 1 + 1e-12))).all(axis=None)
    assert (books.market[["reach"]].apply(lambda x: (x >= 0) & (x <= 1))).all(axis=None)
    assert books.firms["nps"].dropna().between(-100, 100).all()
    assert books.firms["rating"].dropna().between(1, 5).all()
    assert books.firms["stickiness_money"].dropna().between(-1 - 1e-12, 1 + 1e-12).all()


def money_adds_up(books: Books) -> None:
    f = books.firms
    income = f["revenue"] + f["settlement"]
    assert near(f["profit"], income - f[COSTS].sum(axis=1), f["all_revenue"].max())
    lived = f[f["cash_before"].notna()]
    assert near(lived["cash"] - lived["cash_before"], lived["profit"], lived["cash"].abs().max())
    earned = f.groupby("month")["revenue"].sum().reindex(books.market.index, fill_value=0.0)
    assert near(earned, books.market["spending"])
    assert (f[["revenue", *COSTS]] >= 0).all(axis=None)
    assert (f.loc[f["month"] == 0, ["revenue", *COSTS]] == 0).all(axis=None)


def stickiness_is_the_sum_of_its_parts(books: Books) -> None:
    f = books.firms[books.firms["customers"] > 0]
    parts = f[[f"stickiness_{name}" for name in RESERVOIRS]]
    assert near(f["stickiness"], parts.sum(axis=1), parts.abs().max(axis=None))
    parts = f[[f"stickiness_money_{name}" for name in RESERVOIRS]]
    assert near(f["stickiness_money"], parts.sum(axis=1), parts.abs().max(axis=None))


def numbers_are_numbers(books: Books) -> None:
    """Nothing is infinite, and what is defined is there."""
    for table in books.tables.values():
        numbers = table.select_dtypes("number")
        assert not np.isinf(numbers.to_numpy(float)).any()
    f = books.firms
    never_null = set(CONTRACT["firms"]) - set(MAY_BE_NULL) - {
        "rating", "retention_due", "retention_12", "held_against_better", "clv", "clv_to_date",
        "referral_value",
    }  # fmt: skip
    assert not f[sorted(never_null)].isna().any(axis=None)
    for measure, is_defined in MAY_BE_NULL.items():
        assert (f[measure].notna() == is_defined(f)).all(), measure
    market = books.market
    assert not market.drop(columns=["hhi", "market_value_share"]).isna().any(axis=None)
    assert (market["hhi"].isna() == (market["without_provider"] == books.people)).all()
    assert market["hhi"].dropna().between(0, 1 + 1e-12).all()


def value_is_shared(books: Books) -> None:
    """Who gains keeps a part of it; revenue retained and what is billed more add up."""
    f = books.firms[books.firms["month"] > 0]
    known = f[f["value_share"].notna()]
    assert ((known["value_share"] > 0) == (known["surplus"] > 0)).all()
    assert (f["expansion"].dropna() >= 0).all()
    assert near(f["gross_retention"].dropna(), (f["net_retention"] - f["expansion"]).dropna())
    assert f.loc[f["month"] < 12, ["net_retention", "expansion"]].isna().all(axis=None)


def segments_make_the_market(books: Books) -> None:
    """Everybody is of one segment, and stays so; surplus is of those who have a provider."""
    s, market = books.tables["segments"], books.tables["market"]
    sums = s.groupby("month")[["people", "customers"]].sum()
    assert near(sums["customers"].to_numpy(), market["adopters"].to_numpy())
    assert near(sums["people"].to_numpy(), (market["adopters"] + market["without_provider"]))
    assert (s.groupby("segment")["people"].nunique() == 1).all()
    assert (s["customers"] <= s["people"]).all()
    assert s.loc[s["customers"] == 0, ["surplus", "value_share"]].isna().all(axis=None)


LAWS: list[Callable[[Books], None]] = [
    columns_are_as_promised,
    every_month_is_there_once,
    shares_sum_to_one,
    customers_balance,
    flows_agree,
    everybody_joined_through_something,
    cohorts_survive_less_and_less,
    shares_lie_between_zero_and_one,
    money_adds_up,
    stickiness_is_the_sum_of_its_parts,
    numbers_are_numbers,
    value_is_shared,
    segments_make_the_market,
]


def assert_every_law(books: Books) -> None:
    """Each law asserts; that each can fail is shown in test_laws, by a table tampered with."""
    for law in LAWS:
        law(books)

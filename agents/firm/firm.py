"""A firm: an ordinary Mesa agent that plans, offers and keeps accounts in plain Python."""

from __future__ import annotations

import math
from math import fsum
from typing import Any

from tsunagari.agents.asked import MadeByTheMarket
from tsunagari.agents.firm.books import Accounts, Conditions, Sales, UnitCosts
from tsunagari.agents.firm.discipline import Discipline
from tsunagari.agents.firm.growth import (
    cultivated,
    develop,
    followed,
    gains,
    gathered,
    imitated,
    signals,
    trials,
)
from tsunagari.agents.firm.offer import offering
from tsunagari.agents.firm.pricing import reprice
from tsunagari.agents.firm.state import State

HOW_FIRMS_COME = (
    "firms are made by the market: name them in the scenario, or let one enter with "
    "market.act({'enter': {'name': ...}})"
)
LEAST_PRICE = 1e-6
"""What free of charge means, in usual unit costs: customers weigh the logarithm of a price."""


class Firm(MadeByTheMarket, State):
    """A firm that competes for customers.

    What it has is in :class:`~tsunagari.agents.firm.state.State`. A subclass declares its own
    attributes in its body or in ``__init__``.
    """

    _how_they_come = HOW_FIRMS_COME
    discipline: Discipline

    def found(self, conditions: Conditions, share: float) -> None:
        """Begin where this way of spending would have led in the long run.

        Args:
            conditions: Of the month before the first.
            share: Share of people that the firm begins with.
        """
        self.standing.customers = round(share * conditions.people)
        self.standing.market_share = share
        self.cash = conditions.finance.start_cash * conditions.reference_revenue
        technology = conditions.technology
        for name, gained in gains(self, conditions, self.expected_revenue(conditions)).items():
            self.capabilities[name] = gained / technology.gain if technology.gain > 0.0 else 1.0
        self.product = self.capabilities["innovation"]
        self.complementors = share
        self.staff = self._staff_wanted(conditions)
        self._set_offer(conditions)

    def step(self) -> None:
        """Plan this month and set the offer, as the market asks every firm to.

        Called by anybody else it begins the month, in which all firms plan; firms step once a
        month, and ``market.step()`` ends it.

        Raises:
            RuntimeError: It has been called so in this month already.
        """
        market = self.model
        if market.is_working:
            self.plan(market.conditions)
            return
        market.begin_month()
        if self._stepped == market.begun:
            raise RuntimeError(
                f"{self.name} has planned month {market.begun} already; "
                "market.step() ends the month"
            )
        self._stepped = market.begun

    def remove(self) -> None:
        """Firms are not removed: they close.

        Raises:
            RuntimeError: Always.
        """
        raise RuntimeError(
            f"a firm is not removed; market.act({{'leave': {self.name!r}}}) closes it next month"
        )

    def plan(self, conditions: Conditions) -> None:
        """Measure, invest, hire, price."""
        self._hold_course(conditions)
        self._measure(conditions)
        self._invest(conditions)
        develop(self, conditions)
        self.complementors = followed(
            self.complementors, self.customers / conditions.people, self.terms.complement_months
        )
        self.staff += (self._staff_wanted(conditions) - self.staff) / conditions.finance.hiring_lag
        self._answer(conditions)
        self._set_offer(conditions)

    def _hold_course(self, conditions: Conditions) -> None:
        """Let a culture grow, or pay for a change of discipline with a part of what one can."""
        technology = conditions.technology
        course = (self.terms.discipline, self.terms.purpose)
        if course[0] != self.course[0]:
            for name in self.capabilities:
                self.capabilities[name] *= 1.0 - technology.transition
        self.culture = cultivated(
            self.culture, self.terms.purpose, technology.culture_rate, course == self.course
        )
        self.course = course

    def _measure(self, conditions: Conditions) -> None:
        """Gather data from last month's contact, and measure if the plan in force has run out."""
        contact = (self.attention + self.terms.digital) * self.customers * self.direct
        self.data = gathered(
            self.data, conditions.technology.data_growth, contact / conditions.reference_people
        )
        since = self.measured_in
        if since is None or conditions.month - since >= self.terms.plan_months:
            self.measured = signals(self, conditions)
            self.measured_in = conditions.month if self.measured else None

    def _invest(self, conditions: Conditions) -> None:
        """Bring capabilities forward by budgets, imitation and trials; the frontier moves on."""
        finance, technology = conditions.finance, conditions.technology
        revenue = self.expected_revenue(conditions)
        self.invested = self.terms.investment * revenue
        imitation = imitated(self, conditions)
        for name, gained in gains(self, conditions, revenue).items():
            self.capabilities[name] += gained - technology.drift * self.capabilities[name]
        for name, gained in imitation.items():
            self.capabilities[name] += gained
        for name, gained in trials(self, conditions):
            self.capabilities[name] = max(0.0, self.capabilities[name] + gained)
            self.invested += finance.trial_cost * conditions.reference_people

    def _staff_wanted(self, conditions: Conditions) -> float:
        served = min(float(self.customers), self.terms.capacity * conditions.people)
        return self.terms.attention * served * self.direct

    def _answer(self, conditions: Conditions) -> None:
        """Concede a part of the price after a loss of share; take it back after none."""
        technology = conditions.technology
        self.concession = conceded(
            self.concession,
            self.price,
            cheaper_price(conditions, self.name, self.price),
            self.standing.lost,
            self.terms.reaction * technology.price_reaction,
        )

    def _set_offer(self, conditions: Conditions) -> None:
        """Attention, unit cost and price follow from what the firm has and can."""
        technology = conditions.technology
        self.attention = min(1.0, self.terms.attention * self.terms.extended_staff)
        if self.customers > 0:
            given = self.terms.extended_staff * self.staff / self.customers
            self.attention = min(self.attention, given)
        operations = self.capabilities["operations"]
        own_cost = self.terms.marginal_cost * math.exp(-technology.cost_slope * (operations - 1.0))
        self.unit_cost = own_cost + conditions.finance.partner_cost * self.terms.partners
        own = UnitCosts(self.unit_cost, self.full_cost(conditions), self.break_even(conditions))
        self.cost = self.costs[conditions.month] = own
        self._pricing_on = self._held_costs(conditions.month) or own
        self.unit_cost = self._pricing_on.delivery
        try:
            reprice(self, conditions)
            self._set_price(conditions)
        finally:
            self.unit_cost, self._pricing_on = own.delivery, None

    def _held_costs(self, month: int) -> UnitCosts | None:
        """The costs that it prices on instead of its own.

        Where it had closed there, the last it had; None where it was not there yet.
        """
        known = self.held_to or {}
        if month in known:
            return known[month]
        return known.get(max((before for before in known if before < month), default=month))

    def _set_price(self, conditions: Conditions) -> None:
        """By its discipline or its list, times its own factor, less what it concedes to rivals."""
        if self.terms.asks is not None:
            asked = self.terms.asks / conditions.unit_of_money * math.exp(self.repriced)
        else:
            asked = self.discipline.asking_price(self, conditions)
            asked /= 1.0 - self.intermediated(conditions)  # what customers pay, not what comes in
        asked *= self.terms.price
        if not math.isfinite(asked):
            raise ValueError(f"asking_price is {asked}; a price is a finite number")
        self.price = max(LEAST_PRICE, asked)
        if self.concession > 0.0:
            asked = self.price
            self.price = max(
                LEAST_PRICE, reduced(asked, self.break_even(conditions), self.concession)
            )
            self.concession = math.log(asked / self.price)  # not what cost did not allow

    def offer_values(self, conditions: Conditions) -> dict[str, Any]:
        """What customers see of the firm, by field of :data:`tsunagari.agents.firm.offer.OFFER`."""
        return offering(self, conditions)

    def account(self, conditions: Conditions, sales: Sales) -> None:
        """Close the month's books."""
        finance = conditions.finance
        reference_people = conditions.reference_people
        sold = sales.units + sales.side_units
        revenue = self.price * (sales.paid + sales.side_units)
        self.accounts = Accounts(
            revenue=revenue,
            settlement=self.price * sales.settled,
            delivery=self.unit_cost * sold,
            attention=finance.attention_cost * self.staff
            + self.contact_cost(conditions) * self.customers,
            service=self.unit_cost_of_service * sales.units,
            intermediation=self.intermediated(conditions) * revenue,
            advertising=finance.advertising_cost
            * self.terms.advertising
            * self.terms.reach
            * reference_people,
            acquisition=acquisition(finance, sales, self.terms.referral_reward),
            investment=self.invested,
            fixed=finance.fixed_cost * reference_people,
            interest=finance.interest * max(0.0, -self.cash),
            units=sales.units,
        )
        self.cash += self.accounts.profit
        limit = -finance.credit * conditions.reference_revenue
        self.months_in_trouble = self.months_in_trouble + 1 if self.cash < limit else 0

    def is_insolvent(self, conditions: Conditions) -> bool:
        """Whether it has been beyond its credit for longer than the grace period."""
        return self.months_in_trouble > conditions.finance.grace


def acquisition(finance: Any, sales: Sales, reward: float) -> float:
    """Cost of taking joiners on board, what each channel costs besides, and rewards paid out."""
    stimulus, review, friend, referral, _ = sales.through
    besides = finance.stimulus_cost * stimulus + finance.review_cost * review
    besides += finance.friend_cost * friend + (finance.referral_cost + reward) * referral
    return finance.acquisition_cost * sales.joins + besides


def cheaper_price(conditions: Conditions, name: str, price: float) -> float | None:
    """Mean price of the visible rivals that are cheaper, weighted by share; None without any."""
    cheaper = [
        rival
        for rival in conditions.rivals_of(name)
        if rival.price < price and rival.market_share > 0.0
    ]
    if not cheaper:
        return None
    weight = fsum(rival.market_share for rival in cheaper)
    return fsum(rival.market_share * rival.price for rival in cheaper) / weight


def conceded(before: float, price: float, cheaper: float | None, lost: float, rate: float) -> float:
    """What a firm concedes of its asking price, in log points, this month.

    After a loss of share it goes part of the way to its cheaper rivals,
    ``c += rate·ln(price/cheaper)``; otherwise it takes part of it back, ``c −= rate·c``. If it
    loses and nobody is cheaper, price is not the reason and it stays. Most moves of rivals are left
    without an answer; those that are answered, by the same means (Steenkamp et al. 2005).

    Args:
        before: What it conceded last month.
        price: Its price of last month.
        cheaper: Mean price of its cheaper rivals (:func:`cheaper_price`).
        lost: Share of the market that it lost last month.
        rate: Part of the gap closed a month: ``reaction·technology.price_reaction``.
    """
    if lost <= 0.0:
        return before - rate * before
    if cheaper is None:
        return before
    return before + rate * math.log(price / cheaper)


def reduced(asked: float, floor: float, conceded: float) -> float:
    """The price after a concession: ``asked·e^(−c)``, never below the floor for that reason."""
    return max(min(asked, floor), asked * math.exp(-conceded))

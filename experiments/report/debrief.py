"""After a game: a page for each team and one for the class, to read, print and talk about."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.game.debrief import Debrief, Worth, changed
from tsunagari.experiments.game.sight import YARDSTICKS
from tsunagari.experiments.game.views import Seen, moves_chart, shares_chart
from tsunagari.experiments.pictures.chart import (
    Bar,
    BarChart,
    FirmStyle,
    LineChart,
    Series,
    firm_styles,
)
from tsunagari.experiments.pictures.markup import Markup, escaped, paragraph, table, tag, together
from tsunagari.experiments.report.document import Document, Figure, Section, answered, named
from tsunagari.experiments.telling import customer as telling
from tsunagari.experiments.telling.scenario import authored, title_of
from tsunagari.experiments.words.numbers import UNDEFINED, whole, written
from tsunagari.sim.version import version

if TYPE_CHECKING:
    from tsunagari.experiments.explain.customer import CustomerExplanation
    from tsunagari.experiments.game.levers import Plan
    from tsunagari.experiments.words import Words

_YES, _NO = "var(--yes)", "var(--no)"
_QUESTIONS = 4


@dataclass(frozen=True, eq=False)
class Told:
    """A debrief in one language.

    Attributes:
        found: What is told.
        words: The class's language.
    """

    found: Debrief
    words: Words

    @property
    def seen(self) -> Seen:
        """The game, as its pages show it."""
        return Seen(self.found.game, self.found.sight, self.words)

    def __call__(self, key: str, **values: object) -> str:
        """A text of the theme ``game``."""
        return self.words(f"game.{key}", **values)

    def money(self, value: float) -> str:
        """A difference of money, with its sign and currency."""
        return self.words.money(whole(value, self.words.language, "+"))

    def people(self, value: float) -> str:
        """A difference of people."""
        return whole(value, self.words.language, "+")

    def value(self, lever: str, value: float | str) -> str:
        """A lever's value."""
        if isinstance(value, str):
            return self(f"course_{value}")
        if lever in ("attention", "investment"):
            return self.words.percent(value, 0)
        return written(value, ",.6g")

    def whole_plan(self, plan: Plan) -> str:
        """All that a plan says."""
        levers = ((name, getattr(plan, name)) for name in plan.__dataclass_fields__)
        parts = [
            self.words("common.colon", head=self(f"lever_{name}"), text=self.value(name, value))
            for name, value in levers
        ]
        return self.words("common.semicolon").join(parts)

    def changes(self, first: Plan, then: Plan) -> str:
        """In what a plan differs from another."""
        parts = [
            self("changed", lever=self(f"lever_{name}"), before=self.value(name, before),
                 after=self.value(name, after))
            for name, before, after in changed(first, then)
        ]  # fmt: skip
        return self.words("common.semicolon").join(parts) if parts else self("unchanged")


def pages(found: Debrief, words: Words) -> Mapping[str, tuple[str, str]]:
    """Title and HTML of every page: of the class under an empty name, of each firm under its own.

    Args:
        found: What is told.
        words: The class's language, in the money and the people of the scenario.
    """
    told = Told(found, words)
    made = {"": (told("kind_class"), _page(told, told("kind_class"), class_sections(told)))}
    for firm, team in found.teams.items():
        name = told("of_team", firm=firm, team=team)
        made[firm] = (name, _page(told, told("kind_team", firm=name), team_sections(told, firm)))
    return made


def _page(told: Told, kind: str, sections: list[Section]) -> str:
    game, words = told.found.game, told.words
    title = title_of(game.plan, words)
    return Document(
        title=authored(title, words),
        title_text=f"{kind}: {title}",
        kind=kind,
        facts=told(
            "facts",
            rounds=words.counted(len(game.rounds), "round"),
            months=words.counted(game.months, "month"),
            customers=words.customers(game.plan.market.customers),
            seed=game.plan.seed,
        ),
        foot=told("foot", version=version()),
        sections=sections,
    ).html(words)


# -- a team ----------------------------------------------------------------------------------------


def team_sections(told: Told, firm: str) -> list[Section]:
    """What stands on a team's page."""
    return [
        worth_section(told, firm),
        Section("unseen", told("unseen_title"), unseen(told, firm)),
        Section("talk", told("talk_title"), together(*(paragraph(t) for t in talk(told, firm)))),
        Section("left", told("left_title"), why_left(told, firm, told.found.left.get(firm))),
    ]


def worth_section(told: Told, firm: str) -> Section:
    """What a firm's decisions were worth, round by round."""
    worth = told.found.worth.get(firm)
    if worth is None or not worth.rounds:
        key = "worth_none" if worth is None else "worth_kept"
        return Section("worth", told("worth_title"), answered([told(key, firm=firm)]))
    profits, whole = worth.parts[0], worth.whole
    sentences = [
        told(
            "worth_whole",
            round=worth.first + 1,
            profit=told.money(whole[0]),
            customers=told.people(whole[1]),
            success=written(100.0 * whole[2], "+.1f"),
        )
    ]
    for key, place in (("best", int(np.argmax(profits))), ("worst", int(np.argmin(profits)))):
        if (profits[place] > 0) == (key == "best") and profits[place]:
            number = worth.rounds[place] + 1
            sentences.append(told(f"worth_{key}", round=number, value=told.money(profits[place])))
    figure = _worth_figure(told, worth, told.words.together(sentences[1:]))
    return Section("worth", told("worth_title"), answered(sentences[:1], figure))


def _worth_figure(told: Told, worth: Worth, finding: str) -> Markup:
    bars = [
        Bar(
            told("worth_round", round=number + 1), place,
            _YES if worth.parts[0, place] >= 0.0 else _NO,
            float(worth.parts[0, place]), float(worth.low[0, place]), float(worth.high[0, place]),
            tip=told("worth_tip", round=told("worth_round", round=number + 1),
                     value=told.money(worth.parts[0, place])),
        )
        for place, number in enumerate(worth.rounds)
    ]  # fmt: skip
    how = told("worth_drawn" if worth.orders else "worth_exact", orders=worth.orders,
               runs=worth.runs)  # fmt: skip
    return Figure(
        "worth-rounds", told("worth_caption"), finding, BarChart(bars, told("worth_axis")), how,
        numbers=_worth_table(told, worth), keys=False,
    ).html(told.words)  # fmt: skip


def _worth_table(told: Told, worth: Worth) -> Markup:
    """The parts and what they add up to."""
    heads = [escaped(told(f"col_{name}"))
             for name in ("round", "changed", "profit", "customers", "success")]  # fmt: skip

    def amounts(values: np.ndarray) -> list[Markup]:
        told_ = (told.money(values[0]), written(values[1], "+,.1f"),
                 written(100.0 * values[2], "+.2f"))  # fmt: skip
        return [escaped(text) for text in told_]

    rows = [
        [escaped(told("worth_round", round=number + 1)), escaped(told.changes(worth.plan, plan)),
         *amounts(worth.parts[:, place])]
        for place, (number, plan) in enumerate(zip(worth.rounds, worth.plans, strict=True))
    ]  # fmt: skip
    rows.append([escaped(told("row_whole")), escaped(""), *amounts(worth.whole)])
    return table(heads, rows, caption=told("worth_caption"))


def unseen(told: Told, firm: str) -> Markup:
    """Net promoter score against what was measured, and where customers went."""
    return together(_nps(told, firm), _went(told, firm))


def _nps(told: Told, firm: str) -> Markup | None:
    """The line of what it was, and what was measured at the end of each round, with its error."""
    game, own = told.found.game, told.found.sight.of_firm(firm)
    asked = [
        ((number + 1) * game.months, played.answers[firm])
        for number, played in enumerate(game.rounds)
        if firm in played.answers and math.isfinite(played.answers[firm].margin)
    ]
    if not asked:
        return paragraph(told("unseen_none"))
    months = np.array([month for month, _ in asked])
    measured = np.array([answers.nps for _, answers in asked])
    margin = np.array([answers.margin for _, answers in asked])
    off = np.abs(measured - own["nps"][months])
    worst = int(np.nanargmax(off))
    finding = told(
        "unseen_nps_finding",
        off=written(float(np.nanmean(off)), ".0f"),
        round=months[worst] // game.months,
        measured=written(measured[worst], "+.0f"),
        true=written(own["nps"][months[worst]], "+.0f"),
    )
    style = firm_styles(told.found.sight.names)[firm]
    lines = [
        Series(told("unseen_true"), 0, style, own["nps"]),
        Series(told("unseen_measured"), 1, FirmStyle("#595959", (2.0, 2.0), "o"), measured,
               measured - margin, measured + margin, x=months.astype(float)),
    ]  # fmt: skip
    axis = told("unseen_nps_axis")
    chart = LineChart(lines, told("month_axis"), axis, digits=0, zero=False, least=30.0)
    how = told("unseen_nps_how")
    return Figure("nps", told("unseen_nps"), finding, chart, how, keys=False).html(told.words)


def _went(told: Told, firm: str) -> Markup:
    sight, seen = told.found.sight, told.seen
    place = sight.names.index(firm)
    moved = sight.moved.sum(axis=0)
    names = (*sight.names, told("nobody_place"))
    out, into = moved[place], moved[:, place]
    if not out.sum() and not into.sum():
        finding = told("went_nobody")
    else:
        finding = told(
            "went_finding",
            left=whole(float(out.sum()), told.words.language),
            to=names[int(np.argmax(out))] if out.sum() else UNDEFINED,
            came=whole(float(into.sum()), told.words.language),
            source=names[int(np.argmax(into))] if into.sum() else UNDEFINED,
        )
    every = moves_chart(seen, [(1, sight.months)])
    only = np.zeros_like(every.moved)
    only[place], only[:, place] = every.moved[place], every.moved[:, place]
    chart = type(every)(
        every.names, every.places, every.colours, only, every.left, every.right, every.tip
    )
    return Figure("went", told("went_title"), finding, chart, told("went_how"), keys=False).html(
        told.words
    )


def talk(told: Told, firm: str) -> list[str]:
    """What word of mouth did to a firm: who came by it, and what all of it was worth."""
    own = told.found.sight.of_firm(firm)
    came = {
        name: float(np.nansum(own[f"joins_{name}"]))
        for name in ("review", "friend", "referral", "stimulus", "memory")
    }
    counts = {name: whole(value, told.words.language) for name, value in came.items()}
    by_talk = came["review"] + came["friend"] + came["referral"]
    joins = math.fsum(came.values())
    sentences = [told("talk_none")]
    if joins:
        both = {"joins": joins, "talk": by_talk}
        both_told = {name: whole(value, told.words.language) for name, value in both.items()}
        sentences = [told("talk_joiners", **both_told, **counts)]
    worth = told.found.talk.get(firm)
    if worth is None:
        return sentences
    sentences.append(
        told(
            "talk_unsure" if not worth.excludes(0.0) else
            "talk_worth" if worth.mean > 0.0 else "talk_cost",
            value=told.words.money(whole(abs(worth.mean), told.words.language)),
            low=told.money(worth.low), high=told.money(worth.high),
        )
    )  # fmt: skip
    return [*sentences, told("talk_how", count=told.found.pairs)]


def why_left(told: Told, firm: str, found: CustomerExplanation | None) -> Markup:
    """One customer who left, told."""
    if found is None:
        return paragraph(told("left_none", firm=firm)) or Markup("")
    return together(
        paragraph(told("left_one")), paragraph(telling.in_words(found, told.words), class_="story")
    )


# -- the class -------------------------------------------------------------------------------------


def class_sections(told: Told) -> list[Section]:
    """What stands on the page of the class."""
    questions = [
        tag("li", escaped(told(f"class_question_{number}"))) for number in range(1, _QUESTIONS + 1)
    ]
    return [
        Section("answer", told("class_title"), _who_won(told)),
        Section("worth", told("class_worth_title"), _worth_of_all(told)),
        Section("market", told("class_shares_title"), _market(told)),
        Section("plans", told("class_plans_title"), _plans(told)),
        Section("questions", told("class_talk_title"), tag("ol", *questions)),
    ]


def _who_won(told: Told) -> Markup:
    sight = told.found.sight
    first = {yardstick: sight.names[sight.ranks(yardstick)[0]] for yardstick in YARDSTICKS}
    if len(set(first.values())) == 1:
        sentences = [told("class_same", firm=first["profit"])]
    else:
        sentences = [told("class_answer", **first), told("class_differ")]
    return answered(sentences, _standing(told))


def _standing(told: Told) -> Markup:
    """Every firm by every yardstick, with its place in it."""
    sight, teams = told.found.sight, told.found.teams
    ranks = {yardstick: sight.ranks(yardstick) for yardstick in YARDSTICKS}
    values = {yardstick: sight.by(yardstick) for yardstick in YARDSTICKS}
    heads = [escaped(told(key)) for key in ("col_firm", "col_team")]
    heads += [escaped(told(f"board_{yardstick}")) for yardstick in YARDSTICKS]
    rows = []
    for place in ranks["profit"]:
        firm = sight.names[place]
        cells = [named(firm), named(teams.get(firm, UNDEFINED))]
        for yardstick in YARDSTICKS:
            value = float(values[yardstick][place])
            text = told.seen.amount(value) if yardstick == "profit" else told.words.percent(value)
            rank = told("place", place=ranks[yardstick].index(place) + 1)
            cells.append(escaped(told.words("common.in_brackets", text=text, more=rank)))
        rows.append(cells)
    return table(heads, rows, caption=told("board"))


def _worth_of_all(told: Told) -> Markup:
    teams, names = told.found.teams, told.found.sight.names
    worth = {firm: found for firm, found in told.found.worth.items() if found.rounds}
    if not worth:
        return answered([told("class_worth_none")])
    bars = [
        Bar(firm, names.index(firm), _YES if found.whole[0] >= 0.0 else _NO,
            float(found.whole[0]),
            tip=told("worth_tip", round=told("of_team", firm=firm, team=teams.get(firm, UNDEFINED)),
                     value=told.money(found.whole[0])))
        for firm, found in worth.items()
    ]  # fmt: skip
    finding = told.words("common.semicolon").join(bar.tip for bar in bars)
    return Figure(
        "worth-all", told("class_worth_title"), finding,
        BarChart(bars, told("class_worth_axis")), told("class_worth"), keys=False,
    ).html(told.words)  # fmt: skip


def _market(told: Told) -> Markup:
    sight, seen = told.found.sight, told.seen
    styles = firm_styles(sight.names)
    last = np.nan_to_num(sight.values["market_share"][-1])
    best = int(np.argmax(last))
    finding = told("class_shares_finding", firm=sight.names[best],
                   share=told.words.percent(float(last[best]), 0))  # fmt: skip
    shares = Figure(
        "shares", told("shares"), finding, shares_chart(seen),
        firms=[(name, styles[name]) for name in sight.names],
    )  # fmt: skip
    moves = Figure(
        "moves", told("went_title"), "", moves_chart(seen, [(1, sight.months)]),
        told("went_how"), keys=False,
    )  # fmt: skip
    return together(shares.html(told.words), moves.html(told.words))


def _plans(told: Told) -> Markup:
    """What every team changed, round by round."""
    rounds, made = told.found.game.rounds, []
    for firm in told.found.worth:
        entries, before = [], None
        for number, played in enumerate(rounds):
            now = played.plans.get(firm)
            if now is not None and now != before:
                text = told.whole_plan(now) if before is None else told.changes(before, now)
                head = told("worth_round", round=number + 1)
                entries.append(tag("li", escaped(told.words("common.colon", head=head, text=text))))
            before = now if now is not None else before
        team = told.found.teams.get(firm, UNDEFINED)
        made += [tag("h3", escaped(told("of_team", firm=firm, team=team))), tag("ul", *entries)]
    if not made:
        return paragraph(told("class_worth_none")) or Markup("")
    return together(paragraph(told("class_plans_how"), class_="how"), *made)

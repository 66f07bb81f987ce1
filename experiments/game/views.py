"""What teams, the teacher and the projector see, as pieces of a page."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.experiments.game.levers import COURSES, Lever, Plan
from tsunagari.experiments.game.sight import COSTS, YARDSTICKS, Sight, public
from tsunagari.experiments.pictures.chart import (
    RESERVOIR_COLOURS,
    LineChart,
    Moves,
    Series,
    firm_styles,
)
from tsunagari.experiments.pictures.markup import Markup, escaped, paragraph, tag, together
from tsunagari.experiments.pictures.web import drawn, live
from tsunagari.experiments.words import Words, texts
from tsunagari.experiments.words.numbers import UNDEFINED, whole, written
from tsunagari.sim.measures import MEASURES

if TYPE_CHECKING:
    from tsunagari.experiments.game.play import Game, Round, Team

_SHOWN_ROUNDS = 3
_FORMS: Mapping[str, str] = {
    "attention": "percent", "investment": "percent", "advertising": "times",
}  # fmt: skip
"""How a lever's value is written; a plain number where nothing is said."""


@dataclass(frozen=True, eq=False)
class Seen:
    """The game as pages show it.

    Attributes:
        game: The game.
        sight: Its numbers so far.
        words: The class's language.
    """

    game: Game
    sight: Sight
    words: Words

    def name_of(self, measure: str) -> str:
        """What a measure is called."""
        told = texts(self.words.language, "measures").get(measure, MEASURES[measure].english)
        return told[:1].upper() + told[1:]

    def amount(self, value: float) -> str:
        """An amount of money, without its currency, or of people."""
        return whole(value, self.words.language)

    def told(self, key: str, **values: object) -> Markup:
        """A text of the theme ``game``."""
        return escaped(self.words(f"game.{key}", **values))

    @property
    def months(self) -> list[tuple[int, int]]:
        """First and last month of every round that was played."""
        size = self.game.months
        return [(n * size + 1, (n + 1) * size) for n in range(len(self.game.rounds))]


# -- a team ----------------------------------------------------------------------------------------


def team_parts(seen: Seen, team: Team, way_back: str) -> dict[str, Markup]:
    """All that a team sees, by place on its page: nothing but its own, and what is public."""
    told = seen.told
    key = tag("p", told("way_back"), tag("strong", escaped(way_back), translate="no"))
    head = tag("h1", tag("span", escaped(team.firm or team.name), translate="no"))
    owner = tag("p", escaped(team.name), class_="soft", translate="no")
    parts = {"head": together(head, owner if team.firm else None), "round": round_line(seen)}
    if not team.firm:
        return parts | {"form": paragraph(seen.words("game.no_firm_now")) or Markup(""),
                        "own": Markup(""), "public": _public(seen, ""), "key": key}  # fmt: skip
    return parts | {
        "form": _form(seen, team),
        "own": _own(seen, team.firm),
        "public": _public(seen, team.firm),
        "key": key,
    }


def round_line(seen: Seen) -> Markup:
    """Which round it is, of how many, and which months go by in it."""
    game = seen.game
    if game.ended:
        return tag("p", seen.told("over", rounds=len(game.rounds)))
    first = game.market.month + 1
    return tag(
        "p",
        seen.told(
            "round", round=len(game.rounds) + 1, rounds=game.all_rounds, first=first,
            last=first + game.months - 1,
        ),
    )  # fmt: skip


def _form(seen: Seen, team: Team) -> Markup:
    """The levers with what they cost, or why there are none."""
    game, told = seen.game, seen.told
    if game.ended:
        return tag("p", told("no_more"), class_="note")
    if not game.firm(team.firm).active:
        return tag("p", told("refused_closed", firm=team.firm), class_="note warn")
    levers = game.levers(team.firm)
    plan = game.given.get(team.firm) or game.plan_now(team.firm)
    decided = team.firm in game.given
    note = "decided" if decided else "paused_now" if game.paused else "decide_now"
    sliders = [_slider(seen, lever, plan, game.plan_now(team.firm)) for lever in levers.values()]
    budget = game.budget(team.firm)
    bill = tag(
        "p", told("plan_costs"), tag("output", id="cost"), told("of_budget"),
        tag("strong", escaped(seen.amount(budget))), told("a_month"), class_="bill",
    )  # fmt: skip
    button = tag("button", told("decide_again" if decided else "decide"), type="submit")
    return tag(
        "form",
        tag("p", told(note), class_="note done" if decided else "note"),
        tag("h2", told("your_plan")),
        *sliders,
        _courses(seen, plan),
        tag("div", bill, tag("progress", max=1, value=0, id="used", aria_label=told("used")),
            button, class_="foot"),
        data_post="/decide",
        data_budget=repr(budget),
        data_closed=game.paused or None,
    )  # fmt: skip


def _slider(seen: Seen, lever: Lever, plan: Plan, now: Plan) -> Markup:
    value, told = getattr(plan, lever.name), seen.told
    hint = f"lever-{lever.name}"
    digits = max(0, -math.floor(math.log10(lever.step) + 1e-9))
    cost = (
        tag("span", tag("output", data_cost=lever.name), told("a_month"), class_="cost")
        if lever.cost
        else tag("span", told("costs_nothing"), class_="cost soft")
    )
    return tag(
        "div",
        tag("label", told(f"lever_{lever.name}"), for_=lever.name),
        tag("output", data_value=lever.name, for_=lever.name),
        tag(
            "input", type="range", name=lever.name, id=lever.name, min=repr(lever.low),
            max=repr(lever.high), step=repr(lever.step), value=repr(value),
            data_cost=repr(lever.cost), data_digits=digits, data_now=repr(getattr(now, lever.name)),
            data_form=_FORMS.get(lever.name, "plain"), aria_describedby=hint,
        ),
        tag("small", told(f"about_{lever.name}"), id=hint),
        cost,
        class_="lever",
    )  # fmt: skip


def _courses(seen: Seen, plan: Plan) -> Markup:
    choices = [
        tag(
            "label",
            tag("input", type="radio", name="course", value=course, checked=course == plan.course),
            tag("span", seen.told(f"course_{course}")),
        )
        for course in COURSES
    ]
    return tag("fieldset", tag("legend", seen.told("lever_course")), *choices)


def _own(seen: Seen, firm: str) -> Markup:
    """A firm's own books and its survey, the last rounds beside one another, the newest first.

    On a phone the older ones scroll.
    """
    told, own = seen.told, seen.sight.of_firm(firm)
    spans = list(enumerate(seen.months))[-_SHOWN_ROUNDS:][::-1]
    currency = seen.words.currency
    name = seen.words("game.own")
    name = seen.words("common.in_brackets", text=name, more=currency) if currency else name
    heading = tag("h2", escaped(name))
    if not spans:
        count = seen.amount(own["customers"][0])
        return together(heading, tag("p", told("own_start", customers=count)))

    def row(name: str, cells: Sequence[str], strong: bool = False) -> Markup:
        values = [tag("td", escaped(cell)) for cell in cells]
        return tag(
            "tr", tag("th", escaped(name), scope="row"), *values, class_="sum" if strong else None
        )

    def summed(measure: str, sign: float = 1.0) -> list[str]:
        return [seen.amount(sign * float(np.nansum(own[measure][a : b + 1])))
                for _, (a, b) in spans]  # fmt: skip

    def at_end(measure: str) -> list[str]:
        return [seen.amount(float(own[measure][b])) for _, (a, b) in spans]

    kept = [float(np.nanmean(own["retention"][a : b + 1])) if b >= a and
            np.isfinite(own["retention"][a : b + 1]).any() else math.nan
            for _, (a, b) in spans]  # fmt: skip
    costs = [name for name in COSTS if np.nansum(np.abs(own[name])) > 0.0]
    last = seen.game.rounds[-_SHOWN_ROUNDS:][::-1]
    answers = [_answered(seen, played, firm) for played in last]
    head = [tag("th", told("round_short", round=n + 1), scope="col") for n, _ in spans]
    rows = [
        row(seen.name_of("revenue"), summed("revenue")),
        *(row(seen.name_of(name), summed(name, -1.0)) for name in costs),
        row(seen.name_of("profit"), summed("profit"), strong=True),
        row(seen.name_of("cash"), at_end("cash")),
        row(seen.name_of("customers"), at_end("customers"), strong=True),
        row(seen.name_of("joins"), summed("joins")),
        row(seen.name_of("leaves"), summed("leaves")),
        row(seen.name_of("retention"), [seen.words.percent(value) for value in kept]),
        row(seen.words("game.nps_measured"), answers, strong=True),
    ]
    table = tag("table", tag("thead", tag("tr", tag("td"), *head)), tag("tbody", *rows))
    return together(
        heading, tag("div", table, class_="scroll"), tag("p", told("nps_note"), class_="soft")
    )


def _answered(seen: Seen, played: Round, firm: str) -> str:
    """What a survey found, with its error."""
    found = played.answers.get(firm)
    if found is None or not math.isfinite(found.nps):
        return UNDEFINED
    if not math.isfinite(found.margin):
        return written(found.nps, "+.0f")
    return f"{written(found.nps, '+.0f')} ± {found.margin:.0f}"


def _public(seen: Seen, own: str) -> Markup:
    """What everybody can look up of every firm."""
    names = ("price", "rating", "reviews", "market_share")
    head = [tag("th", escaped(seen.name_of(name)), scope="col") for name in names]
    rows = [
        tag(
            "tr",
            tag("th", escaped(found["firm"]), scope="row", translate="no"),
            tag("td", escaped(price_text(seen, found["price"]))),
            tag("td", escaped(written(found["rating"], ".1f"))),
            tag("td", escaped(seen.amount(found["reviews"]))),
            tag("td", escaped(seen.words.percent(found["market_share"], 0))),
            class_="own" if found["firm"] == own else None,
        )
        for found in public(seen.sight)
    ]
    table = tag("table", tag("thead", tag("tr", tag("td"), *head)), tag("tbody", *rows))
    return together(tag("h2", seen.told("public")), tag("div", table, class_="scroll"))


def price_text(seen: Seen, price: float) -> str:
    """A price with as many decimals as the lever has."""
    if not math.isfinite(price) or price <= 0.0:
        return UNDEFINED
    digits = max(0, 2 - math.floor(math.log10(price)))
    return written(price, f",.{min(digits, 6)}f")


# -- the teacher -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Desk:
    """What only the teacher has.

    Attributes:
        keys: Ways back by number of the team.
        here: Seconds since a team was last heard of, by its number.
        debrief: How far the debrief is, from 0 to 1; None before it is begun.
        failed: Whether it could not be made.
        pages: Names of the pages of the debrief, by address.
    """

    keys: Mapping[int, str]
    here: Mapping[int, float]
    debrief: float | None
    failed: bool
    pages: Mapping[str, str]


_AWAY_AFTER = 15.0


def console_parts(seen: Seen, desk: Desk) -> dict[str, Markup]:
    """The teacher's console: who has decided, what can be done, who leads."""
    return {
        "round": round_line(seen),
        "buttons": _buttons(seen, desk),
        "teams": _teams(seen, desk),
        "board": leaderboards(seen),
    }


def _buttons(seen: Seen, desk: Desk) -> Markup:
    game, told = seen.game, seen.told
    busy = desk.debrief is not None and desk.debrief < 1.0

    def button(act: str, label: str, *, off: bool = False, main: bool = False, **more: Any) -> Any:
        return tag(
            "button", told(label), type="button", data_act=act, disabled=off or busy,
            class_="main" if main else None, **more,
        )  # fmt: skip

    started = bool(game.rounds) or not game.paused
    go_on = "go_on" if started else "begin"
    missing = sum(1 for firm in game.owners if firm not in game.given and game.firm(firm).active)
    ask = seen.words("game.sure_next", missing=missing) if missing else None
    found = [
        button("pause" if not game.paused else "go", "pause" if not game.paused else go_on,
               off=game.ended, main=game.paused and not game.ended),
        button("next", "next_round", off=game.ended or not started, data_sure=ask,
               main=not game.paused and not game.ended),
        button("back", "take_back", off=not game.rounds, data_sure=seen.words("game.sure_back")),
        button("end", "end", off=game.ended or not game.rounds,
               data_sure=seen.words("game.sure_end")),
        button("debrief", "make_debrief", off=not game.ended or not game.rounds or bool(desk.pages),
               main=game.ended and not desk.pages),
    ]  # fmt: skip
    more: list[Markup | None] = []
    if desk.debrief is not None and not desk.pages:
        more.append(tag("p", told("debrief_at"),
                        tag("progress", max=1, value=f"{desk.debrief:.2f}")))  # fmt: skip
    if desk.failed:
        more.append(tag("p", told("debrief_failed"), class_="warn"))
    if desk.pages:
        links = [tag("li", tag("a", escaped(name), href=address, target="_blank"))
                 for address, name in desk.pages.items()]  # fmt: skip
        more += [tag("h2", told("debrief")), tag("ul", *links, class_="pages")]
    return together(tag("div", *found, class_="row"), *more)


def _teams(seen: Seen, desk: Desk) -> Markup:
    """Every firm with its team, whether it has decided, and to whom it could be given."""
    game, told = seen.game, seen.told
    columns = ("firm", "team", "has_decided", "key", "hand")
    head = tag("tr", *(tag("th", told(f"col_{name}"), scope="col") for name in columns))
    rows = []
    for firm in game.firms:
        team = game.owners.get(firm)
        if not game.firm(firm).active:
            state, kind = "has_closed", "warn"
        elif team is None:
            state, kind = "runs_itself", "soft"
        elif game.ended:
            state, kind = "has_played", "soft"
        elif firm in game.given:
            state, kind = "has_decided", "done"
        elif desk.here.get(team.number, math.inf) > _AWAY_AFTER:
            state, kind = "is_away", "warn"
        else:
            state, kind = "thinks", "soft"
        options = [tag("option", told("nobody"), value=0, selected=team is None)]
        options += [
            tag("option", escaped(other.name), value=other.number,
                selected=team is not None and other.number == team.number)
            for other in game.teams.values()
        ]  # fmt: skip
        label = seen.words("game.hand_label", firm=firm)
        rows.append(
            tag(
                "tr",
                tag("th", escaped(firm), scope="row", translate="no"),
                tag("td", escaped(team.name if team else UNDEFINED), translate="no"),
                tag("td", told(f"is_{state}"), class_=kind),
                tag("td", tag("code", escaped(desk.keys[team.number] if team else ""))),
                tag("td", tag("select", *options, data_hand=firm, aria_label=label)),
            )
        )
    table = tag("table", tag("thead", head), tag("tbody", *rows))
    spare = [team.name for team in game.teams.values() if not team.firm]
    note = tag("p", told("spare", teams=seen.words.joined(spare))) if spare else None
    return together(tag("h2", told("teams")), tag("div", table, class_="scroll"), note)


def leaderboards(seen: Seen) -> Markup:
    """Who leads by each yardstick: they differ, which is what there is to be learnt."""
    if not seen.game.rounds:
        return Markup("")
    boards = []
    owners = seen.game.owners
    for yardstick in YARDSTICKS:
        values = seen.sight.by(yardstick)
        rows = []
        for number in seen.sight.ranks(yardstick):
            firm = seen.sight.names[number]
            team = owners.get(firm)
            who = tag("small", escaped(team.name), class_="soft") if team else None
            value = values[number]
            text = seen.amount(value) if yardstick == "profit" else seen.words.percent(value)
            rows.append(
                tag("li", tag("span", escaped(firm), who, translate="no"),
                    tag("b", escaped(text)))
            )  # fmt: skip
        boards.append(
            tag("div", tag("h3", seen.told(f"board_{yardstick}")), tag("ol", *rows), class_="board")
        )
    return together(tag("h2", seen.told("board")), tag("div", *boards, class_="boards"))


def qr_code(address: str) -> Markup:
    """A picture of an address that phones read."""
    import segno

    held = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        held, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=3, light="#fff"
    )
    return Markup(held.getvalue().decode())


def way_in(seen: Seen, address: str, code: str) -> Markup:
    """How teams join: the address, the code, and both as a picture."""
    shown = address.removeprefix("http://").rstrip("/")
    return tag(
        "div",
        tag("div", qr_code(f"{address}?code={code}"), class_="qr", role="img",
            aria_label=seen.words("game.qr")),
        tag("div", tag("p", seen.told("open")), tag("p", escaped(shown), class_="address"),
            tag("p", seen.told("code")), tag("p", escaped(code), class_="code")),
        class_="way-in",
    )  # fmt: skip


# -- the projector ---------------------------------------------------------------------------------


def projector_parts(seen: Seen, address: str, code: str) -> dict[str, Markup]:
    """What the whole class sees: the market, who won whom, who leads by which yardstick."""
    parts = {"round": round_line(seen)}
    if not seen.game.rounds:
        teams = [tag("li", escaped(team.name), tag("small", escaped(team.firm)))
                 for team in seen.game.teams.values()]  # fmt: skip
        return parts | {
            "charts": together(way_in(seen, address, code), tag("ul", *teams, class_="joined")),
            "board": Markup(""),
        }
    charts = [
        ("shares", live(shares_chart(seen), 500, 360, seen.words("game.shares"))),
        ("stickiness", stickiness(seen)),
        ("moves", drawn(moves_chart(seen, seen.months[-1:]), seen.words("game.moves"))),
    ]
    figures = [
        tag("figure", tag("figcaption", tag("h2", seen.told(name))), chart, class_=name)
        for name, chart in charts
    ]
    return parts | {"charts": together(*figures), "board": leaderboards(seen)}


def shares_chart(seen: Seen) -> LineChart:
    """Market shares, month by month."""
    names = seen.sight.names
    styles, values = firm_styles(names), seen.sight.values["market_share"]
    series = [
        Series(name, place, styles[name], 100.0 * values[:, place])
        for place, name in enumerate(names)
    ]
    across, up = seen.words("game.month_axis"), seen.words("game.share_axis")
    most = seen.game.plan.market.months
    percent = seen.words("common.percent_sign")
    return LineChart(
        series, across, up, suffix=percent, digits=0, zero=False, least=10.0, months=most
    )


def moves_chart(seen: Seen, spans: Sequence[tuple[int, int]]) -> Moves:
    """Who won whom in some months."""
    names = (*seen.sight.names, seen.words("game.nobody_place"))
    styles = firm_styles(names)
    moved = sum(seen.sight.moved[a : b + 1].sum(axis=0) for a, b in spans)
    colours = [styles[name].colour for name in names[:-1]] + ["#8a8f94"]
    left, right = seen.words("game.came_from"), seen.words("game.went_to")
    tip = seen.words("game.moved_tip", source="{source}", destination="{destination}",
                     number="{number}")  # fmt: skip
    return Moves(names, range(len(names)), colours, np.asarray(moved), left, right, tip)


def stickiness(seen: Seen) -> Markup:
    """What holds each firm's customers, in part of the bill, a bar a firm of four colours."""
    last = {name: seen.sight.values[f"stickiness_money_{name}"][-1] for name in RESERVOIR_COLOURS}
    there = np.isfinite(seen.sight.values["customers"][-1])
    total = sum(np.nan_to_num(np.maximum(values, 0.0)) for values in last.values())
    most = max(float(np.max(total)), 1e-9)
    rows = []
    for place, firm in enumerate(seen.sight.names):
        if not there[place]:
            continue
        parts = [
            tag("i", style=f"width:{80.0 * max(0.0, float(values[place])) / most:.2f}%;"
                f"background:var(--{name})")
            for name, values in last.items() if math.isfinite(float(values[place]))
        ]  # fmt: skip
        whole = seen.words.percent(float(seen.sight.values["stickiness_money"][-1, place]), 0)
        rows.append(tag("li", tag("span", escaped(firm)),
                        tag("div", *parts, tag("b", escaped(whole)), class_="pile")))  # fmt: skip
    legend = [
        tag("li", tag("i", style=f"background:var(--{name})"), seen.told(f"reservoir_{name}"))
        for name in last
    ]
    note = tag("p", seen.told("stickiness_how"), class_="soft")
    return together(tag("ul", *legend, class_="key"), tag("ul", *rows, class_="piles"), note)

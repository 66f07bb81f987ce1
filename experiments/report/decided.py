"""A decision: what to do, how sure, what it does to customers, what would turn it round.

All is made from the tables and figures in the folder; nothing is run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.experiments.deciding.question import AS_IT_IS
from tsunagari.experiments.deciding.results import PARETO
from tsunagari.experiments.pictures.chart import Bar, BarChart, PointChart
from tsunagari.experiments.pictures.markup import (
    Markup,
    escaped,
    paragraph,
    table,
    tag,
    together,
    with_keys,
)
from tsunagari.experiments.report.document import (
    Figure,
    Section,
    headings,
    multiples_of,
    named,
    panel,
)
from tsunagari.experiments.telling import decision as telling
from tsunagari.experiments.telling.decision import known, option_name, yardstick_name
from tsunagari.experiments.words.numbers import UNDEFINED, readable, with_doubt

if TYPE_CHECKING:
    from tsunagari.experiments.runs.results import Source
    from tsunagari.experiments.telling.decision import Document
    from tsunagari.experiments.words import Words

_NORMAL = 1.645
"""Standard deviations to either side that hold 90 %."""
_REACH = 3.2
"""Ends of the scale of numbers that turn the answer round, standard deviations."""
_MOST_NUMBERS = 8
_FIRST, _OTHER, _SILENT = "var(--success)", "var(--switching)", "var(--soft)"


@dataclass(frozen=True, eq=False)
class Decided:
    """A decision's folder, as its page is made from it.

    Attributes:
        source: The folder.
        words: The reader's language, in the money and the people of the scenario.
    """

    source: Source
    words: Words

    @property
    def document(self) -> Document:
        """The figures."""
        return self.source.figures

    @property
    def options(self) -> list[Document]:
        """The options, the best first."""
        return list(self.document["options"])

    @property
    def yardstick(self) -> str:
        """By what options are judged."""
        return str(self.document["yardstick"])

    @property
    def environments(self) -> list[Document]:
        """What may come."""
        return list(self.document["environments"])

    def name(self, option: str) -> str:
        """What an option is called."""
        return option_name(option, self.words)

    def spoken(self, option: str) -> str:
        """The same within a sentence."""
        return telling.spoken(option, self.words)

    def titled(self, option: str) -> Markup:
        """An option's name; what somebody called it no program translates."""
        told = self.name(option)
        return named(told) if told == option else escaped(told)

    def amount(self, value: float) -> str:
        """An amount by the yardstick."""
        return telling.amounts_by(self.yardstick, self.words).value(value)


def decision_sections(source: Source, words: Words) -> tuple[list[Section], int]:
    """All that stands in the report on a decision, and its draws of luck."""
    made = Decided(source, words)
    sections = [answer_section(made), ranking_section(made), customers_section(made),
                turns_section(made)]  # fmt: skip
    if made.document["search"] is not None:
        sections.append(search_section(made))
    return sections, int(made.document["draws"])


# -- the answer ------------------------------------------------------------------------------------


def answer_section(made: Decided) -> Section:
    """What to do, how sure, what would turn it round; and what was asked."""
    words, document = made.words, made.document
    turning = telling.turning(document, words, telling.lever_name)
    more = [telling.measure_next(document, words, telling.lever_name)]
    sentences = [
        telling.advice(document, words),
        words.together(telling.elsewhere(document, words)),
        words.together([*turning, *more]),
    ]
    answer = tag(
        "div",
        tag("p", escaped(telling.headline(document, words)), class_="headline"),
        *(paragraph(text) for text in sentences),
        class_="answer",
    )
    return Section("answer", words("report.answer"), together(answer, _asked(made), _options(made)))


def _asked(made: Decided) -> Markup:
    """Who decides what, over which months, at which spend, under which prices."""
    words, document = made.words, made.document
    is_held = document["prices"] == "held"
    names = [one["name"] for one in made.environments]
    rows = {
        "firm": named(document["firm"]),
        "yardstick": escaped(yardstick_name(made.yardstick, words)),
        "months": escaped(_months(made)),
        "against": escaped(made.name(AS_IT_IS)),
        "spend": escaped(_spend(made)),
        "prices": escaped(words(f"deciding.prices_are_{'held' if is_held else 'passed'}")),
        "environments": escaped(
            words("deciding.nothing_else") if len(names) == 1 else words.joined(names)
        ),
    }
    cells = [[escaped(words(f"deciding.asked_{key}")), text] for key, text in rows.items()]
    head = headings(words, "method.", "what", "value")
    return table(head, cells, caption="", label=words("deciding.asked"), class_="texts")


def _months(made: Decided) -> str:
    words, document = made.words, made.document
    first, *others = (words.counted(one["months"], "month") for one in document["horizons"])
    told = words("deciding.months_in", months=first, month=document["from"])
    if not others:
        return told
    return words("deciding.also_over", months=told, others=words.joined(others))


def _spend(made: Decided) -> str:
    words, costs = made.words, made.document["each_costs"]
    if costs is not None:
        return words("deciding.spend_each", spend=telling.money(costs, words))
    is_written = bool(telling.spend(made.document, words))
    return words(f"deciding.spend_{'told' if is_written else 'none'}")


def _options(made: Decided) -> Markup:
    """What each option changes, and what it costs."""
    words = made.words
    rows = []
    for row in made.options:
        if row["name"] == AS_IT_IS:
            continue
        changes = [
            _changed(path, values, row["reaches"].get(path), words)
            for path, values in row["changes"].items()
        ]
        cost = telling.money(row["spend"], words)
        rows.append([made.titled(row["name"]), together(*changes), escaped(cost)])
    head = headings(words, "deciding.", "option_head", "changes_head", "costs_head")
    title = words("deciding.options_are")
    notes = (paragraph(text, class_="note") for text in telling.notes(made.document, words))
    return together(
        tag("h3", escaped(title)),
        table(head, rows, caption="", label=title, class_="texts"),
        *notes,
    )


def _changed(path: str, ends: Sequence[Any], reach: Sequence[float] | None, words: Words) -> Markup:
    name = telling.lever_name(path, words)
    values = [telling.value_in_words(ends[0]), telling.reaching(ends[1], reach, words)]
    return tag(
        "div",
        None if name == path else escaped(f"{name} "),
        tag("code", escaped(path)),
        escaped(f" {values[0]} → {values[1]}"),
    )


# -- the ranking -----------------------------------------------------------------------------------


def ranking_section(made: Decided) -> Section:
    """Every option's effect, with what is not known and with luck, against nothing new."""
    words, document = made.words, made.document
    size, unit = telling.unit(document, words)
    axis = words("deciding.yardstick_axis", yardstick=yardstick_name(made.yardstick, words),
                 unit=unit)  # fmt: skip
    first, second = made.options[:2]
    gap = made.amount(known(first["mean"]) - known(second["mean"]))
    figure = Figure(
        identity="ranking-chart",
        title=words("deciding.ranking_title"),
        finding=words(
            "deciding.ranking_clear",
            best=made.spoken(first["name"]), next=made.spoken(second["name"]), gap=gap,
            chance=words.percent(first["probability_best"], 0),
        ),
        drawing=BarChart([_bar(made, row, size) for row in made.options], axis, dots=True),
        how=words(f"deciding.ranking_how{'' if document['members'] else '_alone'}"),
    )  # fmt: skip
    head = [escaped(words("deciding.option_head")), *map(escaped, telling.ranking_heads(words))]
    rows = [
        [made.titled(row["name"]), *map(escaped, telling.ranking_cells(document, row, words))]
        for row in made.options
    ]
    content = together(
        figure.html(words),
        table(head, rows, caption=words("deciding.ranking_caption")),
        paragraph(telling.below(document, words), class_="note"),
    )
    return Section("ranking", words("deciding.section_ranking"), content)


def _bar(made: Decided, row: Mapping[str, Any], size: float) -> Bar:
    """An option's dot; the ends of one history add luck to what is not known, as squares add."""
    words = made.words
    mean, low, high, luck = (known(row[key]) for key in ("mean", "low", "high", "luck"))
    least = mean - math.hypot(mean - low, _NORMAL * luck)
    most = mean + math.hypot(high - mean, _NORMAL * luck)
    name = made.name(row["name"])
    if row["name"] == AS_IT_IS:
        return Bar(name, 0, _SILENT, 0.0, tip=name)
    amounts = telling.amounts_by(made.yardstick, words)
    tip = words(
        "deciding.ranking_tip",
        option=name, effect=telling.within(row, made.yardstick, words),
        least=amounts.change(least), most=amounts.change(most),
        chance=words.percent(row["probability_best"], 0),
    )  # fmt: skip
    colour = _FIRST if row["name"] == made.options[0]["name"] else _OTHER
    mean, low, high, least, most = (end / size for end in (mean, low, high, least, most))
    return Bar(name, 0, colour, mean, low, high, tip=tip, least=least, most=most)


# -- customers -------------------------------------------------------------------------------------


def customers_section(made: Decided) -> Section:
    """The same options by what customers have of them."""
    words = made.words
    names = telling.bounds(made.document)
    head = [escaped(words("deciding.option_head"))]
    head += [escaped(yardstick_name(name, words)) for name in names]
    rows = [
        [made.titled(row["name"]), *(_effect(made, row["effects"][name], name) for name in names)]
        for row in made.options
        if row["name"] != AS_IT_IS
    ]
    content = together(
        paragraph(telling.disagreement(made.document, words)),
        paragraph(words("deciding.customers_means")),
        table(head, rows, caption=words("deciding.section_customers")),
    )
    return Section("customers", words("deciding.section_customers"), content)


def _effect(made: Decided, effect: Mapping[str, Any], yardstick: str) -> Markup:
    amounts = telling.amounts_by(yardstick, made.words)
    mean = known(effect["mean"])
    if not math.isfinite(mean):
        return escaped(UNDEFINED)
    low, high = telling.ends(effect, yardstick, made.words)
    band = made.words("common.to", low=low, high=high)
    return together(escaped(amounts.change(mean)), tag("br"), tag("small", escaped(band)))


# -- where it turns --------------------------------------------------------------------------------


def turns_section(made: Decided) -> Section:
    """Who leads in each environment, horizon, yardstick; and the numbers that turn it round."""
    words = made.words
    content = together(
        paragraph(words("deciding.leads_means")),
        *(paragraph(text) for text in telling.elsewhere(made.document, words)),
        _leads(made),
        *(paragraph(text) for text in telling.coming(made.document, words)),
        _environments(made),
        *_numbers(made),
    )
    return Section("turns", words("deciding.section_turns"), content)


def _leads(made: Decided) -> Markup:
    words, document = made.words, made.document
    first = made.options[0]
    mine: Document = {"first": first["name"], "leads": document["recommended"],
            "chance": first["probability_best"]}  # fmt: skip
    asked = [(words("deciding.where_all"), mine)]
    if len(made.environments) > 1:
        asked += [(words("deciding.where_environment", name=one["name"]), one)
                  for one in made.environments]  # fmt: skip
    asked += [(words("deciding.where_horizon", name=words.counted(one["months"], "month")), one)
              for one in document["horizons"][1:]]  # fmt: skip
    asked += [
        (words("deciding.where_yardstick", name=yardstick_name(one["name"], words)), one)
        for one in document["yardsticks"]
        if one["name"] != made.yardstick
    ]
    rows = []
    for where, one in asked:
        name, is_sure = one["first"], one["leads"] is not None
        verdict = escaped(words(f"deciding.leads_{'yes' if is_sure else 'no'}"))
        rows.append(
            [
                escaped(where),
                escaped(UNDEFINED) if name is None else made.titled(name),
                escaped(words.percent(known(one["chance"]), 0)),
                escaped(UNDEFINED) if name is None else verdict,
            ]
        )
    head = headings(words, "deciding.", "leads_where", "leads_first", "leads_chance", "leads_sure")
    label = words("deciding.section_turns")
    return table(head, rows, caption="", label=label, class_="texts")


def _environments(made: Decided) -> Markup | None:
    """A small ranking for everything that may come; nothing where there is one thing only."""
    if len(made.environments) == 1:
        return None
    words = made.words
    size, unit = telling.unit(made.document, words)
    rows = _by_environment(made)
    charts = {name: [_bar(made, row, size) for row in options] for name, options in rows.items()}
    scales = [BarChart(bars, unit, dots=True).scale for bars in charts.values()]
    limits = min(low for low, _ in scales), max(high for _, high in scales)
    panels = [panel(name, bars, unit, words, name, limits) for name, bars in charts.items()]
    best = made.options[0]["name"]
    ahead = sum(one["first"] == best for one in made.environments)
    figure = Figure(
        identity="environments",
        title=words("deciding.environments_title"),
        finding=words("deciding.environments_finding", best=made.spoken(best), count=ahead,
                      all=len(made.environments)),
        drawing=multiples_of(panels),
        how=words("deciding.environments_how"),
    )  # fmt: skip
    return figure.html(words)


def _by_environment(made: Decided) -> dict[str, list[dict[str, Any]]]:
    """Options in the order of the ranking, by what may come, from the table."""
    columns = made.source.table("decision")
    own = (columns["yardstick"] == made.yardstick) & (
        columns["horizon"] == made.document["horizon"]
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for environment in made.environments:
        here = own & (columns["environment"] == environment["name"])
        places = {str(columns["option"][n]): n for n in np.flatnonzero(here).tolist()}
        found[environment["name"]] = [
            {"name": row["name"], "probability_best": float(columns["best"][place])}
            | {key: float(columns[key][place]) for key in ("mean", "low", "high", "luck")}
            for row in made.options
            for place in (places[row["name"]],)
        ]
    return found


def _numbers(made: Decided) -> list[Markup | None]:
    """The numbers that turn the answer round: how near that is, and what it is worth to know."""
    words, document = made.words, made.document
    turns = telling.turns_of(document)[:_MOST_NUMBERS]
    told = [telling.measure_next(document, words, telling.lever_name)]
    if not turns:
        told = [*telling.turning(document, words, telling.lever_name), *told]
        title = tag("h3", escaped(words("deciding.numbers_title")))
        return [title, paragraph(words.together(told))]
    best, other = (made.spoken(row["name"]) for row in made.options[:2])
    nearest = max(turns, key=lambda turn: float(turn["part"]))
    figure = Figure(
        identity="numbers",
        title=words("deciding.numbers_title"),
        finding=words("deciding.numbers_finding", part=words.percent(nearest["part"], 0),
                      name=telling.lever_name(nearest["path"], words)),
        drawing=BarChart([_number(turn, words) for turn in turns],
                         words("deciding.numbers_axis"), dots=True, limits=(-_REACH, _REACH)),
        how=words("deciding.numbers_how", best=best, next=other),
    )  # fmt: skip
    return [figure.html(words), _number_table(made, turns), paragraph(words.together(told))]


def _number(turn: Mapping[str, Any], words: Words) -> Bar:
    name = telling.lever_name(turn["path"], words)
    at = (turn["flips"] - turn["mean"]) / turn["deviation"]
    flips, mean, spread = with_doubt(turn["deviation"], turn["flips"], turn["mean"])
    tip = words("deciding.numbers_tip", name=name, at=flips, mean=mean, spread=spread,
                part=words.percent(turn["part"], 0))  # fmt: skip
    colour = _FIRST if abs(at) <= _NORMAL else _SILENT
    return Bar(name, 0, colour, float(at), -_NORMAL, _NORMAL, tip=tip)


def _number_table(made: Decided, turns: Sequence[Mapping[str, Any]]) -> Markup:
    words = made.words
    rows = []
    for turn in turns:
        path, name = turn["path"], telling.lever_name(turn["path"], words)
        at, mean, sd = with_doubt(turn["deviation"], turn["flips"], turn["mean"])
        spread = words("fitting.spread", mean=mean, sd=sd)
        flips = words(f"deciding.{'above' if turn['above'] else 'below_at'}", at=at)
        code = tag("code", escaped(path))
        rows.append([
            code if name == path else together(escaped(f"{name} "), code),
            escaped(spread), escaped(flips), escaped(words.percent(turn["part"], 0)),
            escaped(made.amount(turn["worth"])),
        ])  # fmt: skip
    head = headings(words, "deciding.", "number_head", "mean_head", "flips_head", "part_head",
                    "worth_head")  # fmt: skip
    label = words("deciding.numbers_title")
    return table(head, rows, caption="", label=label, class_="texts")


# -- the search ------------------------------------------------------------------------------------


def search_section(made: Decided) -> Section:
    """The mixes tried: by spend, and by what firm and customers gain."""
    words, search = made.words, made.document["search"]
    told = words("deciding.search_means", count=search["tried"],
                 cost=telling.mix_cost(search, words))  # fmt: skip
    content = together(
        paragraph(told),
        _search_figure(made, "spend", made.yardstick).html(words),
        _search_figure(made, *PARETO).html(words),
        _search_table(made),
    )
    return Section("search", words("deciding.section_search"), content)


def _search_figure(made: Decided, across: str, up: str) -> Figure:
    """Mixes by two columns of the search: along the front where it is one by these two."""
    words, columns = made.words, made.source.table("search")
    best = _best(columns, made.yardstick)
    sizes = {name: _scale(columns[name], name, words) for name in (across, up)}
    labels = {
        name: words("deciding.spend_axis", unit=unit) if name == "spend" else
        words("deciding.yardstick_axis", yardstick=yardstick_name(name, words), unit=unit)
        for name, (_, unit) in sizes.items()
    }  # fmt: skip
    is_front = (across, up) == PARETO
    chart = PointChart(
        columns[across] / sizes[across][0],
        columns[up] / sizes[up][0],
        [_mix(made, columns, number) for number in range(len(columns[up]))],
        columns["on_front"].astype(bool),
        best,
        made.name(telling.FOUND),
        labels[across],
        labels[up],
        joined=is_front,
    )
    value = made.amount(float(columns[made.yardstick][best]))
    key = "front" if is_front else "value"
    finding = words(f"deciding.search_{key}_finding", value=value,
                    cost=telling.mix_cost(made.document["search"], words),
                    count=int(columns["on_front"].sum()))  # fmt: skip
    return Figure(f"search-{key}", words(f"deciding.search_{key}"), finding, chart,
                  how="" if is_front else words("deciding.search_how"))  # fmt: skip


def _best(columns: Mapping[str, np.ndarray], yardstick: str) -> int:
    """The number of the best mix: among those that met all members, which stand last."""
    met = columns["members"] == columns["members"].max()
    return int(np.argmax(np.where(met, columns[yardstick], -np.inf)))


def _scale(values: np.ndarray, name: str, words: Words) -> tuple[float, str]:
    """By what a column of the search is divided, and what it is then in."""
    seen = np.abs(values[np.isfinite(values)])
    largest = float(seen.max()) if seen.size else 0.0
    return telling.unit_of_yardstick("contribution" if name == "spend" else name, largest, words)


def _mix(made: Decided, columns: Mapping[str, np.ndarray], number: int) -> str:
    """What a mix is, costs and brings."""
    words, levers = made.words, made.document["search"]["levers"]
    told = [
        words("deciding.lever_at", name=telling.lever_name(path, words),
              value=readable(float(columns[path][number])))
        for path in levers
    ]  # fmt: skip
    changes = {
        name: telling.amounts_by(name, words).change(float(columns[name][number]))
        for name in PARETO
    }
    return words(
        "deciding.search_tip", levers=words.joined(told),
        spend=telling.money(float(columns["spend"][number]), words),
        yardstick=yardstick_name(PARETO[0], words), value=changes[PARETO[0]],
        other=yardstick_name(PARETO[1], words), surplus=changes[PARETO[1]],
    )  # fmt: skip


def _search_table(made: Decided) -> Markup:
    """The mixes on the front, and the best."""
    words, columns = made.words, made.source.table("search")
    levers = list(made.document["search"]["levers"])
    shown = np.flatnonzero(columns["on_front"].astype(bool)).tolist()
    rows = []
    for number in sorted({_best(columns, made.yardstick), *shown}):
        changes = [
            telling.amounts_by(name, words).change(float(columns[name][number])) for name in PARETO
        ]
        values = [readable(float(columns[path][number])) for path in levers]
        spend = telling.money(float(columns["spend"][number]), words)
        members = str(int(columns["members"][number]))
        rows.append([escaped(text) for text in (*values, spend, *changes, members)])
    head = [escaped(telling.lever_name(path, words)) for path in levers]
    head += [escaped(words("deciding.costs_head"))]
    head += [escaped(yardstick_name(name, words)) for name in PARETO]
    head += [escaped(words("deciding.members_head"))]
    return table(head, rows, caption=words("deciding.search_front"))


# -- how it was found ------------------------------------------------------------------------------


def found_lines(document: Document, words: Words) -> list[Markup]:
    """How the answer was found, a line each, for the section on the method."""
    runs = words.counted(document["runs"], "run")
    key = "markets" if document["members"] else "alone"
    settled = telling.trust(document, words)[0]
    entered = [one["name"] for one in document["environments"] if one["entrant"] is not None]
    answered = [one["name"] for one in document["environments"] if one["rivals"] != "as-they-are"]
    entrants = (
        words("deciding.found_entrants", names=words.joined(entered))
        if entered
        else words("deciding.found_no_entrants")
    )
    if answered:
        entrants += words("deciding.found_rivals", names=words.joined(answered))
    told = [
        words(f"deciding.found_{key}", members=document["members"], draws=document["draws"],
              runs=runs),
        words("deciding.found_twins"),
        words(f"deciding.found_doubt{'' if document['members'] else '_alone'}"),
        words("deciding.found_stop", settled=settled),
        words("deciding.found_spend", spend=telling.spend(document, words)),
        entrants,
    ]  # fmt: skip
    return [with_keys(text) for text in told]


def decision_facts(document: Document, words: Words) -> str:
    """How large a decision is: who decides, how many options, markets and runs."""
    members = document["members"]
    markets = (
        words("deciding.facts_members", members=members)
        if members
        else words("deciding.facts_alone")
    )
    return words("deciding.facts", firm=document["firm"], markets=markets,
                 options=len(document["options"]) - 1,
                 runs=words.counted(document["runs"], "run"))  # fmt: skip

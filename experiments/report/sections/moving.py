"""Who wins from whom: moves between firms as an alluvial diagram."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.pictures.chart import Moves as MovesChart
from experiments.pictures.markup import Markup, escaped, table
from experiments.pictures.web import colour_of, drawn, plain
from experiments.report.evidence import Evidence, count
from experiments.report.figure import Figure
from experiments.report.sections.section import tabs
from experiments.runs.summary import Measured
from experiments.telling.run import hedge

_NAMED = 9
_LATE = 12


@dataclass(frozen=True, eq=False)
class Moves:
    """Moves of some months.

    Attributes:
        moved: [replication, from, to]; nobody comes last at both sides.
        months: In how many months.
    """

    moved: np.ndarray
    months: int


def moves_between(evidence: Evidence, months: int) -> Moves:
    """Moves in the last so many months."""
    cube, flows = evidence.cube, evidence.tables.flows
    size = len(cube.names) + 1
    month = flows["month"].to_numpy(dtype=np.int64)
    late = month > cube.months - months
    source = cube.codes(flows["source"].to_numpy(dtype=object))[late]
    destination = cube.codes(flows["destination"].to_numpy(dtype=object))[late]
    run = flows["replication"].to_numpy(dtype=np.int64)[late]
    number = flows["customers"].to_numpy(dtype=np.float64)[late]
    place = (run * size + source) * size + destination
    shape = (cube.replications, size, size)
    moved = np.bincount(place, number, int(np.prod(shape))).reshape(shape)
    return Moves(moved, min(months, cube.months))


def moving_figures(evidence: Evidence) -> Markup:
    """The whole run and its last year, as two panels."""
    words, cube = evidence.words, evidence.cube
    spans = [cube.months] if cube.months <= _LATE else [cube.months, _LATE]
    panels = []
    for number, months in enumerate(spans):
        moves = moves_between(evidence, months)
        name = "whole" if number == 0 else "late"
        heading = words(f"evidence.moves_{name}", months=words.counted(months, "month"))
        figure = _figure(evidence, moves, f"{evidence.prefix}moves-{name}", heading)
        panels.append((heading, figure.html(words)))
    if len(panels) == 1:
        return panels[0][1]
    return tabs(f"{evidence.prefix}moves", panels, words("evidence.moves_tabs"))


def moves_finding(evidence: Evidence, moves: Moves) -> str:
    """How many moved between firms, and the largest stream."""
    words, cube = evidence.words, evidence.cube
    between = moves.moved[:, :-1, :-1] * ~np.eye(len(cube.names), dtype=bool)
    totals = between.sum(axis=(1, 2))
    if totals.sum() <= 0:
        return words("evidence.no_moves")
    mean = between.mean(axis=0)
    row, column = np.unravel_index(int(np.argmax(mean)), mean.shape)
    source, destination = cube.names[int(row)], cube.names[int(column)]
    if totals.tolist() == [1]:
        return words("evidence.one_move", source=source, destination=destination)
    times = int((between[:, row, column] >= between.max(axis=(1, 2))).sum())
    return words(
        "evidence.moves_finding",
        moves=count_with_band(totals, evidence),
        source=source,
        destination=destination,
        number=count_with_band(between[:, row, column], evidence),
        hedge=hedge(times, evidence.summary, words),
    )


def count_with_band(values: np.ndarray, evidence: Evidence) -> str:
    """A mean number of people with its 10–90 % band over replications."""
    text = plain(round(float(values.mean())))
    if values.size == 1:
        return text
    measured = Measured(tuple(values.tolist()))
    low, high = (plain(round(measured.quantile(part))) for part in (0.1, 0.9))
    return evidence.words("evidence.with_band", value=text, low=low, high=high)


def _figure(evidence: Evidence, moves: Moves, identity: str, heading: str) -> Figure:
    words = evidence.words
    title = words("common.colon", head=words("evidence.moves_title"), text=heading)
    finding = moves_finding(evidence, moves)
    names, places, colours, moved = _grouped(evidence, moves.moved.mean(axis=0))
    places_left = {name: f"{{{name}}}" for name in ("source", "destination", "number")}
    tip = words("evidence.moves_tip", **places_left)
    chart = MovesChart(
        names, places, colours, moved,
        left=words("evidence.from"), right=words("evidence.towards"), tip=tip,
    )  # fmt: skip
    return Figure(
        identity=identity,
        title=title,
        finding=finding,
        drawing=drawn(chart, words("common.colon", head=title, text=finding)),
        how=words("evidence.moves_how", runs=evidence.runs),
        firms=evidence.firms,
        numbers=_numbers(evidence, names, moved, title),
    )


def _grouped(
    evidence: Evidence, moved: np.ndarray
) -> tuple[list[str], list[int], list[str], np.ndarray]:
    """The largest firms by name, the others together, nobody last; those who stay left out."""
    words, cube = evidence.words, evidence.cube
    firms = len(cube.names)
    named = list(range(firms)) if firms <= _NAMED + 1 else cube.largest(_NAMED)
    rest = [firm for firm in range(firms) if firm not in named]
    groups = [*([firm] for firm in named), *([rest] if rest else []), [firms]]
    together = np.array([[moved[np.ix_(a, b)].sum() for b in groups] for a in groups])
    if not rest:
        np.fill_diagonal(together, 0.0)
    names = [cube.names[firm] for firm in named]
    places, colours = list(named), [colour_of(evidence.subject.styles[f].colour) for f in named]
    if rest:
        names.append(words("evidence.other_firms", number=len(rest)))
        places, colours = [*places, -2], [*colours, "var(--soft)"]
    return (
        [*names, words("evidence.no_provider")],
        [*places, -1],
        [*colours, "var(--soft)"],
        together,
    )


def _numbers(evidence: Evidence, names: list[str], moved: np.ndarray, title: str) -> Markup:
    words = evidence.words
    head = [escaped(words("evidence.from_to")), *(escaped(name) for name in names)]
    rows = [
        [escaped(name), *(escaped(count(value) if value else "") for value in moved[row])]
        for row, name in enumerate(names)
    ]
    return table(head, rows, caption=title)

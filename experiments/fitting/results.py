"""What a fit leaves behind: tables for programs, and the figures that its words are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from tsunagari.experiments.fitting.checks import SURE, points_of
from tsunagari.experiments.fitting.fit import Fit
from tsunagari.experiments.fitting.simulated import AHEAD, FACTS, Held
from tsunagari.experiments.words.numbers import plain

LEARNED = 0.9
"""Spread after the table, in spreads of the prior, above which it said nothing of a parameter."""
TO = "switching to "
"""Before the name of the firm gone to, in the name of a measure."""
_LOW, _HIGH = 50.0 * (1.0 - SURE), 50.0 * (1.0 + SURE)


def fitted_columns(fit: Fit) -> dict[str, list[Any]]:
    """``month, firm, measure, data, low, mean, high``: the table beside the fitted market.

    ``low`` to ``high`` hold 90 % of the members, each under luck of its own: what is not known and
    what is chance together. Parts and rates are fractions; months after the table have no data.
    The month of ``survival`` is that since joining; ``switching to X`` is of the whole time.
    """
    rows = []
    for name, months in fit.months.items():
        low, high = np.nanpercentile(months[:, 1:], (_LOW, _HIGH), axis=0)
        mean = np.nanmean(fit.best[name][:, 1:], axis=0)
        data = fit.table.values.get(name, np.empty((0, 0)))
        for firm, called in enumerate(fit.table.firms):
            for row in range(1, months.shape[1]):
                measure, month = name, row
                if name == "switching":
                    measure, month = f"{TO}{fit.table.firms[row - 1]}", fit.table.months
                fact = float(data[row, firm]) if row < len(data) else np.nan
                at = row - 1, firm
                if measure != f"{TO}{called}":
                    rows.append((month, called, measure, fact, low[at], mean[at], high[at]))
    names = ("month", "firm", "measure", "data", "low", "mean", "high")
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def _wanted(fit: Fit) -> np.ndarray:
    return Held(fit.table, fit.table.months).summary(fit.table.values)


def parameter_columns(fit: Fit) -> dict[str, list[Any]]:
    """``path, prior_mean, prior_sd, mean, sd, low, high, ratio, z`` of every parameter.

    All but the last two are of the value that a key of the scenario takes, over draws from the
    prior and over the members. ``ratio`` is the spread after the table in spreads before it, ``z``
    the mean after it, in spreads before it from the middle before it.
    """
    rng = np.random.default_rng(0)
    before = rng.standard_normal((2000, len(fit.parameters)))
    ratios = np.sqrt(np.diag(fit.known.spread))
    middle = fit.known.mean(_wanted(fit))
    rows = []
    for place, parameter in enumerate(fit.parameters):
        prior = np.array([parameter.value(float(z)) for z in before[:, place]])
        after = np.array([parameter.value(float(z)) for z in fit.members[:, place]])
        low, high = np.percentile(after, (_LOW, _HIGH))
        rows.append(
            (parameter.path, prior.mean(), prior.std(), after.mean(), after.std(), low, high,
             ratios[place], middle[place])
        )  # fmt: skip
    names = ("path", "prior_mean", "prior_sd", "mean", "sd", "low", "high", "ratio", "z")
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def worth_columns(fit: Fit) -> dict[str, list[Any]]:
    """``column, present, path, ratio``: what the table leaves open of every parameter.

    As it stands (``column`` is empty), without each of its columns (``present``), and with each
    that it could have.
    """
    rows = [
        (item.column, item.present, parameter.path, float(ratio))
        for item in fit.columns
        for parameter, ratio in zip(fit.parameters, item.ratios, strict=True)
    ]
    names = ("column", "present", "path", "ratio")
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def backtest_columns(fit: Fit) -> dict[str, list[Any]]:
    """``method, origin, horizon, measure, crps, mae, covered``, in points."""
    names = ("method", "origin", "horizon", "measure", "crps", "mae", "covered")
    return {name: [getattr(score, name) for score in fit.scores] for name in names}


def gaps(fit: Fit) -> Iterator[tuple[str, str, float, float]]:
    """Measure, firm, and how far the fitted market is from the table, in points.

    First the largest gap of a quarter's mean, then the gap of the mean over all months; both of the
    mean over other luck.
    """
    held = Held(fit.table, fit.table.months)
    mean = {name: months.mean(axis=0) for name, months in fit.best.items()}
    off = held.summary(mean) - held.summary(fit.table.values)
    measures, firms, _ = held.labels()
    for name in held.measures:
        for firm, called in enumerate(fit.table.firms):
            own = off[(measures == name) & (firms == firm)]
            if len(own):
                yield name, called, float(own[np.abs(own).argmax()]), float(own.mean())


def worst_gaps(fit: Fit) -> dict[str, tuple[str, float]]:
    """By measure, the firm that is farthest off and by how much, in points."""
    worst: dict[str, tuple[str, float]] = {}
    for name, firm, largest, mean in gaps(fit):
        gap = largest if name in ("share", *FACTS) else mean  # others wobble by quarter
        if name not in worst or abs(gap) > abs(worst[name][1]):
            worst[name] = firm, gap
    return worst


def scores_by_method(fit: Fit) -> dict[str, float]:
    """Mean CRPS of every method over origins and horizons, points of share, the best first."""
    found: dict[str, list[float]] = {}
    for score in fit.scores:
        found.setdefault(score.method, []).append(score.crps)
    means = {method: float(np.mean(values)) for method, values in found.items()}
    return dict(sorted(means.items(), key=lambda item: item[1]))


def untold(fit: Fit) -> list[str]:
    """Parameters of which the table says nothing: their priors decide."""
    ratios = np.sqrt(np.diag(fit.known.spread))
    return [
        parameter.path
        for parameter, ratio in zip(fit.parameters, ratios, strict=True)
        if ratio > LEARNED
    ]


def as_json(fit: Fit) -> Mapping[str, Any]:
    """The figures of a fit, for programs; all its words and its page are made of them."""
    table, facts = fit.table, fit.facts
    worst = {
        name: {"firm": firm, "gap": gap, "unit": points_of(name)}
        for name, (firm, gap) in worst_gaps(fit).items()
    }
    document: Mapping[str, Any] = plain(
        {
            "firms": list(table.firms),
            "months": table.months,
            "ahead": AHEAD,
            "labels": [table.label(month) for month in range(table.months + AHEAD + 1)],
            "measures": list(Held(table, table.months).measures),
            "us": facts.us,
            "currency": facts.currency,
            "people": facts.people,
            "customers": fit.size.customers,
            "draws": fit.size.draws,
            "members": fit.size.members,
            "runs": fit.runs,
            "worst_gaps": worst,
            "covers_50": fit.known.covers(0.5),
            "covers_90": fit.known.covers(0.9),
            "parameters": len(fit.parameters),
            "untold": untold(fit),
            "checks": fit.checks,
            "spread_left": fit.columns[0].left,
            "spread_left_without": {w.column: w.left for w in fit.columns[1:] if w.present},
            "spread_left_with": {w.column: w.left for w in fit.columns if not w.present},
            "crps": scores_by_method(fit),
        }
    )
    return document

"""What people hear from each other, and what comes of it: P1, P4, P6 to P8, and P16."""

from __future__ import annotations

import copy
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.agents.columns import By, Looks
from tsunagari.experiments.runs.statistics import t_interval, wilson_interval
from tsunagari.experiments.validate.estimators import (
    fitted_bass,
    fitted_hazard,
    months_until,
    rate_offset,
    stratified_ratio,
)
from tsunagari.experiments.validate.experiment import (
    Expected,
    Experiment,
    above_zero,
    below_zero,
    each_end,
    exactly,
)
from tsunagari.experiments.validate.observed import Panel
from tsunagari.experiments.validate.pattern import DIRECTION, Pattern
from tsunagari.experiments.validate.study import Draw

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.experiments.runs.statistics import Floats
    from tsunagari.experiments.validate.experiment import Compared, Runs, Values
    from tsunagari.experiments.validate.study import Study
    from tsunagari.sim.market import Market
    from tsunagari.sim.network.csr import Network

_YEAR = 12

# -- P1: adoption in an empty market is an S-curve, and imitation is what makes it one -------------


def adoption(draw: Draw) -> dict[str, float]:
    """Bass's numbers of one market, a year, and where its adoption peaks, in years."""
    counts = np.array(first_adoptions(draw), float)
    people = draw.plan.market.customers
    # Nobody leaves this market, and whoever looks may find a firm: all are potential adopters.
    bass = fitted_bass(counts, people)
    exponential = fitted_bass(counts, people, imitation=False)
    yearly = np.convolve(counts, np.ones(_YEAR), "valid")
    return {
        "p": bass.innovation,
        "q": bass.imitation,
        "bic": exponential.bic - bass.bic,
        "peak": (float(np.argmax(yearly)) + _YEAR / 2) / _YEAR,
        "adopted": counts.sum() / people,
    }


def first_adoptions(draw: Draw) -> list[int]:
    """How many have a provider for the first time, month by month."""
    market = draw.market()
    column = market.population.column
    ever = [0]
    for _ in range(draw.plan.market.months):
        market.step()
        has, had = column("provider") >= 0, column("previous_provider") >= 0
        ever.append(int((has | had).sum()))
    return [after - before for before, after in itertools.pairwise(ever)]


_SULTAN = "Sultan et al. 1990: {}, mean of 213 applications"

P1 = Pattern(
    id="P1",
    pattern="adoption in an empty market is an S-curve",
    source="Bass 1969; Sultan et al. 1990",
    statistic="q of Bass's model, a year, fitted to the months of first adoption",
    null="no friends, no reviews, no brand, no imitation, and firms that stay as they are",
    mark="fitted",
    reason="The two rates of adoption were set by the means of these estimates; that the peak "
    "comes when it does, and the spread over friends, was not.",
    find=Experiment(
        people=4000,
        replications=12,
        base={"market.months": 180, "market.start": "empty", "market.exit": 0.0},
        markets={"told": {}},
        nulls={
            "untold": {
                "network.neighbours": 0,
                "adoption.imitation": 0.0,
                "zmot.review": 0.0,
                "value.brand": 0.0,  # how others like a firm's people
                "technology.gain": 0.0,
                "technology.drift": 0.0,
                "technology.imitation": 0.0,
                "disciplines.product-leadership.launch_rate": 0.0,
                "finance.credit": 1000.0,
            }
        },
        measure=adoption,
        quantities=(
            Expected("q, a year", "told.q", 0.2, 0.8, estimate=_SULTAN.format("q .38")),
            Expected("p, a year", "told.p", 0.001, 0.05, estimate=_SULTAN.format("p .03")),
            above_zero("BIC of exponential less Bass's", "told.bic"),
            Expected("peak, years", "told.peak", 1.0, 14.0, "interval"),
        ),
        null=(
            exactly("q, a year", "untold.q"),
            Expected("q, a year", "untold.q", None, 0.2, "interval"),
        ),
        remarks=(
            "{told.adopted.mean:.0%} have adopted after 15 years.",
            "Without word of mouth p is {untold.p.mean:.3f} a year.",
        ),
    ),
)

# -- P4: a friend's defection raises one's own hazard; for whom more, for whom less, how long ------

_BEFORE = 12
_LOYAL = 24  # months


def defection(draw: Draw) -> dict[str, float]:
    """Log hazard ratios of leaving per friend who left the same firm the month before.

    ``now``, ``then`` and ``before`` are those of friends who left one, two and three months ago,
    ``fading`` the second less the first; ``rewired`` is that of as many people who are not friends.
    ``loyal``, ``connected`` and ``similar`` say how the first differs with two years of tenure or
    more, with e times as many friends, and for friends of the same segment.
    """
    market = draw.market()
    panel = Panel(market, ("satisfaction", "tenure", "contract_left", "friends_here"))
    rows = risk_set(panel, market.population.network)
    event = rows.pop("event")
    offset = rows.pop("offset")
    interactions = {name: rows.pop(name) for name in ("loyal", "connected", "similar")}
    rewired = rows.pop("rewired")
    main = fitted_hazard(rows, event, offset)
    more = fitted_hazard({**rows, **interactions}, event, offset)
    lags = ("now", "then", "before")
    kept = {name: column for name, column in rows.items() if name not in lags}
    placebo = fitted_hazard({**kept, "rewired": rewired}, event, offset)
    return {
        **{name: main[name] for name in lags},
        **{name: more[name] for name in interactions},
        "fading": main["then"] - main["now"],
        "rewired": placebo["rewired"],
        "exposed": float((rows["now"] > 0).mean()),
    }


def risk_set(panel: Panel, network: Network) -> dict[str, Floats]:
    """One row per customer and month in which they had a provider and did not leave the market."""
    population = panel.market.population
    people = population.people
    degree = network.degree()
    own, friend = np.repeat(np.arange(people), degree), network.friends
    luck = np.random.default_rng((panel.market.seed, panel.market.replication))
    stranger = luck.permutation(people)[friend]
    segment = population.column("segment")
    alike = segment[own] == segment[friend]
    connected = np.log(np.maximum(degree, 1) / degree.mean())
    parts: dict[str, list[Floats]] = {}
    for month in range(_BEFORE, panel.months + 1):
        provider = panel["provider"][month - 1]
        at_risk = np.flatnonzero((provider >= 0) & (panel["gone"][month] == 0))

        def same(
            who: NDArray[np.integer],
            lag: int,
            month: int = month,
            provider: NDArray[np.integer] = provider,
        ) -> NDArray[np.bool_]:
            left = panel["left_provider"][month - lag][who]
            return (left >= 0) & (left == provider[own])

        def count(ties: NDArray[np.bool_]) -> Floats:
            return np.bincount(own, weights=ties, minlength=people).astype(float)

        now = count(same(friend, 1))
        tenure = panel["tenure"][month - 1]
        columns = {
            "now": now,
            "then": count(same(friend, 2)),
            "before": count(same(friend, 3)),
            "rewired": count(same(stranger, 1)),
            "loyal": now * (tenure >= _LOYAL),
            "connected": now * connected,
            "similar": count(same(friend, 1) & alike),
            "tenure": np.log1p(tenure),
            "due": panel["contract_left"][month - 1] == 1,
            "satisfaction": panel["satisfaction"][month - 1],
            "friends here": panel["friends_here"][month - 1],
            "friends": connected,
            "event": panel["left"][month],
            "group": month * len(panel.market.firms) + provider,
        }
        for name, column in columns.items():
            parts.setdefault(name, []).append(np.asarray(column, float)[at_risk])
    rows = {name: np.concatenate(columns) for name, columns in parts.items()}
    rows["offset"] = rate_offset(rows["event"], rows.pop("group").astype(int))
    return rows


def as_ratios(runs: Runs) -> Compared:
    """Hazard ratios of their logarithms."""
    names = ("now", "then", "before", "rewired")
    return {"ratio": {name: each_end(np.exp, t_interval(runs["here"][name])) for name in names}}


P4 = Pattern(
    id="P4",
    pattern="a friend's defection raises one's own hazard and fades; less for the loyal, more for "
    "the well-connected and between people alike",
    source="Nitzan & Libai 2011",
    statistic="hazard ratio per friend who left the same firm last month, complementary log-log "
    "regression with firm and month, tenure, contract, satisfaction and friends held constant",
    null="exposure to as many people who are not friends",
    mark="fitted",
    reason="The factor per friend who left was set by this estimate; how it fades, and for whom "
    "it is smaller, are rules.",
    find=Experiment(
        people=6000,
        replications=16,
        base={"market.months": 72, "network.kind": "random"},
        measure=defection,
        compare=as_ratios,
        quantities=(
            Expected(
                "hazard ratio per friend who left last month",
                "ratio.now",
                1.4,
                2.2,
                estimate="Nitzan & Libai 2011: 1.8, hazard ratio of a neighbour who left",
            ),
            below_zero("log ratio a month later, less now", "here.fading"),
            below_zero("log ratio, more with 2 years", "here.loyal"),
            above_zero("log ratio, more with e × friends", "here.connected"),
            above_zero("log ratio, more if alike", "here.similar"),
        ),
        null=(
            Expected("hazard ratio, ties rewired", "ratio.rewired", 0.9, 1.1),
            Expected("the same", "ratio.rewired", None, 1.4, "interval"),
        ),
        remarks=(
            "Hazard ratios of friends who left 1, 2 and 3 months ago: {ratio.now.mean:.2f}, "
            "{ratio.then.mean:.2f}, {ratio.before.mean:.2f}.",
            "{here.exposed.mean:.1%} of customer-months are exposed.",
        ),
    ),
)

# -- P6: how many reviews there are, and how good they are, both move choices ----------------------

_UNTOUCHED, _SHOWN = 24, 6
"""Months before anything is changed, and for which pages are shown otherwise than they are."""
_STEP = 0.1
"""Interventions are of ± 10 %."""


def more_or_fewer(
    page: NDArray[np.int8], counts: NDArray[np.float64], sign: int, luck: np.random.Generator
) -> None:
    """Change the number of a firm's reviews by a tenth, not their stars: the count and the page.

    The page changes by a tenth on average; a full one has no room for more.
    """
    counts *= 1.0 + sign * _STEP
    there, free = np.flatnonzero(page > 0), np.flatnonzero(page == 0)
    chosen = there[luck.random(len(there)) < _STEP]
    if sign < 0:
        page[chosen] = 0
        return
    places = luck.permutation(free)[: len(chosen)]
    page[places] = page[chosen[: len(places)]]


def better_or_worse(
    page: NDArray[np.int8], counts: NDArray[np.float64], sign: int, luck: np.random.Generator
) -> None:
    """Change the mean stars on a page by a tenth, as far as 1 to 5 stars allow, star by star."""
    there = luck.permutation(np.flatnonzero(page > 0))
    wanted = round(_STEP * float(page[there].sum()))
    while wanted > 0:
        able = there[(page[there] + sign >= 1) & (page[there] + sign <= 5)]
        if not len(able):
            return
        page[able[:wanted]] += sign
        wanted -= min(wanted, len(able))


INTERVENTIONS = {"volume": more_or_fewer, "valence": better_or_worse}


def amount(kind: str, page: NDArray[np.int8], counts: NDArray[np.float64]) -> float:
    """Number of recent reviews, or the mean stars of those on the page."""
    return float(counts.sum()) if kind == "volume" else float(page[page > 0].mean())


def joins(market: Market, firm: int, kind: str, sign: int) -> tuple[int, float]:
    """Who joins a firm in half a year in which its page is shown otherwise than it is.

    Returns:
        Joiners, and the mean logarithm of what was shown over what was there.
    """
    twin = copy.deepcopy(market)
    joined, changes = 0, []
    for month in range(_SHOWN):
        posts, recent = twin.population.posts, twin.measures.star_recent
        counts = np.array(recent[firm])
        true, counted = posts.copy(), counts.copy()
        luck = np.random.default_rng((twin.seed, twin.replication, firm, month))
        INTERVENTIONS[kind](posts[firm], counts, sign, luck)
        was, now = amount(kind, true[firm], counted), amount(kind, posts[firm], counts)
        changes.append(np.log(now / was))
        shown, recent[firm] = posts.copy(), counts.tolist()
        twin.begin_month()
        recent[firm] = counted.tolist()  # offers are out; what is counted from here on is true
        twin.step()
        posts = twin.population.posts
        posts[:] = np.where(posts != shown, posts, true)  # this month's reviews, and the old ones
        column = twin.population.column
        new = (column("provider") == firm) & (column("joined_month") == twin.month)
        joined += int(new.sum())
    return joined, float(np.mean(changes))


def elasticities(draw: Draw) -> dict[str, float]:
    """Elasticities of joins by volume and valence, all firms of one market added up."""
    market = draw.market()
    market.run_for(_UNTOUCHED)
    found = {}
    for kind in INTERVENTIONS:
        change = base = shown = 0.0
        for firm in range(len(market.firms)):
            more, up = joins(market, firm, kind, +1)
            less, down = joins(market, firm, kind, -1)
            change += more - less
            base += (more + less) / 2
            shown += (up - down) / len(market.firms)
        found[kind] = change / base / shown
    return found


_YOU = "You et al. 2015: {}, mean elasticity of sales in a meta-analysis"

P6 = Pattern(
    id="P6",
    pattern="volume and valence of reviews both move choices",
    source="You, Vadakkepatt & Joshi 2015",
    statistic="elasticity of joins by volume over half a year (by valence: see below), paired "
    "interventions of ± 10 % on firms' public pages",
    null="reviews are ignored",
    mark="fitted",
    reason="What the number of reviews is worth was set with these elasticities in view.",
    find=Experiment(
        people=4000,
        replications=16,
        base={"market.months": _UNTOUCHED + _SHOWN},
        markets={"read": {}},
        nulls={"ignored": {"zmot.review": 0.0, "zmot.volume": 0.0}},
        null_replications=4,
        measure=elasticities,
        quantities=(
            Expected(
                "elasticity of joins by volume",
                "read.volume",
                0.1,
                0.5,
                estimate=_YOU.format(".236"),
            ),
            Expected(
                "elasticity of joins by valence",
                "read.valence",
                0.2,
                0.7,
                estimate=_YOU.format(".417"),
            ),
        ),
        null=(
            exactly("elasticity by volume", "ignored.volume"),
            exactly("elasticity by valence", "ignored.valence"),
        ),
        remarks=(
            "Volume is the number of recent reviews, and how many of 64 places a page fills.",
        ),
    ),
)

# -- P7: customers who came because a friend praised the firm leave less ---------------------------

_MONTHS = 84
_FIRST, _LAST, _FOLLOWED = 12, 48, 33
"""Joiners of months 12 to 48, each followed for 33 months as in the source."""
_COHORT = 6  # months of joining that are compared with each other


def referral(draw: Draw) -> dict[str, float]:
    """Hazard of leaving of the referred over that of others, less 1; and with labels permuted."""
    panel = Panel(draw.market(), ("joined_month", "joined_through"))
    spells, rows = spells_of(panel)
    firm, began, through = spells.T
    referred = through == By.REFERRAL
    mixed = referred.copy()
    luck = np.random.default_rng((draw.seed, draw.replication))
    cell = firm * (_MONTHS + 1) + began
    for number in np.unique(cell):
        own = np.flatnonzero(cell == number)
        mixed[own] = referred[luck.permutation(own)]
    spell, tenure, left = rows.T
    stratum = (firm * (_MONTHS + 1) + began // _COHORT)[spell] * (_FOLLOWED + 1) + tenure
    return {
        "referred": stratified_ratio(left, referred[spell], stratum) - 1.0,
        "permuted": stratified_ratio(left, mixed[spell], stratum) - 1.0,
        "share": float(referred.mean()),
    }


def spells_of(panel: Panel) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Joiners, and what became of them.

    Returns:
        A row per joiner: firm, month of joining, what decided it. A row per joiner and month in
        which they could have left by choice: number of the joiner, months since joining, 1 if left.
    """
    people = panel["provider"].shape[1]
    spell_of = np.full(people, -1)
    began = np.zeros(people, np.int64)
    spells, rows, count = [], [], 0
    for month in range(_FIRST, panel.months + 1):
        here = np.flatnonzero(spell_of >= 0)
        here = here[panel["gone"][month][here] == 0]
        left = panel["left"][month][here] == 1
        rows.append(np.column_stack([spell_of[here], month - began[here], left]))
        old = (month - began >= _FOLLOWED) | (panel["left_provider"][month] >= 0)
        spell_of[old | (panel["gone"][month] == 1)] = -1
        if month > _LAST:
            continue
        joined = panel["joined_month"][month] == month
        new = np.flatnonzero((panel["provider"][month] >= 0) & joined)
        spell_of[new] = count + np.arange(len(new))
        began[new] = month
        count += len(new)
        through = panel["joined_through"][month][new]
        spells.append(
            np.column_stack([panel["provider"][month][new], np.full(len(new), month), through])
        )
    return np.concatenate(spells).astype(np.int64), np.concatenate(rows).astype(np.int64)


_LESS = "hazard of leaving of the referred, less that of others, relative"

P7 = Pattern(
    id="P7",
    pattern="referred customers leave less",
    source="Schmitt, Skiera & Van den Bulte 2011",
    statistic="churn of referred against other joiners over 33 months, relative, within firm, half "
    "year of joining and tenure",
    null="referral permuted among the joiners of a firm in a month",
    mark="built in",
    reason="It rests on looking.referred, by which friends hold the referred more: with that at "
    "0 the effect is +0.036 ± 0.099, which is none.",
    find=Experiment(
        people=6000,
        replications=16,
        base={"market.months": _MONTHS},
        measure=referral,
        quantities=(
            Expected(
                _LESS,
                "here.referred",
                -0.25,
                -0.08,
                estimate="Schmitt et al. 2011: −18 %, churn over 33 months at one bank",
            ),
        ),
        null=(
            exactly(_LESS, "here.permuted"),
            Expected("the same", "here.permuted", -0.08, None, "interval"),
        ),
        remarks=("{here.share.mean:.0%} of joiners came by referral.",),
    ),
)

# -- P8: advertising brings the first, word of mouth the rest, and weak ties carry it far ----------

_DRAWS, _LUCKS = 24, 4
_LONGEST = 240  # months; where nobody imitates, half of the people may take longer
_INNOVATORS, _EARLY, _HALF = 0.025, 0.16, 0.5
"""Parts of all people: innovators, those before the majority (Rogers 1962), the end of a run."""
_SWAPPED = 0.1
"""Part of all ties that are made weak in the twin: they leave the community."""
_NEEDED = 0.9
_SILENT = {"adoption.imitation": 0.0, "zmot.friend": 0.0}


def drawn(number: int, seed: int) -> dict[str, Any]:
    """A market of small personal networks, as in the source, each draw with its own numbers.

    Ties within a community are strong, ties that leave it weak.
    """
    luck = np.random.default_rng((seed, number))
    size = int(luck.integers(8, 31))
    return {
        "adoption.innovation": float(luck.uniform(0.001, 0.004)),
        "adoption.imitation": float(luck.uniform(0.03, 0.1)),
        "network.kind": "communities",
        "network.community_size": size,
        "network.neighbours": int(luck.integers(5, round(0.8 * size) + 1)),
        "network.between": float(luck.uniform(0.02, 0.2)),
    }


def told(study: Study) -> dict[str, Values]:
    """All drawn markets by number."""
    return {f"told {n}": drawn(n, study.seed) for n in range(study.replications(_DRAWS))}


def silent(study: Study) -> dict[str, Values]:
    """The same, where nobody imitates."""
    return {
        name.replace("told", "silent"): {**values, **_SILENT}
        for name, values in told(study).items()
    }


def weak_ties(draw: Draw) -> dict[str, float]:
    """What came of one market and of its twin with more weak ties.

    Returns:
        Part of the innovators, and of those after the first 16 %, whom advertising prompted; months
        that the twin needs until half have adopted, less those of the market.
    """
    twin = draw.plan.with_values({"network.between": draw.plan.network.between + _SWAPPED})
    people = draw.plan.market.customers
    prompted, count = adopters(draw)
    _, twin_count = adopters(Draw(twin, draw.seed, draw.replication))
    first = prompted[: max(1, round(_INNOVATORS * people))]
    later = prompted[round(_EARLY * people) :]
    return {
        "first": sum(first) / len(first),
        "later": sum(later) / max(len(later), 1),
        "sooner": months_until(twin_count, _HALF * people) - months_until(count, _HALF * people),
    }


def adopters(draw: Draw) -> tuple[list[bool], list[int]]:
    """In order of month: whether advertising prompted each first adopter; and how many so far."""
    market = draw.market()
    people = market.population.people
    column = market.population.column
    ever = np.zeros(people, bool)
    prompted: list[bool] = []
    count = [0]
    while count[-1] < _HALF * people and len(count) <= _LONGEST:
        market.step()
        new = (column("provider") >= 0) & ~ever
        ever |= new
        prompted.extend((column("looks")[new] == Looks.AFTER_STIMULUS).tolist())
        count.append(len(prompted))
    return prompted, count


def signs(first: Floats, later: Floats, sooner: Floats) -> tuple[bool, bool]:
    """Whether talk follows advertising, and whether weak ties speed adoption up, in one market."""
    means = [sum(column.tolist()) / len(column) for column in (first, later, sooner)]
    return means[0] > 0.5 > means[1], means[2] < 0.0


def parts_of_draws(runs: Runs) -> Compared:
    """Part of the drawn markets in which either sign is found."""
    found = {}
    for kind in ("told", "silent"):
        rows = [signs(**run) for name, run in runs.items() if name.startswith(kind)]
        follows, as_strong = (
            wilson_interval(sum(column), len(rows)) for column in zip(*rows, strict=True)
        )
        found[kind] = {"follows": follows, "as_strong": as_strong}
    return found


P8 = Pattern(
    id="P8",
    pattern="advertising works early, word of mouth later; weak ties are at least as strong",
    source="Goldenberg, Libai & Muller 2001",
    statistic=f"part of {_DRAWS} drawn empty markets in which talk follows advertising",
    null="nobody imitates: friends do not make people adopt",
    mark="built in",
    reason="The source is a simulation in which people adopt by advertising or by friends, as "
    "they do here.",
    find=Experiment(
        people=3000,
        replications=_LUCKS,
        base={"market.start": "empty", "market.exit": 0.0},
        markets=told,
        nulls=silent,
        null_replications=1,
        measure=weak_ties,
        compare=parts_of_draws,
        quantities=(
            Expected(
                "draws in which talk follows advertising",
                "told.follows",
                _NEEDED,
                1.0,
                estimate=DIRECTION,
            ),
            Expected(
                "draws in which weak ties are as strong",
                "told.as_strong",
                _NEEDED,
                1.0,
                estimate=DIRECTION,
            ),
        ),
        null=(
            Expected("draws in which talk follows", "silent.follows", None, _NEEDED, "interval"),
            Expected("draws in which weak ties are", "silent.as_strong", None, _NEEDED, "interval"),
        ),
        remarks=(
            "Talk follows: advertising prompts most of the first 2.5 % of people, and friends "
            "most of those between 16 and 50 %.",
            "Weak ties are at least as strong as strong ones: with a tenth of all ties moved from "
            "within a community to beyond it, half of the people have adopted sooner, on average "
            f"over {_LUCKS} draws of luck.",
        ),
    ),
)

# -- P16: stars of public reviews follow a J ------------------------------------------------------


def stars_of_reviews(draw: Draw) -> dict[str, float]:
    """Parts of all reviews of five years by stars, ones less twos, and fives less the next."""
    market = draw.market()
    market.run_for(draw.plan.market.months)
    table = market.results.tables["firms"]
    last = np.asarray(table["month"]) == market.month  # they are counted from the start
    counts = np.array([np.asarray(table[f"stars_{n}"])[last].sum() for n in range(1, 6)], float)
    parts = counts / counts.sum()
    return {
        "ones": parts[0] - parts[1],
        "fives": parts[4] - parts[:4].max(),
        **{f"stars{n}": part for n, part in enumerate(parts.tolist(), 1)},
    }


def _in_words(name: str) -> str:
    return ", ".join(f"{{{name}.stars{n}.mean:.1%}}" for n in range(1, 6))


P16 = Pattern(
    id="P16",
    pattern="stars of reviews follow a J: one star above two, and five the most",
    source="Hu, Zhang & Pavlou 2009; Schoenmueller, Netzer & Stahl 2020",
    statistic="part of all public reviews of five years with one star less that with two",
    null="who has little to say writes as often as who has much",
    mark="fitted",
    reason="Who writes and what a star is were set so that reviews follow a J.",
    find=Experiment(
        people=4000,
        replications=12,
        base={"market.months": 60},
        markets={"told": {}},
        nulls={"all": {"zmot.lukewarm": 1.0}},
        measure=stars_of_reviews,
        quantities=(
            above_zero(
                "part with one star less part with two",
                "told.ones",
                "Hu et al. 2009: a direction only, mostly fives, some ones, hardly any between",
            ),
            above_zero("part with five stars less that of the next most", "told.fives"),
        ),
        null=(Expected("part with one star less part with two", "all.ones", None, 0.0, "overlap"),),
        remarks=(
            f"Parts with one to five stars: {_in_words('told')}.",
            f"Where all write as often: {_in_words('all')}.",
            "Hu et al. let everybody write in an experiment: then stars had one peak.",
        ),
    ),
)

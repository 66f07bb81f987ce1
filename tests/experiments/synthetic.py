"""Tables that look like a run's, made without the engine: a small market of random switchers."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

DISCIPLINES = ("operational-excellence", "product-leadership", "customer-intimacy", "none")
RESERVOIRS = ("location", "switching", "obligation", "success")
MEASURES = (
    *("retention", "retention_12", "stickiness_money", "satisfaction", "nps", "profit"),
    *(f"stickiness_{name}" for name in RESERVOIRS),
)


def tables(names, months=24, replications=1, *, enters=None, closes=None, seed=1, empty=()):
    """Market tables of these firms.

    Firms in ``enters`` come in the month given, those in ``closes`` close then (their rows end),
    those in ``empty`` never have a customer.
    """
    rng = np.random.default_rng(seed)
    enters, closes = enters or {}, closes or {}
    rows, market, cohorts, flows = [], [], [], []
    for run in range(replications):
        count = {n: 0 if n in enters or n in empty else 1000 + 50 * i for i, n in enumerate(names)}
        nobody = 200
        groups = {(n, 0): [c] for n, c in count.items() if c}
        past = []
        for month in range(months + 1):
            before, joins, leaves = dict(count), dict.fromkeys(names, 0), dict.fromkeys(names, 0)
            there = [n for n in names if enters.get(n, 0) <= month < closes.get(n, months + 1)]
            welcoming = [n for n in there if n not in empty]
            for name in names if month else ():
                closing = closes.get(name) == month
                lost = count[name] if closing else rng.binomial(before[name], 0.03)
                options = [n for n in welcoming if n != name] + [""]
                for target, some in zip(
                    options, rng.multinomial(lost, [1 / len(options)] * len(options)), strict=True
                ):
                    if some:
                        why = "closure" if closing else "review"
                        flows.append((run, month, name, target, why, int(some)))
                        if target:
                            joins[target] += some
                        else:
                            nobody += some
                leaves[name] = lost
            for name in welcoming if month else ():
                some = rng.binomial(nobody, 0.02)
                if some:
                    nobody -= some
                    joins[name] += some
                    flows.append((run, month, "", name, "friend", int(some)))
            for (name, _), sizes in groups.items():
                keep = 1 - leaves[name] / before[name] if before[name] else 0
                if month:
                    sizes.append(int(sizes[-1] * keep))
            for name in names:
                count[name] += joins[name] - leaves[name]
                if joins[name]:
                    groups[name, month] = [joins[name]]
            past.append(dict(count))
            whole = sum(count.values())
            for place, name in enumerate(names):
                if name not in there:
                    continue
                has = count[name] > 0
                year_ago = past[month - 12][name] if month >= 12 else 0
                sources = np.array([0.6 - 0.02 * month, 0.2, 0.1, 0.02 * month + 0.05 * place])
                values = {
                    "retention": 1 - leaves[name] / before[name]
                    if month and before[name]
                    else None,
                    "retention_12": 0.7 + 0.01 * place + rng.normal(0, 0.002) if year_ago else None,
                    "stickiness_money": 1 - np.exp(-sources.sum()) if has else None,
                    "satisfaction": 0.1 * place - 0.2 + rng.normal(0, 0.01) if has else None,
                    "nps": 10.0 * place - 20 if has else None,
                    "profit": 0.1 * count[name] if month else None,
                    **{
                        f"stickiness_{r}": s if has else None
                        for r, s in zip(RESERVOIRS, sources, strict=True)
                    },
                }
                row = {
                    "scenario": "s",
                    "replication": run,
                    "month": month,
                    "firm": name,
                    "discipline": DISCIPLINES[place % 4],
                    "entered": enters.get(name, 0),
                    "customers": count[name],
                    "market_share": count[name] / max(whole, 1),
                    "joins": joins[name],
                    "leaves": leaves[name],
                }
                rows.append({**row, **values})
            market.append((run, month, nobody))
        for (name, joined), sizes in groups.items():
            cohorts += [(run, name, joined, t, size) for t, size in enumerate(sizes)]
    columns = ["scenario", "replication", "month", "firm", "discipline", "entered", "customers"]
    columns += ["market_share", "joins", "leaves", *MEASURES]
    firms = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(MEASURES, float))
    return SimpleNamespace(
        title="The connected age",
        story="A story.",
        firms=firms,
        market=pd.DataFrame(market, columns=["replication", "month", "without_provider"]),
        cohorts=pd.DataFrame(
            cohorts, columns=["replication", "firm", "joined", "tenure", "survivors"]
        ),
        flows=pd.DataFrame(
            flows,
            columns=["replication", "month", "source", "destination", "decided_by", "customers"],
        ),
    )

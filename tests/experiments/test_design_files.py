"""Sweep files: read, written and refused in the same form as scenario files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import swept

from tsunagari.experiments.studies.design import Design
from tsunagari.experiments.studies.sweep_file import read_experiment, read_written
from tsunagari.sim.problems import Problems
from tsunagari.sim.reading import dump

HEAD = "format: 1\nscenario: connected-age\n"
GRID = f"{HEAD}design: grid\nfactors:\n"
SAMPLED = f"{HEAD}design: latin-hypercube\nsamples: 4\nfactors:\n"
# What is written, and how each problem begins, in order. The first factor stands in line 5 or 6.
BAD = {
    "nothing": ("", ["1:1: there is no sweep in it"]),
    "a list": (
        "- 1\n",
        ["1:1: a sweep file is a mapping of keys such as scenario and factors, not a list"],
    ),
    "a scenario": (
        "market: {months: 3}\n",
        ["1:1: this is a scenario, not a sweep file; write a sweep file with scenario: s.yaml"],
    ),
    "no design and no factors": (
        HEAD,
        ["1:1 factors: is missing", "1:1 design: is missing"],
    ),
    "no scenario": (
        "design: grid\nfactors: {stickiness.location: [0.1]}\n",
        ["1:1 scenario: is missing"],
    ),
    "an unknown scenario": (
        "scenario: connectd-age\ndesign: grid\nfactors: {market.exit: [0]}\nlevers: [x]\n",
        [
            "1:11 scenario: there is neither such a file nor a shipped scenario of that name; "
            "did you mean connected-age?",
            "4:10 levers.0: x is not one of the factors; give it values under factors",
        ],
    ),
    "unknown keys": (
        f"{GRID}  market.exit: [0]\nfactor: 1\nsample: 3\n",
        ["6:1 factor: unknown key; did you mean factors?", "7:1 sample: unknown key; did you me"],
    ),
    "unknown paths": (
        f"{GRID}  stickiness.locaton: [0.1]\n  firms.Leen.price: [1.0]\n  bogus: [1]\n"
        "  'a..b': [1]\n  market.month: {low: 1, high: 2, steps: 2}\n",
        [
            '5:3 factors."stickiness.locaton": unknown key; did you mean stickiness.location?',
            '6:3 factors."firms.Leen.price": nothing in firms is called Leen; did you mean '
            "firms.Lean.price?",
            "7:3 factors.bogus: unknown key; known here: format,",
            "8:3 factors.\"a..b\": 'a..b' is not a path such as market.customers",
            '9:3 factors."market.month": unknown key; did you mean market.months?',
        ],
    ),
    "values that are not allowed": (
        f"{GRID}  stickiness.location: [0.1, -4, x, .nan]\n  market.months: [12, 6.5]\n"
        "  network.kind: [random, smal-world]\n",
        [
            '5:30 factors."stickiness.location".1: must be at least 0, not -4',
            '5:34 factors."stickiness.location".2: must be a number, not the text "x"',
            '5:37 factors."stickiness.location".3: must be a finite number, not nan',
            '6:23 factors."market.months".1: must be a whole number, not 6.5; write 6 or 7',
            '7:26 factors."network.kind".1: must be one of small-world, random,',
        ],
    ),
    "ranges": (
        f"{SAMPLED}  stickiness.location: {{low: 2, high: 1}}\n"
        "  market.exit: {low: 0, high: 7}\n"
        "  looking.rate_x: {low: 0, high: 1}\n"
        "  stickiness.switching: {low: 0, high: 1, scale: log}\n"
        "  network.neighbours: {low: 4.2, high: 4.8}\n"
        "  title: {low: 1, high: 2}\n"
        "  stickiness.success: {low: 1}\n"
        "  stickiness.obligation: {low: a, high: 1}\n",
        [
            '6:39 factors."stickiness.location".high: must be greater than low (2), not 1',
            '7:31 factors."market.exit".high: must be at most 1, not 7',
            '8:3 factors."looking.rate_x": unknown key',
            '9:31 factors."stickiness.switching".low: must be greater than 0 on a logarithmic sc',
            '10:23 factors."network.neighbours": there is no whole number between 4.2 and 4.8',
            "11:10 factors.title: title is not a number, so it has no range; list its values",
            '12:23 factors."stickiness.success".high: is missing: a range has low and high',
            '13:32 factors."stickiness.obligation".low: must be a number, not the text "a"',
        ],
    ),
    "distributions": (
        f"{SAMPLED}  stickiness.location: {{distribution: norml, mean: 1, sd: 2}}\n"
        "  stickiness.switching: {distribution: normal, mean: 1}\n"
        "  stickiness.success: {lo: 1, high: 1}\n"
        "  market.exit: 3\n"
        "  zmot.connectivity: []\n"
        "  market.tenure: {distribution: normal, mean: 1, sd: 1, steps: 3, scale: log}\n"
        "  market.wallet_spread: {distribution: triangular, low: 0, mode: 3, high: 2}\n"
        "  firms.Lean.price: {distribution: log-normal, mean: -1, sd: 1}\n"
        "  firms.Spark.price: {distribution: normal, mean: 1, sd: 0.1, low: 3}\n"
        "  firms.Broad.price: {low: 1, mean: 3, high: 2}\n"
        "  firms.Tailor.price: {distribution: normal, mean: 1, sd: 0}\n",
        [
            '6:39 factors."stickiness.location".distribution: must be one of uniform,',
            '7:25 factors."stickiness.switching".sd: is missing: a normal distribution has mean',
            '8:24 factors."stickiness.success".lo: unknown key; did you mean low?',
            '9:16 factors."market.exit": must be a list or keys with values, not 3',
            '10:22 factors."zmot.connectivity": needs at least 1 items',
            '11:64 factors."market.tenure".steps: does not belong to a normal distribution; le',
            '11:74 factors."market.tenure".scale: does not belong to a normal distribution; le',
            '12:66 factors."market.wallet_spread".mode: must be at most high (2), not 3',
            '13:54 factors."firms.Lean.price".mean: a log-normal distribution has a mean above 0',
            '13:54 factors."firms.Lean.price".mean: must be ',
            '14:68 factors."firms.Spark.price".low: cuts off nearly all of the distribution',
            '15:37 factors."firms.Broad.price".mean: does not belong to a range; write distribu',
            '16:59 factors."firms.Tailor.price".sd: must be greater than 0, not 0',
        ],
    ),
    "levers": (
        f"{SAMPLED}  firms.Lean.price: {{low: 0.9, high: 1.1}}\n"
        "  firms.Spark.price: {distribution: normal, mean: 1, sd: 0.1}\n"
        "  stickiness.location: [0.1, 0.2]\n"
        "levers: [firms.Lean.price, firms.Spark.price, firms.Len.price, firms.Lean.price]\n",
        [
            '6:21 factors."firms.Lean.price": a lever needs to know how many values of this range',
            '7:22 factors."firms.Spark.price": a lever is crossed in full, which a distribution',
            "9:47 levers.2: firms.Len.price is not one of the factors; did you mean firms.Lean.pr",
            "9:64 levers.3: firms.Lean.price is named twice",
        ],
    ),
    "a grid": (
        f"{GRID}  firms.Lean.price: {{low: 0.9, high: 1.1}}\n"
        "  firms.Spark.price: {distribution: normal, mean: 1, sd: 0.1}\nsamples: 3\nlevels: 6\n",
        [
            '5:21 factors."firms.Lean.price": a grid needs to know how many values of this range',
            '6:22 factors."firms.Spark.price": a grid is crossed in full, which a distribution',
            "7:10 samples: a grid has as many points as its factors make; leave samples out",
            "8:9 levels: belongs to design: morris; leave it out",
        ],
    ),
    "a list design": (
        f"{HEAD}design: list\nfactors:\n  firms.Lean.price: [0.9, 1]\n  firms.Spark.price: [1]\n"
        "  market.exit: {low: 0, high: 0.1}\n",
        [
            '6:22 factors."firms.Spark.price": has a value where firms.Lean.price has 2,',
            '7:16 factors."market.exit": design: list needs a list of values here',
        ],
    ),
    "sobol": (
        f"{HEAD}design: sobol\nsamples: 100\nfactors:\n  firms.Lean.price: [0.9, 1]\n"
        "  firms.Spark.price: [1]\n",
        [
            "4:10 samples: a Sobol design needs a power of 2, not 100; write 64 or 128",
            '7:22 factors."firms.Spark.price": a single value has no influence to be measured',
        ],
    ),
    "morris": (
        f"{HEAD}design: morris\nlevels: 5\nfactors:\n"
        "  firms.Lean.price: {distribution: normal, mean: 1, sd: 0.1}\n",
        [
            "1:1 samples: is missing: design: morris needs a number of samples",
            "4:9 levels: a Morris design needs an even number, not 5; write 6",
            '6:21 factors."firms.Lean.price": a Morris design tries the ends, which a normal',
        ],
    ),
    "one trajectory": (
        f"{HEAD}design: morris\nsamples: 1\nfactors:\n  stickiness.location: [0, 1]\n",
        ["4:10 samples: indices need at least 2 trajectories"],
    ),
    "nothing but levers": (
        f"{SAMPLED}  market.exit: [0, 0.1]\nlevers: [market.exit]\n",
        ["7:9 levers: every factor is a lever, which leaves nothing for design: latin-hypercube"],
    ),
    "a factor twice": (
        f"{GRID}  firms.Lean.price: [1]\n  firms.0.price: [1]\n  stickiness: [{{location: 0.1}}]\n"
        "  stickiness.location: [0.1]\n  firms.Lean.price: [2]\n  zmot.connectivity: [1]\n"
        "  zmot: [{connectivity: 2}]\n",
        [
            '6:3 factors."firms.0.price": is the same as firms.Lean.price; name a factor once',
            '8:3 factors."stickiness.location": is a part of the factor stickiness; vary one of',
            '9:3 factors."firms.Lean.price": the key firms.Lean.price is already there in line 5',
            "11:3 factors.zmot: the factor zmot.connectivity is a part of this one; vary one of",
        ],
    ),
    "values of every trial": (
        f"{HEAD}values: {{stickiness.location: 0.1, seed: 4, market.custmers: 5, market.months: -1,"
        " 'a b.': 3}\ndesign: grid\nfactors:\n  stickiness: [{location: 0.1}]\n  seed: [1, 2]\n",
        [
            '3:10 values."stickiness.location": stickiness is a factor, which gives it other val',
            "3:36 values.seed: seed is of the design; write seed: at the top of this file",
            '3:45 values."market.custmers": unknown key; did you mean market.customers?',
            '3:80 values."market.months": must be at least 0, not -1',
            "3:84 values.\"a b.\": 'a b.' is not a path such as market.customers",
            "7:3 factors.seed: seed is no factor; write seed: at the top of this file",
        ],
    ),
    "numbers": (
        f"{GRID}  market.exit: [0, 0.1]\nreplications: 0\nnetworks: two\nseed: -1\nkeep: []\n",
        [
            "6:15 replications: must be at least 1, not 0",
            '7:11 networks: must be a whole number, not the text "two"',
            "8:7 seed: must be at least 0, not -1",
            "9:7 keep: needs at least 1 items",
        ],
    ),
    "tables": (
        f"{GRID}  market.exit: [0, 0.1]\nkeep: [firms, markt, firms]\n",
        ["6:15 keep.1: must be one of firms, market, segments, cohorts, flows, not the text"],
    ),
    "a table twice": (
        f"{GRID}  market.exit: [0, 0.1]\nkeep: [firms, firms]\n",
        ["6:15 keep.1: firms is named twice"],
    ),
    "too many trials": (
        f"{GRID}  stickiness.location: {{low: 0, high: 1, steps: 1000}}\n"
        "  stickiness.switching: {low: 0, high: 1, steps: 1000}\nreplications: 3\nnetworks: 2\n",
        [
            "3:1 design: 1,000,000 points under 3 replications and 2 networks are 6,000,000 "
            "trials, more than 1,000,000; take fewer levels, or sample them"
        ],
    ),
    "combinations": (
        f"{GRID}  segments.thrifty.share: [0.3, 0.2]\n  segments.curious.share: [0.35, 0.45]\n",
        [
            "4:1 factors: segments.thrifty.share=0.2, segments.curious.share=0.35 makes no "
            "scenario: segments: the shares of the segments add up to 0.9, not to 1",
            "4:1 factors: segments.thrifty.share=0.3, segments.curious.share=0.45 makes no sce",
        ],
    ),
    "code": (
        f"{GRID}  firms.Lean.discipline: ['my:Own', none]\n",
        ['5:27 factors."firms.Lean.discipline".0: my:Own is Python code, which is not run unless'],
    ),
    "a file that is not there": (
        f"{GRID}  network: [{{kind: file, file: nowhere.csv}}]\n",
        ["5:13 factors.network.0: there is no such file: "],
    ),
    "draws named twice": (
        f"{GRID}  network.draw: [1, 2]\nnetworks: 3\n",
        ['5:3 factors."network.draw": networks: 3 draws the network anew already; leave one'],
    ),
    "not YAML": (f"{GRID}  a: [1\n", ["5:6: is not YAML: a bracket is not closed"]),
}


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def problems(source="s.yaml", *overrides, **options) -> list[str]:
    with pytest.raises(Problems) as refused:
        read_experiment(source, overrides, **options)
    return str(refused.value).splitlines()


@pytest.mark.parametrize("case", BAD)
def test_a_bad_sweep_file_is_refused_at_the_place(case):
    text, expected = BAD[case]
    Path("s.yaml").write_text(text, encoding="utf-8")
    told = problems()
    for line, beginning in zip(told, expected, strict=True):
        assert line.startswith(f"s.yaml:{beginning}")


def test_a_scenario_that_is_wrong_itself_is_told_with_its_own_places():
    Path("base.yaml").write_text("market: {month: 3}\n")
    Path("s.yaml").write_text("scenario: base.yaml\ndesign: grd\nfactors: {market.exit: [0]}\n")
    told = problems()
    assert told[0].startswith("s.yaml:2:9 design: must be one of grid, list")
    assert re.search(r"base\.yaml:1:10 market\.month: unknown key; did you mean months\?", told[1])


def test_no_file_a_folder_and_a_binary_are_refused():
    assert problems("nope.yaml") == ["nope.yaml: there is no such file"]
    assert problems(".") == [".: is a folder, not a sweep file"]
    Path("b.yaml").write_bytes(b"\0\1")
    assert problems("b.yaml") == ["b.yaml: is a binary file, not a sweep file"]


def test_options_that_no_trial_would_have_are_refused():
    Path("s.yaml").write_text(f"{GRID}  stickiness.location: [0.1]\n  market.months: [3]\n")
    told = problems("s.yaml", "stickiness.location=0.3", "seed=4", "bogus=3", months=4)
    assert [line.split(": ")[0] for line in told] == [
        "--set bogus=3", "--set stickiness.location=0.3", "--set seed=4", "--months 4",
    ]  # fmt: skip
    assert told[1].endswith("which gives it its own values; leave the option out")
    assert told[2].endswith("seed is of the design, not of its scenario; use --seed")
    assert problems("s.yaml", replications=0) == [
        "--replications 0: replications: must be at least 1, not 0"
    ]


def test_customers_of_a_network_from_a_file_are_its_nodes():
    Path("ties.csv").write_text("0,1\n1,2\n2,3\n3,0\n")
    Path("base.yaml").write_text("network: {kind: file, file: ties.csv}\n")
    Path("s.yaml").write_text("scenario: base.yaml\ndesign: grid\nfactors: {market.exit: [0]}\n")
    assert "every node of it is a customer" in problems("s.yaml", customers=5)[0]
    experiment, _ = read_experiment("s.yaml")
    assert experiment.base.market.customers == 4
    assert experiment.base.network.digest is not None
    Path("s.yaml").write_text("scenario: base.yaml\ndesign: grid\nfactors: {market.customers: [5]}")
    assert "every node of it is a customer" in problems()[0]


def test_networks_from_files_may_be_a_factor():
    Path("one.csv").write_text("0,1\n1,2\n2,0\n")
    Path("two.csv").write_text("0,1\n1,2\n2,3\n3,0\n")
    base = "network: {kind: file, file: one.csv}\n"
    Path("base.yaml").write_text(base)
    text = "scenario: base.yaml\ndesign: grid\nfactors: {network.file: [one.csv, two.csv]}\n"
    Path("s.yaml").write_text(text)
    experiment, _ = read_experiment("s.yaml")
    sizes = [planned.trial.plan.market.customers for planned in experiment.trials()]
    assert sizes == [3, 4]
    first = [planned.trial.key for planned in experiment.trials()]
    Path("elsewhere").mkdir()
    experiment.write(Path("elsewhere"))
    again, _ = read_experiment("elsewhere/design.yaml")
    assert (again.key, [planned.trial.key for planned in again.trials()]) == (experiment.key, first)


def test_options_and_values_are_in_the_scenario_and_late_events_are_left_out_with_a_note():
    Path("s.yaml").write_text(
        f"{HEAD}values: {{market.customers: 300, market.months: 50, stickiness.location: 0.25}}\n"
        "design: grid\nfactors: {market.exit: [0]}\nseed: 4\nreplications: 2\n"
    )
    experiment, notes = read_experiment(
        "s.yaml", ["stickiness.location=0.5"], months=12, seed=7, replications=3
    )
    base = experiment.base
    assert (base.market.customers, base.market.months) == (300, 12)
    assert (base.stickiness.location, base.seed, base.replications) == (0.5, 7, 3)
    assert (experiment.design.seed, experiment.design.replications) == (7, 3)
    assert notes[0].startswith("4 events after month 12, where this run ends, left out")
    plain, _ = read_experiment("s.yaml")
    assert plain.key != experiment.key


def test_months_may_be_a_factor_and_drop_the_events_they_do_not_reach():
    Path("s.yaml").write_text(f"{GRID}  market.months: [12, 120]\n")
    experiment, notes = read_experiment("s.yaml")
    short, long = (experiment.plan(point) for point in experiment.points)
    assert (short.market.months, long.market.months) == (12, 120)
    assert not short.events
    assert long.events == experiment.base.events
    assert notes == ["events after month 12 left out of runs that end there"]


@pytest.mark.parametrize("kind", ["grid", "list", "latin-hypercube", "sobol", "morris"])
def test_what_is_written_is_read_as_the_same_experiment(kind, tmp_path):
    factors = {
        "stickiness.location": [0.1, 0.30000000000000004],
        "firms.Lean.discipline": ["none", "disruptor"],
        "events": [[], [{"month": 1, "leave": "Spark"}]],
    }
    keys = {}
    if kind not in ("grid", "list"):
        keys["samples"] = 4
        factors["zmot.connectivity"] = {"low": 0.5, "high": 2.0, "scale": "log"}
        factors["firms.Lean.price"] = {
            "distribution": "normal", "mean": 1, "sd": 1e-5, "low": 0.9, "high": 1.1,
        }  # fmt: skip
        factors["network.neighbours"] = {"low": 2, "high": 9}
    source = swept.design(kind, factors=factors, title="題", replications=2, seed=3, **keys)
    del source["values"]["events"]
    if kind == "grid":
        source["levers"] = ["firms.Lean.discipline"]
    experiment, _ = read_experiment(source)
    experiment.write(tmp_path)
    again, notes = read_experiment(tmp_path / "design.yaml")
    assert notes == []
    assert again.key == experiment.key
    assert again.points == experiment.points
    assert read_written(tmp_path).points == experiment.points
    assert [t.trial.key for t in again.trials()] == [t.trial.key for t in experiment.trials()]
    assert again.design.title == "題"


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 4},
        {"samples": 5},
        {"replications": 2},
        {"networks": 2},
        {"keep": ["firms"]},
        {"design": "morris"},
        {"values": {"market.customers": 201, "market.months": 2, "events": []}},
        {"factors": {"stickiness.location": {"low": 0.0, "high": 0.9}}},
    ],
)
def test_another_design_has_another_key(other):
    source = swept.design("latin-hypercube", samples=4)
    key = read_experiment(source)[0].key
    assert read_experiment(source)[0].key == key
    assert read_experiment({**source, "title": "of no account"})[0].key == key
    assert read_experiment({**source, **other})[0].key != key


def test_a_sweep_file_may_extend_another():
    Path("base.yaml").write_text(f"{GRID}  stickiness.location: [0.1, 0.2]\nseed: 5\n")
    Path("s.yaml").write_text("extends: base.yaml\nfactors: {stickiness.switching: [0, 1]}\n")
    experiment, _ = read_experiment("s.yaml")
    assert len(experiment.points) == 4
    assert experiment.design.seed == 5


def test_every_key_is_in_the_schema_with_a_meaning():
    from tsunagari.sim.schema.keys import json_schema

    document = json_schema(Design)
    assert set(document["properties"]) == {*Design.model_fields, "extends"}
    spread = document["$defs"]["Spread"]["properties"]
    for name, key in [*document["properties"].items(), *spread.items()]:
        assert key.get("description"), name


def test_dumping_leaves_out_what_does_not_belong_to_a_spread(tmp_path):
    experiment, _ = read_experiment(swept.design("latin-hypercube", samples=2))
    dump(experiment.design, tmp_path / "d.yaml")
    text = (tmp_path / "d.yaml").read_text(encoding="utf-8")
    assert "null" not in text
    assert "sd" not in text

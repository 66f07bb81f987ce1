"""Indices and parts of variance against known answers, through sweeps as users run them."""

from __future__ import annotations

import json
import math
import sys

import numpy as np
import pyarrow.parquet as pq
import pytest
import swept
from PIL import Image

from tsunagari.__main__ import main
from tsunagari.experiments.studies.indices import components, morris_effects, sobol_effects
from tsunagari.experiments.studies.sensitivity import sensitivity, write_sensitivity
from tsunagari.experiments.studies.sweep import sweep
from tsunagari.experiments.telling.study_charts import draw_sensitivity
from tsunagari.sim.problems import Problems

X, Y, Z = swept.FACTORS
# Ishigami & Homma 1990 with a = 7, b = 0.1, in closed form.
V_X, V_Y, V_XZ = 0.5 * (1 + 0.1 * math.pi**4 / 5) ** 2, 7**2 / 8, 0.1**2 * math.pi**8 * 8 / 225
TOTAL = V_X + V_Y + V_XZ
ISHIGAMI = {
    X: (V_X / TOTAL, (V_X + V_XZ) / TOTAL),
    Y: (V_Y / TOTAL, V_Y / TOTAL),
    Z: (0.0, V_XZ / TOTAL),
}


@pytest.fixture
def analysed(tmp_path):
    """Sweep a design with a function in the market's place, and analyse what came of it."""

    def found(kind, function, *, measure="market_share", firm="Lean", month=None, **keys):
        folder = tmp_path / "s"
        sweep(swept.design(kind, **keys), out=folder, simulate=function)
        return sensitivity(folder, measure, firm=firm, month=month)

    return found


@pytest.mark.slow
def test_sobol_indices_of_ishigami_are_the_analytic_ones(analysed):
    (found,) = analysed("sobol", swept.ishigami, samples=128, seed=5).findings
    assert found.blocks == 128
    for effect in found.effects:
        first, total = ISHIGAMI[effect.factor]
        assert effect.s1 == pytest.approx(first, abs=0.12)
        assert effect.st == pytest.approx(total, abs=0.12)
        assert effect.s1_low - 0.02 <= first <= effect.s1_high + 0.02
        assert effect.st_low - 0.02 <= total <= effect.st_high + 0.02
        assert effect.st_high - effect.st_low < 0.6
    assert [effect.factor for effect in found.ranked] == [X, Y, Z]


def test_morris_finds_the_effects_that_were_planted(analysed):
    all_of_it = analysed("morris", swept.linear, samples=6, firm=None)
    lean, spark = all_of_it.findings
    assert [finding.firm for finding in (lean, spark)] == ["Lean", "Spark"]
    effects = {effect.factor: effect for effect in lean.effects}
    assert [effects[path].mu for path in swept.FACTORS] == pytest.approx([4, -1, 0])
    assert [effects[path].mu_star for path in swept.FACTORS] == pytest.approx([4, 1, 0])
    assert [effects[path].sigma for path in swept.FACTORS] == [0, 0, 0]
    assert [effect.factor for effect in lean.ranked] == [X, Y, Z]
    assert all(effect.mu_star == 0 for effect in spark.effects)  # nothing happens to Spark


def test_a_measure_of_the_market_in_a_month_of_ones_own(analysed):
    found = analysed("morris", swept.linear, samples=4, measure="hhi", firm=None, month=2)
    assert found.findings[0].firm is None
    assert found.month == 2
    assert found.findings[0].ranked[0].mu == pytest.approx(-4)


def test_sigma_tells_that_an_effect_is_not_the_same_everywhere(analysed):
    (found,) = analysed("morris", swept.ishigami, samples=40).findings
    effects = {effect.factor: effect for effect in found.effects}
    assert effects[Z].sigma > 0.5 * effects[Z].mu_star
    assert abs(effects[Z].mu) < effects[Z].mu_star
    assert effects[Z].mu_low < 0 < effects[Z].mu_high


def test_trajectories_with_a_failed_trial_are_left_out_whole_with_a_note(analysed):
    found = analysed("morris", swept.now_and_then_failing, samples=20, replications=2)
    (lean,) = found.findings
    assert 2 <= lean.blocks < 20
    assert [effect.mu for effect in lean.effects] == pytest.approx([4, -1, 0])
    failed, left_out = found.notes
    assert failed.endswith(" trials failed")
    assert left_out.startswith(f"{20 - lean.blocks} of 20 trajectories left out for Lean: a trial")


def test_nothing_varies(analysed):
    found = analysed("sobol", swept.constant, samples=8, replications=2)
    assert all(
        math.isnan(effect.st) and math.isnan(effect.s1_low) for effect in found.findings[0].effects
    )
    assert [part.variance for part in found.findings[0].components] == [
        0,
        pytest.approx(math.nan, nan_ok=True),
        0,
    ]
    assert all(math.isnan(part.share) for part in found.findings[0].components)


def test_options_of_levers_are_analysed_apart(analysed):
    factors = {"firms.Lean.price": [0.9, 1.1], **swept.UNIT}
    found = analysed(
        "morris", swept.linear, samples=4, factors=factors, levers=["firms.Lean.price"]
    )
    assert [dict(finding.levers) for finding in found.findings] == [
        {"firms.Lean.price": 0.9},
        {"firms.Lean.price": 1.1},
    ]
    for finding in found.findings:
        assert [effect.factor for effect in finding.effects] == list(swept.FACTORS)
        assert finding.effects[0].mu == pytest.approx(4)


def test_variance_is_split_as_it_was_planted(analysed):
    found = analysed("morris", swept.noisy, samples=8, replications=3, networks=8, seed=2)
    parts = {part.part: part for part in found.findings[0].components}
    # Means of squares: 4x − y over levels 0, 1/3, 2/3, 1 has a variance of 17·(5/36).
    parameters, network, behaviour = 17 * 5 / 36, 1.0**2, 0.5**2 + 0.25**2
    assert parts["parameters"].variance == pytest.approx(parameters, rel=0.3)
    # There are 8 draws: the estimate of their variance is itself a χ² of 7 degrees of freedom.
    assert 0.2 * network < parts["network"].variance < 2.3 * network
    assert parts["behaviour"].variance == pytest.approx(behaviour, rel=0.5)
    assert sum(part.share for part in parts.values()) == pytest.approx(1)
    for part in parts.values():
        assert part.low <= part.variance <= part.high
        assert part.share_low <= part.share <= part.share_high


def planted(chance, points, networks, luck, deviations):
    """y[p, n, r] with a term for each of P, N, PN, B, PB of the given standard deviations."""
    p, n, pn, b, pb = (
        deviation * chance.standard_normal(shape)
        for deviation, shape in zip(
            deviations,
            [
                (points, 1, 1),
                (1, networks, 1),
                (points, networks, 1),
                (1, networks, luck),
                (points, networks, luck),
            ],
            strict=True,
        )
    )
    return 7 + p + n + pn + b + pb


def test_estimates_are_unbiased_for_every_term():
    chance = np.random.default_rng(0)
    deviations = (2.0, 1.0, 0.7, 0.5, 0.4)
    blocks = np.arange(30)
    found = [components(planted(chance, 30, 8, 5, deviations), blocks) for _ in range(25)]
    means = np.mean([[part.variance for part in parts] for parts in found], axis=0)
    known = [2.0**2, 1.0**2 + 0.7**2, 0.5**2 + 0.4**2]
    assert means == pytest.approx(known, rel=0.25)


def test_a_single_network_leaves_its_part_open():
    chance = np.random.default_rng(1)
    values = planted(chance, 400, 1, 40, (1.0, 0, 0, 0.5, 0.3))
    parameters, network, behaviour = components(values, np.arange(400))
    assert parameters.variance == pytest.approx(1, rel=0.2)
    assert math.isnan(network.variance)
    assert math.isnan(network.share)
    assert behaviour.variance == pytest.approx(0.34, rel=0.4)
    assert parameters.share + behaviour.share == pytest.approx(1)


def test_without_replications_nothing_is_split():
    assert components(np.ones((5, 3, 1)), np.arange(5)) == []
    assert components(np.ones((5, 3, 2)), np.zeros(5, dtype=int)) == []


def test_too_few_blocks_give_nothing():
    effects = morris_effects(["a"], np.array([[0.0], [2 / 3]]), np.array([0.0, 1.0]), levels=4)
    assert math.isnan(effects[0].mu)
    assert math.isnan(sobol_effects(["a"], np.array([0.0, 1.0, 2.0]))[0].st)


@pytest.mark.parametrize("kind", ["grid", "list", "latin-hypercube"])
def test_other_designs_are_refused_with_what_to_write(analysed, kind):
    factors = {X: [0.1, 0.9]}
    keys = {"samples": 2} if kind == "latin-hypercube" else {}
    with pytest.raises(Problems, match="gives no indices; sweep with design: morris to screen"):
        analysed(kind, swept.linear, factors=factors, **keys)


def test_undefined_everywhere_is_refused(analysed):
    with pytest.raises(Problems, match="no trajectories in all trials of which retention is def"):
        analysed("morris", swept.linear, samples=2, measure="retention")


def test_points_that_cannot_be_made_again_are_no_basis(analysed, tmp_path):
    analysed("morris", swept.linear, samples=2)
    design = tmp_path / "s" / "design.yaml"
    design.write_text(design.read_text().replace("seed: 1", "seed: 2"))
    with pytest.raises(Problems, match=r"design\.yaml: the file is damaged"):
        sensitivity(tmp_path / "s", firm="Lean")


@pytest.fixture
def typed(monkeypatch, capsys):
    """Run a command: exit status, stdout, stderr."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["tsunagari", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ending:
            main()
        said = capsys.readouterr()
        return ending.value.code, said.out, said.err

    return run


def test_the_command_writes_tables_and_a_figure_and_says_it(analysed, tmp_path, typed):
    analysed("sobol", swept.ishigami, samples=16, replications=2)
    folder = tmp_path / "s"
    status, said, notes = typed("sensitivity", folder, "--firm", "Lean")
    assert (status, notes) == (0, "")
    assert "Lean · 16 of 16 base samples" in said
    assert said.endswith(f"Results: {folder}\n")
    assert max(map(len, said.splitlines()[:-1])) <= 100
    indices = pq.read_table(folder / "sensitivity.parquet").to_pydict()
    assert list(indices) == [
        "measure", "month", "firm", "option", "factor",
        "s1", "s1_low", "s1_high", "st", "st_low", "st_high", "blocks",
    ]  # fmt: skip
    assert indices["factor"] == list(swept.FACTORS)
    assert indices["month"] == [2, 2, 2]
    variance = pq.read_table(folder / "variance.parquet").to_pydict()
    assert variance["part"] == ["parameters", "network", "behaviour"]
    assert variance["variance"][1] is None
    for name in ("sensitivity.png", "sensitivity.svg"):
        assert (folder / name).stat().st_size > 5000
    with Image.open(folder / "sensitivity.png") as image:
        assert image.size == (1280, 720)
        assert "stickiness" in image.text["Description"]
    assert not list(folder.glob(".writing-*"))


def test_the_command_prints_json_and_nothing_else(analysed, tmp_path, typed):
    analysed("sobol", swept.constant, samples=4)
    out = tmp_path / "new" / "folder"
    status, said, notes = typed("sensitivity", tmp_path / "s", "--json", "--out", out)
    assert status == 0
    assert notes.startswith("note: one replication at every point: the variance is not split")
    document = json.loads(said, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    assert [finding["firm"] for finding in document["findings"]] == ["Lean", "Spark"]
    assert document["findings"][0]["effects"][0]["st"] is None
    assert sorted(path.name for path in out.iterdir()) == [
        "sensitivity.parquet", "sensitivity.png", "sensitivity.svg",
    ]  # fmt: skip
    assert pq.read_table(out / "sensitivity.parquet").column("st").null_count == 6
    assert typed("sensitivity", tmp_path / "s", "--quiet")[2] == ""


def test_the_command_refuses_with_status_2(analysed, tmp_path, typed):
    analysed("morris", swept.linear, samples=2)
    folder = tmp_path / "s"
    for arguments, told in (
        ((tmp_path,), f"{tmp_path}: there is no sweep in this folder\n"),
        ((folder, "--firm", "Lan"), "--firm Lan: there is no such firm; did you mean Lean?\n"),
        ((folder, "--at", 3), "--at 3: no trial has this month; months go from 0 to 2\n"),
        ((folder, "--out", folder / "design.yaml"), f"--out {folder / 'design.yaml'}: the folder"),
    ):
        status, said, problem = typed("sensitivity", *arguments, "--quiet")
        assert (status, said) == (2, "")
        assert problem.startswith(told)
        assert "Traceback" not in problem


@pytest.mark.parametrize("factors", [1, 40])
def test_the_figure_has_room_for_whatever_was_found(factors, tmp_path):
    from tsunagari.experiments.studies.indices import MorrisEffect
    from tsunagari.experiments.studies.sensitivity import Finding, Sensitivity

    effects = tuple(
        MorrisEffect(f"firms.株式会社つながり{n}.price", n, n - 1, n + 1, n, n - 1, n + 1, n / 2)
        for n in range(factors)
    )
    found = Sensitivity(
        title="題", design="morris", measure="clv", unit="money", month=None,
        factors=tuple(effect.factor for effect in effects), blocks=2, replications=1, networks=3,
        customers=5, seed=1, notes=(),
        findings=tuple(
            Finding(f"firm {n // 2} {'x' * 40}", n % 2, {"a": n % 2}, 2, effects, ())
            for n in range(18)
        ),
    )  # fmt: skip
    paths = [*write_sensitivity(found, tmp_path), *draw_sensitivity(found, tmp_path)]
    assert [path.name for path in paths] == [
        "sensitivity.parquet", "sensitivity.png", "sensitivity.svg",
    ]  # fmt: skip
    assert pq.read_table(paths[0]).column("month").null_count == 18 * factors

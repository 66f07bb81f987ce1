"""The example of a table and its facts is one that a fit can read."""

import numpy as np

from tsunagari.experiments.fitting.facts import read_facts
from tsunagari.experiments.fitting.table import read_table
from tsunagari.experiments.fitting.template import template


def test_the_example_is_read_without_a_complaint(tmp_path):
    table, facts = template()
    (tmp_path / "market.csv").write_text(table, encoding="utf-8")
    (tmp_path / "facts.yaml").write_text(facts, encoding="utf-8")
    read = read_table(tmp_path / "market.csv")
    assert (len(read.firms), read.months, read.step) == (5, 23, 1)
    assert set(read.values) == {"share", "churn", "joins", "nps", "customers", "price"}
    assert np.flatnonzero(np.isfinite(read.values["nps"][:, 0])).tolist() == list(range(2, 24, 3))
    assert not [note for note in read.notes if "restatement" in note]
    known = read_facts(tmp_path / "facts.yaml", read)
    assert known.us in read.firms
    assert known.events == []  # the fit would take one for true that the table does not show
    assert "invented" in facts


def test_its_flows_add_up(tmp_path):
    (tmp_path / "market.csv").write_text(template()[0], encoding="utf-8")
    values = read_table(tmp_path / "market.csv").values
    customers, total = values["customers"], values["customers"].sum(axis=1, keepdims=True)
    after = customers[:-1] * (1 - values["churn"][1:]) + (values["joins"] * total)[1:]
    np.testing.assert_allclose(after, customers[1:], atol=2)
    assert values["share"].min() > 0.05

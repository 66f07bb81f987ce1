"""What CONTRIBUTING names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_every_file_and_folder_that_is_named_is_there():
    named = set(re.findall(r"`([\w./-]+(?:\.py|\.md|\.toml|\.txt|/))`", TEXT))
    assert len(named) > 20
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_what_is_said_of_a_line_is_so():
    def text(name):
        return (ROOT / name).read_text("utf-8")

    assert 'Measure("retention"' in text("sim/measures.py")
    assert "OVER_TIME" in text("experiments/pictures/figures.py")
    measures = text("experiments/words/ja.toml").split("[measures]")[1].split("\n[")[0]
    assert re.search(r"^retention = ", measures, re.M)

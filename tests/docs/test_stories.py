"""The page that holds the shipped stories to account."""

import pytest

from docs.makers.stories import PAGE, main, stories
from tsunagari import scenarios
from tsunagari.sim.scenario import Scenario

NEW = [name for name in scenarios.names() if Scenario.load(name).claims]


def test_the_page_of_stories_tells_every_claim():
    text = PAGE.read_text(encoding="utf-8")
    for name in NEW:
        for claim in Scenario.load(name).claims:
            assert f"| `{name}` | {claim.say} | {claim.source} |" in text
            assert f"\n- {claim.source.split(', §')[0].split(' (カ')[0]}" in text, "no such source"


@pytest.mark.slow
def test_stories_are_judged_with_rivals_frozen_and_reacting(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("tsunagari.scenarios.names", lambda: ["rivals-that-react", "empty-market"])
    file = tmp_path / "stories.md"
    assert main(["--customers", "300", "--replications", "2", "--page", str(file)]) == 0
    text = file.read_text(encoding="utf-8")
    assert "`python -m docs.makers.stories --customers 300 --replications 2`" in text
    assert "empty-market" not in text
    assert "this is the idea itself" in text
    assert "rivals-that-react: 4 claims judged" in capsys.readouterr().err
    (story,) = stories(["rivals-that-react"], customers=300, replications=2)
    frozen = [found.is_same for found in story.frozen]
    assert frozen == [True, False, True, True]
    assert not any(found.is_same for found in story.reacting)

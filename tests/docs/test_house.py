"""The script that counts the house: sizes, floors, circles and what is too long."""

from docs.house import House, house


def built(tmp_path, **texts):
    return House(tmp_path, {name.replace("__", "/") + ".py": text for name, text in texts.items()})


def test_floors_are_the_longest_chain_of_rooms(tmp_path):
    found = built(
        tmp_path,
        agents__row="x = 1\n",
        sim__market="from tsunagari.agents.row import x\n",
        experiments__runs__trial="def run():\n    from tsunagari.sim.market import x\n",
        experiments__words__en="",
        tsunagari__face="import tsunagari.experiments.runs.trial\n"
        "from tsunagari.experiments.words import en\n",
    )
    assert found.floors == {
        "agents": 1,
        "sim": 2,
        "experiments/runs": 3,
        "experiments/words": 1,
        "tsunagari": 4,
    }
    assert found.lines == 6
    assert (found.circles, found.upward) == ([], [])


def test_circles_and_imports_that_run_up_are_named(tmp_path):
    found = built(
        tmp_path,
        agents__one="if TYPE_CHECKING:\n    from tsunagari.agents.two import a\n",
        agents__two="from tsunagari.agents.one import b\nfrom tsunagari.sim.market import c\n",
        sim__market="from tsunagari.agents import one\n",
    )
    assert found.circles == [["agents/one.py", "agents/two.py", "sim/market.py"]]
    assert set(found.upward) == {
        ("agents/two.py", "sim/market.py"),
        ("sim/market.py", "agents/one.py"),
    }


def test_what_is_too_long_is_named(tmp_path):
    long = "def f(self, a, b, c, d, e, f, g, *, h, i):\n" + "    pass\n" * 60
    found = built(tmp_path, agents__long=long, agents__short=long.replace("    pass\n", "", 1))
    assert found.long() == ["agents/long.py:1 f (61 lines)"]
    assert found.many() == [
        "agents/long.py:1 f (9 parameters)",
        "agents/short.py:1 f (9 parameters)",
    ]


def test_this_house_is_what_is_asked_of_it():
    found = house()
    assert "agents/row.py" in found.texts
    assert max(found.floors.values()) == found.floors["tsunagari"] <= 8
    assert (found.circles, found.upward, found.long()) == ([], [], [])
    assert [place for place in found.many() if place.startswith(("agents/", "sim/"))] == []

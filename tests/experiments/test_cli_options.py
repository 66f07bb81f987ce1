"""Records of options: typer sees the options in them, a command gets the records."""

import inspect
from dataclasses import FrozenInstanceError

import pytest
import typer

from tsunagari.experiments.cli.options import argument, flattened, option, record
from tsunagari.experiments.cli.process import status_of


@record
class Inner:
    """A record in a record."""

    high: int = option("--high N", "How high.", 3, min=1)


@record
class Outer:
    """A record with what must be given, and another record."""

    name: str = argument("NAME", "Whose.")
    inner: Inner
    loud: bool = option("--loud -l", "Aloud.", False)


def command(outer: Outer, *, often: list[int] | None = option("--often N", "How often.")) -> None:
    """Say something."""
    print(outer.name, outer.inner.high, outer.loud, often)


def typed(*arguments):
    one = typer.Typer(add_completion=False, rich_markup_mode=None)
    one.command()(flattened(command))
    return status_of(typer.main.get_command(one), arguments)


def test_a_command_gets_its_records(capsys):
    assert typed("Lean", "--high", "5", "-l", "--often", "1", "--often", "2") == 0
    assert capsys.readouterr().out == "Lean 5 True [1, 2]\n"
    assert typed("Lean") == 0
    assert capsys.readouterr().out == "Lean 3 False None\n"


def test_options_stand_where_their_record_stands(capsys):
    assert list(inspect.signature(flattened(command)).parameters) == [
        "name", "high", "loud", "often",
    ]  # fmt: skip
    assert typed("--help") == 0
    out = capsys.readouterr().out
    assert "Say something." in out
    assert out.index("--high N") < out.index("--loud") < out.index("--often N")
    assert "[default: 3; x>=1]" in out


@pytest.mark.parametrize("arguments", [(), ("Lean", "--high", "0"), ("Lean", "--hihg", "1")])
def test_what_does_not_fit_is_refused(arguments, capsys):
    assert typed(*arguments) == 2
    assert capsys.readouterr().err


def test_a_record_is_a_frozen_dataclass_with_the_options_defaults():
    inner = Inner()
    assert inner == Inner(high=3)
    with pytest.raises(FrozenInstanceError):
        inner.high = 4
    with pytest.raises(TypeError, match="name"):
        Outer(inner=inner)

"""The command line: ``app``, and ``main()``, which runs it and ends the process."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tsunagari.experiments.cli.help import Helped, help_of
from tsunagari.experiments.cli.options import LANG, flattened, with_language
from tsunagari.experiments.cli.registry import COMMANDS
from tsunagari.experiments.words import Language

_EXAMPLE = "tsunagari run connected-age --months 24"
_SETTINGS = {"help_option_names": ["-h", "--help"]}


class LazyCommands(TyperGroup):
    """A group whose commands are imported when they are used, and listed without that."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        names: Any = dict.fromkeys(COMMANDS)  # what misspelt names are held against
        self.commands = names

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, imported; None if there is none."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        one = typer.Typer(
            add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
        )
        function = with_language(flattened(entry.function()))
        one.command(cmd_name, cls=Helped, context_settings=_SETTINGS)(function)
        return typer.main.get_command(one)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """List the commands by what one wants to do."""
        formatter.write(help_of(self, ctx, [_EXAMPLE], commands=True))


app = typer.Typer(
    name="tsunagari",
    cls=LazyCommands,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings=_SETTINGS,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from tsunagari.sim.version import version

        print(f"tsunagari {version()}")
        raise typer.Exit


@app.callback()
def tsunagari(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
    lang: Language | None = LANG,
) -> None:
    """Simulate markets in which connected customers choose, stay with and leave firms."""


def main() -> int:
    """Run the command line; its exit status."""
    from tsunagari.experiments.cli.process import status_of, write_plainly

    write_plainly()
    return status_of(typer.main.get_command(app), sys.argv[1:])

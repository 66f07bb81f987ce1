"""Help: commands by what one wants to do, options by what they are about, in two languages."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any

from typer.core import TyperCommand

from tsunagari.experiments.cli.options import GROUPS
from tsunagari.experiments.cli.registry import COMMANDS, FOR
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.messages import told
from tsunagari.experiments.words.terminal import WIDTH, columns_of, wrapped

_NAME, _INDENT = 26, "  "


class Helped(TyperCommand):
    """A command whose help is written here."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, what it does, its options by group, and its examples."""
        formatter.write(help_of(self, ctx, COMMANDS[self.name].examples if self.name else ()))


def help_of(command: Any, ctx: Any, examples: Iterable[str], *, commands: bool = False) -> str:
    """The help of a command.

    Args:
        command: As typer makes it.
        ctx: Its context.
        examples: Lines to type.
        commands: Whether to list the commands.
    """
    words = Words()
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    told_of = [_lines(told(" ".join(text.split())), _INDENT, _INDENT) for text in paragraphs]
    parts = [[usage(ctx)], *told_of]
    if commands:
        for group, names in FOR.items():
            rows = {name: told(COMMANDS[name].summary) for name in names if name in COMMANDS}
            parts += _section(words(f"help.for_{group}"), rows, 15)
    for group, rows in _grouped(command, ctx).items():
        parts += _section(words(f"help.{group}"), rows, _NAME)
    lines = [f"{_INDENT}{example}" for example in examples]
    key = "help.examples" if len(lines) > 1 else "help.example"
    parts += [[words(key), *lines]] if lines else []
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def usage(ctx: Any) -> str:
    """What is typed, on one line."""
    text = " ".join([ctx.command_path, *ctx.command.collect_usage_pieces(ctx)])
    for name in ("OPTIONS", "COMMAND", "ARGS"):
        text = text.replace(name, Words()(f"help.{name}"))
    return Words()("help.usage", text=text)


def _grouped(command: Any, ctx: Any) -> dict[str, dict[str, str]]:
    """Options and their help by group, the command's own first."""
    found: dict[str, dict[str, str]] = {group: {} for group in ("asked", *GROUPS)}
    for param in command.get_params(ctx):
        param = copy(param)
        param.help = told(param.help or "")
        if isinstance(param.show_default, str):
            param.show_default = told(param.show_default)
        names = {param.metavar, *param.opts}
        group = next((g for g, those in GROUPS.items() if names & {*those}), "asked")
        record = param.get_help_record(ctx)
        if record is not None:
            found[group][record[0]] = _in_words(record[1])
    return found


def _in_words(text: str) -> str:
    """What typer adds to an option's help, in brackets, in the reader's language."""
    text_of, bracket, added = text.rpartition("  [")
    for key in ("default", "required"):
        added = added.replace(Words("en")(f"help.{key}"), Words()(f"help.{key}"))
    return f"{text_of}{bracket}{added}"


def _section(head: str, rows: Mapping[str, str], width: int) -> list[list[str]]:
    """A heading, and names with what they are beside them, or below where they are long."""
    if not rows:
        return []
    lines = [head]
    for name, text in rows.items():
        first = f"{_INDENT}{name}"
        if columns_of(first) + 2 > width:
            lines.append(first)
            first = ""
        lines += _lines(text, first + " " * (width - columns_of(first)), " " * width)
    return [lines]


def _lines(text: str, first: str, rest: str) -> list[str]:
    width = min(shutil.get_terminal_size().columns, WIDTH)
    return wrapped(text, width, first=first, rest=rest) or [first.rstrip()]

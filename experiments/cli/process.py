"""How a command ends: exit statuses, and a sentence for all that is no mistake of the program."""

from __future__ import annotations

import atexit
import contextlib
import io
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import typer

from tsunagari.experiments.cli.options import language_of
from tsunagari.experiments.words import Words, speaking
from tsunagari.experiments.words.messages import told
from tsunagari.experiments.words.terminal import Escaping
from tsunagari.experiments.words.text import unsuitable
from tsunagari.sim.problems import Failure, Problem, Problems

_YAML = ("--set", "--variant")
DONE, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130


def write_plainly() -> None:
    """Make output UTF-8 on every system, with escapes for what a terminal would obey."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper) and not isinstance(stream, Escaping):
            setattr(sys, name, Escaping(stream))


def status_of(command: Any, arguments: Sequence[str]) -> int:
    """Run a command and tell its exit status; what went wrong is on stderr by then.

    Args:
        command: The command as typer makes it.
        arguments: What was typed after the name of the program.
    """
    try:
        with speaking(language_of(arguments, os.environ)):
            return _status_of(command, arguments)
    except Problems as problems:  # of the language itself
        return _told(str(problems), WRONG_INPUT)


def _status_of(command: Any, arguments: Sequence[str]) -> int:
    try:
        _look_through(arguments)
        returned = command.main(args=list(arguments), prog_name="tsunagari", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except Problems as problems:
        from tsunagari.experiments.telling.problems import in_words

        return _told("\n".join(str(in_words(one)) for one in problems.problems), WRONG_INPUT)
    except Failure as failure:
        return _told(f"tsunagari: {told(str(failure))}", FAILED)
    except (KeyboardInterrupt, typer.Abort):
        return _told(Words()("terminal.interrupted"), INTERRUPTED)
    except BrokenPipeError:
        return _unread()
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename is not None else ""
        return _told(f"tsunagari: {where}{told(problem.strerror or str(problem))}", FAILED)
    except MemoryError:
        return _told(f"tsunagari: {told('not enough memory')}", FAILED)
    except Exception as problem:
        if not _is_usage_error(problem):
            raise
        return _told(_on_usage(problem), problem.exit_code)  # type: ignore[attr-defined]
    if returned == INTERRUPTED:  # newer versions of typer catch the interrupt themselves
        return _told(Words()("terminal.interrupted"), INTERRUPTED)
    return returned if type(returned) is int else DONE


def _on_usage(problem: Any) -> str:
    """What is wrong with what was typed, and how it is typed."""
    from tsunagari.experiments.cli.help import usage

    words, ctx = Words(), getattr(problem, "ctx", None)
    lines = [words("help.error", text=told(problem.format_message().removesuffix(".")))]
    if ctx is not None:
        command = f"{ctx.command_path} --help"
        lines = [usage(ctx), words("help.more", command=command), "", *lines]
    return "\n".join(lines)


def _look_through(arguments: Sequence[str]) -> None:
    """Refuse names with characters that nobody sees, in any option or argument.

    Values that are YAML may have several lines; the schema looks at them.

    Raises:
        Problems: For every such name.
    """
    problems = []
    for before, argument in zip(["", *arguments], arguments, strict=False):
        is_yaml = before in _YAML or argument.partition("=")[0] in _YAML
        if not is_yaml and (fault := unsuitable(argument)):
            problems.append(Problem("", fault[0], file=argument, suggestion="leave it out"))
    if problems:
        raise Problems(problems)


def end(status: int) -> NoReturn:
    """End the process with this status, at once.

    Everything worth keeping is on disk by now. Python's own ending would wait for threads, which an
    interrupt during the start of one makes it do for ever, turns some interrupts into a death by
    signal, and takes a quarter of a second to give back memory that the system takes anyway.
    """
    atexit._run_exitfuncs()  # multiprocessing gives its semaphores back
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
    os._exit(status)


def _is_usage_error(problem: Exception) -> bool:
    # Typer brings its own copy of click or uses the package, by version; both look like this.
    return hasattr(problem, "exit_code") and hasattr(problem, "show")


def _told(text: str, status: int) -> int:
    if sys.stderr is not None:
        with contextlib.suppress(OSError):  # nobody listens
            print(text, file=sys.stderr, flush=True)
    return status


def _unread() -> int:
    """Whoever read the output has gone: be silent, also when Python flushes at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            os.dup2(nowhere, stream.fileno())
    return FAILED

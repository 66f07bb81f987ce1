"""Ctrl-C, put off where it could leave something half done and kept where it could get lost.

What asks a process politely to end, SIGTERM and the end of its terminal, is the same as Ctrl-C.
"""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_SECONDS_UNTIL_AGAIN = 0.1

ENDING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""Signals that ask a process to end."""


def end_politely() -> None:
    """From here on whatever asks this process to end does what Ctrl-C does.

    What is to be ignored (``nohup``) stays so.
    """
    for number in ENDING[1:]:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _interrupt)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let the block finish first and deliver what asks to end after it.

    Python hands signals to the main thread only; in any other thread there is nothing to put off.
    An exception of the block wins over the interrupt.
    """
    arrived: list[int] = []
    with _handled(lambda number, _frame, _usual: arrived.append(number)) as usual:
        yield
    if arrived:
        usual[arrived[0]](arrived[0], None)


@contextmanager
def remembered() -> Iterator[Callable[[], None]]:
    """Ctrl-C that cannot get lost: yields a function that raises it again if it came before.

    Where no exception can be passed on, in finalisers and in callbacks from compiled code (the
    compiler itself has some), Python reports an interrupt on stderr and goes on. In this block it
    comes again a moment later instead; long work also asks now and then.
    """
    arrived: list[int] = []
    again: list[threading.Timer] = []
    usual_report = sys.unraisablehook

    def remember(number: int, frame: FrameType | None, usual: Callable[..., Any]) -> None:
        arrived.append(number)
        usual(number, frame)

    def check() -> None:
        if arrived:
            raise KeyboardInterrupt

    def come_again(lost: UnraisableHookArgs) -> None:
        if not issubclass(lost.exc_type, KeyboardInterrupt):
            usual_report(lost)
            return
        number = arrived[-1] if arrived else signal.SIGINT
        again.append(threading.Timer(_SECONDS_UNTIL_AGAIN, _thread.interrupt_main, [number]))
        again[-1].start()

    with _handled(remember) as usual:
        if not usual:
            yield check
            return
        sys.unraisablehook = come_again
        try:
            yield check
        finally:
            sys.unraisablehook = usual_report
            for timer in again:
                timer.cancel()


@contextmanager
def _handled(
    handler: Callable[[int, FrameType | None, Callable[..., Any]], None],
) -> Iterator[dict[int, Callable[..., Any]]]:
    """Have a function called for signals that ask to end; it is told who else would have been.

    Yields:
        Who would have been, by signal; nobody outside the main thread, where no signal arrives.
    """
    usual: dict[int, Callable[..., Any]] = {}
    if threading.current_thread() is threading.main_thread():
        for number in ENDING:
            before = signal.getsignal(number)
            if callable(before):
                usual[number] = before
    for number, before in usual.items():
        signal.signal(number, partial(_handed_on, handler, before))
    try:
        yield usual
    finally:
        for number, before in usual.items():
            signal.signal(number, before)


def _handed_on(
    handler: Callable[[int, FrameType | None, Callable[..., Any]], None],
    before: Callable[..., Any],
    number: int,
    frame: FrameType | None,
) -> None:
    handler(number, frame, before)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt

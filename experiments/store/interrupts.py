"""Ctrl-C, put off where it could leave something half done and kept where it could get lost."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_SECONDS_UNTIL_AGAIN = 0.1


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let the block finish first and deliver Ctrl-C (SIGINT) after it.

    Python hands signals to the main thread only; in any other thread there is nothing to put off.
    An exception of the block wins over the interrupt.
    """
    usual = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(usual):
        yield
        return
    arrived: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _frame: arrived.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    if arrived:
        usual(signal.SIGINT, None)


@contextmanager
def remembered() -> Iterator[Callable[[], None]]:
    """Ctrl-C that cannot get lost: yields a function that raises it again if it came before.

    Where no exception can be passed on, in finalisers and in callbacks from compiled code (the
    compiler itself has some), Python reports an interrupt on stderr and goes on. In this block it
    comes again a moment later instead; long work also asks now and then.
    """
    usual = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(usual):
        yield lambda: None
        return
    arrived: list[int] = []
    again: list[threading.Timer] = []
    usual_report = sys.unraisablehook

    def remember(number: int, frame: FrameType | None) -> None:
        arrived.append(number)
        usual(number, frame)

    def check() -> None:
        if arrived:
            raise KeyboardInterrupt

    def come_again(lost: UnraisableHookArgs) -> None:
        if not issubclass(lost.exc_type, KeyboardInterrupt):
            usual_report(lost)
            return
        again.append(threading.Timer(_SECONDS_UNTIL_AGAIN, _thread.interrupt_main))
        again[-1].start()

    signal.signal(signal.SIGINT, remember)
    sys.unraisablehook = come_again
    try:
        yield check
    finally:
        sys.unraisablehook = usual_report
        signal.signal(signal.SIGINT, usual)
        for timer in again:
            timer.cancel()

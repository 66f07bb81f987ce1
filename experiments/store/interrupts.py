"""Ctrl-C, put off where it could leave something half done and kept where it could get lost."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


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

    Python drops an exception that a signal raises inside a finaliser or a callback from compiled
    code, with a message and without an end. Long work therefore asks now and then.
    """
    usual = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(usual):
        yield lambda: None
        return
    arrived: list[int] = []

    def remember(number: int, frame: FrameType | None) -> None:
        arrived.append(number)
        usual(number, frame)

    def check() -> None:
        if arrived:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, remember)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, usual)

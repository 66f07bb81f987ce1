"""A Dask cluster as an executor, without its chatter."""

from __future__ import annotations

import concurrent.futures as futures
import contextlib
import logging
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from experiments.runs.workers import IN_FLIGHT
from sim.problems import Failure, Problem, Problems
from sim.version import need

if TYPE_CHECKING:
    import distributed

_SECONDS_TO_CONNECT = 5.0
_SECONDS_BETWEEN_COUNTS = 5.0
_SPARE = 4


class Cluster:
    """The workers of a Dask scheduler.

    Attributes:
        executor: Runs functions there.
    """

    def __init__(self, client: distributed.Client) -> None:
        self.executor: futures.Executor = client.get_executor()
        self._client = client
        self._in_flight = IN_FLIGHT
        self._counted = -_SECONDS_BETWEEN_COUNTS

    def in_flight(self) -> int:
        """Jobs it should have at a time: two for each thread and a few; workers come and go."""
        if time.monotonic() - self._counted >= _SECONDS_BETWEEN_COUNTS:
            self._counted = time.monotonic()
            with contextlib.suppress(OSError, TimeoutError):  # its jobs will tell
                threads = sum(self._client.nthreads().values())
                self._in_flight = max(2 * threads + _SPARE, IN_FLIGHT if not threads else 0)
        return self._in_flight


@contextlib.contextmanager
def dask_cluster(address: str, seconds: float = _SECONDS_TO_CONNECT) -> Iterator[Cluster]:
    """The cluster of a Dask scheduler, for as long as the block lasts.

    Args:
        address: The scheduler's, as ``tcp://127.0.0.1:8786``.
        seconds: How long to wait for an answer.

    Raises:
        Problems: No such address is possible.
        Failure: The package is not installed, or nobody answers.
    """
    need("cluster", "--dask")
    import distributed

    with _no_logs():
        try:
            client = distributed.Client(address, timeout=seconds, set_as_default=False)
        except OSError as error:  # TimeoutError is one
            why = f"no Dask scheduler answers at {address} within {seconds:g} seconds"
            raise Failure(why) from error
        except (ValueError, TypeError) as error:
            what = f"this is no address of a Dask scheduler ({error})"
            where = f"--dask {address}"
            suggestion = "write it as tcp://127.0.0.1:8786"
            raise Problems([Problem("", what, file=where, suggestion=suggestion)]) from None
        try:
            yield Cluster(client)
        finally:
            with contextlib.suppress(OSError):  # a scheduler that is gone need not be told
                client.close(timeout=seconds)


@contextlib.contextmanager
def _no_logs() -> Iterator[None]:
    """No log messages: those of Dask are tracebacks of what is mended, or told in a sentence."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)

"""A million Mesa agents made out of columns: where customers' state lives, and how it is taken on.

The population holds the columns and the network, and runs the phases of a month over ranges of
rows — all rows in blocks on a thread pool, or one row for one customer's own step. It knows nothing
of markets: offers and parameters are handed to it at the beginning of every month.
"""

from __future__ import annotations

import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.chance import absorbed, decision_word, uniform, word_of
from agents.columns import (
    CONTACT_AT,
    CONTACT_LIKING,
    CONTACT_MOVED,
    LEFT_PROVIDER,
    LIKING,
    LIVED_MONTH,
    MARK_ROW,
    MARKS,
    NOBODY,
    PROVIDER,
    RATED_MONTH,
    RATED_PROVIDER,
    RATING,
    REAL_ROW,
    REALS,
    SATISFACTION,
    SEGMENT,
    TRUST,
)
from agents.compiled import row_kernel
from agents.offer import CROWD, OFFER, SHOWN_REVIEWS
from agents.phases.choose import choose, scratch
from agents.phases.common import difference, face, left_seen, provider_seen, rated_seen, stars_seen
from agents.phases.judge import judge_rows
from agents.phases.live import live_rows
from agents.phases.look import look
from agents.phases.settle import keep_memory, part_ways, settle
from agents.phases.share import share_rows
from agents.phases.stay import answers, stay
from agents.phases.survey import BLOCK, SUMS, TOTALS, bills, survey
from agents.phases.worth import Month
from agents.row import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PHASES = ("judge", "share", "look", "choose", "settle")
"""What a customer's own step consists of, in order (phases 4 to 9)."""

FEW_BLOCKS = 8
"""Blocks a thread below which one thread is faster than many."""

MANY_BLOCKS = 128
"""Blocks a thread from which more pieces than threads even out a busy machine."""

POSTING = word_of("posting")
POACHING = word_of("poaching")
LAST_KEY = np.uint64(0xFFFF_FFFF_FFFF_FFFF)

_pools: dict[int, ThreadPoolExecutor] = {}


def usable_threads() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _pool(threads: int) -> ThreadPoolExecutor:
    if threads not in _pools:
        _pools[threads] = ThreadPoolExecutor(threads, thread_name_prefix="tsunagari")
    return _pools[threads]


@row_kernel
def show_faces(first, last, marks, faces):
    """Write what others will see of each row during the coming month; forget last month's move."""
    for i in range(first, last):
        faces[i] = face(
            marks[PROVIDER, i],
            marks[RATED_PROVIDER, i],
            marks[RATING, i],
            marks[LEFT_PROVIDER, i],
            marks[SEGMENT, i],
        )
        marks[LEFT_PROVIDER, i] = NOBODY


@row_kernel
def release(first, last, firm, state, marks, p):
    """Customers of a firm that closes lose it; they remember it, and some look around at once."""
    for i in range(first, last):
        if marks[PROVIDER, i] == firm:
            keep_memory(i, state, marks, p)
            part_ways(i, state, marks)


@row_kernel
def shake(first, last, firm, size, state, marks):
    """A scandal: customers of a firm lose satisfaction and trust."""
    for i in range(first, last):
        if marks[PROVIDER, i] == firm:
            state[SATISFACTION, i] = difference(state[SATISFACTION, i], size)
            state[TRUST, i] = difference(state[TRUST, i], size)


@row_kernel
def move_contacts(first, last, month, seed, victim, poacher, share, state, marks):
    """Some of a firm's people go to a rival: their customers' liking goes with them."""
    chance = decision_word(seed, POACHING, month)
    for i in range(first, last):
        if marks[PROVIDER, i] == victim and uniform(absorbed(chance, i)) < share:
            marks[CONTACT_AT, i] = poacher
            marks[CONTACT_MOVED, i] = month
            state[CONTACT_LIKING, i] = state[LIKING, i]
            state[LIKING, i] = 0.0


@row_kernel
def post_reviews(month, seed, marks, offers, posts, keys):
    """Put this month's reviews on the firms' pages.

    The place follows from a hash of firm, month and reviewer; of several for one place the lowest
    hash gets it, so the order of customers does not matter. Older reviews stay until replaced.
    """
    chance = decision_word(seed, POSTING, month)
    keys[:, :] = LAST_KEY
    for i in range(marks.shape[1]):
        if marks[RATED_MONTH, i] == month:
            firm = marks[RATED_PROVIDER, i]
            key = absorbed(absorbed(chance, i), offers[firm].word)
            place = np.int64(key & np.uint64(SHOWN_REVIEWS - 1))
            if key < keys[firm, place]:
                keys[firm, place] = key
                posts[firm, place] = marks[RATING, i]


@row_kernel
def count_crowd(faces, crowd):
    """Fill the crowd of a complete network (:data:`agents.offer.CROWD`)."""
    crowd[:, :] = 0.0
    for i in range(faces.shape[0]):
        provider, left = provider_seen(faces[i]), left_seen(faces[i])
        rated = rated_seen(faces[i])
        if provider >= 0:
            crowd[provider, 0] += 1.0
        if left >= 0:
            crowd[left, 1] += 1.0
        if rated >= 0:
            crowd[rated, 1 + stars_seen(faces[i])] += 1.0
            if rated == provider and stars_seen(faces[i]) == 5:
                crowd[rated, 7] += 1.0


class Population:
    """Customers as columns.

    Attributes:
        people: Number of customers.
        seed: Word from which all their luck follows.
        state: float32[len(REALS), people], one row a column (:mod:`agents.columns`).
        marks: int32[len(MARKS), people], likewise.
        faces: uint32[people], what others saw at the end of last month.
        posts: int8[firms, SHOWN_REVIEWS], stars on the firms' public pages; 0 where empty.
        network: Who hears of whom; shared between copies, never changed.
        threads: Threads that take blocks of rows on; no result depends on it.
    """

    def __init__(self, people: int, seed: int, threads: int | None = None) -> None:
        self.people = people
        self.seed = np.uint64(seed)
        self.threads = threads or usable_threads()
        self.state = np.zeros((len(REALS), people), np.float32)
        self.marks = np.zeros((len(MARKS), people), np.int32)
        self.faces = np.zeros(people, np.uint32)
        self.posts = np.zeros((0, SHOWN_REVIEWS), np.int8)
        self.crowd = np.zeros((0, CROWD))
        self.network: Any = None
        self.month = 0
        self.offers = np.zeros(0, OFFER)
        self.parameters: Any = None
        self.surroundings = np.ones(2)
        self.own_phases: dict[str, Callable[[int], object]] = {}
        self.ahead = 0  # rows that have gone through the month one by one

    def column(self, name: str) -> np.ndarray:
        """The column of this name, as a view.

        Raises:
            KeyError: There is none.
        """
        if name in REAL_ROW:
            return self.state[REAL_ROW[name]]
        return self.marks[MARK_ROW[name]]

    @property
    def table(self) -> Table:
        """The columns as phases take them."""
        return Table(self.state, self.marks)

    @property
    def this_month(self) -> Month:
        """What everybody meets this month."""
        return Month(
            self.month, self.seed, self.offers, self.parameters, float(self.surroundings[0])
        )

    def in_blocks(self, task: Callable[[int, int], object]) -> None:
        """Run ``task(first_block, last_block)`` over all blocks of rows, on the threads."""
        blocks = -(-self.people // BLOCK)
        if self.threads == 1 or blocks < FEW_BLOCKS * self.threads:
            task(0, blocks)
            return
        # Taking a piece takes the interpreter's lock: as few pieces as keep all threads busy.
        pieces = self.threads * (1 if blocks < MANY_BLOCKS * self.threads else 4)
        bounds = [blocks * piece // pieces for piece in range(pieces + 1)]
        waiting = iter(list(itertools.pairwise(bounds)))

        def work() -> None:
            for first, last in waiting:
                task(first, last)

        # This thread works too: waking another takes as long as a thousand customers do.
        others = [_pool(self.threads - 1).submit(work) for _ in range(self.threads - 1)]
        work()
        for other in others:
            other.result()

    def in_rows(self, task: Callable[[int, int], object]) -> None:
        """Run ``task(first, last)`` over all rows, on the threads."""
        self.in_blocks(lambda a, b: task(a * BLOCK, min(self.people, b * BLOCK)))

    def begin_month(
        self,
        month: int,
        offers: np.ndarray,
        parameters: Any,
        advertising: float,
        closed: Sequence[int] = (),
    ) -> None:
        """Show faces, take over what firms offer, and let everybody live it (phase 3).

        Args:
            month: The month that begins.
            offers: One record per firm (:data:`agents.offer.OFFER`).
            parameters: The record of the customers' parameters.
            advertising: Mean advertising that reaches people without a provider.
            closed: Rows of firms that have just closed; their customers are released.
        """
        self.month = month
        self.offers = offers
        self.parameters = parameters
        self.surroundings = np.array([advertising, self.network.mean_degree])
        self.ahead = 0
        if len(self.posts) < len(offers):
            more = np.zeros((len(offers) - len(self.posts), SHOWN_REVIEWS), np.int8)
            self.posts = np.concatenate([self.posts, more])
        self.in_rows(lambda a, b: self._live(a, b, closed))
        if self.network.complete:
            self.crowd = np.zeros((len(offers), CROWD))
            count_crowd(self.faces, self.crowd)

    def _live(self, first: int, last: int, closed: Sequence[int] = ()) -> None:
        show_faces(first, last, self.marks, self.faces)
        for firm in closed:
            release(first, last, firm, self.state, self.marks, self.parameters)
        live_rows(first, last, self.table, self.this_month)

    def judge(self, first: int, last: int) -> None:
        """Phase 4 for these rows."""
        judge_rows(first, last, self.table, self.this_month)

    def share(self, first: int, last: int) -> None:
        """Phase 5 for these rows."""
        share_rows(first, last, self.table, self.this_month)

    def look(self, first: int, last: int) -> None:
        """Phase 6 for these rows."""
        network = self.network
        look(
            first, last, self.month, self.seed, self.state, self.marks, self.faces,
            network.starts, network.friends, network.ties, self.crowd, self.offers,
            self.surroundings, self.parameters,
        )  # fmt: skip

    def choose(self, first: int, last: int) -> None:
        """Phases 7 and 8 for these rows."""
        network = self.network
        choose(
            first, last, self.month, self.seed, self.state, self.marks, self.faces,
            network.starts, network.friends, network.ties, self.crowd, self.posts, self.offers,
            self.parameters, *scratch(len(self.offers)),
        )  # fmt: skip

    def staying(self, firm: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Why customers of a firm stay (:mod:`agents.phases.stay`).

        Everybody must have gone through this month as far as looking around.

        Returns:
            Rows of the firm's customers; the probability that each would choose the firm again,
            float64[rows, COALITIONS]; the probability that each looks around, float64[rows].
        """
        network = self.network
        rows = np.flatnonzero(self.marks[PROVIDER] == firm)
        staying, looking = answers(len(rows))
        beliefs, pull, flags = scratch(len(self.offers))
        stay(
            rows, self.month, self.seed, self.state, self.marks, self.faces, network.starts,
            network.friends, network.ties, self.crowd, self.posts, self.offers, self.parameters,
            beliefs, pull, flags, staying, looking,
        )  # fmt: skip
        return rows, staying, looking

    def settle(self, first: int, last: int) -> None:
        """Phase 9 for these rows."""
        settle(
            first, last, self.month, self.seed, self.state, self.marks, self.offers,
            self.parameters,
        )  # fmt: skip

    def take_on(self, first: int, last: int) -> None:
        """Phases 4 to 9 for these rows: from judging to settling."""
        for phase in PHASES:
            own = self.own_phases.get(phase)
            if own is None:
                getattr(self, phase)(first, last)
            else:
                for row in range(first, last):
                    own(row)

    def take_on_the_rest(self) -> None:
        """Phases 4 to 9 for every row that has not gone through this month by itself."""
        if self.ahead == 0:
            self.in_rows(self.take_on)
        else:
            waiting = np.flatnonzero(self.marks[LIVED_MONTH] != self.month)
            breaks = np.flatnonzero(np.diff(waiting) > 1) + 1
            for run in np.split(waiting, breaks):
                if len(run):
                    self.take_on(int(run[0]), int(run[-1]) + 1)
        self.ahead = self.people

    def scandal(self, firm: int, size: float) -> None:
        """Take satisfaction and trust, in utility, from a firm's customers."""
        self.in_rows(lambda a, b: shake(a, b, firm, float(size), self.state, self.marks))

    def poach(self, victim: int, poacher: int, share: float) -> None:
        """Let the contact persons of a share of one firm's customers go to another firm."""
        month = self.month + 1  # the month that is about to begin
        self.in_rows(
            lambda a, b: move_contacts(
                a, b, month, self.seed, victim, poacher, float(share), self.state, self.marks
            )
        )

    def publish(self) -> None:
        """Put this month's reviews on the firms' pages."""
        keys = np.empty(self.posts.shape, np.uint64)
        post_reviews(self.month, self.seed, self.marks, self.offers, self.posts, keys)

    def bills(self) -> np.ndarray:
        """What everybody bought this month: float64[3, people].

        Units bought of the provider; the same as units at the price list that cost as much; gains
        shared less refunds, in units at the price list. 0 without a provider.
        """
        found = np.empty((3, self.people))
        self.in_rows(lambda a, b: bills(a, b, self.state, self.marks, self.offers, found))
        return found

    def survey(self) -> tuple[np.ndarray, np.ndarray]:
        """Phase 10: sums per firm (float64[firms, len(SUMS)]) and over everybody."""
        blocks = -(-self.people // BLOCK)
        sums = np.empty((blocks, len(self.offers), len(SUMS)))
        totals = np.empty((blocks, TOTALS))
        self.in_blocks(
            lambda a, b: survey(
                a, b, self.month, self.seed, self.state, self.marks, self.offers, self.parameters,
                sums, totals,
            )
        )  # fmt: skip
        return _added_in_order(sums), _added_in_order(totals)


def _added_in_order(blocks: np.ndarray) -> np.ndarray:
    """Sum over the first axis, one block after the other, whatever numpy would find faster."""
    total = np.zeros(blocks.shape[1:])
    for block in blocks:
        total += block
    return total

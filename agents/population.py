"""A million Mesa agents made out of columns: where customers' state lives, and how it is taken on.

The population holds the columns and the network, and runs the phases of a month over ranges of
rows — all rows in blocks on a thread pool, or one row for one customer's own step. It knows nothing
of markets: offers and parameters are handed to it at the beginning of every month.
"""

from __future__ import annotations

import functools
import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.agents.chance import decision_word
from tsunagari.agents.columns import MARK_ROW, MARKS, REAL_ROW, REALS
from tsunagari.agents.firm.offer import CROWD, OFFER, SHOWN_REVIEWS
from tsunagari.agents.phases.begin import past_rows, seat_rows, settle_in_rows
from tsunagari.agents.phases.choose import answers, choose_rows, stay_rows
from tsunagari.agents.phases.live import judge_rows, live_rows, share_rows
from tsunagari.agents.phases.look import (
    LAST_KEY,
    POSTING,
    Circle,
    Told,
    count_crowd,
    look_rows,
    nothing_told,
    post_rows,
    show_rows,
    tell_friends,
)
from tsunagari.agents.phases.research import ask_rows, no_answers, told_by
from tsunagari.agents.phases.search import scratch
from tsunagari.agents.phases.settle import (
    CHANGING_JOBS,
    POACHING,
    Jobs,
    job_rows,
    move_rows,
    release_rows,
    settle_rows,
    shake_rows,
)
from tsunagari.agents.phases.survey import BLOCK, SUMS, TOTALS, bills, survey_blocks
from tsunagari.agents.phases.welfare import Sample, rows_of, welfare_rows
from tsunagari.agents.phases.worth import Month
from tsunagari.agents.row import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PHASES = ("judge", "share", "look", "choose", "settle")
"""What a customer's own step consists of, in order (phases 4 to 9)."""

FEW_BLOCKS = 8
"""Blocks a thread below which one thread is faster than many."""

MANY_BLOCKS = 128
"""Blocks a thread from which more pieces than threads even out a busy machine."""

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


class Population:
    """Customers as columns.

    Attributes:
        people: Number of customers.
        seed: Word from which all their luck follows.
        state: float32[len(REALS), people], one row a column (:mod:`tsunagari.agents.columns`).
        marks: int32[len(MARKS), people], likewise.
        faces: uint32[people], what others saw at the end of last month.
        posts: int8[firms, SHOWN_REVIEWS], stars on the firms' public pages; 0 where empty.
        network: Who hears of whom; shared between copies, never changed.
        table: The columns as phases take them.
        this_month: What everybody meets this month.
        circle: Who hears of whom, and what there is to hear this month.
        threads: Threads that take blocks of rows on; no result depends on it.
        is_asked: Whether win/loss research is done in the months that begin.
    """

    def __init__(self, people: int, seed: int, threads: int | None = None) -> None:
        self.people = people
        self.seed: Any = np.uint64(seed)
        self.threads = threads or usable_threads()
        self.state = np.zeros((len(REALS), people), np.float32)
        self.marks = np.zeros((len(MARKS), people), np.int32)
        self.faces = np.zeros(people, np.uint32)
        self.posts = np.zeros((0, SHOWN_REVIEWS), np.int8)
        self.crowd = np.zeros((0, CROWD))
        self.network: Any = None
        self.told: Told | None = None
        self.month = 0
        self.offers = np.zeros(0, OFFER)
        self.parameters: Any = None
        self.table = Table(self.state, self.marks)
        self.this_month: Month
        self.circle: Circle
        self.own_phases: dict[str, Callable[[int], object]] = {}
        self.ahead = 0  # rows that have gone through the month one by one
        self.is_asked = False
        self.answers: Any = None

    def column(self, name: str) -> np.ndarray:
        """The column of this name, as a view.

        Raises:
            KeyError: There is none.
        """
        if name in REAL_ROW:
            return self.state[REAL_ROW[name]]
        return self.marks[MARK_ROW[name]]

    def neighbours(self, row: int) -> np.ndarray:
        """Row numbers of a customer's friends, int64; all others in a complete network."""
        if self.network.complete:
            everybody = np.arange(self.people)
            return everybody[everybody != row]
        return self.network.neighbours(row).astype(np.int64)

    def move(self, row: int, firm: int, month: int) -> None:
        """Let one customer be with another firm from now on, as somebody new there.

        Args:
            row: The customer.
            firm: The firm's row; -1 for nobody.
            month: The last complete month, in which the customer joins it.
        """
        before = int(self.column("provider")[row])
        if before >= 0:
            release_rows(row, row + 1, self.table, before, self.this_month)
        if firm >= 0:
            start = self.this_month._replace(number=0)
            seat_rows(row, row + 1, self.table, start, np.array([firm]), np.zeros(firm + 1))
            self.column("joined_month")[row] = month

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
            offers: One record per firm (:data:`tsunagari.agents.firm.offer.OFFER`).
            parameters: The record of the customers' parameters.
            advertising: Mean advertising that reaches people without a provider.
            closed: Rows of firms that have just closed; their customers are released.
        """
        self.month = month
        self.offers = offers
        self.parameters = parameters
        self.this_month = Month(
            month, self.seed, offers, np.asarray(parameters), float(advertising)
        )
        self.ahead = 0
        self.answers = no_answers(-(-self.people // BLOCK), len(offers)) if self.is_asked else None
        if len(self.posts) < len(offers):
            more = np.zeros((len(offers) - len(self.posts), SHOWN_REVIEWS), np.int8)
            self.posts = np.concatenate([self.posts, more])
        self.in_rows(lambda a, b: self._live(a, b, closed))
        if self.network.complete:
            self.crowd = np.zeros((len(offers), CROWD))
            count_crowd(self.faces, self.crowd)
        ties = self.network
        if self.told is None:
            self.told = nothing_told(self.faces[: 0 if ties.complete or len(ties.ties) else None])
        usual = float(ties.mean_degree)
        self.circle = Circle(
            self.faces, ties.starts, ties.friends, ties.ties, self.crowd, usual, self.told
        )
        self.told.left.fill(0)
        tell_friends(self.circle)  # by one thread: two could tell the same friend at once

    def _live(self, first: int, last: int, closed: Sequence[int] = ()) -> None:
        show_rows(first, last, self.table, self.faces)
        for firm in closed:
            release_rows(first, last, self.table, firm, self.this_month)
        live_rows(first, last, self.table, self.this_month)

    def take(self, phase: str, first: int, last: int) -> None:
        """Take these rows through one of :data:`PHASES`, or ``live``."""
        here = first, last, self.table, self.this_month
        match phase:
            case "live":
                self._live(first, last)
            case "judge":
                judge_rows(*here)
            case "share":
                share_rows(*here)
            case "look":
                look_rows(*here, self.circle)
            case "choose":
                choose_rows(*here, self.circle, self.posts, scratch(len(self.offers)))
            case "settle":
                if self.answers is not None:
                    findings = scratch(len(self.offers))
                    ask_rows(*here, self.circle, self.posts, findings, self.answers)
                settle_rows(*here)

    def take_everybody(self, *phases: str) -> None:
        """Take all rows through these phases, one after the other."""
        for phase in phases:
            self.in_rows(functools.partial(self.take, phase))

    def staying(self, firm: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Why customers of a firm stay (:mod:`tsunagari.agents.phases.choose`).

        Everybody must have gone through this month as far as looking around.

        Returns:
            Rows of the firm's customers; the probability that each would choose the firm again,
            float64[rows, COALITIONS]; the probability that each looks around, float64[rows].
        """
        rows = np.flatnonzero(self.column("provider") == firm)
        staying, looking = answers(len(rows))
        stay_rows(
            rows, self.table, self.this_month, self.circle, self.posts, scratch(len(self.offers)),
            staying, looking,
        )  # fmt: skip
        return rows, staying, looking

    def take_on(self, first: int, last: int) -> None:
        """Phases 4 to 9 for these rows: from judging to settling."""
        for phase in PHASES:
            own = self.own_phases.get(phase)
            if own is None:
                self.take(phase, first, last)
            else:
                for row in range(first, last):
                    own(row)

    def take_on_the_rest(self) -> None:
        """Phases 4 to 9 for every row that has not gone through this month by itself."""
        if self.ahead == 0:
            self.in_rows(self.take_on)
        else:
            waiting = np.flatnonzero(self.column("lived_month") != self.month)
            breaks = np.flatnonzero(np.diff(waiting) > 1) + 1
            for run in np.split(waiting, breaks):
                if len(run):
                    self.take_on(int(run[0]), int(run[-1]) + 1)
        self.ahead = self.people

    def scandal(self, firm: int, size: float) -> None:
        """Take satisfaction and trust, in utility, from a firm's customers."""
        self.in_rows(lambda a, b: shake_rows(a, b, self.table, firm, float(size)))

    def poach(self, victim: int, poacher: int, share: float) -> None:
        """Let the contact persons of a share of one firm's customers go to another firm."""
        month = self.month + 1  # the month that is about to begin
        word = decision_word(int(self.seed), POACHING, month)
        self.in_rows(
            lambda a, b: move_rows(
                a, b, self.table, victim, poacher, float(share), np.uint64(word), month
            )
        )

    def change_jobs(self, rate: float) -> None:
        """Let the contact persons of so many customers go to others, in the month to come."""
        if rate <= 0.0 or self.people < 2:
            return
        jobs = jobs_of(self, rate, self.column("provider"), self.column("liking"))
        self.in_rows(lambda a, b: job_rows(a, b, self.table, jobs))

    def live_past(self, months: int) -> Iterator[np.ndarray]:
        """Let those just seated live so many months before the start, one after the other.

        Yields:
            Reviews of each month by firm and number of stars, float64[firms, 5]; they are published
            already, but for those of the last month.
        """
        now = self.this_month
        self.in_rows(lambda a, b: settle_in_rows(a, b, self.table, now))
        for month in range(1 - months, 1):
            self.in_rows(functools.partial(self._relive, now._replace(number=month)))
            self.month = month
            written = self.column("rated_month") == month
            place = self.column("rated_provider") * 5 + self.column("rating") - 1
            stars = np.bincount(place[written], minlength=5 * len(self.offers))
            if month < 0:  # those of the start are published as those of every month are
                self.publish()
            yield stars.reshape(-1, 5).astype(np.float64)

    def _relive(self, month: Month, first: int, last: int) -> None:
        past_rows(first, last, self.table, month)

    def publish(self) -> None:
        """Put this month's reviews on the firms' pages."""
        keys = np.full(self.posts.shape, LAST_KEY)
        word = decision_word(int(self.seed), POSTING, self.month)
        post_rows(
            0, self.people, self.table, np.uint64(word), self.month, self.offers, self.posts, keys
        )

    def bills(self) -> np.ndarray:
        """What everybody bought this month: float64[3, people].

        Units bought of the provider; the same as units at the price list that cost as much; gains
        shared less refunds, in units at the price list. 0 without a provider.
        """
        found = np.empty((3, self.people))
        self.in_rows(lambda a, b: bills(a, b, self.table, self.offers, found))
        return found

    def research(self) -> dict[str, np.ndarray] | None:
        """What those who looked around this month said, by name, a number a firm; None unasked.

        The names are those of :data:`tsunagari.agents.phases.research.ANSWERS`.
        """
        return None if self.answers is None else told_by(self.answers)

    def welfare(self) -> Sample:
        """What the market is worth to customers and what they pay, of a sample of them."""
        rows = rows_of(self.people)
        who = [self.column(name)[rows].copy() for name in ("segment", "provider", "tenure")]
        found = np.zeros((3, len(who[0])))
        welfare_rows(self.table, self.this_month, rows.step, found)
        return Sample(*who, *found)

    def survey(self, whole: bool = True) -> tuple[Any, Any]:
        """Phase 10: sums per firm, a record of :data:`SUMS` for each, and over everybody.

        Args:
            whole: Whether what holds customers is asked, too; only measures need it.
        """
        blocks = -(-self.people // BLOCK)
        sums, totals = np.zeros((blocks, len(self.offers)), SUMS), np.zeros(blocks, TOTALS)
        here = self.table, self.this_month, sums, totals, whole
        self.in_blocks(lambda a, b: survey_blocks(a, b, *here))
        return _added_in_order(sums), _added_in_order(totals)


def jobs_of(population: Any, rate: float, provider: np.ndarray, liking: np.ndarray) -> Jobs:
    """Who of a population changes jobs in the month to come."""
    month = population.month + 1
    word: Any = np.uint64(decision_word(int(population.seed), CHANGING_JOBS, month))
    further = 1 + int(word) % (population.people - 1)
    return Jobs(
        month, word, float(rate), further, provider.astype(np.int64), liking.astype(np.float64)
    )


def _added_in_order(blocks: Any) -> Any:
    """Sums over the first axis, one block after the other, whatever numpy would find faster."""
    numbers = blocks.view(np.float64).reshape(len(blocks), -1)
    total = numbers[0] + 0.0
    for block in numbers[1:]:
        total += block
    return total.view(blocks.dtype).reshape(blocks.shape[1:])[()]

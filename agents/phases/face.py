"""What others see of a customer: a face, one number read at random places, and reviews."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from agents.chance import absorbed, word_of
from agents.columns import NOBODY
from agents.compiled import part, row_kernel, rule
from agents.firm.offer import SHOWN_REVIEWS
from agents.row import Row, over_rows

POSTING = word_of("posting")
LAST_KEY = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
"""What every review's place on a page comes before."""


@rule
def face(provider: int, rated: int, stars: int, left: int, segment: int) -> int:
    """What others see of a customer, in one number of 32 bits.

    Provider, rated firm, stars, firm just left and segment. Friends are read at random places; one
    number is one visit to memory.
    """
    return (provider + 1) | (rated + 1) << 8 | stars << 16 | (left + 1) << 19 | segment << 27


@rule
def provider_seen(seen: int) -> int:
    """Provider on a face; -1 for none."""
    return (seen & 255) - 1


@rule
def rated_seen(seen: int) -> int:
    """Firm that the last rating on a face is about; -1 for none."""
    return ((seen >> 8) & 255) - 1


@rule
def stars_seen(seen: int) -> int:
    """Stars of that rating."""
    return (seen >> 16) & 7


@rule
def left_seen(seen: int) -> int:
    """Firm that this person left last month; -1 for none."""
    return ((seen >> 19) & 255) - 1


@rule
def segment_seen(seen: int) -> int:
    """Segment of a face."""
    return seen >> 27


class Circle(NamedTuple):
    """Who hears of whom, and what there is to hear.

    Attributes:
        faces: What everybody showed at the end of last month, by row.
        starts: Where the friends of each row begin in ``friends``; one more at the end.
        friends: Their rows.
        ties: Weights of these ties; empty if all weigh the same.
        crowd: On a complete network what everybody shows, counted by firm
            (:data:`agents.firm.offer.CROWD`); empty otherwise.
        usual: Mean number of friends.
    """

    faces: Any
    starts: Any
    friends: Any
    ties: Any
    crowd: Any
    usual: float


@part
def show_face(c):
    """What others will see of a customer this month; last month's move is forgotten."""
    shown = face(c.provider, c.rated_provider, c.rating, c.left_provider, c.segment)
    c.left_provider = NOBODY
    return shown


@part
def count_face(seen, crowd):
    """Add one face to the crowd of a complete network."""
    provider, left, rated = provider_seen(seen), left_seen(seen), rated_seen(seen)
    if provider >= 0:
        crowd[provider, 0] += 1.0
    if left >= 0:
        crowd[left, 1] += 1.0
    if rated >= 0:
        crowd[rated, 1 + stars_seen(seen)] += 1.0
        if rated == provider and stars_seen(seen) == 5:
            crowd[rated, 7] += 1.0


@row_kernel
def show_rows(first, last, people, faces):
    """Show what others will see of these rows during the coming month."""
    for i in range(first, last):
        faces[i] = show_face(Row(people, i))


@row_kernel
def count_crowd(faces, crowd):
    """Add everybody to the crowd of a complete network."""
    for i in range(len(faces)):
        count_face(faces[i], crowd)


@part
def post_review(c, word, month, offers, posts, keys):
    """Put a customer's review of this month, if there is one, on the firm's page.

    The place follows from a hash of firm, month and reviewer; of several for one place the lowest
    hash gets it, so the order of customers does not matter. Older reviews stay until replaced.
    """
    if c.rated_month == month:
        firm = c.rated_provider
        key = absorbed(absorbed(word, c.row), offers[firm].word)
        place = np.int64(key & np.uint64(SHOWN_REVIEWS - 1))
        if key < keys[firm, place]:
            keys[firm, place] = key
            posts[firm][place] = c.rating


post_rows = over_rows(post_review)

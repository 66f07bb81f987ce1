"""What others see of a customer: one number, read at random places."""

from __future__ import annotations

from agents.compiled import rule


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

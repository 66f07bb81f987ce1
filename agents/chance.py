"""Chance as a function: a draw is a hash of what it is for.

Nothing here has a state. The word behind a draw absorbs, one after another, the seed, the name of
the decision, the month, the customer and (where there is one) the firm's name, and is scrambled
after each. A result therefore depends neither on order, threads or chunks, nor on which other draws
were made; a firm that is added leaves everybody else's luck as it was.

Fields are absorbed one by one because sums such as ``seed + k * month`` make neighbouring seeds the
same stream, shifted. The scrambler is the finaliser of SplitMix64 (Steele, Lea & Flood 2014,
doi:10.1145/2660193.2660195); the idea of counter-based draws is Random123's (Salmon et al. 2011),
that of named decisions Starsim's.

Every function runs compiled on 64-bit words and interpreted on Python integers, with equal results;
the constants have their highest bit set so that the compiler takes them for unsigned.
"""

from __future__ import annotations

import hashlib
import math
import unicodedata

import numpy as np

from agents.compiled import Word, rule

_ALL_BITS = 0xFFFF_FFFF_FFFF_FFFF
_GOLDEN = 0x9E37_79B9_7F4A_7C15
_FIRST = 0xBF58_476D_1CE4_E5B9
_SECOND = 0x94D0_49BB_1331_11EB


@rule
def absorbed(state: Word, field: Word) -> Word:
    """The state after one more field: ``finalise((state ^ field) + golden ratio)``."""
    mixed = ((state ^ field) + _GOLDEN) & _ALL_BITS
    mixed = ((mixed ^ (mixed >> 30)) * _FIRST) & _ALL_BITS
    mixed = ((mixed ^ (mixed >> 27)) * _SECOND) & _ALL_BITS
    return mixed ^ (mixed >> 31)


@rule
def uniform(word: Word) -> float:
    """A number in (0, 1), never 0 or 1: the upper 52 bits, in the middle of their interval."""
    return ((word >> 12) + 0.5) * 2.220446049250313e-16


@rule
def normal(word: Word) -> float:
    """A standard normal number (Box & Muller 1958)."""
    radius = math.sqrt(-2.0 * math.log(uniform(word)))
    return radius * math.cos(2.0 * math.pi * uniform(absorbed(word, _GOLDEN)))


@rule
def gumbel(word: Word) -> float:
    """A standard Gumbel number (location 0, scale 1, mean .5772)."""
    return -math.log(-math.log(uniform(word)))


@rule
def nearly_normal(word: Word) -> float:
    """A symmetric number of mean 0 and variance 1 within ±3.46: four uniforms of 16 bits.

    Stands where a permanent taste is wanted for every pair of customer and firm in every month and
    a logarithm would cost more than all the rest (Irwin–Hall, n = 4).
    """
    four = (word & 0xFFFF) + ((word >> 16) & 0xFFFF) + ((word >> 32) & 0xFFFF) + (word >> 48)
    return (four - 131070.0) * 2.6428997921303014e-05  # mean 4·32767.5, SD √(4·(2³²−1)/12)


def word_of(name: str) -> Word:
    """The word that stands for a name: stable across runs, machines and spellings of one text.

    Canonically equal texts (NFC) give one word. The highest bit is set (see above).
    """
    text = unicodedata.normalize("NFC", name).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little") | 1 << 63


def seed_word(seed: int, replication: int = 0) -> Word:
    """The word from which all draws of one run start."""
    return absorbed(absorbed(word_of("tsunagari"), seed & _ALL_BITS), replication)


@rule
def decision_word(seed: Word, decision: Word, month: int) -> Word:
    """The word of one named decision in one month, ready to absorb a customer."""
    return absorbed(absorbed(seed, decision), month)


def generator(seed: Word, *fields: Word) -> np.random.Generator:
    """A generator of one's own for a firm's own Python, keyed by its name."""
    word = seed
    for field in fields:
        word = absorbed(word, field)
    return np.random.Generator(np.random.Philox(key=int(word)))

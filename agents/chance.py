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

import functools
import hashlib
import math
import unicodedata

import numpy as np

from tsunagari.agents.compiled import Word, row_kernel, rule

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
    """A standard normal number, rising with the word (inverse of its distribution).

    Algorithm AS 241 (Wichura 1988), exact to about 1 part in 10¹⁶. Six of seven numbers lie in the
    middle, where two polynomials do without any logarithm.
    """
    chance = uniform(word)
    beyond = chance - 0.5
    if abs(beyond) <= 0.425:
        r = 0.180625 - beyond * beyond
        above = 2.5090809287301226727e3 * r + 3.3430575583588128105e4
        above = (above * r + 6.7265770927008700853e4) * r + 4.5921953931549871457e4
        above = (above * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3
        above = (above * r + 1.3314166789178437745e2) * r + 3.3871328727963666080e0
        below = 5.2264952788528545610e3 * r + 2.8729085735721942674e4
        below = (below * r + 3.9307895800092710610e4) * r + 2.1213794301586595867e4
        below = (below * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2
        below = (below * r + 4.2313330701600911252e1) * r + 1.0
        return beyond * above / below
    r = math.sqrt(-math.log(min(chance, 1.0 - chance)))
    far = _far_tail(r - 5.0) if r > 5.0 else _tail(r - 1.6)
    return far if beyond > 0.0 else -far


@row_kernel
def normals(word, fields, found):
    """Fill ``found`` with a standard normal number for each of ``fields``, absorbed by a word."""
    for k in range(len(fields)):
        found[k] = normal(absorbed(word, fields[k]))


@rule
def _tail(r: float) -> float:
    """AS 241 outside the middle, to about 5.4 standard deviations."""
    above = 7.74545014278341407640e-4 * r + 2.27238449892691845833e-2
    above = (above * r + 2.41780725177450611770e-1) * r + 1.27045825245236838258e0
    above = (above * r + 3.64784832476320460504e0) * r + 5.76949722146069140550e0
    above = (above * r + 4.63033784615654529590e0) * r + 1.42343711074968357734e0
    below = 1.05075007164441684324e-9 * r + 5.47593808499534494600e-4
    below = (below * r + 1.51986665636164571966e-2) * r + 1.48103976427480074590e-1
    below = (below * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0
    below = (below * r + 2.05319162663775882187e0) * r + 1.0
    return above / below


@rule
def _far_tail(r: float) -> float:
    """AS 241 beyond that."""
    above = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5
    above = (above * r + 1.24266094738807843860e-3) * r + 2.65321895265761230930e-2
    above = (above * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0
    above = (above * r + 5.46378491116411436990e0) * r + 6.65790464350110377720e0
    below = 2.04426310338993978564e-15 * r + 1.42151175831644588870e-7
    below = (below * r + 1.84631831751005468180e-5) * r + 7.86869131145613259100e-4
    below = (below * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1
    below = (below * r + 5.99832206555887937690e-1) * r + 1.0
    return above / below


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


@functools.lru_cache(1024)
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

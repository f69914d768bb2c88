"""Whether two films show the same picture, however they were encoded: a mark of every other second, compared in order.

A mark has 64 bits, one for each pair of neighbors in a picture of 9 by 8 gray fields: whether it gets brighter to the
right. Encoding again, scaling or grading turns a few of them; another shot turns half.
"""

from collections.abc import Sequence
from itertools import pairwise

WIDTH, HEIGHT = 9, 8
EVERY_S = 2

_FLAT = 8  # gray levels; a fade or a black picture is like every other
_BITS_APART = 10
_LIKE_SHARE = 0.8
_LEAST_DIFFERENT = 4
_ALL_BITS = (1 << 64) - 1


def marks_of(gray: bytes) -> tuple[int, ...]:
    """Return one signed 64-bit mark for each picture of 9 by 8 gray bytes; 0 for one that shows nothing.

    >>> marks_of(bytes([*range(0, 90, 10)] * 8)), marks_of(bytes(72))
    ((-1,), (0,))
    """
    size = WIDTH * HEIGHT
    return tuple(_mark(gray[start : start + size]) for start in range(0, len(gray) - size + 1, size))


def _mark(picture: bytes) -> int:
    if max(picture) - min(picture) < _FLAT:
        return 0
    rows = (picture[start : start + WIDTH] for start in range(0, len(picture), WIDTH))
    bits = 0
    for row in rows:
        for left, right in pairwise(row):
            bits = bits << 1 | (left < right)
    return bits - (1 << 64) if bits >> 63 else bits


def alike(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether nearly all pictures of two films agree. What shows nothing says nothing, and few pictures say too little.

    >>> film = [0xFF << place for place in (0, 16, 32, 48)]
    >>> alike(film, [0xFE, *film[1:]]), alike(film, film[::-1]), alike(film[:3], film[:3])
    (True, False, False)
    """
    told = [(a, b) for a, b in zip(one, other, strict=False) if a and b]
    if abs(len(one) - len(other)) > 1 or len({a for a, _b in told}) < _LEAST_DIFFERENT:
        return False
    like = sum(((a ^ b) & _ALL_BITS).bit_count() <= _BITS_APART for a, b in told)
    return like >= _LIKE_SHARE * len(told)

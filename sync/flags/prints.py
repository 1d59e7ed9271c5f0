"""How alike two texts are, and by which few numbers texts that are nearly the same find each other without being compared with all
others: pieces of three letters, of which 40 smallest hashes are kept, eight bands of five. Two texts that share nine pieces in ten
share a band nearly always, two that share three in ten hardly ever."""

import re
import unicodedata
from dataclasses import dataclass
from zlib import crc32

NOT_LETTERS = re.compile(r"[\W_]+")
BINS, IN_BAND = 40, 5
ODD, MASK = 2654435761, 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Print:
    """A text as it is compared: its pieces, and the numbers it is found by."""

    grams: frozenset[str]
    bands: tuple[int, ...]


def print_of(text: str, letters: int) -> Print | None:
    """None where a text is too short to be anybody's own."""
    grams = shingles(text)
    return Print(grams, tuple(bands_of(grams))) if len(grams) > max(0, letters - 3) else None


def shingles(text: str) -> frozenset[str]:
    """Pieces of three letters, whatever stands between the letters."""
    letters = NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text)).lower()
    return frozenset(letters[at : at + 3] for at in range(len(letters) - 2))


def likeness(one: frozenset[str], other: frozenset[str]) -> int:
    """Of all pieces of both, how many in a thousand are in both."""
    small, large = sorted((len(one), len(other)))
    if not large or small * 2 < large:
        return 0
    both = len(one & other)
    return both * 1000 // (len(one) + len(other) - both)


def bands_of(grams: frozenset[str]) -> list[int]:
    """Eight numbers; an empty bin borrows from the next one, so that short texts have them too."""
    bins: list[int] = [-1] * BINS
    for gram in grams:
        mixed = crc32(gram.encode()) * ODD & MASK
        at, rest = mixed % BINS, mixed // BINS
        if bins[at] < 0 or rest < bins[at]:
            bins[at] = rest
    if not grams:
        return []
    filled, last, steps = [0] * BINS, 0, 0
    for at in range(2 * BINS - 1, -1, -1):  # twice round, so that the last bins borrow from the first
        own = bins[at % BINS]
        last, steps = (own, 0) if own >= 0 else (last, steps + 1)
        filled[at % BINS] = steps << 32 | last
    return [
        crc32(repr(filled[at : at + IN_BAND]).encode()) << 3 | at // IN_BAND for at in range(0, BINS, IN_BAND)
    ]

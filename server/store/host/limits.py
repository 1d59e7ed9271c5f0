"""Rate limits shared by all processes of this host without a database write: a small file of counters, mapped into memory.

A slot is sixteen bytes, the tag of a key and one number. Four slots are looked at for a key; the oldest gives way, so the file
never grows. Two processes that write one slot at once lose at most one count: a limit is a guard rail, not a ledger."""

import hashlib
import mmap
import os
import struct
from pathlib import Path

SLOT = struct.Struct("<QQ")
WAYS = 4
BUCKETS = 65_536
FAILURES = 16_384
MOST_FAILURES = 255
FREE_FAILURES = 4
LONGEST_WAIT = 15 * 60 * 1000


def wait_after(failures: int) -> int:
    """Milliseconds to wait after so many failures in a row: from the 5th on 1 s, doubling, at most 15 minutes."""
    if failures <= FREE_FAILURES:
        return 0
    return min(LONGEST_WAIT, 1000 << min(failures - FREE_FAILURES - 1, 20))


def rest_after(failures: int, failed_at: int, now: int) -> int:
    """Milliseconds still to rest. A failure that a clock once ahead of its time has written counts as one of now."""
    return min(failed_at, now) + wait_after(failures) - now


class Limits:
    """Token buckets (as the moment a full bucket would be reached again) and failure counts of names nobody has."""

    def __init__(self, path: Path, secret: bytes) -> None:
        size = (BUCKETS + FAILURES) * SLOT.size
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(handle).st_size < size:
                os.ftruncate(handle, size)
            self.memory = mmap.mmap(handle, size)
        finally:
            os.close(handle)
        self.secret = hashlib.sha256(b"limits" + secret).digest()

    def take(self, kind: str, key: str, limit: int, period: int, now: int) -> int:
        """0 when one more is within `limit` per `period` ms, else the seconds to wait."""
        at, tag, full_at = self._find(kind, key, 0, BUCKETS)
        step = period * 1000 // max(1, limit)
        if full_at > (now + period) * 1000:
            # written by a clock that was ahead: the door must not stay shut until that time comes
            full_at = (now + period) * 1000 - step
        reached = max(full_at, now * 1000) + step
        too_early = reached - now * 1000 - period * 1000
        if too_early > 0:
            return -(-too_early // 1_000_000)
        SLOT.pack_into(self.memory, at, tag, reached)
        return 0

    def give_back(self, kind: str, key: str, limit: int, period: int) -> None:
        """What was taken before it could be known whether it counts."""
        at, tag, full_at = self._find(kind, key, 0, BUCKETS)
        SLOT.pack_into(self.memory, at, tag, max(0, full_at - period * 1000 // max(1, limit)))

    def failures(self, kind: str, key: str) -> tuple[int, int]:
        """(failures, when the last one was) of a name without a row of its own."""
        _, _, packed = self._find(kind, key, BUCKETS, FAILURES)
        return packed & MOST_FAILURES, packed >> 8

    def fail(self, kind: str, key: str, now: int) -> None:
        at, tag, packed = self._find(kind, key, BUCKETS, FAILURES)
        SLOT.pack_into(self.memory, at, tag, now << 8 | min((packed & MOST_FAILURES) + 1, MOST_FAILURES))

    def _find(self, kind: str, key: str, first: int, count: int) -> tuple[int, int, int]:
        """(offset, tag, number) of the key's slot, or of the oldest one it may take, then with number 0."""
        digest = hashlib.blake2b(f"{kind}\0{key}".encode(), key=self.secret, digest_size=16).digest()
        tag, spread = SLOT.unpack(digest)
        start = (first + spread % (count // WAYS) * WAYS) * SLOT.size
        oldest, oldest_at = None, start
        for at in range(start, start + WAYS * SLOT.size, SLOT.size):
            found, number = SLOT.unpack_from(self.memory, at)
            if found == tag:
                return at, tag, number
            if oldest is None or number < oldest:
                oldest, oldest_at = number, at
        return oldest_at, tag, 0

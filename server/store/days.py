"""The calendar day of a moment."""

import datetime

SHANGHAI = 8 * 3_600_000


def day_of(now: int) -> str:
    """In Shanghai, which has had no summer time since 1991."""
    return datetime.date.fromordinal(719_163 + (now + SHANGHAI) // 86_400_000).isoformat()


def midnight_of(now: int) -> int:
    """When that day began."""
    return now - (now + SHANGHAI) % 86_400_000

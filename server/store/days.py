"""The calendar day of a moment, in Shanghai, which has had no summer time since 1991."""

import datetime

MINUTE = 60_000
DAY = 86_400_000
SHANGHAI = 8 * 3_600_000
# 1970-01-01 as Python counts days
EPOCH_DAY = 719_163


def day_of(now: int) -> str:
    return datetime.date.fromordinal(EPOCH_DAY + (now + SHANGHAI) // DAY).isoformat()


def midnight_of(now: int) -> int:
    """When that day began."""
    return now - (now + SHANGHAI) % DAY


def begin_of(day: str) -> int:
    """The moment at which this day begins."""
    return (datetime.date.fromisoformat(day).toordinal() - EPOCH_DAY) * DAY - SHANGHAI


def moment_of(now: int) -> str:
    """2026-11-21 14:32."""
    hour, minute = divmod((now - midnight_of(now)) // MINUTE, 60)
    return f"{day_of(now)} {hour:02}:{minute:02}"

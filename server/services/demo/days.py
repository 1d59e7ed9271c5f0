"""Days and moments of the demo world, in Shanghai, without a clock."""

import datetime
from collections.abc import Iterator

from server.store.days import DAY, EPOCH_DAY, MINUTE, SHANGHAI

Date = datetime.date
# holidays that fall on the same days every year; those of the moon's calendar are each plan's own affair
FIXED_HOLIDAYS = ("01-01", "05-01", "05-02", "10-01", "10-02", "10-03")


def date_of(now: int) -> Date:
    return Date.fromordinal(EPOCH_DAY + (now + SHANGHAI) // DAY)


def moment(day: Date, minute: int) -> int:
    return (day.toordinal() - EPOCH_DAY) * DAY - SHANGHAI + minute * MINUTE


def plus(day: Date, days: int) -> Date:
    return day + datetime.timedelta(days)


def first_of(day: Date, months_later: int = 0) -> Date:
    year, month = divmod(day.year * 12 + day.month - 1 + months_later, 12)
    return Date(year, month + 1, 1)


def closed_days(first: Date, last: Date) -> list[str]:
    days = [f"{year}-{day}" for year in range(first.year, last.year + 1) for day in FIXED_HOLIDAYS]
    return sorted(day for day in days if first.isoformat() <= day <= last.isoformat())


def working_days(first: Date, last: Date, closed: list[str]) -> Iterator[Date]:
    day = first
    while day <= last:
        if day.weekday() < 5 and day.isoformat() not in closed:
            yield day
        day = plus(day, 1)

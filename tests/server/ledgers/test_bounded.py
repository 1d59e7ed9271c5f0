"""A ledger is made a book at a time: more books take more time, not more memory."""

from __future__ import annotations

import tracemalloc

import pytest

from bench.ledger import write_book
from leaving import ask
from server.commands.jobs import do_waiting
from serving import Site
from yearland import Land

ENTRIES = 150
# six books of so many entries would be some megabytes
SLACK = 200_000


def peak_of(site: Site, form: str) -> int:
    """What making the file takes at its highest, in bytes."""
    ask(site, "ledger", format=form)
    tracemalloc.start()
    try:
        assert do_waiting(site.app, site.clock) == 1
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("form", "of_a_row"), [("csv", 0), ("xlsx", 0), ("pdf", 1_500)])
def test_nine_books_take_no_more_memory_than_three(site, form, of_a_row):
    """Two books are there when one follows the other. Of a PDF the packed pages wait for its end; a door refuses one of more than 20,000 rows."""
    land = Land(site)
    write_few, write_many = range(3), range(3, 9)
    for number in write_few:
        write_book(site, land, number, ENTRIES)
    peak_of(site, form)  # what is loaded once is loaded
    few = peak_of(site, form)
    for number in write_many:
        write_book(site, land, number, ENTRIES)
    many = peak_of(site, form)
    assert many - few < SLACK + of_a_row * ENTRIES * len(write_many), (few, many)

"""How a form would look with columns that are not kept yet: its first rows, and no file."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from server.errors import Denial
from server.papers.forms.form import Chosen, Form
from server.papers.forms.glance import Enough, Glance
from server.store.books.told import Torn
from server.store.db import reading
from server.store.desk.jobs import Tools as Tools
from server.store.desk.jobs import Unable
from server.store.desk.scope import Scope
from server.store.ledgers import classbooks
from server.store.ledgers.exports import Order

PREVIEWED = 5


class Maker(NamedTuple):
    """Who makes the exports of this form: what he needs before he begins, and how he writes it."""

    begin: Callable[..., Any]
    write: Callable[[Any], None]


def look(
    maker: Maker, tools: Tools, scope: Scope, form: Form, wanted: Sequence[Chosen], class_id: str, month: str | None
) -> Denial | list[list[Any]]:
    """The first rows of a form as they would stand, of the first apprentices of a class."""
    with reading() as conn:
        group = classbooks.select_group(conn, scope, class_id)
        if group is None:
            return Denial("not_found")
        order = Order("", form.word, "xlsx", "look", group.college_id, class_id, None, month, False, None, scope.person_id, tools.now)
        work: Any = maker.begin(conn, tools, order, group, scope, lambda done, total: None)
        work.books, work.chosen, work.paper = work.books[:PREVIEWED], {form.word: list(wanted)}, Glance(form.title, PREVIEWED)
        try:
            maker.write(work)
        except Enough:
            pass
        except Torn:
            return Denial("books_differ")
        except Unable as why:
            return Denial(str(why))
    rows: list[list[Any]] = work.paper.rows
    return rows

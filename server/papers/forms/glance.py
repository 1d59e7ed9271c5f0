"""The first rows of a form on a screen instead of on paper: no file is written."""

from collections.abc import Sequence

from server.papers.forms.form import Row, Sheet, Value


class Enough(Exception):
    """As many rows as are looked at."""


class Glance:
    """Stands where a file would be made; only sheets of the form's own title are looked at."""

    def __init__(self, title: str, most: int) -> None:
        self.title, self.most = title, most
        self.rows: list[list[Value]] = []
        self.sheet: Sheet | None = None

    def begin(self, sheet: Sheet) -> None:
        self.sheet = sheet if sheet.title.startswith(self.title) else None

    def add(self, row: Row) -> None:
        if self.sheet is None:
            raise Enough
        self.rows.append(["" if column.kind == "sign" else row.get(column.key, "") for column in self.sheet.columns])
        if len(self.rows) >= self.most:
            raise Enough

    def end(self, foot: Sequence[str]) -> None:
        """Nothing stands beneath it."""

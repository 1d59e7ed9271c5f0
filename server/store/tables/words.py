"""The words tables are written with."""

import sqlalchemy as sa

from server.store.db import db

Column, Table, Text, BigInteger, Index = sa.Column, db.Table, sa.Text, sa.BigInteger, sa.Index


def one_of(name: str, column: str, *words: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({', '.join(repr(word) for word in words)})", name=name)

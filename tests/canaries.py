"""Words that must not be found where they have no business, and a sweep that finds them however they are wrapped: in JSON, in base64, in
an operation's payload, in a zip, as UTF-16, in an address."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from server.store.db import db
from serving import Site

WRAPPED = re.compile(rb"[A-Za-z0-9_+/-]{16,}")
DEEPEST = 3


def forms_of(word: str) -> set[bytes]:
    """As it may be written down."""
    plain = word.encode()
    return {plain, json.dumps(word)[1:-1].encode(), quote(word).encode(), plain.hex().encode(), word.encode("utf-16-le"), word.encode("utf-16-be")}


def layers(raw: bytes, depth: int = 0) -> Iterator[bytes]:
    """What was written, and what is wrapped in it."""
    yield raw
    if depth == DEEPEST:
        return
    if raw.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            for name in packed.namelist():
                yield from layers(packed.read(name), depth + 1)
        return
    for found in WRAPPED.findall(raw):
        text = found.replace(b"-", b"+").replace(b"_", b"/")
        try:
            inner = base64.b64decode(text[: len(text) // 4 * 4 if len(text) % 4 == 1 else None] + b"=" * (-len(text) % 4))
        except ValueError:
            continue
        if any(byte < 9 for byte in inner[:32]):
            continue
        yield from layers(inner, depth + 1)


@dataclass
class Sweep:
    """`secrets` name -> word; what was found lies in `hits` as (where, name)."""

    secrets: Mapping[str, str]
    hits: set[tuple[str, str]] = field(default_factory=set)
    looked_at: int = 0

    def look(self, where: str, raw: bytes | str) -> None:
        self.looked_at += 1
        data = raw.encode() if isinstance(raw, str) else raw
        forms = {name: forms_of(word) for name, word in self.secrets.items()}
        for layer in layers(data):
            self.hits |= {(where, name) for name, several in forms.items() if any(form in layer for form in several)}

    def look_at_database(self, site: Site) -> None:
        """Every column of every row, as it lies there."""
        with site.app.app_context(), db.engine.connect() as conn:
            for table in sorted(sa.inspect(db.engine).get_table_names()):
                columns: dict[str, list[str]] = {}
                for row in conn.execute(sa.text(f'SELECT * FROM "{table}"')).mappings():
                    for name, value in row.items():
                        columns.setdefault(name, []).append(_text(value))
                for name, values in columns.items():
                    self.look(f"{table}.{name}", "\n".join(values))

    def look_at_files(self, folder: Path) -> None:
        """All but the photos as they came: they are kept as what was hashed, and never served."""
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".orig":
                self.look(str(path.relative_to(folder)), path.read_bytes())


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, (bytes, memoryview)) else str(value)

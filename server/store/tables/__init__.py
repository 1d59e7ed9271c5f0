"""Every table. Operations and decisions are the truth; documents and the facts beside them can be rebuilt from them."""

from server.store.tables import (
    books,
    desk,
    exports,
    factors,
    flags,
    plans,
    registers,
    reversals,
    samplings,
    seats,
    telling,
    who,
    work,
)

__all__ = ["books", "desk", "exports", "factors", "flags", "plans", "registers", "reversals", "samplings", "seats", "telling", "who", "work"]

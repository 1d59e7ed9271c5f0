"""What the doors need from the house: configuration, clock, chance and the things made once at start."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from server.config import Config
from server.store.host.keys import ServerKey
from server.store.host.limits import Limits
from server.store.host.slots import Slots
from server.store.host.writer import Writer
from server.store.people.passwords import Hasher
from server.store.people.vault import Vault


@dataclass(frozen=True, slots=True)
class House:
    """Made by create_app, the same for every request."""

    config: Config
    clock: Callable[[], int]
    chance: Callable[[int], bytes]
    key: ServerKey
    push_key: ServerKey
    vault: Vault
    hasher: Hasher
    limits: Limits
    pictures: Slots
    sheets: Slots
    pages: Path
    files: frozenset[str]
    bell: Callable[[], None]

    @property
    def writer(self) -> Writer:
        return Writer(self.key.private, self.chance)


def house() -> House:
    here: House = current_app.extensions["jiangji"]
    return here

"""What every site and every activated phone is a copy of: one site is founded and filled once a run, and two people activate
their phones on it through the screens. A copy of such a phone knows its server by address, so all sites keep the same port."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from e2e.forge import Forge
from e2e.rows import change_rows, changing, read_rows
from e2e.site import APPRENTICE, CODE, MENTOR, Activated, Shared, Site, sqlite_in
from server.store.host.keys import read_key
from server.store.migrations import found


class Seed:
    def __init__(self, folder: Path, forge: Forge) -> None:
        self.folder, self.home, self.shared = folder, folder / "home", Shared(forge)
        self.home.mkdir()
        site = Site(self.home, sqlite_in(self.home), self.shared)
        site.fill()
        site.close()

    def site(self, home: Path, url: str = "", pages: Path | None = None) -> Site:
        """A copy, not started; a URL names a copy of a database that `bring_to` filled."""
        shutil.copytree(self.home, home)
        return Site(home, url or sqlite_in(home), self.shared, pages)

    def bring_to(self, url: str) -> None:
        """The rows into another kind of database."""
        found(url, read_key(self.home / "server-key.pem"), "epoch-1", 0, lambda _: None)
        with changing(sqlite_in(self.home)) as here, changing(url) as there:
            change_rows(there, read_rows(there), read_rows(here))

    def grow(self, make_phone: Callable[[Path, Site], Any]) -> None:
        """Both people activate their phones, one after the other."""
        site = self.site(self.folder / "grown")
        site.start()
        for login in (APPRENTICE[1], MENTOR[1]):
            with changing(site.url) as conn:
                before = read_rows(conn)
            phone = make_phone(self.folder / login, site)
            phone.activate(login, CODE)
            phone.wait_for_status("在线·已同步")
            phone.close()
            with changing(site.url) as conn:
                self.shared.phones[login] = Activated(phone.profile, before, read_rows(conn))
        site.close()

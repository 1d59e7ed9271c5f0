"""Somebody at a desk: a browser as wide as a desk's, people with passwords, and coming in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from e2e.phone import PASSWORD, Phone
from e2e.site import CODE, Site, new_id, now
from server.services.people import enrolment, roster

WIDE = {"viewport": {"width": 1280, "height": 800}}
# a list is asked anew every half minute only while somebody looks
LOOK_AWAY = "() => Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' })"
DATABASES = "() => indexedDB.databases().then((found) => found.map(({ name }) => name))"


def give_password(site: Site, person_id: str, login: str) -> None:
    """As after an activation by slip."""
    with site.app.app_context():
        here = site.app.extensions["jiangji"]
        roster.issue_code(here.hasher, person_id, CODE, new_id(), now())
        device = enrolment.Enrolment(None, "", False)
        done = enrolment.activate(here.hasher, here.limits, here.key, (login, CODE, PASSWORD), device, new_id(), new_id(), now())
        assert isinstance(done, tuple), done


def add_person(site: Site, name: str, login: str, role: str, org: str) -> str:
    """Another one with a role and a password."""
    person_id = new_id()
    with site.app.app_context():
        roster.make_person(person_id, name, login, now())
        roster.give_role(person_id, role, org)
    give_password(site, person_id, login)
    return person_id


@dataclass
class Desk:
    """One browser at a desk."""

    phone: Phone

    @property
    def page(self) -> Page:
        return self.phone.page

    def come_in(self, login: str, path: str = "/desk", password: str = PASSWORD) -> Page:
        page = self.phone.page if self.phone.context else self.phone.open(None)
        page.goto(self.phone.site.wire.origin + path)
        page.fill("[data-test=login] [name=login]", login)
        page.fill("[data-test=login] [name=password]", password)
        page.click("[data-test=login] button[type=submit]")
        page.wait_for_selector("[data-test=who]", state="attached")
        return page

    def databases(self) -> list[Any]:
        """What this browser keeps beside cookies."""
        found: list[Any] = self.page.evaluate(DATABASES)
        return found

"""Who may pass. Every door declares a policy; a door without one stays shut. In this order: size, origin, kind of body, rate, session, role.

Policies: "public" anybody · "signed_in" any live session · "desk:a|b" a desk session of a person with one of these roles ·
"report" the browser itself, which cannot send our header. `limit` names the rate that applies: "sync", "writes" per person,
"logins" per address."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask.sessions import SessionInterface
from flask_login import LoginManager, UserMixin, current_user

from server.api.answers import deny
from server.errors import Denial
from server.house import house
from server.services.accounts import Session, lifetimes, recognise, roles_of

COOKIE = "__Host-sid"
SAFE = frozenset(("GET", "HEAD"))
MIB = 1024 * 1024
MINUTE = 60_000
REPORTS = 60
LONGEST_ADDRESS = 2048


@dataclass(frozen=True, slots=True)
class Policy:
    """What a door asks of who knocks."""

    word: str
    limit: str
    body: tuple[str, ...]
    most: int


def policy(
    word: str, limit: str = "writes", body: tuple[str, ...] = ("application/json",), most: int = MIB
) -> Callable[[Any], Any]:
    """Write the policy on the view; it stands below every other decorator."""

    def declare(view: Any) -> Any:
        view.policy = Policy(word, limit, body, most)
        return view

    return declare


def policy_of(view: Any, method: str) -> Policy | None:
    """What was declared on a view function, or on the method of a class that answers."""
    kind = getattr(view, "view_class", None)
    name = "get" if method == "HEAD" else method.lower()
    found: Policy | None = getattr(getattr(kind, name, None) if kind else view, "policy", None)
    return found


class Visitor(UserMixin):  # type: ignore[misc]
    """A live session, in the shape Flask-Login asks for."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.id = session.id
        self.person_id = session.person_id


class NoFlaskSession(SessionInterface):
    """Flask's signed cookie would outlive a log-out; there is none."""

    def open_session(self, app: Flask, request: Any) -> None:
        return None

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Nothing to keep."""


class Porter(LoginManager):  # type: ignore[misc]
    """Flask-Login without its remember-me: such a cookie is as good as none."""

    def _load_user_from_remember_cookie(self, cookie: str) -> Visitor | None:
        return load_visitor(request)


def load_visitor(asked: Any) -> Visitor | None:
    token = asked.cookies.get(COOKIE, "")
    session = recognise(house().config, token, g.now) if 40 <= len(token) <= 50 else None
    return Visitor(session) if session else None


def visitor() -> Session:
    """The session of who stands behind a door that asked for one."""
    session: Session = g.visitor.session
    return session


def set_session_cookie(answer: Response, token: str, kind: str) -> None:
    age = lifetimes(house().config, kind)[1] // 1000
    answer.set_cookie(COOKIE, token, max_age=age, path="/", secure=True, httponly=True, samesite="Lax")


def clear_session_cookie(answer: Response) -> None:
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")


def judge() -> Response | None:
    """Before every request; None lets it through."""
    here = house()
    g.now, g.request_id = here.clock(), here.chance(8).hex()
    if len(request.path) + len(request.query_string) > LONGEST_ADDRESS:
        return deny(Denial("too_large"))
    if request.headers.get("Service-Worker") == "script" and request.path != "/sw.js":
        return deny(Denial("forbidden"))
    if request.url_rule is None:
        return None
    wanted = policy_of(current_app.view_functions[request.endpoint or ""], request.method)
    if wanted is None:
        raise LookupError("a door without a policy")
    denial = _shape(wanted) or _rate_of_address(wanted) or _who(wanted) or _length(wanted)
    return deny(denial) if denial else None


def _shape(wanted: Policy) -> Denial | None:
    """What can be said before anybody is looked up."""
    request.max_content_length = wanted.most + 1
    if request.content_length is not None and request.content_length > wanted.most:
        return Denial("too_large")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        return Denial("wrong_content_type")
    if request.method in SAFE or wanted.word == "report":
        return None
    if request.mimetype not in wanted.body:
        return Denial("wrong_content_type")
    return None if _is_ours() else Denial("cross_site")


def _length(wanted: Policy) -> Denial | None:
    """A chunked body says its length only by ending. Werkzeug would cut it off without a word."""
    if request.method in SAFE or request.content_length is not None:
        return None
    return Denial("too_large") if len(request.get_data()) > wanted.most else None


def _is_ours() -> bool:
    """A script of our own origin sent this: browsers say so, older ones by Origin alone; a form can send no such header."""
    site = request.headers.get("Sec-Fetch-Site")
    same = site == "same-origin" if site is not None else request.headers.get("Origin") == request.host_url[:-1]
    return same and request.headers.get("X-App") == "1"


def _rate_of_address(wanted: Policy) -> Denial | None:
    here, address = house(), request.remote_addr or ""
    wait = 0
    if wanted.word == "report":
        wait = here.limits.take("report", address, REPORTS, MINUTE, g.now)
    elif wanted.limit == "logins":
        wait = here.limits.take("logins", address, here.config.logins_per_ten_minutes, 10 * MINUTE, g.now)
    return Denial("too_many_requests", wait) if wait else None


def _who(wanted: Policy) -> Denial | None:
    if wanted.word in ("public", "report"):
        return None
    here_now = current_user._get_current_object()
    if not isinstance(here_now, Visitor):
        return Denial("not_signed_in")
    g.visitor = here_now
    here = house()
    per_minute = here.config.sync_per_minute if wanted.limit == "sync" else here.config.writes_per_minute
    if request.method not in SAFE:
        wait = here.limits.take(wanted.limit, g.visitor.person_id, per_minute, MINUTE, g.now)
        if wait:
            return Denial("too_many_requests", wait)
    if wanted.word == "signed_in":
        return None
    if g.visitor.session.kind != "desk":
        return Denial("forbidden")
    roles = {role["role"] for role in roles_of(g.visitor.person_id)}
    return None if roles & set(wanted.word.removeprefix("desk:").split("|")) else Denial("forbidden")


def register_guard(app: Flask) -> None:
    app.session_interface = NoFlaskSession()
    porter = Porter()
    porter.session_protection = None
    porter.request_loader(load_visitor)
    porter.init_app(app, add_context_processor=False)
    app.before_request(judge)

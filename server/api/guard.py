"""Who may pass. Every door declares a policy; a door without one stays shut. In this order: size, origin, kind of body, rate, session, role.

Policies: "public" anybody · "signed_in" any live session · "desk:a|b" a desk session of a person with one of these roles ·
"report" the browser itself, which cannot send our header. `limit` names the rate that applies: "sync", "writes" per person,
"logins" per address. Whoever has several desks names the organisation in `X-Desk`; `seat` says where he sits.

One browser keeps a session for each of the people who share it. The desk's cookie is `__Host-sid`; a phone account's is
`__Host-sid-<person>`, and the app says with `X-Account: <person>` for whom it asks: then only a session of that person opens.
An app from before accounts had cookies of their own sends no such header; it is heard by `__Host-sid`, or by the one account
there is. A browser keeps MOST_ACCOUNTS; whoever logs in after that lets the oldest session end, whose ops stay on the phone."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask.sessions import SessionInterface
from flask_login import LoginManager, UserMixin, current_user

from server.api.answers import deny
from server.errors import Denial
from server.house import house
from server.services.desk.seats import Scope, stand_up, take_seat
from server.services.people.accounts import Session, lifetimes, log_out, recognise

COOKIE = "__Host-sid"
ACCOUNT = "X-Account"
SEAT = "X-Desk"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
ACCOUNT_COOKIE = re.compile(rf"{COOKIE}-{UUID}")
MOST_ACCOUNTS = 3
SAFE = frozenset(("GET", "HEAD"))
MIB = 1024 * 1024
MINUTE = 60_000
PROOF_HOLDS = 5 * MINUTE
REPORTS = 60
LONGEST_ADDRESS = 2048


@dataclass(frozen=True, slots=True)
class Policy:
    """What a door asks of who knocks."""

    word: str
    limit: str
    body: tuple[str, ...]
    most: int
    proof: bool
    half: bool


def policy(
    word: str, limit: str = "writes", body: tuple[str, ...] = ("application/json",), most: int = MIB,
    proof: bool = False, half: bool = False,
) -> Callable[[Any], Any]:
    """Write the policy on the view; it stands below every other decorator. With `proof` whoever knocks has shown within five
    minutes that it is he: for what cannot be undone or carries something away. `half` lets in who has not shown his second factor."""

    def declare(view: Any) -> Any:
        view.policy = Policy(word, limit, body, most, proof, half)
        return view

    return declare


def policy_of(view: Any, method: str) -> Policy | None:
    """What was declared on a view function, or on the method of a class that answers."""
    kind = getattr(view, "view_class", None)
    name = "get" if method == "HEAD" else method.lower()
    found: Policy | None = getattr(getattr(kind, name, None) if kind else view, "policy", None)
    return found


class Visitor(UserMixin):  # type: ignore[misc]
    """A live session and the cookie it came by, in the shape Flask-Login asks for."""

    def __init__(self, session: Session, cookie: str) -> None:
        self.session = session
        self.cookie = cookie
        self.id = session.id
        self.person_id = session.person_id


class NoFlaskSession(SessionInterface):
    """Flask's signed cookie would outlive a log-out; there is none."""

    def open_session(self, app: Flask, request: Any) -> None:
        return None

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Nothing to keep."""


class Porter(LoginManager):  # type: ignore[misc]
    """Flask-Login without its own session and its remember-me: our cookie is asked, once a request, and nothing else."""

    def _load_user(self) -> None:
        self._update_request_context_with_user(load_visitor(request))

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


def load_visitor(asked: Any) -> Visitor | None:
    account = asked.headers.get(ACCOUNT)
    for name in _cookies_for(account, asked.cookies):
        session = _opened_by(asked.cookies[name])
        if session and (account is None or (account, "phone") == (session.person_id, session.kind)):
            return Visitor(session, name)
    return None


def _cookies_for(account: str | None, sent: Mapping[str, str]) -> list[str]:
    """Where the session may be; what an account of before has in `__Host-sid` is found there until it ends."""
    if account is not None:
        return [name for name in (f"{COOKIE}-{account}", COOKIE) if name in sent]
    if COOKIE in sent:
        return [COOKIE]
    accounts = [name for name in sent if ACCOUNT_COOKIE.fullmatch(name)]
    return accounts if len(accounts) == 1 else []


def _opened_by(token: str) -> Session | None:
    return recognise(house().config, token, g.now) if 40 <= len(token) <= 50 else None


def visitor() -> Session:
    """The session of who stands behind a door that asked for one."""
    session: Session = g.visitor.session
    return session


def seat() -> Scope:
    """Where the visitor of a desk's door sits."""
    found: Scope = g.seat
    return found


def tokens_sent() -> list[str]:
    """Of all sessions this browser keeps."""
    return [token for name, token in request.cookies.items() if name == COOKIE or ACCOUNT_COOKIE.fullmatch(name)]


def set_session_cookie(answer: Response, session: Session, token: str) -> None:
    """The new session's cookie. What the browser keeps beside it goes when it opens nothing any more or is one too many."""
    mine = COOKIE if session.kind == "desk" else f"{COOKIE}-{session.person_id}"
    others = {name: _opened_by(request.cookies[name]) for name in request.cookies
              if name != mine and (name == COOKIE or ACCOUNT_COOKIE.fullmatch(name))}  # fmt: skip
    accounts = sorted((found.created_at, name) for name, found in others.items() if found and name != COOKIE)
    room = MOST_ACCOUNTS - (session.kind == "phone")
    for _, name in accounts[: max(0, len(accounts) - room)]:
        log_out(others[name], g.now)
        others[name] = None
    for name, found in others.items():
        if found is None:
            _clear(answer, name)
    age = lifetimes(house().config, session.kind)[1] // 1000
    answer.set_cookie(mine, token, max_age=age, path="/", secure=True, httponly=True, samesite="Lax")


def clear_session_cookie(answer: Response) -> None:
    """The one this request came by; the other people's sessions live on."""
    _clear(answer, g.visitor.cookie)


def _clear(answer: Response, name: str) -> None:
    answer.delete_cookie(name, path="/", secure=True, httponly=True, samesite="Lax")


def judge() -> Response | None:
    """Before every request; None lets it through."""
    stand_up()
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
    if "\0" in request.path or any("\0" in word for pair in request.args.items(multi=True) for word in pair):
        return Denial("bad_request")  # no id and no filter has one, and PostgreSQL takes none
    account = request.headers.get(ACCOUNT)
    if account is not None and not re.fullmatch(UUID, account):
        return Denial("bad_request")
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
    same = site == "same-origin" if site is not None else request.headers.get("Origin") == f"{request.scheme}://{request.host}"
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
    if not (g.visitor.session.factor_at or wanted.half):
        return Denial("factor_needed")
    g.seat = take_seat(g.visitor.person_id, wanted.word.removeprefix("desk:").split("|"), request.headers.get(SEAT))
    if g.seat is None:
        return Denial("forbidden")
    return Denial("prove_again") if wanted.proof and g.now - g.visitor.session.proved_at > PROOF_HOLDS else None


def register_guard(app: Flask) -> None:
    app.session_interface = NoFlaskSession()
    porter = Porter()
    porter.init_app(app, add_context_processor=False)
    app.before_request(judge)
    app.teardown_request(lambda _: stand_up())

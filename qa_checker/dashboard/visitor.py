"""Who is looking: the visitor's roles, which rows he may see, and where both come from."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from qa_checker.archive.selection import EVERYTHING, Scope
from qa_checker.dashboard.environment import Auth, auth, oidc_claim
from qa_checker.desk.accounts import VISIT_LASTS, Person, Role, account_named, sign_out, signed_in
from qa_checker.desk.database import Desk

ROLE_NAMES = {Role.SUPERVISOR: "班组长", Role.AGENT: "客服", Role.OPERATOR: "运营"}
VISIT_COOKIE = "qa_visit"
"""Holds the token of a visit that began with a password (signing_in.py)."""

_PROVIDERS_COOKIE = "_streamlit_user"
"""Where Streamlit keeps what the identity provider said; a long one in several cookies, with numbers after the name."""


@dataclass(frozen=True)
class Visitor:
    """Someone at the dashboard; `agent_id` is his own name in the exports, if he serves customers himself."""

    name: str
    roles: frozenset[Role]
    agent_id: str | None = None

    @property
    def is_alone(self) -> bool:
        """Whether he is everybody at once: nobody signs in on one's own computer, an account has one role."""
        return self.roles == frozenset(Role)

    def objects_as(self, agent_id: str | None) -> str | None:
        """The agent as whom he may object to a verdict charged to this one: himself; alone, whoever it is."""
        return agent_id if self.is_alone else self.agent_id


LOCAL_VISITOR = Visitor("本机用户", frozenset(Role))
"""On one's own computer there is nobody to tell apart: one visitor with every role, reachable by loopback only."""


def current_visitor(desk: Desk) -> Visitor | None:
    """Who looks now, by the desk database: asked at every rerun, so that a change of role holds at once."""
    way = auth()
    if way is Auth.NONE:
        return LOCAL_VISITOR
    person = _by_password(desk) if way is Auth.LOCAL else _by_provider(desk)
    return _seen_as(person)


def _seen_as(person: Person | None) -> Visitor | None:
    return Visitor(person.name, frozenset({person.role}), person.agent_id) if person else None


def visit_of(cookies: Mapping[str, str]) -> str:
    """A name for the visit that a browser's cookies prove: no two have the same, and it doesn't tell their token."""
    proofs = sorted(each for each in cookies.items() if each[0].startswith((VISIT_COOKIE, _PROVIDERS_COOKIE)))
    return hashlib.sha256(repr(proofs).encode()).hexdigest()


def this_visit() -> str:
    """The name of the visit that looks now."""
    return visit_of(_cookies())


def is_still_here(desk: Desk, visitor: Visitor) -> bool:
    """Whether this visit goes on, and as the same: a fragment or dialog runs again without the page that asked."""
    return current_visitor(desk) == visitor


def still_here(desk: Desk, visitor: Visitor) -> Callable[[], bool]:
    """Asks later what `is_still_here` asks now, also from where Streamlit knows of no visitor: a file being made."""
    way = auth()
    if way is Auth.NONE:
        return lambda: True
    token = _cookies().get(VISIT_COOKIE, "") if way is Auth.LOCAL else ""

    def ask() -> bool:
        return _seen_as(signed_in(desk, token) if way is Auth.LOCAL else account_named(desk, visitor.name)) == visitor

    return ask


def leave(desk: Desk) -> None:
    """End the visit."""
    if auth() is Auth.LOCAL:
        sign_out(desk, _cookies().get(VISIT_COOKIE, ""))
    else:
        st.logout()


def provider_name() -> str | None:
    """The name that the identity provider vouches for; None while nobody has signed in there, or too long ago."""
    if not st.user.is_logged_in:
        return None
    claim = oidc_claim()
    if claim == "email" and st.user.get("email_verified") is False:
        return None
    begun = st.user.get("iat")
    if isinstance(begun, int | float) and datetime.now(UTC) - datetime.fromtimestamp(begun, UTC) > VISIT_LASTS:
        return None
    name = st.user.get(claim)
    return name if isinstance(name, str) and name else None


def _cookies() -> Mapping[str, str]:
    return st.context.cookies


def _by_password(desk: Desk) -> Person | None:
    token = _cookies().get(VISIT_COOKIE)
    return signed_in(desk, token) if token else None


def _by_provider(desk: Desk) -> Person | None:
    name = provider_name()
    return account_named(desk, name) if name else None


def scope_of(visitor: Visitor) -> Scope:
    """Which sessions a visitor may see. Every query of the dashboard passes through here (see reading.py)."""
    if visitor.roles & {Role.SUPERVISOR, Role.OPERATOR}:
        return EVERYTHING
    return Scope(agents=(visitor.agent_id,) if visitor.agent_id else ())

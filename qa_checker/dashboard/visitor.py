"""Who is looking: the visitor's roles, which rows he may see, and the pages his roles open."""

from dataclasses import dataclass
from enum import StrEnum

from qa_checker.archive.selection import EVERYTHING, Scope


class Role(StrEnum):
    """What someone does in a service team."""

    SUPERVISOR = "supervisor"
    AGENT = "agent"
    OPERATOR = "operator"


ROLE_NAMES = {Role.SUPERVISOR: "班组长", Role.AGENT: "客服", Role.OPERATOR: "运营"}


@dataclass(frozen=True)
class Visitor:
    """Someone at the dashboard; `agent_id` is his own name in the exports, if he serves customers himself."""

    name: str
    roles: frozenset[Role]
    agent_id: str | None = None


LOCAL_VISITOR = Visitor("本机用户", frozenset(Role))
"""On one's own computer there is nobody to tell apart: one visitor with every role, reachable by loopback only."""


def scope_of(visitor: Visitor) -> Scope:
    """Which sessions a visitor may see. Every query of the dashboard passes through here (see reading.py)."""
    if visitor.roles & {Role.SUPERVISOR, Role.OPERATOR}:
        return EVERYTHING
    return Scope(agents=(visitor.agent_id,) if visitor.agent_id else ())

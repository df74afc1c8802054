"""The tables of the desk database. Times are UTC; rows of reviews, comments and audit are only ever added."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Moment(TypeDecorator[datetime]):
    """A time with its zone: kept as naive UTC, which every database orders alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return value.replace(tzinfo=UTC) if value else None


class Table(DeclarativeBase):
    """Every table; constraints get names, so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {datetime: Moment}  # noqa: RUF012 - SQLAlchemy's own way


_Name = String(200)
_Id = String(500)


class Account(Table):
    """Someone who may come in."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(_Name, unique=True)
    role: Mapped[str] = mapped_column(String(20))
    agent_id: Mapped[str | None] = mapped_column(_Id)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    disabled: Mapped[bool] = mapped_column(default=False)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class SignIn(Table):
    """One visit of an account, from a password to its end; only a digest of the visitor's token is kept."""

    __tablename__ = "sign_ins"

    token_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class OfSession:
    """Columns of what is said about one session of the archive."""

    batch: Mapped[str] = mapped_column(_Id)
    session_id: Mapped[str] = mapped_column(_Id)


class OfFinding(OfSession):
    """Columns of what is said about one finding: the finding as it was judged, and the result version it stood in."""

    finding: Mapped[str] = mapped_column(String(32))
    run: Mapped[str] = mapped_column(String(100))
    rulebook: Mapped[str] = mapped_column(_Id)
    source: Mapped[str] = mapped_column(String(20))
    rule: Mapped[str] = mapped_column(_Name, index=True)
    outcome: Mapped[str] = mapped_column(String(20))
    agent_id: Mapped[str | None] = mapped_column(_Id, index=True)
    quotes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    points: Mapped[float]
    up_to: Mapped[float | None]
    fine: Mapped[float]
    reward: Mapped[float]
    red_line: Mapped[bool]


class Review(OfFinding, Table):
    """One decision of a reviewer. A finding's decisions are numbered from 1; the highest number stands.

    `in_bulk`: taken for many sessions at once, so nobody need have read this one.
    """

    __tablename__ = "reviews"
    __table_args__ = (UniqueConstraint("batch", "session_id", "finding", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    ruling: Mapped[str] = mapped_column(String(20))
    reviewer: Mapped[str] = mapped_column(_Name)
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)
    in_bulk: Mapped[bool] = mapped_column(default=False, server_default=false())


class SignOff(OfSession, Table):
    """A reviewer has looked at a session as one run judged it."""

    __tablename__ = "sign_offs"
    __table_args__ = (UniqueConstraint("batch", "session_id", "run", "reviewer"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[str] = mapped_column(String(100))
    reviewer: Mapped[str] = mapped_column(_Name)
    at: Mapped[datetime] = mapped_column(index=True)


class Comment(OfSession, Table):
    """A reviewer's words to the agent about a session."""

    __tablename__ = "comments"
    __table_args__ = (UniqueConstraint("batch", "session_id", "author", "text_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    author: Mapped[str] = mapped_column(_Name)
    text: Mapped[str] = mapped_column(Text)
    text_digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class Appeal(OfFinding, Table):
    """An agent's objection to one finding, and how it ended."""

    __tablename__ = "appeals"
    __table_args__ = (UniqueConstraint("batch", "session_id", "finding"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    filed_by: Mapped[str] = mapped_column(_Name)
    filed_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    answer: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(_Name)
    decided_at: Mapped[datetime | None]


class Sample(Table):
    """Sessions drawn for review: the seed and the set they were drawn from make the draw repeatable."""

    __tablename__ = "samples"

    id: Mapped[int] = mapped_column(primary_key=True)
    seed: Mapped[int]
    size: Mapped[int]
    population: Mapped[int]
    asked: Mapped[str] = mapped_column(Text)
    drawn_by: Mapped[str] = mapped_column(_Name)
    at: Mapped[datetime]


class SampledSession(OfSession, Table):
    """One session of a sample, in the order of the draw: how likely it was to be drawn, and who is to review it."""

    __tablename__ = "sampled_sessions"

    sample_id: Mapped[int] = mapped_column(ForeignKey("samples.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    probability: Mapped[float]
    assigned_to: Mapped[str | None] = mapped_column(_Name, index=True)


class Edition(Table):
    """A rulebook as somebody published it: the text of every file."""

    __tablename__ = "editions"
    __table_args__ = (UniqueConstraint("number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    published_by: Mapped[str] = mapped_column(_Name)
    published_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)
    files: Mapped[dict[str, str]] = mapped_column(JSON)


class Draft(Table):
    """What somebody was writing somewhere and has not sent; changed and taken away as he goes on."""

    __tablename__ = "drafts"

    author: Mapped[str] = mapped_column(_Name, primary_key=True)
    place: Mapped[str] = mapped_column(String(100), primary_key=True)
    content: Mapped[Any] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(index=True)


class AuditEntry(Table):
    """Who did what, when."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(_Name, index=True)
    action: Mapped[str] = mapped_column(String(50), index=True)
    batch: Mapped[str | None] = mapped_column(_Id)
    session_id: Mapped[str | None] = mapped_column(_Id)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)


Index(None, AuditEntry.batch, AuditEntry.session_id)

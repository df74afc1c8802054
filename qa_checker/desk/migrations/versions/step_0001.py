"""The tables as they began, and triggers that let nobody rewrite what people decided."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ADDED_ONLY = ("reviews", "comments", "sign_offs", "audit")


def upgrade() -> None:
    """Take the step."""
    _accounts()
    _decisions()
    _samples_and_editions()
    _audit()
    for table in ADDED_ONLY:
        _forbid_changes(table)


def _accounts() -> None:
    op.create_table(
        "accounts",
        _id(),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("agent_id", sa.String(500)),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.DateTime),
        _time("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("name", name="uq_accounts_name"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        _time("began_at"),
        _time("seen_at"),
        sa.Column("ended_at", sa.DateTime),
        sa.PrimaryKeyConstraint("token_digest", name="pk_sign_ins"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_sign_ins_account_id"),
    )
    _index("sign_ins", "account_id")


def _decisions() -> None:
    op.create_table(
        "reviews",
        _id(),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("ruling", sa.String(20), nullable=False),
        _name("reviewer"),
        sa.Column("note", sa.Text, nullable=False),
        _time("at"),
        *_of_finding(),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        _unique("reviews", "batch", "session_id", "finding", "number"),
    )
    _index("reviews", "rule")
    _index("reviews", "agent_id")
    _index("reviews", "at")
    op.create_table(
        "appeals",
        _id(),
        sa.Column("reason", sa.Text, nullable=False),
        _name("filed_by"),
        _time("filed_at"),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("decided_by", sa.String(200)),
        sa.Column("decided_at", sa.DateTime),
        *_of_finding(),
        sa.PrimaryKeyConstraint("id", name="pk_appeals"),
        _unique("appeals", "batch", "session_id", "finding"),
    )
    _index("appeals", "rule")
    _index("appeals", "agent_id")
    _index("appeals", "filed_at")
    _index("appeals", "state")
    op.create_table(
        "sign_offs",
        _id(),
        sa.Column("run", sa.String(100), nullable=False),
        _name("reviewer"),
        _time("at"),
        *_of_session(),
        sa.PrimaryKeyConstraint("id", name="pk_sign_offs"),
        _unique("sign_offs", "batch", "session_id", "run", "reviewer"),
    )
    _index("sign_offs", "at")
    op.create_table(
        "comments",
        _id(),
        _name("author"),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("text_digest", sa.String(64), nullable=False),
        _time("at"),
        *_of_session(),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
        _unique("comments", "batch", "session_id", "author", "text_digest"),
    )


def _samples_and_editions() -> None:
    op.create_table(
        "samples",
        _id(),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("population", sa.Integer, nullable=False),
        sa.Column("asked", sa.Text, nullable=False),
        _name("drawn_by"),
        sa.Column("assigned_to", sa.String(200)),
        _time("at"),
        sa.PrimaryKeyConstraint("id", name="pk_samples"),
    )
    op.create_table(
        "sampled_sessions",
        sa.Column("sample_id", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        *_of_session(),
        sa.PrimaryKeyConstraint("sample_id", "place", name="pk_sampled_sessions"),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"], name="fk_sampled_sessions_sample_id"),
    )
    op.create_table(
        "editions",
        _id(),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        _name("published_by"),
        _time("published_at"),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("files", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_editions"),
        _unique("editions", "number"),
    )
    _index("editions", "fingerprint")


def _audit() -> None:
    op.create_table(
        "audit",
        _id(),
        _time("at"),
        _name("actor"),
        sa.Column("action", sa.String(50), nullable=False),
        sa.Column("batch", sa.String(500)),
        sa.Column("session_id", sa.String(500)),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    _index("audit", "at")
    _index("audit", "actor")
    _index("audit", "action")
    _index("audit", "batch", "session_id")


def _forbid_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION rows_are_only_added() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_added_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION rows_are_only_added()"
    )


def _of_session() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("batch", sa.String(500), nullable=False),
        sa.Column("session_id", sa.String(500), nullable=False),
    )


def _of_finding() -> tuple[sa.Column[object], ...]:
    return (
        *_of_session(),
        sa.Column("finding", sa.String(32), nullable=False),
        sa.Column("run", sa.String(100), nullable=False),
        sa.Column("rulebook", sa.String(500), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("rule", sa.String(200), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("agent_id", sa.String(500)),
        sa.Column("quotes", sa.JSON, nullable=False),
        sa.Column("points", sa.Double, nullable=False),
        sa.Column("up_to", sa.Double),
        sa.Column("fine", sa.Double, nullable=False),
        sa.Column("reward", sa.Double, nullable=False),
        sa.Column("red_line", sa.Boolean, nullable=False),
    )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, nullable=False)


def _name(column: str) -> sa.Column[str]:
    return sa.Column(column, sa.String(200), nullable=False)


def _time(column: str) -> sa.Column[object]:
    return sa.Column(column, sa.DateTime, nullable=False)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")

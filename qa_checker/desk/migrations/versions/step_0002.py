"""Drafts; and sampled sessions know how likely they were to be drawn, and who reviews them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "drafts",
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("place", sa.String(100), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("author", "place", name="pk_drafts"),
    )
    op.create_index("ix_drafts_at", "drafts", ["at"])
    op.add_column("sampled_sessions", sa.Column("assigned_to", sa.String(200)))
    op.add_column("sampled_sessions", sa.Column("probability", sa.Double))
    op.execute(
        "UPDATE sampled_sessions SET"
        " assigned_to = (SELECT assigned_to FROM samples WHERE samples.id = sample_id),"
        " probability = (SELECT CAST(size AS DOUBLE PRECISION) / population FROM samples WHERE samples.id = sample_id)"
    )
    with op.batch_alter_table("sampled_sessions") as table:
        table.alter_column("probability", existing_type=sa.Double(), nullable=False)
    op.drop_column("samples", "assigned_to")  # in place: others refer to this table
    op.create_index("ix_sampled_sessions_assigned_to", "sampled_sessions", ["assigned_to"])

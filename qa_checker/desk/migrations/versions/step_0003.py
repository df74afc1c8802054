"""Reviews tell whether they were taken for many sessions at once."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step; earlier ones count as read one by one."""
    op.add_column("reviews", sa.Column("in_bulk", sa.Boolean, nullable=False, server_default=sa.false()))

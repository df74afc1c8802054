"""Which batches people have spoken of: an archive keeps these."""

from sqlalchemy import select, union

from .database import Desk
from .tables import Appeal, Comment, Review, SignOff


def batches_referred_to(desk: Desk) -> frozenset[str]:
    """The batches of which a review, a comment or an appeal speaks, or that somebody signed off."""
    with desk.reading() as session:
        spoken_of = union(*(select(each.batch) for each in (Review, SignOff, Comment, Appeal)))
        return frozenset(session.execute(spoken_of).scalars())

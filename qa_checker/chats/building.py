"""From canonical messages to chats: who really speaks each line, who is in charge, what is said across lines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..clock import WALL
from .auto_replies import automatic
from .batch import Chats
from .bursts import Lines, heard
from .columns import Sorted, by_chat, codes, handed_to, in_charge, speakers
from .messages import AGENT, BOT, CUSTOMER, ROLES
from .places import NOBODY
from .speakers import asks_nothing, is_robot, recalled, speaking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ..clock import Hours
    from ..language import Scan
    from .places import Rows


def chats_of(
    messages: pa.Table,
    scan: Scan,
    clocks: Mapping[str, Hours] | None = None,
    exported_until: int | None = None,
    auto_texts: frozenset[str] = frozenset(),
) -> Chats:
    """Lay out canonical messages (schema of `qa_checker.exports`), in any order of sessions.

    Rows of one session keep their source order where times are equal or unknown. `auto_texts`: what the batch's
    automatic replies say (`auto_replies`). The roles in `messages` become those that are judged by.
    """
    rows = Sorted.of(messages)
    roles = speakers(rows.messages["role"])
    text, texts = codes(pc.fill_null(rows.messages["text"], ""))
    agent, agents = codes(rows.messages["agent_id"])
    robot = np.array([*map(is_robot, agents), False], bool)[agent]  # NOBODY picks the last
    named = np.where(((roles == AGENT) | (roles == CUSTOMER)) & ~robot, agent, NOBODY)
    handed = handed_to(roles, text, texts, rows.session, named, agents)
    chats = Chats(
        session=rows.session,
        speaker=speaking(rows.messages, roles, text, texts, robot),
        sent_at=rows.sent_at,
        time_known=rows.time_known,
        to_the_second=rows.to_the_second,
        agent=in_charge(np.maximum(named, handed), rows.session),
        text=text,
        asks_nothing=asks_nothing(rows.messages),
        texts=texts,
        hits=scan(texts),
        bursts={},
        starts=np.searchsorted(rows.session, np.arange(len(rows.session_ids) + 1)),
        session_ids=rows.session_ids,
        agents=agents,
        about={
            name: by_chat(rows.messages[name], rows.session, len(rows.session_ids))
            for name in ("customer_id", "shop", "channel", "queue")
        },
        messages=rows.messages,
        clocks={"wall": WALL, **(clocks or {})},
        exported_until=int(rows.sent_at.max(initial=0)) if exported_until is None else exported_until,
        running_back=rows.running_back,
    )
    return _heard(chats, automatic(chats, auto_texts, chats.courtesies), roles, scan)


def _heard(chats: Chats, automatic: Rows, roles: NDArray[np.int8], scan: Scan) -> Chats:
    """The same chats in which these rows are robots', with what is said across messages; `roles` are the file's."""
    speaker = chats.speaker.copy()
    speaker[automatic] = BOT
    shown = np.where(recalled(chats.messages), roles, speaker)  # taken back, it is still whose it was
    messages = chats.messages
    if (shown != roles).any():
        names = pa.array(ROLES).take(pa.array(shown))
        messages = messages.set_column(messages.schema.get_field_index("role"), "role", names)
    lines = Lines(chats.session, speaker, chats.sent_at, chats.time_known, chats.text, chats.texts)
    bursts = heard(lines, scan) if chats.hits.joins else {}
    return replace(chats, speaker=speaker, messages=messages, bursts=bursts, _memory={})

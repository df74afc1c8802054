"""Conversations as columns: canonical messages in, moments and places out."""

from .auto_replies import auto_texts, instant_texts
from .batch import COURTESIES, Chats
from .building import chats_of
from .end_to_end import laid_end_to_end
from .messages import AGENT, BOT, CUSTOMER, MESSAGES, ROLES, SYSTEM, Message
from .places import NOBODY, Duration, Mask, Messages, Places, Rows, Seconds, Within
from .speakers import NOTICES, is_robot

__all__ = [
    "AGENT",
    "BOT",
    "COURTESIES",
    "CUSTOMER",
    "MESSAGES",
    "NOBODY",
    "NOTICES",
    "ROLES",
    "SYSTEM",
    "Chats",
    "Duration",
    "Mask",
    "Message",
    "Messages",
    "Places",
    "Rows",
    "Seconds",
    "Within",
    "auto_texts",
    "chats_of",
    "instant_texts",
    "is_robot",
    "laid_end_to_end",
]

"""Conversations as columns: canonical messages in, moments and places out."""

from .batch import Chats, EndToEnd
from .messages import AGENT, BOT, CUSTOMER, MESSAGES, ROLES, SYSTEM, Message
from .places import NOBODY, Duration, Mask, Messages, Places, Rows, Seconds, Within

__all__ = [
    "AGENT",
    "BOT",
    "CUSTOMER",
    "MESSAGES",
    "NOBODY",
    "ROLES",
    "SYSTEM",
    "Chats",
    "Duration",
    "EndToEnd",
    "Mask",
    "Message",
    "Messages",
    "Places",
    "Rows",
    "Seconds",
    "Within",
]

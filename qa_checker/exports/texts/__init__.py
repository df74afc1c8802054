"""Chats written as text, a layout a module."""

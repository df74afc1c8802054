"""Taking a cell out of a JSON object, the few ways there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Object = Mapping[str, Any]


class NotAWord(Exception):
    """An object or a list stands where a word or a number belongs."""


def word(found: Object, *keys: str) -> str | None:
    """Give the first of these fields that is filled, as text; a whole number loses its `.0`."""
    for key in keys:
        value = found.get(key)
        if isinstance(value, dict | list):
            raise NotAWord(key)
        if value is None or value != value or value == "":
            continue
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return str(value)
    return None


def inside(found: Object, *keys: str) -> Object:
    """Give the object behind these keys, one within the other; an empty one where there is none."""
    for key in keys:
        inner = found.get(key)
        if not isinstance(inner, dict):
            return {}
        found = inner
    return found


def listed(found: Object, key: str) -> list[Any]:
    """Give the list in a field; an empty one where there is none."""
    value = found.get(key)
    return value if isinstance(value, list) else []


def first_list(found: Object, *paths: str) -> list[Any]:
    """Give the first of these lists that isn't empty; a path is `result.messages`."""
    for path in paths:
        *outer, last = path.split(".")
        if value := listed(inside(found, *outer), last):
            return value
    return []

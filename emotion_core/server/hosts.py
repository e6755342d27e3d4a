"""The names in a Host header that are allowed for this server."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit


def is_allowed_host(host: str | None, names: Iterable[str]) -> bool:
    """Whether `host`, with or without a port, matches one of `names`, in the syntax of Streamlit's allowedHosts.

    `*.example.com` matches every name below example.com but not example.com, `*` matches every name. An empty `names`
    matches nothing.
    """
    try:
        parts = urlsplit(f"//{host or ''}")
        name, _ = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError:
        return False
    if not name or parts.username is not None or parts.path or parts.query or parts.fragment:
        return False
    return any(_matches(pattern.strip().lower().rstrip("."), name) for pattern in names)


def _matches(pattern: str, name: str) -> bool:
    return pattern == "*" or (name.endswith(pattern[1:]) if pattern.startswith("*.") else name == pattern)

"""Which names in a Host header mean this server."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit


def allowed(host: str | None, names: Iterable[str]) -> bool:
    """Whether `host`, with or without a port, is one of `names`; `*` stands for every name, none for none but these."""
    try:
        parts = urlsplit(f"//{host or ''}")
        name, _ = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError:
        return False
    return bool(name) and parts.username is None and any(own in ("*", name) for own in (n.lower() for n in names))

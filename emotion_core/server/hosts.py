"""Which names in a Host header mean this server."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit


def allowed(host: str | None, names: Iterable[str]) -> bool:
    """Whether `host`, with or without a port, is one of `names`, which are read as Streamlit reads server.allowedHosts.

    `*.example.com` stands for every name below example.com and not for itself, `*` for every name. No names mean none.
    """
    try:
        parts = urlsplit(f"//{host or ''}")
        name, _ = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError:
        return False
    if not name or parts.username is not None or parts.path or parts.query or parts.fragment:
        return False
    return any(_means(own.strip().lower().rstrip("."), name) for own in names)


def _means(own: str, name: str) -> bool:
    return own == "*" or (name.endswith(own[1:]) if own.startswith("*.") else name == own)

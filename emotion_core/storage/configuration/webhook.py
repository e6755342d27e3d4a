"""`[[webhooks]]` of config.toml: who is told when a film is done. Nothing is sent to anyone else.

[[webhooks]]
url = "https://ingest.example.com/films"   # http only where private is true
secret = "whsec_…"                         # signs each message, as the Standard Webhooks specification says
events = ["done", "failed"]                # absent: both
numbers = false                            # true: the message of a film that is done has its numbers, too
private = false                            # true: the host may have an address of this machine or its network
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Literal, get_args
from urllib.parse import urlsplit

from .table import Table

WebhookEvent = Literal["done", "failed"]
EVENTS: tuple[WebhookEvent, ...] = get_args(WebhookEvent)
SECRET_PREFIX = "whsec_"
LEAST_KEY, MOST_KEY = 24, 64
"""Bytes of a secret, as in the Standard Webhooks specification 1.0."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told when a film is done."""

    url: str = field(repr=False)
    """May hold a password or a key; `host` is what a log may show."""
    secret: str = field(repr=False)
    """“whsec_” and 24 to 64 bytes in base64."""
    events: tuple[WebhookEvent, ...] = EVENTS
    numbers: bool = False
    """Whether a message has the film's numbers; else ids and the state alone."""
    private: bool = False
    """Whether the host may be an address of this machine or its network, and http is allowed."""

    @property
    def host(self) -> str:
        """The name of the host, without port, in lower case."""
        return urlsplit(self.url).hostname or ""

    @classmethod
    def from_table(cls, table: Table) -> Webhook:
        """The webhook of a table. Raises SettingsError."""
        url, secret = table.required_text("url"), table.required_text("secret")
        events = table.texts("events", EVENTS)
        numbers, private = table.flag("numbers", False), table.flag("private", False)
        table.raise_if_unknown()
        scheme = _scheme(url)
        if scheme not in ("http", "https"):
            raise table.error("url is no address.", "Write one such as https://ingest.example.com/films.")
        if scheme == "http" and not private:
            raise table.error("url is not encrypted.", "Write https://…, or private = true for a host of your network.")
        if not _is_secret(secret):
            raise table.error(
                "secret is none.",
                f"It is {SECRET_PREFIX} and {LEAST_KEY} to {MOST_KEY} bytes in base64: `python -m emotion_core token "
                "--webhook` prints one.",
            )
        chosen = tuple(event for event in EVENTS if event in events)
        if unknown := [event for event in events if event not in EVENTS]:
            raise table.error(f"events names “{unknown[0]}”.", f"There are {' and '.join(EVENTS)}.")
        return cls(url, secret, chosen, numbers, private)


def _scheme(url: str) -> str:
    """The scheme of an address with a host; empty for any other text."""
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return ""
    return parts.scheme if has_host and url.isprintable() and " " not in url else ""


def _is_secret(text: str) -> bool:
    if not text.startswith(SECRET_PREFIX):
        return False
    try:
        key = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return False
    return LEAST_KEY <= len(key) <= MOST_KEY

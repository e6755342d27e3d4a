"""The command `token`: a token for the HTTP API, or a webhook's secret, with the lines for config.toml."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from pathlib import Path
from typing import Annotated

import typer

from ...errors import SettingsError
from ...formatting import in_one_line
from ...storage import CONFIGURATION, home
from ...storage.configuration import ApiAccess, Scope, Webhook
from ...storage.configuration.table import Table

PREFIX = "emotion_"
"""Tells what a token is for where one is found lying about."""
TOKEN_BYTES = 32
KEY_BYTES = 32


def token(
    name: Annotated[str | None, typer.Argument(help="Who is to use it; shown in the app's log.")] = None,
    scope: Annotated[Scope, typer.Option(help="read: ask; write: add, analyse and delete films, too.")] = "read",
    webhook: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Make the secret of this address instead, which is told when a film is done."),
    ] = None,
) -> None:
    """Make a token for the HTTP API and print it, once, with the lines that config.toml needs; nothing is stored."""
    file = home() / CONFIGURATION
    if (name is None) == (webhook is None):
        raise SettingsError("Neither a token's NAME nor a webhook was named, or both.", "Name one: `token ingest`.")
    if webhook is not None:
        needed = {"private": True} if webhook.lower().startswith("http:") else {}
        print(_lines(file, "webhooks", url=webhook, secret=_secret(), **needed))
        return
    made = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    lines = _lines(file, "api.tokens", name=name or "", sha256=hashlib.sha256(made.encode()).hexdigest(), scope=scope)
    print(f"{made}\n\nThis token is shown only now.\n{lines}")


def _secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _lines(file: Path, title: str, **values: str | bool) -> str:
    """The lines for config.toml, checked as they will be when it is read. Raises SettingsError."""
    if title == "webhooks":
        Webhook.from_table(Table(file, "[[webhooks]]", values, has_secrets=True))
    else:
        ApiAccess.from_table(Table(file, "[api]", {"tokens": [values]}))
    pairs = "\n".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    return f"Add to {in_one_line(file)}:\n\n[[{title}]]\n{pairs}"

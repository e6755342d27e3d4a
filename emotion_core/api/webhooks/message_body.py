"""A message as it is sent: its JSON, and its signature (Standard Webhooks 1.0)."""

from __future__ import annotations

import json
from typing import Any

from ...errors import EmotionError
from ...library import Library
from ...storage import clock
from ...storage.configuration import Webhook
from .outbox import Message


def body_of(message: Message, numbers: dict[str, Any] | None = None) -> bytes:
    """The JSON: ids and the state, and numbers only where they were asked for."""
    data: dict[str, Any] = {"film": message.film, "analysis": message.analysis, "state": message.event}
    if numbers is not None:
        data["numbers"] = numbers
    content = {"type": f"film.{message.event}", "timestamp": message.ended_at, "data": data}
    return (json.dumps(content) + "\n").encode()


def numbers_of(library: Library, message: Message) -> dict[str, Any] | None:
    """A film's numbers as a whole under its present settings; None where there are none, as of one that failed."""
    if message.event != "done":
        return None
    from ...compare import mean_shares

    try:
        analysis = library.analysis(message.film)
    except EmotionError:  # deleted meanwhile, or its analysis cannot be read
        return None
    shares = mean_shares(analysis)
    return {
        "scenes": len(analysis.scenes),
        "scenes_without_faces": sum(row.dominant is None and row.scene.counts for row in analysis.scenes),
        "faces": len(analysis.observations.faces),
        "shares": None if shares is None else {
            label: round(share, 4) for label, share in zip(analysis.labels, shares, strict=True)
        },
    }  # fmt: skip


def headers_of(message: Message, body: bytes, webhook: Webhook) -> dict[str, str]:
    """The headers of a message that is sent now."""
    from standardwebhooks.webhooks import Webhook as Signer

    now = clock.now()  # not the steady one: a receiver compares it with its own
    return {
        "Content-Type": "application/json",
        "User-Agent": "film-emotion-dashboard",
        "webhook-id": message.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(webhook.secret).sign(message.id, now, body.decode()),
    }

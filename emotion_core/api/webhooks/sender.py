"""The task that tells webhooks of films that are done or failed, while the app runs."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import anyio
from anyio import to_thread

from ...errors import EmotionError
from ...library import Library
from ...storage import Configuration, Home, clock, try_lock
from ...storage.configuration import Webhook
from .ends import new_ends
from .outbox import Message, Outbox

INTERVAL = 2.0
"""Seconds between two looks at what has ended."""
DELAYS = (5.0, 30.0, 120.0, 600.0, 3600.0, 6 * 3600.0, 24 * 3600.0)
"""Seconds until a message that did not arrive is sent again; after the last it is given up."""
_LOG = logging.getLogger(__name__)


def send_webhooks(home: Path) -> Callable[[], Awaitable[None]]:
    """A task for the app's lifespan."""

    async def send() -> None:
        reported = ""
        while True:
            try:
                await to_thread.run_sync(one_pass, home, abandon_on_cancel=True)
                reported = ""
            except (EmotionError, OSError) as error:
                if str(error) != reported:  # once, not every other second
                    _LOG.warning("Webhooks are not sent: %s", error)
                reported = str(error)
            await anyio.sleep(INTERVAL)

    return send


def one_pass(home: Path) -> None:
    """Note what has ended since the last pass, and send what is due. Raises EmotionError, OSError."""
    webhooks = {key_of(webhook): webhook for webhook in Configuration.load(home).webhooks}
    if not webhooks:
        Home(home).webhooks.unlink(missing_ok=True)  # whoever is named later is told of what ends then
        return
    with try_lock(Home(home).webhooks_lock) as is_free:
        if is_free:  # else another app of the same library sends
            library = Library.open(home)
            outbox = _noted(library, webhooks)
            _send_due(library, webhooks, outbox)


def key_of(webhook: Webhook) -> str:
    """A name for a webhook in files and logs: 16 hexadecimal digits of its address' SHA-256."""
    return hashlib.sha256(webhook.url.encode()).hexdigest()[:16]


def _noted(library: Library, webhooks: dict[str, Webhook]) -> Outbox:
    """The outbox with a message for each new end; stored before anything is sent."""
    stored = Outbox.load(library.home)
    outbox = stored or Outbox()
    ends = new_ends(library, outbox.told)
    now = clock.now().isoformat()
    for end in ends:
        outbox.told[end.scan_id] = end.begun
        if stored is None or end.event is None:  # what ended before there was a webhook is no news
            continue
        outbox.messages += [
            Message(
                id=f"msg_{uuid.uuid4().hex}", webhook=key, event=end.event, film=end.film_id, analysis=end.scan_id,
                ended_at=now,
            )
            for key, webhook in webhooks.items()
            if end.event in webhook.events
        ]  # fmt: skip
    if stored is None or ends:
        existing = {scan_id for scan_id, _, _ in library.scan_starts()}
        outbox.told = {scan_id: begun for scan_id, begun in outbox.told.items() if scan_id in existing}
        outbox.save(library.home)
    return outbox


def _send_due(library: Library, webhooks: dict[str, Webhook], outbox: Outbox) -> None:
    """Send what is due. A webhook that one message did not reach is left alone until the next pass."""
    failed: set[str] = set()
    for message in list(outbox.messages):
        webhook = webhooks.get(message.webhook)
        if webhook is None:  # no longer in config.toml
            outbox.messages.remove(message)
        elif _is_due(message) and message.webhook not in failed:
            at = outbox.messages.index(message)
            if (again := _after(library, webhook, message)) is None:
                del outbox.messages[at]
            else:
                failed.add(message.webhook)
                outbox.messages[at] = again
        else:
            continue
        outbox.save(library.home)


def _is_due(message: Message) -> bool:
    """Whether a message is to be sent; also where the clock was set back since, and it would wait for too long."""
    return not 0 < message.due - clock.steady() <= DELAYS[-1]


def _after(library: Library, webhook: Webhook, message: Message) -> Message | None:
    """Send a message; the message as it is sent again, None once it arrived or is given up."""
    from .destination import NotSent, send
    from .message_body import body_of, headers_of, numbers_of

    body = body_of(message, numbers_of(library, message) if webhook.numbers else None)
    try:
        send(webhook, body, headers_of(message, body, webhook))
    except NotSent as error:
        if message.attempts >= len(DELAYS):
            _LOG.error("A webhook of %s was given up after %d attempts: %s.", webhook.host, message.attempts + 1, error)
            return None
        delay = DELAYS[message.attempts]
        _LOG.warning("A webhook of %s did not arrive (%s); again in %g s.", webhook.host, error, delay)
        return replace(message, attempts=message.attempts + 1, due=clock.steady() + delay)
    return None

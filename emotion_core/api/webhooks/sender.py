"""The task that tells webhooks of films that are done or failed, while the app runs."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
from anyio import to_thread

from ...errors import EmotionError
from ...library import Library
from ...storage import Configuration, Home, clock, try_lock
from ...storage.configuration import Webhook
from .deliveries import Deliveries
from .ends import new_ends
from .outbox import Message, Outbox

INTERVAL = 2.0
"""Seconds between two looks at what has ended."""
_LOG = logging.getLogger(__name__)


def send_webhooks(home: Path) -> Callable[[], Awaitable[None]]:
    """A task for the app's lifespan."""

    async def send() -> None:
        reported, sender = "", Sender(home)
        while True:
            try:
                await to_thread.run_sync(sender.look, abandon_on_cancel=True)
                reported = ""
            except (EmotionError, OSError) as error:
                if str(error) != reported:  # once, not every other second
                    _LOG.warning("Webhooks are not sent: %s", error)
                reported = str(error)
            await anyio.sleep(INTERVAL)

    return send


class Sender:
    """Tells the webhooks of one library. While it has messages on their way no other process sends any."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._held = contextlib.ExitStack()
        """The lock, while there are deliveries."""
        self._deliveries: Deliveries | None = None

    def look(self) -> None:
        """Note what has ended since the last look, and begin to send what is due. Raises EmotionError, OSError."""
        webhooks = {key_of(webhook): webhook for webhook in Configuration.load(self._home).webhooks}
        if self._deliveries is None and webhooks and not self._take():
            return  # another app of the same library sends
        try:
            if self._deliveries is not None:
                if webhooks:
                    _note(Library.open(self._home), webhooks, self._deliveries)
                self._deliveries.send_due(webhooks)
        finally:
            if self._deliveries is not None and not self._deliveries.is_busy:
                self._deliveries = None
                self._held.close()
        if not webhooks:
            Home(self._home).webhooks.unlink(missing_ok=True)  # whoever is named later is told of what ends then

    def wait(self) -> None:
        """Wait until nothing is on its way."""
        if self._deliveries is not None:
            self._deliveries.wait()

    def _take(self) -> bool:
        """Take the lock, and read the stored outbox; False where another process has it."""
        with contextlib.ExitStack() as closing:
            if not closing.enter_context(try_lock(Home(self._home).webhooks_lock)):
                return False
            self._deliveries = Deliveries(self._home, Outbox.load(self._home))
            self._held = closing.pop_all()
        return True


def key_of(webhook: Webhook) -> str:
    """A name for a webhook in files and logs: 16 hexadecimal digits of its address' SHA-256."""
    return hashlib.sha256(webhook.url.encode()).hexdigest()[:16]


def _note(library: Library, webhooks: dict[str, Webhook], deliveries: Deliveries) -> None:
    """Add a message for each new end; stored before anything of it is sent."""
    outbox = deliveries.outbox
    ends, now = new_ends(library, outbox.told), clock.now().isoformat()
    if not ends and not outbox.is_new:
        return
    existing = {scan_id for scan_id, _, _ in library.scan_starts()}
    with deliveries.guard:
        for end in ends:
            outbox.told[end.scan_id] = end.begun
            if outbox.is_new or end.event is None:  # what ended before there was a webhook is no news
                continue
            outbox.messages += [
                Message(
                    id=f"msg_{uuid.uuid4().hex}", webhook=key, event=end.event, film=end.film_id, analysis=end.scan_id,
                    ended_at=now,
                )
                for key, webhook in webhooks.items()
                if end.event in webhook.events
            ]  # fmt: skip
        outbox.told = {scan_id: begun for scan_id, begun in outbox.told.items() if scan_id in existing}
        outbox.save(library.home)

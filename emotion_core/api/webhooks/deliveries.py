"""Messages on their way: a thread a webhook, so that a receiver that is slow or away holds up no other."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import EmotionError
from ...formatting import count
from ...library import Library
from ...storage import clock
from ...storage.configuration import Webhook
from .outbox import Message, Outbox

if TYPE_CHECKING:  # an app without webhooks needs no HTTP client
    from .destination import NotSent

DELAYS = (5.0, 30.0, 120.0, 600.0, 3600.0, 6 * 3600.0, 24 * 3600.0)
"""Seconds until a message that did not arrive is sent again; after the last it is given up."""
LONGEST_REST = 600.0
"""Most seconds for which other messages wait after one that a webhook did not take: they would fare no better."""
KEPT = sum(DELAYS)
"""Seconds after a film's end at which its message is given up where the webhook takes none."""
_LOG = logging.getLogger(__name__)


class Deliveries:
    """The messages of one outbox that are sent, and the threads that send them."""

    def __init__(self, home: Path, outbox: Outbox) -> None:
        self._home = home
        self.outbox = outbox
        self.guard = threading.Lock()
        """Held while the outbox is changed and saved."""
        self._threads: dict[str, threading.Thread] = {}
        """Of each webhook to which something is sent, by its key."""

    @property
    def is_busy(self) -> bool:
        """Whether something is on its way."""
        return any(thread.is_alive() for thread in self._threads.values())

    def send_due(self, webhooks: dict[str, Webhook]) -> None:
        """Begin to send what is due to `webhooks`, given by key, and drop what is for others. Raises EmotionError."""
        with self.guard:
            kept = [message for message in self.outbox.messages if message.webhook in webhooks]
            if len(kept) < len(self.outbox.messages):  # no longer in config.toml
                self.outbox.messages = kept
                self.outbox.save(self._home)
            due = {message.webhook for message in kept if _is_due(message)}
        self._threads = {key: thread for key, thread in self._threads.items() if thread.is_alive()}
        for key in due - self._threads.keys():
            # Not a thread of the event loop's pool: the app's end would wait for a receiver that is slow.
            thread = threading.Thread(target=self._send_to, args=(key, webhooks[key]), name="webhook", daemon=True)
            self._threads[key] = thread
            thread.start()

    def wait(self) -> None:
        """Wait until nothing is on its way."""
        for thread in self._threads.values():
            thread.join()

    def _send_to(self, key: str, webhook: Webhook) -> None:
        """Send what is due to one webhook, in order, until it is away: the next message would fare no better."""
        library = Library(self._home)
        try:
            while (message := self._next_due(key)) is not None:
                fault = _fault_of(library, webhook, message)
                with self.guard:
                    if message in self.outbox.messages:  # else its webhook is no longer in config.toml
                        at = self.outbox.messages.index(message)
                        again = None if fault is None else _later(webhook, message, fault)
                        self.outbox.messages[at : at + 1] = [] if again is None else [again]
                        if fault is not None and fault.is_away:
                            self._let_rest(key, webhook)
                        self.outbox.save(self._home)
                if fault is not None and fault.is_away:
                    return
        except (EmotionError, OSError) as error:  # a full disk: after a restart, what was sent is sent again
            _LOG.warning("What was sent to a webhook of %s cannot be noted: %s", webhook.host, error)

    def _let_rest(self, key: str, webhook: Webhook) -> None:
        """Put off what is due to a webhook that is away, longer the more often it was tried, and give up what is old.
        The caller holds `guard`.
        """
        mine = [message for message in self.outbox.messages if message.webhook == key]
        old = {message.id for message in mine if clock.earliest() - _ended(message) > KEPT}
        if old:
            _LOG.error("A webhook of %s is away: %s given up.", webhook.host, count(len(old), "message"))
        tried = max((message.attempts for message in mine), default=1)
        rested = clock.steady() + min(LONGEST_REST, DELAYS[max(0, tried - 1)])
        self.outbox.messages = [
            replace(each, due=rested) if each.webhook == key and _is_due(each) else each
            for each in self.outbox.messages
            if each.id not in old
        ]

    def _next_due(self, key: str) -> Message | None:
        with self.guard:
            mine = (each for each in self.outbox.messages if each.webhook == key and _is_due(each))
            return next(mine, None)


def _is_due(message: Message) -> bool:
    """Whether a message is to be sent; also where the clock was set back since, and it would wait for too long."""
    return not 0 < message.due - clock.steady() <= DELAYS[-1]


def _ended(message: Message) -> float:
    """When the end was seen, seconds since 1970."""
    return datetime.fromisoformat(message.ended_at).timestamp()


def _fault_of(library: Library, webhook: Webhook, message: Message) -> NotSent | None:
    """Send a message; why it did not arrive, None where it did."""
    from .destination import NotSent, send
    from .message_body import body_of, headers_of, numbers_of

    try:
        body = body_of(message, numbers_of(library, message) if webhook.numbers else None)
        send(webhook, body, headers_of(message, body, webhook))
    except NotSent as fault:
        return fault
    except Exception as error:  # a fault here, such as of numbers that cannot be made
        _LOG.exception("A webhook's message could not be made.")
        return NotSent(str(error), is_away=False)
    return None


def _later(webhook: Webhook, message: Message, fault: NotSent) -> Message | None:
    """A message that did not arrive as it is sent again; None where it is given up."""
    if message.attempts >= len(DELAYS):
        _LOG.error("A webhook of %s was given up after %d attempts: %s.", webhook.host, message.attempts + 1, fault)
        return None
    delay = DELAYS[message.attempts]
    _LOG.warning("A webhook of %s did not arrive (%s); again in %g s.", webhook.host, fault, delay)
    return replace(message, attempts=message.attempts + 1, due=clock.steady() + delay)

"""What is still to be told and what was told, in a file, so that a restart loses nothing.

A message is stored before it is first sent, and removed after an answer: it is sent at least once.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ...storage import Home, hashed_json
from ...storage.configuration import WebhookEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One webhook's message about the end of one analysis. It holds no address, which may be a secret."""

    id: str
    """The same in every attempt: a receiver that has it already leaves it."""
    webhook: str
    """See key_of."""
    event: WebhookEvent
    film: str
    analysis: str
    ended_at: str
    """ISO 8601 with the zone: when the end was seen."""
    attempts: int = 0
    due: float = 0.0
    """Seconds since 1970 at which it is sent next."""


@dataclass(slots=True)
class Outbox:
    """The content of the file."""

    told: dict[str, int] = field(default_factory=dict)
    """Analyses whose end was seen, by scan id: the number of their start, which a new start raises."""
    messages: list[Message] = field(default_factory=list)
    """Those that are to be sent, the oldest first."""
    is_new: bool = False
    """Whether it was never saved: what has ended until then is no news."""

    @classmethod
    def load(cls, home: Path) -> Outbox:
        """The stored outbox; a new one where there is none, or it cannot be read, which is logged."""
        try:
            content = hashed_json.read(Home(home).webhooks)
            messages = [Message(**each) for each in content["messages"]]
            return cls({str(scan): int(begun) for scan, begun in content["told"].items()}, messages)
        except FileNotFoundError:
            return cls(is_new=True)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            logging.getLogger(__name__).warning("What webhooks were sent is not known any more: %s", error)
            return cls(is_new=True)

    def save(self, home: Path) -> None:
        """Store it. Raises DiskFull or LibraryError."""
        content: Mapping[str, Any] = {"told": self.told, "messages": [asdict(each) for each in self.messages]}
        hashed_json.write(Home(home).webhooks, content, indent=1)
        self.is_new = False

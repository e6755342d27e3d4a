"""What the app's server does while the process may open no more files: it waits, and says so in one line a minute.

The event loop of Python 3.11 tries a full backlog of connections at each look, and logs a traceback for each that it
cannot accept: megabytes a second, and a second of the loop. Connections wait in the kernel meanwhile, and are answered
once there is room.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

from ..storage import descriptors

LOGGERS = ("asyncio", "uvicorn.error", "streamlit")
"""Of what serves the app, which log whatever fails with its traceback."""


class Shortage(logging.Filter):
    """Turns what is logged of a process that may open no more files into one line now and then."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is about something else; what it is about is said here."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if error is None or not any(descriptors.ran_out(each) for each in _chain(error)):
            return True
        descriptors.say()
        return False

    def handle(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """The exception handler of an event loop."""
        error = context.get("exception")
        if error is not None and descriptors.ran_out(error):
            descriptors.say()
        elif isinstance(error, ValueError) and _accepts_again(context.get("handle")):
            pass  # the server ended meanwhile
        else:
            loop.default_exception_handler(context)


async def say_once() -> None:
    """From now on one line is logged of a shortage. For `lifespan.lifespan`."""
    shortage = Shortage()
    asyncio.get_running_loop().set_exception_handler(shortage.handle)
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.addFilter(shortage)
        for handler in logger.handlers:  # what loggers below it say comes here without passing its filters
            handler.addFilter(shortage)


def _accepts_again(handle: object) -> bool:
    """Whether a callback is one of those by which a loop accepts again after a shortage, a backlog of them a look."""
    return getattr(getattr(handle, "_callback", None), "__name__", "") == "_start_serving"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, those that it was raised from or during, and those that it groups."""
    seen: list[BaseException] = [error]
    for each in seen:  # grows as it is gone through
        if isinstance(each, BaseExceptionGroup):
            seen += each.exceptions
        seen += [one for one in (each.__cause__, each.__context__) if one is not None and one not in seen]
        yield each

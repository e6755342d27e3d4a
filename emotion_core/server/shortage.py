"""Logging of the app's server while the process can open no further file: one line a minute.

The event loop of Python 3.11 tries to accept a full backlog of connections at each iteration, and logs a traceback for
each that it cannot accept: megabytes of log and a second of the loop's time per second. The connections wait in the
kernel and are accepted when files can be opened again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

from ..storage import descriptors

LOGGERS = ("asyncio", "uvicorn.error", "streamlit")
"""Loggers of the server's libraries, which log each failure with a traceback."""


class Shortage(logging.Filter):
    """Replaces log records about a shortage of file descriptors by one line now and then."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log the record: False for one about a shortage, which is logged here instead."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if error is None or not any(descriptors.ran_out(cause) for cause in _causes(error)):
            return True
        descriptors.log_shortage()
        return False

    def handle(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Exception handler for an event loop."""
        error = context.get("exception")
        if error is not None and descriptors.ran_out(error):
            descriptors.log_shortage()
        elif isinstance(error, ValueError) and _is_accept_retry(context.get("handle")):
            pass  # the server was stopped meanwhile
        else:
            loop.default_exception_handler(context)


async def limit_shortage_logging() -> None:
    """Install the filter and the exception handler in the running server. A starter for `lifespan_of`."""
    shortage = Shortage()
    asyncio.get_running_loop().set_exception_handler(shortage.handle)
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.addFilter(shortage)
        for handler in logger.handlers:  # records of child loggers skip the filters of the logger itself
            handler.addFilter(shortage)


def _is_accept_retry(handle: object) -> bool:
    """Whether a callback is one by which asyncio accepts connections again after a shortage."""
    return getattr(getattr(handle, "_callback", None), "__name__", "") == "_start_serving"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception, its causes and contexts, and the members of exception groups among them."""
    queue: list[BaseException] = [error]
    for cause in queue:  # the list grows during the iteration
        if isinstance(cause, BaseExceptionGroup):
            queue += cause.exceptions
        related = (cause.__cause__, cause.__context__)
        queue += [other for other in related if other is not None and other not in queue]
        yield cause

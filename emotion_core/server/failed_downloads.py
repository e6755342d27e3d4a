"""The log's line for a file that was asked for and cannot be made, as of a screening that was deleted meanwhile.

Streamlit makes such a file apart from the page, and logs a traceback whatever the reason. Where the reason is one that
the page tells in words, one line says it; a fault of the program keeps its traceback.
"""

from __future__ import annotations

import logging

from ..errors import EmotionError, ProgramFault

LOGGER = "streamlit.runtime.backend_operation_handler"
"""Streamlit's logger for what browsers ask of it beside the page."""


class FailedDownloads(logging.Filter):
    """Puts the message of an EmotionError in the place of its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log the record: always, and a record that an EmotionError caused as one line."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        while error is not None and not isinstance(error, EmotionError):
            error = error.__cause__
        if error is not None and not isinstance(error, ProgramFault):
            record.msg, record.args = "A file was asked for and not made: %s", (str(error),)
            record.exc_info = record.exc_text = None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


async def log_failed_downloads_briefly() -> None:
    """Install the filter in the running server. A starter for `lifespan_of`."""
    logging.getLogger(LOGGER).addFilter(FailedDownloads())

"""A file that is asked for and cannot be made."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.runtime import backend_operation_handler
from streamlit.runtime.media_file_storage import MediaFileStorageError

from emotion_core.errors import EmotionError, LibraryError, ProgramFault
from emotion_core.server import log_failed_downloads_briefly
from emotion_core.server.failed_downloads import LOGGER, FailedDownloads


def logged(error: Exception) -> logging.LogRecord:
    """The record of a function that Streamlit asked for a file and that raised `error`."""
    try:
        try:
            raise error
        except Exception as reason:
            raise MediaFileStorageError(f"Callable execution failed: {reason}") from reason
    except MediaFileStorageError as told:
        facts = (type(told), told, told.__traceback__)
    record = logging.LogRecord(LOGGER, logging.ERROR, "", 0, "Error executing %s", ("x",), facts)
    assert FailedDownloads().filter(record)
    return record


@pytest.mark.parametrize("error", [EmotionError("It is gone.", "Reload the page."), LibraryError("It is gone.")])
def test_a_reason_that_is_known_is_one_line(error: EmotionError) -> None:
    record = logged(error)
    assert logging.Formatter().format(record) == f"A file was asked for and not made: {error}"
    assert record.levelno == logging.WARNING


@pytest.mark.parametrize("error", [ZeroDivisionError(), ProgramFault("A process ended.")])
def test_a_fault_of_the_program_keeps_its_traceback(error: Exception) -> None:
    text = logging.Formatter().format(logged(error))
    assert "Error executing x" in text
    assert "Traceback" in text


def test_streamlit_logs_there(monkeypatch: pytest.MonkeyPatch) -> None:
    logger = backend_operation_handler._LOGGER
    assert logger.name == LOGGER
    monkeypatch.setattr(logger, "filters", [])
    with ThreadPoolExecutor(1) as thread:  # in this one a browser's loop may run
        thread.submit(asyncio.run, log_failed_downloads_briefly()).result()
    assert [type(each) for each in logger.filters] == [FailedDownloads]

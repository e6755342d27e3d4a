"""Running what is asynchronous in a test."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import anyio

_Result = TypeVar("_Result")


def run(what: Callable[..., Awaitable[_Result]], *given: object) -> _Result:
    """What it returns, in a loop and a thread of its own: a browser that an earlier test of the same process opened has
    left its driver's loop in this one.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, what, *given).result()

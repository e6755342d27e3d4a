"""Coroutines run by a test."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import anyio

_Result = TypeVar("_Result")


def run(what: Callable[..., Awaitable[_Result]], *arguments: object) -> _Result:
    """Run a coroutine function in a fresh loop and thread and return its result.

    A browser opened by an earlier test of the same process has left its driver's loop in this thread.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, what, *arguments).result()

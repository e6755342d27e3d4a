"""A call in a thread of its own: a browser's test leaves its event loop running in the thread that runs the tests."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def apart(function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """What `function` returns; it may run an event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function, *arguments, **named).result()

"""Python's settings for a server: its event loop answers browsers while other threads compute."""

from __future__ import annotations

import gc
import sys

SWITCH_INTERVAL = 0.0005
"""Seconds after which a thread that runs Python lets another one run. Each of a page's hundred files goes through
several threads, and waits so long at each change while a film is read: at Python's 5 ms seconds in all.
"""
NEW_OBJECTS = 20_000
"""Objects, more made than freed, after which Python looks for garbage among the young ones. At its 700 it does so
hundreds of times while a page is drawn.
"""


def set_for_server() -> None:
    """Set what this process' threads share."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])

"""Scene-level apparent facial expression in films."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

# Read when the hub's client is imported: without it, a download also tells the hub about this machine.
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

if TYPE_CHECKING:
    from .stills import FaceReading, classify

__all__ = ["FaceReading", "classify"]


def __getattr__(name: str) -> Any:
    """`classify` when it is asked for: what waits for work needs no arrays and no pictures, and a process is confined
    before anything starts threads of its own, as NumPy does when it is imported.
    """
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import stills

    return getattr(stills, name)

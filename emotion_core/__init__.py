"""Scene-level apparent facial expression in films."""

import os

# Read when the hub's client is imported: without it, a download also tells the hub about this machine.
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

from .stills import FaceReading, classify

__all__ = ["FaceReading", "classify"]

"""Scene-level apparent facial expression in films."""

from .stills import FaceReading, classify

__all__ = ["FaceReading", "classify"]

"""The engine of tests to which the engine is not the matter."""

from __future__ import annotations

from emotion_core.settings import EngineName

QUICK: EngineName = "openvino"
"""The one whose process starts soonest where its network is in the library's cache, see tests.support.networks."""

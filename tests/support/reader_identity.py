"""An identity of an engine, for tests that open none."""

from __future__ import annotations

from emotion_core.cluster.identity import ReaderIdentity
from emotion_core.observations import CheckpointIdentity, EngineIdentity

OWNER = ReaderIdentity(
    CheckpointIdentity("embedded", "embedded", "", "ab" * 32, ("happy", "neutral"), "ResNet", "cd" * 32),
    EngineIdentity("openvino", "fp32", "openvino 2026.4.1", 2, "fastest here"),
    "0123456789ab",
    {"av": "18.1.0", "numpy": "2.4.6"},
    "avx2 avx512",
)

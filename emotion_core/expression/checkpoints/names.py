"""The two checkpoints that the app knows by name, and where the embedded one lies."""

from __future__ import annotations

REFERENCE = "dima806/facial_emotions_image_detection"


REFERENCE_BYTES = 343_000_000


EMBEDDED = "embedded"


PROCESSOR = "preprocessor_config.json"

"""The two checkpoints that the app knows by name, and where the embedded one lies."""

from __future__ import annotations

from pathlib import Path

REFERENCE = "dima806/facial_emotions_image_detection"


REFERENCE_BYTES = 343_000_000


EMBEDDED = "embedded"


PROCESSOR = "preprocessor_config.json"


def hub_cache() -> Path:
    """The folder into which the hub's client downloads. Imports no more of it than its constants."""
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE)

"""Where the package lies on this disk."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent
"""The folder `emotion_core`."""
ROOT = PACKAGE.parent
"""The folder in which `python -m emotion_core` finds the package."""

"""Modules that are imported when a test first uses them: each worker of a run collects all tests, few need PyTorch."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Late:
    """Stands for a module until one of its names is read."""

    module: str

    def __getattr__(self, name: str) -> Any:
        if name == "_mock_name" or (name.startswith("__") and name != "__version__"):
            raise AttributeError(name)  # pytest asks such things of all that it collects
        return getattr(importlib.import_module(self.module), name)

"""Modules that are imported when a test first uses them: each worker of a run collects all tests, few need PyTorch."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from typing import Any

from emotion_core.system import torch_parts


@dataclass(frozen=True, slots=True)
class Late:
    """Stands for a module until one of its names is read."""

    module: str

    def __getattr__(self, name: str) -> Any:
        if name == "_mock_name" or (name.startswith("__") and name != "__version__"):
            raise AttributeError(name)  # pytest asks such things of all that it collects
        if "torch" in sys.modules:  # an engine of this process may have left parts of it out
            torch_parts.load_shape_kernels()
        return getattr(importlib.import_module(self.module), name)

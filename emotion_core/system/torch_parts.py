"""PyTorch without the kernels for tensors that have a shape and no numbers: a third of the time of its import.

Only PyTorch's compiler and what loads models by other packages run these (torch.device("meta")). Networks that are
loaded as TorchScript never do.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

_PACKAGE = "torch"
_KERNELS = "torch._meta_registrations"
"""The module with the kernels. PyTorch's own import ends with it, and takes nothing from it."""


class _LeftOut(ModuleType):
    """Stands in the place of the module."""


def leave_out_shape_kernels() -> None:
    """Let the coming `import torch` leave out the kernels; without effect where torch is imported."""
    if _PACKAGE not in sys.modules:
        sys.modules.setdefault(_KERNELS, _LeftOut(_KERNELS))


def load_shape_kernels() -> None:
    """Import torch with the kernels, which may have been left out; call it before another package loads a model."""
    import_module(_PACKAGE)
    if isinstance(sys.modules.get(_KERNELS), _LeftOut):
        del sys.modules[_KERNELS]
        setattr(sys.modules[_PACKAGE], _KERNELS.rpartition(".")[2], import_module(_KERNELS))

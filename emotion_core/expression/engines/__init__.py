"""Engines: run a checkpoint by PyTorch, Intel Extension for PyTorch or OpenVINO."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

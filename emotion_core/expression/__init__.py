"""Apparent facial expressions of face crops: checkpoints, the engines that run them, and the choice of an engine."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Checkpoints: locate, verify, load and fetch them, and the temperature of their logits."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

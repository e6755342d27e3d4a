"""Comparison of two cuts of a film: shared footage, matching scenes, and what changed in each."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Footage that the second cut shows otherwise than the first: mirrored, reframed or retimed."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

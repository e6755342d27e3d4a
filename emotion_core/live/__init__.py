"""Viewers before a camera: pictures are read as they come, the newest first, and numbers stay in memory until kept."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Versions of one film: a scene's history over any number of cuts, and the expressions of each cut."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

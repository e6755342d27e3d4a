"""From observations and report settings to an analysis: a pure function, with a cache in memory and one on disk."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

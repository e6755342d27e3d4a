"""A film's sampled frames, shots and tracks as JSON types."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

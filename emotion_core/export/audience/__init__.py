"""A screening in the formats in which it is handed on; viewers by number, names only where they are asked for."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

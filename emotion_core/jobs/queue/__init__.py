"""The queue as users see it, and the scans that a worker does beside one another."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

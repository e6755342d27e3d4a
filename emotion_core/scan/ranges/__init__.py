"""A film read by ranges, on several machines: plan them, observe each alone, join them to the bytes of one scan."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

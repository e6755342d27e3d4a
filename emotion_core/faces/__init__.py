"""Detect faces on a frame, and recognise those whose crop is the same as on the sampled frame before."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

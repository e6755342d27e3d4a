"""Fingerprints of a film's sound, by which the same sound is found in another cut, and their file in a store."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

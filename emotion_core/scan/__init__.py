"""Scan a film: one pass that observes it, the frames that short scenes need, and frames saved as pictures."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

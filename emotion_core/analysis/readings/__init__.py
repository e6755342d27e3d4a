"""What is read off an analysis: certainty, curves, any range, distances from targets, placed notes, a summary."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

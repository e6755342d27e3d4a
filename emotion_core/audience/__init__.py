"""The audience of a film: what viewers' faces showed, in the film's time, as shares, synchrony and groups."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

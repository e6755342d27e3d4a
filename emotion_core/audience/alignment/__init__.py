"""How a recording's time becomes the film's: by the film's sound in both, or by marks set by hand."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""The people of a film as documents that a script draws: the board, and who is with whom."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

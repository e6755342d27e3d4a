"""`python -m emotion_core conform`: a list of one cut for another."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

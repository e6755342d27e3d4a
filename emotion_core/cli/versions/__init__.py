"""`python -m emotion_core versions`: the versions of a project and the history of their scenes."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

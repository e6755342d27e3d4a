"""The queue of a library as users see it: its order, what ended in it, and files that wait to enter it."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Films that browsers upload: the protocol's routes, and the script that a page uploads with."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

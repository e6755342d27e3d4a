"""A marker list, subtitle or cut list of one cut, moved to another by the footage that both show."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

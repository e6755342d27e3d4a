"""The records of a scan, their store on disk, and the damage of a film."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

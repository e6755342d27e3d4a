"""Files on disk: layout of the library's folder, atomic writes, locks, hashes, permissions, errors of the system."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

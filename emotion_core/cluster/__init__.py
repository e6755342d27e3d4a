"""Several machines that analyse the films of one library: its owner, its workers, and what travels between them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

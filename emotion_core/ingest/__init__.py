"""Films on their way into the library: uploads, folders of this machine, the sample."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

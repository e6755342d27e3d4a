"""Choose an engine on this machine, by trials that measure speed and agreement with fp32."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

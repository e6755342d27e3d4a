"""The app's server: background tasks, allowed hosts, security headers, and monitoring of its event loop."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""The terminal: standard streams, Ctrl-C, exit codes, and one line for every error."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

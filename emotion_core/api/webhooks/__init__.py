"""Messages to other programs when a film's analysis ends: to addresses that config.toml names, and to nobody else."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

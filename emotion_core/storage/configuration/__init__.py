"""What the owner of the machine allows, read from `config.toml` and validated; a record for each of its tables."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""The HTTP API below /api/v1, off until config.toml has a token; webhooks; and a client in Python.

FastAPI is loaded with the first request that an API with a token gets.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

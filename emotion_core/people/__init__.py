"""People of a film: tracks of one person together, by names and embeddings, and what is read off each."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

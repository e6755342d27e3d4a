"""The charts of a screening: documents that the charts' script draws, as those of a film's page."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

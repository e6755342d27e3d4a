"""The charts of the film's page: plain documents of a part of a film, made for a width in pixels."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Frames of a film in display order, their time stamps, and checks that the film is complete."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

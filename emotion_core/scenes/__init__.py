"""Shots from stored frame metrics, scenes from shots, and the editor's corrections of them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

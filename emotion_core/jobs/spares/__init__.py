"""Processes that wait for a job of which no more is known than that it will come."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

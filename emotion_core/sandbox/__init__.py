"""Limits that a process imposes on itself before it opens a file from outside: files, memory, time."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

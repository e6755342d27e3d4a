"""What changed between two cut lists, to take away: tables, a page to print, lists for editing tools, markers, JSON."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

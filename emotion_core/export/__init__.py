"""A film's report in the formats in which it is handed on: tables, tracks for players and annotation tools, a page."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

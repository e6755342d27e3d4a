"""Screenings of films and their viewers: rows of the database, and readings of live viewers in the library's folder."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""What a re-cut did, change by change: its kind, its place in both cuts, and what happened to the expressions."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

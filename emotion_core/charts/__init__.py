"""Plotly figures of analyses: timeline, two timelines on one clock, footage that two cuts share, heatmap, film totals;
and the speeds of engines.

Backgrounds are transparent and text takes the page's colour, which suits light and dark pages. Emotions have their
colours from `labels.colour` alone.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""The charts of a film's page: timeline and heatmap, linked, and drawn in place."""

from .film_charts import heatmap as heatmap, preload as preload, targets as targets, timeline as timeline

"""The charts of a film's page, and of its screenings: linked, and drawn in place."""

from .audience_charts import audience as audience
from .film_charts import heatmap as heatmap, preload as preload, targets as targets, timeline as timeline

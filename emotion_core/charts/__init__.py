"""Analysis -> Plotly figures: the timeline, two timelines on one clock, the footage that two cuts share,
the heatmap, film totals; and how fast engines are.

Backgrounds are transparent and text takes the page's colour, so every figure reads in light and in dark. An emotion has
its colour from `labels.colour` and nowhere else.
"""

from .engine_speeds import ordered, speeds
from .heatmap import heatmap
from .shared_segments import recut
from .style import CONFIG, full_scale
from .timeline import comparison, timeline
from .totals import totals

__all__ = ["CONFIG", "comparison", "full_scale", "heatmap", "ordered", "recut", "speeds", "timeline", "totals"]

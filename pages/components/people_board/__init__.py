"""The board of a film's people, drawn in the browser."""

from emotion_core.charts import MOST_TRACKS as MOST_TRACKS

from .people_board import Act as Act, show as show

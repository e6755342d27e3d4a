from .columns import CLEAR as CLEAR, NONE as NONE, Columns as Columns
from .heatmap_part import heatmap_document as heatmap_document
from .outline import film_outline as film_outline
from .timeline_part import SMOOTHINGS as SMOOTHINGS, timeline_document as timeline_document

from .audience import (
    INTENSITY as INTENSITY,
    NOT_ENOUGH as NOT_ENOUGH,
    Chosen as Chosen,
    Comparison as Comparison,
    audience_curves_document as audience_curves_document,
    audience_scenes_document as audience_scenes_document,
    available_rows as available_rows,
    chosen_from_text as chosen_from_text,
    comparisons as comparisons,
    leading_words as leading_words,
    row_name as row_name,
    share_words as share_words,
    synchrony_document as synchrony_document,
    timeline_with_audience as timeline_with_audience,
    viewers_document as viewers_document,
)
from .audience_report import audience_report_figure as audience_report_figure
from .engine_speeds import engine_order as engine_order, engine_speeds_figure as engine_speeds_figure
from .film_page import (
    SMOOTHINGS as SMOOTHINGS,
    film_outline as film_outline,
    heatmap_document as heatmap_document,
    timeline_document as timeline_document,
)
from .heatmap import heatmap_figure as heatmap_figure
from .people import MOST_PEOPLE as MOST_PEOPLE, MOST_TRACKS as MOST_TRACKS, people_document as people_document
from .shared_segments import shared_segments_figure as shared_segments_figure
from .steps import axis_time as axis_time
from .style import PLOTLY_CONFIG as PLOTLY_CONFIG, full_scale as full_scale
from .target_arc import deviations_figure as deviations_figure, target_arc_figure as target_arc_figure
from .timeline import comparison_figure as comparison_figure, timeline_figure as timeline_figure
from .totals import totals_figure as totals_figure
from .version_shares import version_shares_figure as version_shares_figure

from .columns import NOT_ENOUGH as NOT_ENOUGH, leading_words as leading_words, share_words as share_words
from .curves_part import audience_curves_document as audience_curves_document
from .scenes_part import audience_scenes_document as audience_scenes_document
from .selection import (
    INTENSITY as INTENSITY,
    Chosen as Chosen,
    Comparison as Comparison,
    available_rows as available_rows,
    chosen_from_text as chosen_from_text,
    comparisons as comparisons,
    row_name as row_name,
)
from .synchrony_part import synchrony_document as synchrony_document
from .timeline_overlay import timeline_with_audience as timeline_with_audience
from .viewers_part import viewers_document as viewers_document

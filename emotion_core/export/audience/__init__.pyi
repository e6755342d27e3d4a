from .cut_comparison import (
    AudienceChange as AudienceChange,
    Difference as Difference,
    MatchedScenes as MatchedScenes,
    audience_changes as audience_changes,
    audience_comparison_csv as audience_comparison_csv,
    audience_comparison_rows as audience_comparison_rows,
    change_cells as change_cells,
    change_text as change_text,
    matched_scenes as matched_scenes,
    shared_viewers_note as shared_viewers_note,
)
from .scene_table import scene_cells as scene_cells
from .screened_film import (
    ScreenedFilm as ScreenedFilm,
    audience_markers as audience_markers,
    of_audience as of_audience,
    screening_of_film as screening_of_film,
)
from .section import audience_section as audience_section
from .viewer_reading import (
    ViewerReading as ViewerReading,
    reading_of_film as reading_of_film,
    reading_of_viewer as reading_of_viewer,
)

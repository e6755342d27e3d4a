from .audience import (
    MatchedScenes as MatchedScenes,
    ScreenedFilm as ScreenedFilm,
    audience_changes as audience_changes,
    audience_comparison_csv as audience_comparison_csv,
    audience_comparison_rows as audience_comparison_rows,
    audience_markers as audience_markers,
    change_text as change_text,
    matched_scenes as matched_scenes,
    of_audience as of_audience,
    reading_of_film as reading_of_film,
    reading_of_viewer as reading_of_viewer,
    screening_of_film as screening_of_film,
    shared_viewers_note as shared_viewers_note,
)
from .export_format import ExportFormat as ExportFormat, ReportedFilm as ReportedFilm
from .people.markers import marker_files as marker_files
from .registry import (
    AUDIENCE_NAMES as AUDIENCE_NAMES,
    FORMATS as FORMATS,
    NAMES as NAMES,
    PEOPLE_NAMES as PEOPLE_NAMES,
    REPORT_NAMES as REPORT_NAMES,
    WITH_AUDIENCE as WITH_AUDIENCE,
    ExportName as ExportName,
    archive_name as archive_name,
    audience_archive as audience_archive,
    audience_files as audience_files,
    everything as everything,
    file_name as file_name,
    people_archive as people_archive,
    people_files as people_files,
)

from .export_format import ExportFormat as ExportFormat, ReportedFilm as ReportedFilm
from .registry import (
    FORMATS as FORMATS,
    NAMES as NAMES,
    ExportName as ExportName,
    archive_name as archive_name,
    everything as everything,
    file_name as file_name,
)

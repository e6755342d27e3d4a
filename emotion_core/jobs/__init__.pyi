from .child import JobWriter as JobWriter
from .report_edits import (
    Backfill as Backfill,
    correct as correct,
    redo as redo,
    request_missing_frames as request_missing_frames,
    save_settings as save_settings,
    undo as undo,
)
from .requests import ProxyRequest as ProxyRequest, ScanRequest as ScanRequest
from .runner import LocalRunner as LocalRunner, Runner as Runner
from .scan_status import Status as Status, progress_text as progress_text
from .scans import (
    backfill as backfill,
    cancel as cancel,
    delete_film as delete_film,
    frames_to_add as frames_to_add,
    latest as latest,
    start as start,
    status as status,
    why_frames_are_missing as why_frames_are_missing,
    why_nothing_was_taken_over as why_nothing_was_taken_over,
)
from .supervisor import ensure_worker as ensure_worker, watch_worker as watch_worker

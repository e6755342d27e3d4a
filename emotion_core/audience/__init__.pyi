from .alignment import (
    LEAST_CONFIDENCE as LEAST_CONFIDENCE,
    Clap as Clap,
    align_by_sound as align_by_sound,
    alignment_from_marks as alignment_from_marks,
    claps as claps,
)
from .records import (
    ALIGNMENT_METHODS as ALIGNMENT_METHODS,
    MAX_DRIFT as MAX_DRIFT,
    VIEWER_KINDS as VIEWER_KINDS,
    Alignment as Alignment,
    AlignmentMethod as AlignmentMethod,
    Consent as Consent,
    Reactions as Reactions,
    Screening as Screening,
    Viewer as Viewer,
    ViewerKind as ViewerKind,
    alignment_to_json as alignment_to_json,
)

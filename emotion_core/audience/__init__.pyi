from .notice import (
    AI_ACT as AI_ACT,
    NOTICE_VERSION as NOTICE_VERSION,
    consent_to_notice as consent_to_notice,
    notice_text as notice_text,
)
from .readings import Readings as Readings
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
    alignment_from_json as alignment_from_json,
    alignment_to_json as alignment_to_json,
)

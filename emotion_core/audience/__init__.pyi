from .alignment import (
    LEAST_CONFIDENCE as LEAST_CONFIDENCE,
    Clap as Clap,
    Flash as Flash,
    align_by_sound as align_by_sound,
    alignment_from_marks as alignment_from_marks,
    claps as claps,
    flashes as flashes,
)
from .group_list import groups_of_viewers as groups_of_viewers, read_groups as read_groups
from .moments import KeyMoment as KeyMoment, key_moments as key_moments
from .notice import (
    AI_ACT as AI_ACT,
    NOTICE_VERSION as NOTICE_VERSION,
    consent_to_notice as consent_to_notice,
    notice_text as notice_text,
    notice_version as notice_version,
    notice_without_reader as notice_without_reader,
)
from .reactions import (
    extent_note as extent_note,
    no_face_note as no_face_note,
    reactions_of_faces as reactions_of_faces,
    reactions_of_readings as reactions_of_readings,
    reactions_of_recording as reactions_of_recording,
)
from .readings import Readings as Readings
from .recording_faces import RecordingFaces as RecordingFaces, faces_of_scan as faces_of_scan
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
from .seats import Seat as Seat, find_seats as find_seats, rows_of_seat as rows_of_seat
from .settings import (
    AudienceSettings as AudienceSettings,
    settings_from_json as settings_from_json,
    settings_to_json as settings_to_json,
)
from .statistics import (
    Agreement as Agreement,
    AudienceShares as AudienceShares,
    CastComparison as CastComparison,
    Differences as Differences,
    Group as Group,
    GroupColumn as GroupColumn,
    Lag as Lag,
    Leading as Leading,
    Leaving as Leaving,
    Mean as Mean,
    Part as Part,
    RatedColumn as RatedColumn,
    RatedGroup as RatedGroup,
    Rating as Rating,
    RatingsSummary as RatingsSummary,
    RatingsTable as RatingsTable,
    SceneSpan as SceneSpan,
    Synchrony as Synchrony,
    ViewerCurves as ViewerCurves,
    audience_shares as audience_shares,
    check_ratings as check_ratings,
    in_order as in_order,
    intensity as intensity,
    read_ratings as read_ratings,
    spans_of as spans_of,
)
from .summary import ScreeningSummary as ScreeningSummary, summarize as summarize
from .synthetic import (
    Plant as Plant,
    planted_story as planted_story,
    synthetic_reactions as synthetic_reactions,
    synthetic_viewers as synthetic_viewers,
)
from .viewer_faces import (
    ViewerFaces as ViewerFaces,
    faces_that_count as faces_that_count,
    usual_rows as usual_rows,
)

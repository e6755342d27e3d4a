from .agreement import Agreement as Agreement
from .cast import (
    CastComparison as CastComparison,
    Lag as Lag,
    best_lag as best_lag,
    cast_against_audience as cast_against_audience,
)
from .curves import (
    Floats32 as Floats32,
    SceneSpan as SceneSpan,
    ViewerCurves as ViewerCurves,
    count_seconds as count_seconds,
    curves_by_scene as curves_by_scene,
    curves_by_second as curves_by_second,
    in_order as in_order,
    intensity as intensity,
    seconds_of as seconds_of,
    spans_of as spans_of,
)
from .differences import Differences as Differences, differences_of as differences_of
from .groups import (
    Group as Group,
    GroupColumn as GroupColumn,
    columns_left_out as columns_left_out,
    columns_of as columns_of,
    group_column as group_column,
)
from .leaving import Leaving as Leaving, leaving_of as leaving_of
from .ratings import (
    Mean as Mean,
    RatedColumn as RatedColumn,
    RatedGroup as RatedGroup,
    RatingsSummary as RatingsSummary,
    ratings_beside_reactions as ratings_beside_reactions,
)
from .ratings_file import (
    Rating as Rating,
    RatingsTable as RatingsTable,
    check_ratings as check_ratings,
    read_ratings as read_ratings,
)
from .resampling import Part as Part
from .shares import AudienceShares as AudienceShares, Leading as Leading, audience_shares as audience_shares
from .synchrony import Synchrony as Synchrony, synchrony_of as synchrony_of

from .alignment import (
    FORMAT as FORMAT,
    AlignmentMap as AlignmentMap,
    align as align,
    align_layouts as align_layouts,
    match_layouts as match_layouts,
)
from .altered import Match as Match, Matches as Matches
from .changes import (
    PAIR_FORMAT as PAIR_FORMAT,
    SceneChange as SceneChange,
    difference_interval as difference_interval,
    mean_shares as mean_shares,
    pair as pair,
    totals as totals,
)
from .compatibility import check_comparable as check_comparable, have_same_readings as have_same_readings
from .footage_map import MapSegment as MapSegment, map_frames as map_frames
from .footage_probe import (
    may_share_footage as may_share_footage,
    shares_footage as shares_footage,
    sketch as sketch,
)
from .listed_sources import with_listed_sources as with_listed_sources
from .scene_matching import MatchKind as MatchKind, SceneMatch as SceneMatch, match_scenes as match_scenes
from .shared_segments import (
    FootageSummary as FootageSummary,
    SharedSegment as SharedSegment,
    find_shared_segments as find_shared_segments,
    summarize_footage as summarize_footage,
)
from .table import (
    comparison_table as comparison_table,
    display_table as display_table,
    has_shared_footage as has_shared_footage,
    recut_summary as recut_summary,
)

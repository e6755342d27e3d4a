from .disk_cache import cached_analysis as cached_analysis, damaged_files as damaged_files
from .face_tracks import FaceTracks as FaceTracks, tracks_in as tracks_in
from .memory_cache import MemoryCache as MemoryCache
from .other_cuts import TakenOver as TakenOver, taken_over as taken_over
from .readings import (
    Certainty as Certainty,
    Curve as Curve,
    Deviation as Deviation,
    FilmSummary as FilmSummary,
    FrameSums as FrameSums,
    PlacedNote as PlacedNote,
    Pooled as Pooled,
    certainty_of as certainty_of,
    deviation_of as deviation_of,
    deviations as deviations,
    label_of as label_of,
    placed_notes as placed_notes,
    ranked as ranked,
    runner_up as runner_up,
    share_curve as share_curve,
    summarize_film as summarize_film,
    summarize_range as summarize_range,
    sums_by_frame as sums_by_frame,
    waiting_targets as waiting_targets,
)
from .records import (
    NOT_ENOUGH as NOT_ENOUGH,
    Analysis as Analysis,
    AnalysisKey as AnalysisKey,
    SceneEmotion as SceneEmotion,
    probabilities as probabilities,
    samples_behind as samples_behind,
    samples_by_scene as samples_by_scene,
)
from .scene_statistics import analyse as analyse, faces_by_frame as faces_by_frame, summarize_scene as summarize_scene
from .usable_faces import (
    LeftOut as LeftOut,
    is_large as is_large,
    left_out_by as left_out_by,
    rules_of as rules_of,
    unusable_because as unusable_because,
)

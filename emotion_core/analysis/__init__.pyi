from .certainty import Certainty as Certainty, certainty_of as certainty_of, runner_up as runner_up
from .curve import Curve as Curve, share_curve as share_curve
from .disk_cache import cached_analysis as cached_analysis, damaged_files as damaged_files
from .editor_notes import PlacedNote as PlacedNote, placed_notes as placed_notes
from .film_summary import FilmSummary as FilmSummary, summarize_film as summarize_film
from .frame_sums import FrameSums as FrameSums, Pooled as Pooled, sums_by_frame as sums_by_frame
from .memory_cache import MemoryCache as MemoryCache
from .range_statistics import summarize_range as summarize_range
from .records import (
    NOT_ENOUGH as NOT_ENOUGH,
    Analysis as Analysis,
    AnalysisKey as AnalysisKey,
    SceneEmotion as SceneEmotion,
    probabilities as probabilities,
    samples_behind as samples_behind,
    samples_by_scene as samples_by_scene,
)
from .scene_statistics import analyse as analyse
from .target_arc import (
    Deviation as Deviation,
    deviation_of as deviation_of,
    deviations as deviations,
    label_of as label_of,
    ranked as ranked,
    waiting_targets as waiting_targets,
)
from .usable_faces import (
    LeftOut as LeftOut,
    is_large as is_large,
    left_out_by as left_out_by,
    unusable_because as unusable_because,
)

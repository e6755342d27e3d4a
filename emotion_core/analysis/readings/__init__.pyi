from .certainty import Certainty as Certainty, certainty_of as certainty_of, runner_up as runner_up
from .curve import Curve as Curve, share_curve as share_curve
from .editor_notes import PlacedNote as PlacedNote, placed_notes as placed_notes
from .film_summary import FilmSummary as FilmSummary, summarize_film as summarize_film
from .frame_sums import FrameSums as FrameSums, Pooled as Pooled, sums_by_frame as sums_by_frame
from .range_statistics import summarize_range as summarize_range
from .target_arc import (
    Deviation as Deviation,
    deviation_of as deviation_of,
    deviations as deviations,
    label_of as label_of,
    ranked as ranked,
    waiting_targets as waiting_targets,
)

from .by_marks import alignment_from_marks as alignment_from_marks
from .by_sound import (
    LEAST_CONFIDENCE as LEAST_CONFIDENCE,
    LEAST_SECONDS as LEAST_SECONDS,
    SEARCHED_DRIFT as SEARCHED_DRIFT,
    align_by_sound as align_by_sound,
)
from .clap import Clap as Clap, claps as claps
from .flash import Flash as Flash, flashes as flashes

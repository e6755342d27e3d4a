from .known_cut import KnownCut as KnownCut, KnownFaces as KnownFaces
from .known_cuts import KnownCuts as KnownCuts
from .known_film import (
    MOST as MOST,
    NOTHING_TAKEN_OVER as NOTHING_TAKEN_OVER,
    FilmFacts as FilmFacts,
    KnownFilm as KnownFilm,
    likely_cuts as likely_cuts,
)
from .sampled_frames import SampledFrames as SampledFrames

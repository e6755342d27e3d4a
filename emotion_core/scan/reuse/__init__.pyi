from .known_cut import KnownCut as KnownCut, KnownFaces as KnownFaces, are_same_faces as are_same_faces
from .known_cuts import KnownCuts as KnownCuts
from .known_film import (
    MOST as MOST,
    NOTHING_TAKEN_OVER as NOTHING_TAKEN_OVER,
    FilmFacts as FilmFacts,
    KnownFilm as KnownFilm,
    likely_cuts as likely_cuts,
)
from .sampled_frames import Choice as Choice, SampledFrames as SampledFrames

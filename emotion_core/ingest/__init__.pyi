from .allowed_folders import (
    CandidateFilm as CandidateFilm,
    Listing as Listing,
    list_films as list_films,
    refer as refer,
)
from .background_alignment import (
    align_soon as align_soon,
    find_marks as find_marks,
    found_marks as found_marks,
    is_searching as is_searching,
    search_by_sound as search_by_sound,
)
from .begin import (
    begin_film as begin_film,
    expect_upload as expect_upload,
    is_analysis_near as is_analysis_near,
    refer_to as refer_to,
)
from .recording_alignment import (
    FilmSounds as FilmSounds,
    FoundMarks as FoundMarks,
    Mark as Mark,
    align_viewer_by_sound as align_viewer_by_sound,
    marks_of as marks_of,
    sound_of as sound_of,
)
from .recording_uploads import problems as problems
from .recordings import (
    RECORDING as RECORDING,
    add_recording as add_recording,
    begin_recording as begin_recording,
    recordings_in as recordings_in,
)
from .upload_writer import Writer as Writer
from .uploads import Refusal as Refusal, Uploads as Uploads
from .viewer_progress import ViewerState as ViewerState, viewer_states as viewer_states

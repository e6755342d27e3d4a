from .browser_support import (
    PlaybackFacts as PlaybackFacts,
    keep_reason as keep_reason,
    kept_reason as kept_reason,
    read_playback_facts as read_playback_facts,
    unplayable_reason as unplayable_reason,
)
from .decoder import Decoder as Decoder
from .isolated import REFUSED_EXIT_CODE as REFUSED_EXIT_CODE
from .picture_reader import Frame as Frame
from .read_through import ReadThrough as ReadThrough
from .seeking import SEEK_MARGINS as SEEK_MARGINS
from .sound import (
    ROWS_A_SECOND as ROWS_A_SECOND,
    BandEnergies as BandEnergies,
    band_energies as band_energies,
    read_band_energies as read_band_energies,
)
from .sound_prints import prints_of_runs as prints_of_runs, read_sound_prints as read_sound_prints
from .sound_track import SoundTrack as SoundTrack
from .time_stamps import (
    JUMP_SECONDS as JUMP_SECONDS,
    NO_STAMP as NO_STAMP,
    FramePlace as FramePlace,
    MediaClock as MediaClock,
    frame_places as frame_places,
)

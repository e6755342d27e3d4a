from .corrected import (
    anchors_by_track as anchors_by_track,
    ineffective as ineffective,
    shots_at as shots_at,
    track_at as track_at,
    tracks_of as tracks_of,
)
from .reading import track_reading as track_reading
from .records import Track as Track, anchor_of as anchor_of

from .container import CODEC_OPTIONS as CODEC_OPTIONS, open_container as open_container, select_stream as select_stream
from .file_format import (
    container_kind as container_kind,
    ends_within_packet as ends_within_packet,
    missing_bytes as missing_bytes,
)
from .frame_geometry import (
    FULL_RANGE as FULL_RANGE,
    FrameShape as FrameShape,
    ShapeChange as ShapeChange,
    media_at_frame as media_at_frame,
    shape_changes as shape_changes,
    shape_of as shape_of,
)
from .frame_positions import format_cut_lines as format_cut_lines, parse_position as parse_position
from .identity import (
    FileIdentity as FileIdentity,
    changed_error as changed_error,
    check_is_file as check_is_file,
    check_readable as check_readable,
    confirm_content as confirm_content,
    confirm_unchanged as confirm_unchanged,
    hash_film as hash_film,
    identity_at as identity_at,
    read_error as read_error,
)
from .media import (
    Media as Media,
    OtherBars as OtherBars,
    Stamps as Stamps,
    content_id as content_id,
    timecode_at as timecode_at,
)
from .pixel_aspect import PER_FRAME_FORMATS as PER_FRAME_FORMATS, PixelAspectTracker as PixelAspectTracker
from .probe import probe_media as probe_media, pts_or as pts_or
from .recorded_file import RecordedFile as RecordedFile
from .sample_clips import INSTALL_AGAIN as INSTALL_AGAIN, is_installed as is_installed, sample_clip as sample_clip
from .transfer_functions import transfer_curve as transfer_curve
from .video_tracks import VideoTrack as VideoTrack

from .annotate import FaceMark as FaceMark, draw_face_marks as draw_face_marks
from .deinterlace import deinterlace_frame as deinterlace_frame, is_combed as is_combed
from .display import display_rgb as display_rgb
from .downscale import ANALYSIS_WIDTH as ANALYSIS_WIDTH, analysis_picture as analysis_picture
from .jpeg import encode_jpeg as encode_jpeg
from .letterbox import (
    analysis_picture_within_bars as analysis_picture_within_bars,
    crop_to_active as crop_to_active,
    media_with_bars as media_with_bars,
)
from .test_patterns import brightest as brightest, colour_bars as colour_bars

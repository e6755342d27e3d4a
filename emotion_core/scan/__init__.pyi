from .film_match import matches_film as matches_film
from .film_scan import backfill as backfill, scan as scan
from .frame_analyzer import THUMBNAIL_QUALITY as THUMBNAIL_QUALITY, small_picture as small_picture
from .frame_export import (
    SaveFramesRequest as SaveFramesRequest,
    save_frames as save_frames,
)
from .inference_client import InferenceClient as InferenceClient
from .model_choice import ModelRequest as ModelRequest, Reader as Reader, open_model as open_model

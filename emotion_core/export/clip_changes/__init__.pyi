from .compared_clips import ComparedClips as ComparedClips
from .registry import (
    FORMATS as FORMATS,
    archive as archive,
    markers_of as markers_of,
    problem_of as problem_of,
    write as write,
)

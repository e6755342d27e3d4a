from .compared_cuts import ComparedCuts as ComparedCuts, nearest_picture as nearest_picture
from .registry import (
    FORMATS as FORMATS,
    NAMES as NAMES,
    ChangesFormat as ChangesFormat,
    ChangesName as ChangesName,
    archive as archive,
    file_stem as file_stem,
    is_several as is_several,
    problem_of as problem_of,
    write as write,
)

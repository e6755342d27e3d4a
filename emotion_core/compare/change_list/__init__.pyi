from .expressions import (
    Reading as Reading,
    reading_of as reading_of,
    reading_text as reading_text,
    shares_text as shares_text,
)
from .footage_change import (
    KINDS as KINDS,
    ChangeKind as ChangeKind,
    ChangeList as ChangeList,
    FootageChange as FootageChange,
    Place as Place,
    Treatment as Treatment,
)
from .grade import Grade as Grade, fit_grade as fit_grade, ungraded as ungraded
from .listing import LIST_FORMAT as LIST_FORMAT, list_changes as list_changes
from .overlap import Overlap as Overlap, matched_steps as matched_steps, measure as measure
from .screen_time import ScreenTime as ScreenTime, screen_times as screen_times
from .sentence import COUNTED as COUNTED, summary_sentence as summary_sentence
from .table import (
    WORDS as WORDS,
    change_rows as change_rows,
    change_table as change_table,
    kind_words as kind_words,
    kinds_of_scenes as kinds_of_scenes,
    size_text as size_text,
)

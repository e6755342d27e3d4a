from .audience_markers import (
    leading_text as leading_text,
    mark_audience as mark_audience,
    synchrony_text as synchrony_text,
)
from .change_markers import mark_changes as mark_changes
from .conform import CutList as CutList, conform_to_film as conform_to_film
from .marker_list import Marker as Marker, MarkerList as MarkerList, Side as Side
from .person_markers import mark_person as mark_person
from .readers.content import MAX_BYTES as MAX_BYTES
from .readers.edit_list import EditList as EditList
from .readers.registry import (
    READERS as READERS,
    SUFFIXES as SUFFIXES,
    CutListReader as CutListReader,
    read_cut_list as read_cut_list,
)
from .scene_markers import MarkerSettings as MarkerSettings, mark_scenes as mark_scenes
from .timebase import (
    RATES as RATES,
    Timebase as Timebase,
    timebase_of as timebase_of,
    usual_rate as usual_rate,
    usual_start as usual_start,
)
from .writers.format import Format as Format, MarkerWriter as MarkerWriter
from .writers.registry import (
    FORMATS as FORMATS,
    NAMES as NAMES,
    FormatName as FormatName,
    file_stem as file_stem,
    pack_files as pack_files,
    write_files as write_files,
)

from .clip_changes import ClipChange as ClipChange, compare_lists as compare_lists
from .clip_events import (
    ClipEvent as ClipEvent,
    clip_kinds as clip_kinds,
    event_words as event_words,
    timeline_events as timeline_events,
)
from .clip_markers import mark_clip_changes as mark_clip_changes, timebase_of_list as timebase_of_list
from .clip_table import (
    clip_change_table as clip_change_table,
    clip_changes_json as clip_changes_json,
    clip_sentence as clip_sentence,
)
from .source_clips import (
    SourceClip as SourceClip,
    SourceList as SourceList,
    rate_of_fields as rate_of_fields,
    read_sources as read_sources,
    read_two_lists as read_two_lists,
)

from .expressions import VersionShares as VersionShares, version_shares as version_shares
from .history import scene_histories as scene_histories
from .link import Comparing as Comparing, Link as Link, link_versions as link_versions, unrelated as unrelated
from .scene_history import (
    HISTORY_KINDS as HISTORY_KINDS,
    Cell as Cell,
    HistoryKind as HistoryKind,
    SceneHistory as SceneHistory,
)
from .table import history_table as history_table
from .version import Version as Version, comparable_versions as comparable_versions
from .words import (
    cell_words as cell_words,
    history_sentence as history_sentence,
    history_words as history_words,
    scene_numbers as scene_numbers,
)

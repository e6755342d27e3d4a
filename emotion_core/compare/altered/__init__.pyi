from .finding import find_altered as find_altered
from .heard import see_heard as see_heard
from .match import Match as Match, Matches as Matches
from .overlay import without_overlay as without_overlay

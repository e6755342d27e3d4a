from .finding import find_altered as find_altered
from .match import Match as Match, Matches as Matches

from .match import Match as Match, Matches as Matches

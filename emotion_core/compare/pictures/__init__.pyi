from .candidates import find_candidates as find_candidates
from .contiguous_matches import find_runs as find_runs, is_same_footage as is_same_footage
from .frame_similarity import Costs as Costs, MatchCosts as MatchCosts, Steps as Steps
from .search import ANCHORS as ANCHORS, COARSE_STEP as COARSE_STEP, search_pictures as search_pictures

from .lists import are_lists as are_lists, load_lists as load_lists
from .loading import load_changes as load_changes, load_comparison as load_comparison

from .loading import load_changes as load_changes, load_comparison as load_comparison

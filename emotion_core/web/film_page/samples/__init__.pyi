from .sample_data import samples_document as samples_document, shots_document as shots_document
from .track_data import tracks_document as tracks_document

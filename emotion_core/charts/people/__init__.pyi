from .board import MOST_PEOPLE as MOST_PEOPLE, MOST_TRACKS as MOST_TRACKS, people_document as people_document

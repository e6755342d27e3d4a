from .allowed_folders import (
    CandidateFilm as CandidateFilm,
    Listing as Listing,
    list_films as list_films,
    refer as refer,
)
from .begin import begin_film as begin_film, expect_upload as expect_upload, refer_to as refer_to
from .uploads import Refusal as Refusal, Uploads as Uploads, Writer as Writer

from .contents import FILM_ID as FILM_ID, GENERATED_ID as GENERATED_ID, ScanFacts as ScanFacts
from .database import transaction as transaction
from .editing import FaceOperation as FaceOperation, Operation as Operation, correct_faces as correct_faces
from .films import plain_name as plain_name
from .job_table import ATTEMPTS as ATTEMPTS, KINDS as KINDS, SCAN_CRASHED as SCAN_CRASHED, Job as Job
from .library import Library as Library
from .outputs import Output as Output
from .people import has_embeddings as has_embeddings, people_of_film as people_of_film
from .projects import Project as Project, ProjectHistory as ProjectHistory
from .records import Film as Film, Role as Role, Scan as Scan
from .screenings import (
    FilmAudience as FilmAudience,
    RatingsFile as RatingsFile,
    ScreeningNumbers as ScreeningNumbers,
    SoundSearch as SoundSearch,
    film_seconds as film_seconds,
    forget_numbers as forget_numbers,
    kept_numbers as kept_numbers,
    numbers_key as numbers_key,
    numbers_of_screening as numbers_of_screening,
    reactions_key as reactions_key,
    reactions_of_viewer as reactions_of_viewer,
    seats_of_recording as seats_of_recording,
    split_into_seats as split_into_seats,
)

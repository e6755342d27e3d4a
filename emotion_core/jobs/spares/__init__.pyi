from .expected_films import ExpectedFilms as ExpectedFilms
from .handover import Handover as Handover, receive as receive
from .spare_scan import SPARE as SPARE, SpareScan as SpareScan

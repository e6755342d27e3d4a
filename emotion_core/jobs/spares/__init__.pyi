from .expected_films import ExpectedFilms as ExpectedFilms
from .fork_server import FORKS as FORKS, serve as serve
from .forks import Forked as Forked, ForkServer as ForkServer
from .handover import Handover as Handover, receive as receive
from .spare_scan import SPARE as SPARE, SpareScan as SpareScan

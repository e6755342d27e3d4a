from .arcs import Appearance as Appearance, Arc as Arc, PersonScene as PersonScene, arcs_of as arcs_of
from .clusters import LIMIT as LIMIT
from .film_people import FilmPeople as FilmPeople, read_people as read_people
from .naming import (
    Operation as Operation,
    free_name as free_name,
    leave_out as leave_out,
    merge_people as merge_people,
    name_person as name_person,
    put_back as put_back,
    take_out as take_out,
)
from .people import People as People, Person as Person, people_of as people_of
from .table import emotion_cells as emotion_cells, people_columns as people_columns, people_rows as people_rows
from .together import companions as companions, seconds_together as seconds_together

from .machines import Machine as Machine, Machines as Machines
from .overview import (
    Entry as Entry,
    Overview as Overview,
    analyse_again as analyse_again,
    cancel_film as cancel_film,
    move_film as move_film,
)
from .slots import Slots as Slots

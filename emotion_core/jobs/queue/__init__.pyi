from .slots import Slots as Slots

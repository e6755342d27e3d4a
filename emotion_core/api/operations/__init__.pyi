from .routers import OPERATIONS as OPERATIONS
from .shared import Shared as Shared

from .mount import PREFIX as PREFIX, api_routes as api_routes
from .problems import Problem as Problem

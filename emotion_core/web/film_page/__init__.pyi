from .access import film_link as film_link
from .all_routes import film_routes as film_routes
from .picture_routes import stored_picture as stored_picture

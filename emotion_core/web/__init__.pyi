from .film_page import (
    ReadingAhead as ReadingAhead,
    expect_timeline as expect_timeline,
    film_link as film_link,
    wait_for_timeline as wait_for_timeline,
)
from .first_pictures import expect_pictures as expect_pictures, wait_for_pictures as wait_for_pictures
from .guard import Guard as Guard
from .live_socket import live_address as live_address, maintain_live as maintain_live
from .media_routes import signed_link as signed_link
from .plotly_script import PLOTLY_ADDRESS as PLOTLY_ADDRESS
from .progress_socket import progress_fields as progress_fields
from .routes import all_routes as all_routes
from .uploads import TUS_ADDRESS as TUS_ADDRESS, TUS_INTEGRITY as TUS_INTEGRITY, maintain_uploads as maintain_uploads

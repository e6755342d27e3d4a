from .access import film_link as film_link
from .all_routes import film_routes as film_routes
from .reading_ahead import (
    ReadingAhead as ReadingAhead,
    expect_timeline as expect_timeline,
    wait_for_timeline as wait_for_timeline,
)

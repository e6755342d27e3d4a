from .film_people import (
    correct_people as correct_people,
    has_embeddings as has_embeddings,
    people_of_film as people_of_film,
)

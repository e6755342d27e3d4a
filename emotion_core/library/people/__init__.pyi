from .film_people import has_embeddings as has_embeddings, people_of_film as people_of_film

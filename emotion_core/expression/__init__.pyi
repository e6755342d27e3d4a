from .film_fit import FilmFit as FilmFit
from .probabilities import Scaling as Scaling, softmax as softmax

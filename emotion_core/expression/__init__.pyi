from .probabilities import softmax as softmax

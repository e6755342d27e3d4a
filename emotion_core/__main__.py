"""`python -m emotion_core`: the same job without a browser."""

from . import interrupt

if __name__ == "__main__":
    interrupt.at_once()  # before all that takes time to import

    from . import beginning

    beginning.run()

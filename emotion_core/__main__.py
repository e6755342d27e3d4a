"""`python -m emotion_core`: the same job without a browser."""

from .console import interrupt

if __name__ == "__main__":
    interrupt.exit_on_interrupt()  # before all that takes time to import

    from .cli import startup

    startup.run()

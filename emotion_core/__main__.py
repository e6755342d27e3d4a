"""`python -m emotion_core`: the same job without a browser."""

from .console import interrupt

if __name__ == "__main__":
    interrupt.exit_on_interrupt()  # before all that takes time to import

    from .cli import startup

    try:
        startup.run()
    except SystemExit as ended:
        interrupt.end_at_once(ended)

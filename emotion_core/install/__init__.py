"""Installation into `.venv`: `python3 -m emotion_core.install [--tests]`.

Standard library only, and syntax that Python 3.8 reads: an unsupported Python is refused in one line, not by a
traceback.
"""

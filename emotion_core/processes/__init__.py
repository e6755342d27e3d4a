"""Every module that is entered with `python -m`. Nothing imports one of them."""

"""The app's own routes beside Streamlit's: uploads, films and progress. Starlette only, without any page."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

from .main import HomeOption as HomeOption, app as app

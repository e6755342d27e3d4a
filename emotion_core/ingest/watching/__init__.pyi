from .intake import Intake as Intake, Taken as Taken
from .watcher import Watcher as Watcher, check_allowed as check_allowed, watch_folders as watch_folders

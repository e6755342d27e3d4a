from .api_access import SCOPES as SCOPES, ApiAccess as ApiAccess, ApiToken as ApiToken, Scope as Scope
from .cluster_places import ClusterPlaces as ClusterPlaces
from .config import Configuration as Configuration
from .watched_folders import WatchedFolders as WatchedFolders
from .webhook import Webhook as Webhook, WebhookEvent as WebhookEvent

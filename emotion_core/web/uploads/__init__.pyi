from .tus_client import TUS_ADDRESS as TUS_ADDRESS, TUS_INTEGRITY as TUS_INTEGRITY
from .upload_maintenance import maintain_uploads as maintain_uploads

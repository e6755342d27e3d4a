from .sender import send_webhooks as send_webhooks

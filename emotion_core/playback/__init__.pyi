from .proxies import Proxy as Proxy

"""Browser copies (proxies) of films."""

"""The app's server: what runs beside it, its headers, hosts, and its event loop's watchdog."""

"""Processes, threads, memory, and the libraries that need taming."""

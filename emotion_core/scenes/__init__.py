"""Shots from stored frame metrics, scenes from shots, and the editor's corrections of them."""

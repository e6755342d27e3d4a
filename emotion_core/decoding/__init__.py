"""Frames of a film in the order shown, their time stamps, and whether all of them are there."""

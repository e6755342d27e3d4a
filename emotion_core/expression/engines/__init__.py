"""Inference engines: one adapter each, behind one port."""

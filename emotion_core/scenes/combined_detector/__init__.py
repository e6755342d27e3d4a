"""The combined detector: hard cuts, passages through plain pictures, and dissolves, from a film's stored scores.

Each kind has its evidence in its own module: `hard_cuts`, `plain_passages`, `dissolves`. `detect` decides all frames of
a film at once.

Weights and thresholds were fitted on films spliced from shots, and on one half of a set of real films whose transitions
were annotated by eye: `python -m tests.benchmarks.cuts`, `python -m tests.benchmarks.real_cuts`.
"""

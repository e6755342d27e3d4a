"""Golden outputs: what leaves the app for two small films, byte by byte.

    library/    the two analyses without pictures and films, as the version that made them stored them
    expected/   the report, its JSON, every marker format, the comparison and the settings' digests

`tests/golden/test_outputs.py` compares. A change that is meant to change numbers or formats
makes both again, in a commit that says which and why: `python -m tests.golden`.
"""

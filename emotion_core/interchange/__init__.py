"""What leaves for editing tools and what comes from them, one file format a module.

Markers and cut lists leave by `write(marker_list) -> bytes`; `writers.registry` lists them. Cut lists come in by
`readers`, and `conform` lays them on a film. No editing tool runs where this was made: the formats follow what these
tools export themselves, and what their makers publish.
"""

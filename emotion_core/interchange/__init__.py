"""What leaves for editing tools: markers and cut lists, one file format a module, each `write(marker_list) -> bytes`.

No editing tool runs where this was made: the formats follow what these tools export themselves, and what their makers
publish. `formats` is the list of them.
"""

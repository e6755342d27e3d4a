"""Lists of single editing tools that are moved to another cut: FCPXML, xmeml, AAF, ALE."""

"""Two cuts: shared footage, matching scenes, and the change of each."""

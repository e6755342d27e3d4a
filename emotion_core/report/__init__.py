"""An analysis as a table, a CSV file, JSON, and words."""

"""What a scan observed: records, their store on disk, and what could not be read."""
